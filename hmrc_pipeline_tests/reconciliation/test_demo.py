"""The demo's career through documents, readings and reconciliation: two years green, the withheld month named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import read_new
from hmrc_pipeline.reconciliation import (
    as_html,
    as_markdown,
    check_results,
    overview,
    people_as_json,
    year_report,
    year_table,
)
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.lives import give_hmrc, read_folder, reconcile, write_career

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LAST = TaxYear(2025)
CAREER = demo_career(LAST)


def is_withheld(slip: Slip) -> bool:
    return slip.tax_year == LAST and slip.period.number == 9


WITHHELD = next(filter(is_withheld, CAREER.slips))


@pytest.fixture
def demo(fresh: Home, tmp_path: Path) -> Home:
    write_career(tmp_path / "in", CAREER, keep=lambda slip: not is_withheld(slip))
    read_folder(fresh, tmp_path / "in", NOW)
    give_hmrc(fresh, CAREER, NOW)
    reconcile(fresh, CAREER.years, NOW)
    return fresh


def states(home: Home, year: TaxYear) -> dict[str, str]:
    with home.database.reading() as session:
        return {check.name: check.state for check in check_results(session, year)}


def test_two_years_are_green_and_exactly_four_checks_fail_in_the_last(demo: Home) -> None:
    for year in (LAST.previous.previous, LAST.previous):
        assert set(states(demo, year).values()) == {"passed"}
    failing = {name for name, state in states(demo, LAST).items() if state == "failed"}
    assert failing == {
        "payslips_agree_with_p60",
        "payslips_agree_with_hmrc",
        "year_to_date_is_continuous",
        "no_payslip_is_missing",
    }
    assert states(demo, LAST)["p60_agrees_with_hmrc"] == states(demo, LAST)["figures_add_up"] == "passed"
    assert set(states(demo, LAST.next).values()) == {"not_yet"}


def test_the_withheld_month_is_named_in_the_json(demo: Home) -> None:
    with demo.database.reading() as session:
        (person,) = people_as_json(session, [year.tax_year for year in CAREER.years])
    json.dumps(person)
    assert [year["tax_year"] for year in person["tax_years"]] == ["2023-24", "2024-25", "2025-26"]
    (employment,) = person["tax_years"][-1]["employments"]
    assert employment["paye_reference"] == "846/CX20915"
    finding = employment["findings"][0]
    assert {item["kind"] for item in employment["findings"][1:]} == {"information"}
    assert {item["cause"] for item in employment["findings"][1:]} == {
        "deadline",
        "rsu_gross_up",
        "rsu_refund",
        "salary_sacrifice",
    }
    amounts = WITHHELD.amounts
    assert (finding["cause"], finding["kind"], finding["certainty"]) == ("missing_payslip", "discrepancy", "certain")
    assert finding["explains"] == {
        name: str(amounts[name]) for name in ("taxable_pay", "income_tax", "national_insurance", "student_loan")
    }
    assert finding["evidence"]["tax_period"] == 9
    assert finding["evidence"]["pay_date"] == WITHHELD.pay_date.isoformat()
    assert set(employment["unexplained"].values()) == {"0.00"}
    pay = employment["measures"][0]
    assert pay["measure"] == "taxable_pay"
    assert pay["pairs"]["payslip_sum:p60"] == "differs"
    assert pay["pairs"]["p60:hmrc"] == "agrees"
    assert pay["state"] == "differs"
    assert pay["absent"] == {}
    earlier = [e for year in person["tax_years"][:-1] for e in year["employments"]]
    assert {finding["kind"] for e in earlier for finding in e["findings"]} == {"information"}
    leaver = next(e for e in earlier if e["paye_reference"] == "419/FM7731")
    assert "p60" not in leaver["measures"][0]
    assert "P45" in leaver["measures"][0]["absent"]["p60"]


def test_tables_and_report_speak_to_people_without_naming_them(demo: Home) -> None:
    with demo.database.reading() as session:
        table, years, report = year_table(session, LAST), overview(session), year_report(session, LAST)
    assert [row["measure"] for row in table] == ["taxable pay", "Income Tax", "National Insurance", "student loan"]
    assert table[2]["hmrc"] == "\N{EN DASH}"
    assert {row["tax_year"]: row["open_findings"] for row in years} == {"2023-24": 0, "2024-25": 0, "2025-26": 1}
    assert [row["documents"] for row in years] == [13, 13, 12]
    for text in (as_markdown(report), as_html(report)):
        assert "A payslip is missing (tax month 9)" in text
        assert "Ashgrove" not in text
        assert "QQ" not in text


def test_a_year_without_hmrc_and_p60_closes_green(fresh: Home, tmp_path: Path) -> None:
    write_career(tmp_path / "in", CAREER, p60s=False)
    read_folder(fresh, tmp_path / "in", NOW)
    reconcile(fresh, CAREER.years, NOW)
    found = states(fresh, LAST)
    assert {found[name] for name in ("year_to_date_is_continuous", "no_payslip_is_missing")} == {"passed"}
    assert found["payslips_agree_with_p60"] == found["p60_agrees_with_hmrc"] == "not_yet"
    with fresh.database.reading() as session:
        (person,) = people_as_json(session, [LAST])
    (employment,) = person["tax_years"][0]["employments"]
    absent = [item for item in employment["findings"] if item["cause"] == "source_absent"]
    assert {item["evidence"]["source"] for item in absent} == {"p60", "hmrc"}
    assert {item["kind"] for item in employment["findings"]} == {"information"}
    assert employment["measures"][0]["state"] == "agrees"


@pytest.mark.real
def test_the_same_from_pdfs(demo: Home, other: Home, tmp_path: Path) -> None:
    """Drawn PDFs read by the real reader give what a perfect reading gives."""
    folder = tmp_path / "pdfs"
    folder.mkdir()
    for year in CAREER.years:
        samples = [make_payslip(slip) for slip in year.slips if not is_withheld(slip)]
        samples += [make_p60(p60) for p60 in year.p60s]
        for number, sample in enumerate(samples):
            (folder / f"{year.tax_year}-{number}.pdf").write_bytes(sample.content)
    take_in(other, FolderSource(folder), now=NOW)
    with ReaderPool(workers=1) as pool:
        assert read_new(other, pool, now=NOW).needs_review == 0
    give_hmrc(other, CAREER, NOW)
    reconcile(other, CAREER.years, NOW)
    assert employments_of(other) == employments_of(demo)


def employments_of(home: Home) -> list[object]:
    """The results without what names people and documents."""
    with home.database.reading() as session:
        people = people_as_json(session, [year.tax_year for year in CAREER.years])
    found = [employment for person in people for year in person["tax_years"] for employment in year["employments"]]
    for employment in found:
        for finding in employment["findings"]:
            finding["evidence"].pop("documents")
            finding["evidence"].pop("figures", None)
    return found
