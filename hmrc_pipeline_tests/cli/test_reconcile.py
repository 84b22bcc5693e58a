"""`reconcile` says what it left out, and what that means for what is missing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.settings import PREFIX
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.oddities import letter, truncated
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.cli.support import typed

MAYBE_UNREAD = "What is missing may be among the files that were not read"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first four months of a year without the second, and a letter."""
    monkeypatch.setenv(f"{PREFIX}HOME", str(tmp_path / "home"))
    slips = [slip for slip in demo_career(TaxYear(2024)).slips if slip.tax_year == TaxYear(2024)][:4]
    (tmp_path / "in").mkdir()
    for number, slip in enumerate(slips):
        content = make_payslip(slip).content
        (tmp_path / ("missing.pdf" if number == 1 else f"in/{number}.pdf")).write_bytes(content)
    (tmp_path / "in" / "letter.pdf").write_bytes(letter().content)
    return tmp_path / "in"


def test_a_file_not_read_may_be_what_is_missing(folder: Path) -> None:
    before = typed("reconcile", str(folder))
    assert "A payslip is missing (tax month 2)" in before.out
    assert MAYBE_UNREAD not in before.err, "everything was read"
    assert "left aside: letter.pdf: This is neither a payslip nor a P60" in before.err
    (folder / "broken.pdf").write_bytes(truncated((folder.parent / "missing.pdf").read_bytes()))
    after = typed("reconcile", str(folder))
    assert after.code == 1
    assert "not read: broken.pdf" in after.err
    assert MAYBE_UNREAD in after.err


def test_what_is_in_no_figure_is_told_as_data(folder: Path) -> None:
    """Exit code 1 without a finding is explained by the same object."""
    (slip,) = [slip for slip in demo_career(TaxYear(2024)).slips if slip.tax_year == TaxYear(2024)][:1]
    odd = replace(slip, amounts={**slip.amounts, "net_pay": slip.amounts["net_pay"] + 1})
    (folder / "odd.pdf").write_bytes(make_payslip(odd).content)
    (folder / "broken.pdf").write_bytes(truncated((folder.parent / "missing.pdf").read_bytes()))
    answer = json.loads(typed("reconcile", str(folder), "--json").out)
    lists = answer.keys() & {"quarantined", "in_review", "of_nobody", "left_aside"}
    assert {name: [item["file"] for item in answer[name]] for name in lists} == {
        "quarantined": ["broken.pdf"],
        "in_review": ["odd.pdf"],
        "left_aside": ["letter.pdf"],
    }
    assert all(item["reason"].strip() for name in lists for item in answer[name])


def test_a_year_without_documents_is_named(folder: Path) -> None:
    said = typed("reconcile", str(folder), "--tax-year", "2019-20")
    assert said.code == 2
    assert "there is no payslip and no P60 of 2019-20 among these files" in said.err


def test_a_payslip_of_nobody_known_is_told(folder: Path) -> None:
    """Two people of the same name, and a payslip of that name without a number."""
    (slip,) = [slip for slip in demo_career(TaxYear(2024)).slips if slip.tax_year == TaxYear(2024)][:1]
    other = replace(slip, employee=replace(slip.employee, nino=Nino.parse("QQ200002B")))
    for stray in folder.iterdir():
        stray.unlink()
    for number, sample in enumerate(
        [make_payslip(slip), make_payslip(other), make_payslip(other, style=Style(tint=3), without=("ni_number",))]
    ):
        (folder / f"{number}.pdf").write_bytes(sample.content)
    said = typed("reconcile", str(folder))
    assert said.code == 1
    assert "not counted: 2.pdf: It does not say whose it is" in said.err
    assert said.out.count("Person p_") == 2
    answer = json.loads(typed("reconcile", str(folder), "--json").out)
    assert [item["file"] for item in answer["of_nobody"]] == ["2.pdf"]
    assert answer["quarantined"] == []
    assert not {"in_review", "left_aside"} & answer.keys(), "what is absent is left out"


def test_hmrcs_answers_beside_the_payslips_are_no_document(folder: Path) -> None:
    file = folder / "hmrc.json"
    file.write_text('{"2023-24": {}}', encoding="utf-8")
    answer = json.loads(typed("reconcile", str(folder), "--hmrc-summary", str(file), "--json").out)
    assert answer["quarantined"] == []
    (unread,) = json.loads(typed("reconcile", str(folder), "--json").out)["quarantined"]
    assert unread["file"] == "hmrc.json", "without being named it is a file like any other"
