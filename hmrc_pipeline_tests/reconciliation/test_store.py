"""Runs: incremental equals full, twice changes nothing, what is new and what has recovered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hmrc_pipeline.database.generations import pending_years
from hmrc_pipeline.database.tables import FindingRow, PayslipDueRow
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.reconciliation import CheckResult, check_results, overview, people_as_json, year_as_json
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import career, demo_career
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.lives import document, give_hmrc, read_folder, reconcile, write, write_career
from hmrc_pipeline_tests.rows import all_rows

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LAST = TaxYear(2025)
CAREER = demo_career(LAST)
YEARS = [year.tax_year for year in CAREER.years]
RESULTS = ("payslip", "p60", "measure", "finding", "check_state", "tax_year_state")


def results(home: Home) -> dict[str, list[object]]:
    """The rows of every result; when a finding was found and what a check said before are history, not results, and
    what a payslip was made from is named with the home's own key."""
    history = ("found_at", "before", "run", "reconciliations", "_generation")
    rows = all_rows(home, without=(*history, "person_id", "finding_id", "made_from"))
    return {name: list(rows[name]) for name in RESULTS}


def checks(home: Home, year: TaxYear = LAST) -> dict[str, CheckResult]:
    with home.database.reading() as session:
        return {check.name: check for check in check_results(session, year)}


def test_twice_changes_nothing(fresh: Home, tmp_path: Path) -> None:
    write_career(tmp_path / "in", CAREER)
    read_folder(fresh, tmp_path / "in", NOW)
    give_hmrc(fresh, CAREER, NOW)
    assert [counts.people for counts in reconcile(fresh, YEARS, NOW)] == [1, 1, 1]
    before = all_rows(fresh)
    read_folder(fresh, tmp_path / "in", NOW)
    assert [counts.people for counts in reconcile(fresh, YEARS, NOW)] == [0, 0, 0]
    assert all_rows(fresh) == before
    with fresh.database.reading() as session:
        assert pending_years(session) == []


def test_incremental_equals_full(fresh: Home, other: Home, tmp_path: Path) -> None:
    """Documents come in four portions, one is withdrawn and one comes twice; then everything at once elsewhere."""
    folder, later = tmp_path / "in", tmp_path / "later"
    files = sorted(write_career(later, CAREER).values())
    copied = make_payslip(CAREER.years[1].slips[4])
    portions = [files[0::4], files[2::4], files[1::4], files[3::4]]
    for number, portion in enumerate(portions):
        folder.mkdir(exist_ok=True)
        for path in portion:
            path.rename(folder / path.name)
        if number == 1:
            write(folder, "copy", document(copied), salt="scanned")
        read_folder(fresh, folder, NOW)
        reconcile(fresh, YEARS, NOW)
    withdrawn = sorted(folder.glob(f"{LAST}-0-*"))[5]
    withdrawn.unlink()
    read_folder(fresh, folder, NOW)
    give_hmrc(fresh, CAREER, NOW)
    reconcile(fresh, YEARS, NOW)

    read_folder(other, folder, NOW)
    give_hmrc(other, CAREER, NOW)
    reconcile(other, YEARS, NOW)
    incremental = results(fresh)
    assert incremental == results(other)
    reconcile(fresh, YEARS, NOW, everyone=True)
    assert results(fresh) == incremental
    gaps = [row for row in incremental["finding"] if "missing_payslip" in row or "duplicate_payslip" in row]  # type: ignore[operator]
    assert len(gaps) == 2


def test_new_failures_recover_and_a_finding_keeps_its_day(fresh: Home, tmp_path: Path) -> None:
    folder, aside = tmp_path / "in", tmp_path / "aside"
    write_career(folder, CAREER)
    read_folder(fresh, folder, NOW)
    reconcile(fresh, [LAST], NOW)
    assert checks(fresh)["no_payslip_is_missing"].state == "passed"

    aside.mkdir()
    withheld = sorted(folder.glob(f"{LAST}-0-*"))[8]
    withheld.rename(aside / withheld.name)
    read_folder(fresh, folder, NOW)
    reconcile(fresh, [LAST], NOW)
    failing = checks(fresh)["no_payslip_is_missing"]
    assert (failing.state, failing.failing, failing.new, failing.recovered) == ("failed", 1, 1, 0)
    reconcile(fresh, [LAST], NOW)  # nothing to do: what is new stays new
    assert checks(fresh)["no_payslip_is_missing"].new == 1

    later = NOW + timedelta(days=3)
    reconcile(fresh, [LAST], later, everyone=True)
    assert (checks(fresh)["no_payslip_is_missing"].failing, checks(fresh)["no_payslip_is_missing"].new) == (1, 0)
    with fresh.database.reading() as session:
        assert {row.found_at for row in session.query(FindingRow) if row.cause == "missing_payslip"} == {NOW}

    (aside / withheld.name).rename(folder / withheld.name)
    read_folder(fresh, folder, later)
    reconcile(fresh, [LAST], later)
    recovered = checks(fresh)["no_payslip_is_missing"]
    assert (recovered.state, recovered.failing, recovered.recovered) == ("passed", 0, 1)


