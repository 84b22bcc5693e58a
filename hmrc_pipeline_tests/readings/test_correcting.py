"""A user puts a document right: corrections and acceptances, what they change and what they survive."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hmrc_pipeline.database.tables import CorrectionRow, TaxYearState
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import erase_person, export_person
from hmrc_pipeline.readings import (
    AcceptRefused,
    CorrectionRefused,
    StoredReading,
    accept,
    correct,
    list_documents,
    read_new,
    readings_of,
    retry,
    show_document,
)
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip
from hmrc_pipeline_tests.rows import all_rows

ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}
SUMS = {"gross_pay": "2500.00", "total_deductions": "400.00", "net_pay": "2000.00"}
FAILS = "gross pay 2,500.00 less total deductions 400.00 is not net pay 2,000.00"
ODD = {**payslip(**ANN, **SUMS), "status": "needs_review", "reasons": [FAILS]}


def taken_in(home: Home, folder: Path, now: datetime, *documents: dict[str, object]) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "slip.pdf").write_bytes(content(*documents))
    take_in(home, FolderSource(folder), now=now)
    read_new(home, FakePool(), now=now)
    return list_documents(home)[0].document_id


def current(home: Home) -> list[StoredReading]:
    with home.database.reading() as session:
        return readings_of(session, home.cipher)


def generation(home: Home, year: str = "2025-26") -> int:
    with home.database.reading() as session:
        state = session.get(TaxYearState, year)
        return state.inputs_generation if state else 0


def test_a_correction_makes_the_sums_hold_and_lets_it_flow(any_home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(any_home, tmp_path / "in", now, ODD)
    assert not current(any_home)[0].flows
    before = generation(any_home)
    status = correct(any_home, slip, "total_deductions", "£500.00", by="pat", now=now + timedelta(days=1))
    assert status == "proved"
    (reading,) = current(any_home)
    assert reading.flows
    assert reading.reasons == ()
    assert reading.amounts["total_deductions"] == Decimal("500.00")
    assert generation(any_home) == before + 1
    part = show_document(any_home, slip).parts[0]
    shown = {figure.field: figure for figure in part.figures}["total_deductions"]
    assert (shown.value, shown.as_read, shown.source, shown.checks) == ("500.00", "400.00", "user", ("N1",))
    assert [(word.field, word.value, word.by) for word in part.said] == [("total_deductions", "500.00", "pat")]


def test_it_survives_reading_again_and_tells_what_the_new_reader_changed(
    any_home: Home, tmp_path: Path, now: datetime
) -> None:
    slip = taken_in(any_home, tmp_path / "in", now, ODD)
    correct(any_home, slip, "total_deductions", "500.00", by="pat", now=now)
    rows, stood = all_rows(any_home)["reading"], generation(any_home)
    retry(any_home, [slip], now=now)
    read_new(any_home, FakePool(), now=now)
    assert generation(any_home) == stood
    assert all_rows(any_home)["reading"] == rows
    later = now + timedelta(days=2)
    read_new(any_home, FakePool(total_deductions="450.00", employer_name="Acme Group"), now=later, version="2")
    (reading,) = current(any_home)
    assert reading.amounts["total_deductions"] == Decimal("500.00")
    assert reading.flows
    changes = {c.field: (c.before, c.after) for c in show_document(any_home, slip).parts[0].changes}
    assert changes == {"total_deductions": ("400.00", "450.00"), "employer_name": ("Acme Ltd", "Acme Group")}


def test_a_correction_that_breaks_the_sums_holds_the_document_back(home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(home, tmp_path / "in", now, payslip(**ANN, **{**SUMS, "total_deductions": "500.00"}))
    assert correct(home, slip, "net_pay", "1999.00", by="pat", now=now) == "needs_review"
    assert not current(home)[0].flows
    assert "is not net pay 1999.00" in current(home)[0].reasons[0]
    assert correct(home, slip, "net_pay", "as-read", by="pat", now=now) == "proved"
    assert current(home)[0].amounts["net_pay"] == Decimal("2000.00")
    assert show_document(home, slip).parts[0].said[0].ended_at is not None


def test_a_payslip_without_a_date_is_dated_by_its_owner(home: Home, tmp_path: Path, now: datetime) -> None:
    undated = payslip(**ANN, **{**SUMS, "total_deductions": "500.00"})
    undated |= {"status": "quarantined", "reasons": ["This payslip prints no payment date, so it cannot be placed"]}
    undated["fields"] = {name: value for name, value in undated["fields"].items() if name != "pay_date"}
    slip = taken_in(home, tmp_path / "in", now, undated)
    assert correct(home, slip, "pay_date", "30 June 2025", by="pat", now=now) == "proved"
    (reading,) = current(home)
    assert (reading.tax_year, reading.flows, reading.person_id is not None) == ("2025-26", True, True)
    assert generation(home) == 1


def test_moving_a_payment_to_another_year_raises_both(home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(home, tmp_path / "in", now, payslip(**ANN, **{**SUMS, "total_deductions": "500.00"}))
    assert (generation(home), generation(home, "2024-25")) == (1, 0)
    correct(home, slip, "pay_date", "2025-03-31", by="pat", now=now)
    assert (generation(home), generation(home, "2024-25")) == (2, 1)


def test_accepting_stands_for_these_figures_only(any_home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(any_home, tmp_path / "in", now, ODD)
    before = generation(any_home)
    assert accept(any_home, slip, by="pat", now=now) == 1
    (reading,) = current(any_home)
    assert (reading.status, reading.flows, reading.reasons) == ("accepted", True, (FAILS,))
    assert generation(any_home) == before + 1
    retry(any_home, [slip], now=now)
    read_new(any_home, FakePool(), now=now)
    assert current(any_home)[0].flows
    with pytest.raises(AcceptRefused):
        accept(any_home, slip, by="pat", now=now)
    read_new(any_home, FakePool(net_pay="1.00"), now=now, version="2")
    assert current(any_home)[0].status == "needs_review", "other figures were not accepted"


def test_a_p60_is_put_right(home: Home, tmp_path: Path, now: datetime) -> None:
    form = p60(**ANN, pay_this="30000.00", pay_total="30500.00", pay_previous="0.00")
    form |= {"status": "needs_review", "reasons": ["pay in previous and this employment make 30000.00, total for year"]}
    document = taken_in(home, tmp_path / "in", now, form)
    assert correct(home, document, "pay_this", "30500", by="pat", now=now) == "proved"
    assert current(home)[0].amounts["pay_this"] == Decimal("30500.00")


def test_absent_takes_an_invented_figure_away(home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(home, tmp_path / "in", now, payslip(**ANN, bonus="5.00"))
    correct(home, slip, "bonus", "absent", by="pat", now=now)
    assert "bonus" not in current(home)[0].amounts
    assert show_document(home, slip).parts[0].said[0].value is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("net_pay", "a lot"), ("pay_date", "soon"), ("ni_number", "12"), ("shoe_size", "9"), ("tax_code", ""),
     ("tax_period", "99")],
)  # fmt: skip
def test_what_is_no_value_is_refused_and_not_repeated(
    home: Home, tmp_path: Path, now: datetime, field: str, value: str
) -> None:
    slip = taken_in(home, tmp_path / "in", now, payslip(**ANN))
    rows = all_rows(home)
    with pytest.raises(CorrectionRefused) as refused:
        correct(home, slip, field, value, by="pat", now=now)
    assert not value or value not in str(refused.value)
    assert all_rows(home) == rows


def test_of_several_documents_one_must_be_named(home: Home, tmp_path: Path, now: datetime) -> None:
    file = taken_in(home, tmp_path / "in", now, payslip(**ANN), payslip(**ANN, pay_date="2025-07-31"))
    with pytest.raises(CorrectionRefused, match="--part"):
        correct(home, file, "net_pay", "1.00", by="pat", now=now)
    correct(home, file, "net_pay", "7.00", by="pat", now=now, part=2)
    assert [reading.amounts["net_pay"] for reading in current(home)] == [Decimal("2000.00"), Decimal("7.00")]


def test_another_number_gives_the_document_to_another_person(home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(home, tmp_path / "in", now, payslip(**ANN))
    owner = current(home)[0].person_id
    correct(home, slip, "ni_number", "QQ 65 43 21 A", by="pat", now=now)
    assert current(home)[0].person_id not in (None, owner)


def test_words_leave_with_their_person(home: Home, tmp_path: Path, now: datetime) -> None:
    slip = taken_in(home, tmp_path / "in", now, ODD)
    correct(home, slip, "employee_name", "Anna Example", by="pat", now=now)
    accept(home, slip, by="pat", now=now)
    person = current(home)[0].person_id
    assert person is not None
    exported = export_person(home, person)["readings"][0]
    assert exported["figures"]["employee_name"] == "Anna Example"
    assert exported["figures_as_read"]["employee_name"] == "Ann Example"
    with home.database.reading() as session:
        assert b"Anna" not in (session.query(CorrectionRow).one().value_encrypted or b"")
    erase_person(home, person, now=now)
    rows = all_rows(home)
    assert not any(rows[table] for table in ("correction", "acceptance", "read_figure"))
