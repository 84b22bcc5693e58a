"""What a person sees of the documents, and what they can do about them."""

from datetime import datetime
from pathlib import Path

import pytest

from hmrc_pipeline.database.tables import TaxYearState
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import (
    AmbiguousDocument,
    UnknownDocument,
    ignore,
    list_documents,
    read_new,
    readings_of,
    retry,
    show_document,
)
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip
from hmrc_pipeline_tests.rows import all_rows

ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}


@pytest.fixture
def names(any_home: Home, tmp_path: Path, now: datetime) -> dict[str, str]:
    """Five documents, one of each fate; name -> short id."""
    folder = tmp_path / "docs"
    folder.mkdir()
    files = {
        "good.pdf": content(payslip(**ANN)),
        "review.pdf": content({**payslip(**ANN, net_pay="1.00"), "status": "needs_review", "reasons": ["it is odd"]}),
        "letter.docx": b"Dear Sir",
        "whose.pdf": content(payslip(employer_name="Acme Ltd")),
        "gone.pdf": content(payslip(**ANN, net_pay="3.00")),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    take_in(any_home, FolderSource(folder), now=now)
    read_new(any_home, FakePool(), now=now)
    found = {each.seen_as[0]: each.document_id for each in list_documents(any_home)}
    (folder / "gone.pdf").unlink()
    take_in(any_home, FolderSource(folder), now=now)
    return found


def generation(home: Home) -> int:
    with home.database.reading() as session:
        state = session.get(TaxYearState, "2025-26")
        return state.inputs_generation if state else 0


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("review", {"review.pdf"}),
        ("quarantined", {"letter.docx"}),
        ("unassigned", {"whose.pdf"}),
        ("all", {"good.pdf", "review.pdf", "letter.docx", "whose.pdf", "gone.pdf"}),
    ],
)
def test_lists(any_home: Home, names: dict[str, str], which: str, expected: set[str]) -> None:
    listed = {each.document_id for each in list_documents(any_home, which=which)}  # type: ignore[arg-type]
    assert listed == {names[name] for name in expected}


def test_a_list_tells_the_fate_and_spells_no_name(any_home: Home, names: dict[str, str]) -> None:
    listed = {each.document_id: each for each in list_documents(any_home)}
    assert listed[names["gone.pdf"]].is_withdrawn
    assert listed[names["letter.docx"]].parts[0].reasons == ("the file is not a PDF",)
    assert "good.pdf" not in repr(list(listed.values()))


def test_show_gives_figures_with_boxes_and_names(any_home: Home, names: dict[str, str]) -> None:
    detail = show_document(any_home, names["good.pdf"].upper()[:10])
    assert detail.summary.seen_as == ("good.pdf",)
    figures = {figure.field: figure for figure in detail.parts[0].figures}
    assert figures["net_pay"].value == "2000.00"
    assert figures["net_pay"].text == "£2000.00"
    assert (figures["net_pay"].page, figures["net_pay"].box) == (1, (10.12, 20, 30, 40))
    assert (figures["employee_name"].value, figures["employee_name"].label) == ("Ann Example", "Employee_Name")
    assert "Ann" not in repr(detail)


def test_ignoring_takes_it_out_of_the_year_and_retrying_brings_it_back(
    any_home: Home, names: dict[str, str], now: datetime
) -> None:
    before = generation(any_home)
    ignore(any_home, names["good.pdf"], now=now)
    assert generation(any_home) == before + 1
    rows = all_rows(any_home)
    ignore(any_home, names["good.pdf"], now=now)
    assert all_rows(any_home) == rows, "twice is once"
    with any_home.database.reading() as session:
        assert names["good.pdf"] not in {each.sha256[:12] for each in readings_of(session, any_home.cipher)}
    assert retry(any_home, [names["good.pdf"], names["letter.docx"]], now=now) == 2
    assert generation(any_home) == before + 2
    assert read_new(any_home, FakePool(), now=now).contents == 2
    assert generation(any_home) == before + 2, "it reads as it did"


def test_retrying_replaces_what_is_read_otherwise(any_home: Home, names: dict[str, str], now: datetime) -> None:
    retry(any_home, [names["letter.docx"]], now=now)

    class Unlocked(FakePool):
        def reading(self, data: bytes):  # type: ignore[no-untyped-def]
            return super().reading(content(payslip(**ANN, net_pay="9.00")))

    before, rows = generation(any_home), len(all_rows(any_home)["reading"])
    assert read_new(any_home, Unlocked(), now=now).payslips == 1
    assert generation(any_home) == before + 1
    assert len(all_rows(any_home)["reading"]) == rows
    assert show_document(any_home, names["letter.docx"]).parts[0].summary.status == "proved"


@pytest.mark.parametrize("text", ["", "xyz", "../..", "ffffffffffffffff", "%"])
def test_unknown_ids(any_home: Home, names: dict[str, str], text: str) -> None:
    with pytest.raises(UnknownDocument):
        show_document(any_home, text)


def test_an_id_that_several_share(home: Home, tmp_path: Path, now: datetime) -> None:
    for number in range(17):
        (tmp_path / f"{number}.pdf").write_bytes(str(number).encode())
    take_in(home, FolderSource(tmp_path, apart=(home.settings.home,)), now=now)
    first = [each.document_id[0] for each in list_documents(home)]
    twice = next(letter for letter in first if first.count(letter) > 1)
    with pytest.raises(AmbiguousDocument):
        show_document(home, twice)
    with pytest.raises(AmbiguousDocument):
        retry(home, [list_documents(home)[0].document_id, twice], now=now)