def test_a_reading_under_review_fails_figures_add_up_and_is_pointed_at(fresh: Home, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    year = CAREER.years[-1]
    for slip in year.slips:
        fields = document(make_payslip(slip))
        if slip.period.number == 9:
            fields |= {"status": "needs_review", "reasons": ["deductions do not add up"]}
        write(folder, slip.pay_date.isoformat(), fields)
    read_folder(fresh, folder, NOW)
    reconcile(fresh, [LAST], NOW)
    found = checks(fresh)
    assert found["figures_add_up"].state == "failed"
    assert found["no_payslip_is_missing"].state == "failed"
    with fresh.database.reading() as session:
        (person,) = people_as_json(session, [LAST])
        (row,) = [row for row in overview(session) if row["tax_year"] == LAST.label]
    finding = person["tax_years"][0]["employments"][0]["findings"][0]
    assert len(finding["evidence"]["waiting_for_review"]) == 1
    assert row["needs_review"] == 1


def test_several_people_are_never_mixed(fresh: Home, tmp_path: Path) -> None:
    people = [career(seed, frequency="monthly") for seed in range(4)]
    for number, made in enumerate(people):
        write_career(tmp_path / "in" / str(number), made)
    read_folder(fresh, tmp_path / "in", NOW)
    (counts,) = reconcile(fresh, [TaxYear(2024)], NOW)
    assert (counts.people, counts.discrepancies, counts.unexplained) == (4, 0, 0)
    with fresh.database.reading() as session:
        found = people_as_json(session, [TaxYear(2024)])
        assert len(found) == 4
        assert year_as_json(session, TaxYear(2024), found[2]["person"]) == found[2]["tax_years"][0]
        assert year_as_json(session, TaxYear(2019), found[2]["person"]) is None


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Home]:
    opened = open_home(load_settings(home=tmp_path / "pg", database_url=postgres_url))
    yield opened
    opened.database.engine.dispose()


@pytest.mark.real
def test_postgres_gives_the_same_rows(on_postgres: Home, fresh: Home, tmp_path: Path) -> None:
    files = sorted(write_career(tmp_path / "in", CAREER).values())
    files[3].unlink()
    for home in (fresh, on_postgres):
        read_folder(home, tmp_path / "in", NOW)
        give_hmrc(home, CAREER, NOW)
        reconcile(home, YEARS, NOW)
    assert results(on_postgres) == results(fresh)


def test_a_payslip_beside_6_april_is_seen_from_both_years(fresh: Home, other: Home, tmp_path: Path) -> None:
    """Paid two days late for month 12: it counts by its period, and the other year knows of it."""
    folder = tmp_path / "in"
    write_career(folder, CAREER, keep=lambda slip: (slip.tax_year.starts, slip.period.number) != (2024, 12))
    late = next(slip for slip in CAREER.slips if (slip.tax_year.starts, slip.period.number) == (2024, 12))
    read_folder(fresh, folder, NOW)
    reconcile(fresh, YEARS, NOW)
    fields = document(make_payslip(late))
    write(folder, "late", {**fields, "fields": {**fields["fields"], "pay_date": "2025-04-07"}})
    for home in (fresh, other):
        read_folder(home, folder, NOW)
        reconcile(home, YEARS, NOW)
    assert results(fresh) == results(other)
    assert checks(fresh, TaxYear(2024))["no_payslip_is_missing"].state == "passed"
    with fresh.database.reading() as session:
        rows = [row for row in session.query(FindingRow) if row.cause == "payslip_in_wrong_year"]
        assert [(row.tax_year, row.kind) for row in rows] == [("2025-26", "information")]


def test_every_payslip_is_kept_with_its_dues(fresh: Home, tmp_path: Path) -> None:
    write_career(tmp_path / "in", CAREER)
    read_folder(fresh, tmp_path / "in", NOW)
    reconcile(fresh, YEARS, NOW)
    with fresh.database.reading() as session:
        rows = session.query(PayslipDueRow).all()
        of_last = [row for row in rows if row.tax_year == LAST.label]
        vests = [row for row in of_last if row.cash_income_tax_marginal != row.income_tax_due]
        assert len(rows) == sum(len(year.slips) for year in CAREER.years)
        assert {row.income_tax_agrees for row in rows} == {True}
        assert {row.loan_plan for row in rows} == {"2"}
        assert None not in {row.national_insurance_due for row in rows}
        assert len(vests) == 4
