"""Runs for everyone: what stands is left, what may be otherwise is explained, and the rows are those of a run anew."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.generations import known_people, pending_years
from hmrc_pipeline.database.questions import ask
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import P60Row, PayslipRow, TaxYearState
from hmrc_pipeline.home import Home
from hmrc_pipeline.reconciliation import YearCounts, choose_and_reconcile, reconcile_year
from hmrc_pipeline.reconciliation.bulk import basis_of, turning_days
from hmrc_pipeline.reconciliation.sources import CHOSEN, STORED
from hmrc_pipeline.simulators.careers import career, demo_career
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.lives import read_folder, reconcile, write_career
from hmrc_pipeline_tests.rows import all_rows

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
YEAR = TaxYear(2024)
PEOPLE = 6


def is_withheld(slip: Slip) -> bool:
    return slip.period.number == 4 and slip.employee.nino.value.endswith(("A", "B"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Several people with faults, reconciled: the demo's three years and careers of all kinds."""
    home: Home = request.getfixturevalue("home" if request.param == "sqlite" else "postgres_home")
    write_career(tmp_path / "in" / "demo", demo_career(YEAR))
    for seed in range(PEOPLE - 1):
        made = career(seed)
        write_career(tmp_path / "in" / str(seed), made, keep=lambda slip: not is_withheld(slip), p60s=seed != 3)
    read_folder(home, tmp_path / "in", NOW)
    reconcile(home, [YEAR], NOW)
    return home


def rows(home: Home) -> dict[str, list[object]]:
    """Every result; which run wrote a row, and what was before it, is history."""
    found = all_rows(home, without=("run", "reconciliations", "before", "reconciled_with"))
    return {name: list(found[name]) for name in ("measure", "finding", "check_state")}


def everyone(home: Home, now: datetime = NOW, *, anew: bool = False) -> YearCounts:
    return reconcile_year(home, YEAR, everyone=True, anew=anew, now=now)


def change(home: Home, statement: sa.Update) -> None:
    """A change behind the generations' back: what a run for everyone is there to find."""
    with home.database.writing() as session:
        session.execute(statement)


def agrees_with_a_run_anew(home: Home, now: datetime = NOW) -> bool:
    before = rows(home)
    everyone(home, now, anew=True)
    return rows(home) == before


def test_what_stands_is_left_and_is_what_a_run_anew_gives(bureau: Home) -> None:
    before = rows(bureau)
    counts = everyone(bureau)
    assert counts.people == PEOPLE
    assert counts.standing >= PEOPLE - 2
    assert rows(bureau) == before
    assert agrees_with_a_run_anew(bureau)


@pytest.mark.parametrize("column", ["taxable_pay", "income_tax", "national_insurance"])
def test_a_payslip_changed_behind_our_back_is_found(bureau: Home, column: str) -> None:
    with bureau.database.reading() as session:
        one = session.scalars(
            sa.select(PayslipRow).where(PayslipRow.tax_year == YEAR.label, PayslipRow.counted)
        ).first()
    assert one is not None
    added = {column: (getattr(one, column) or Decimal(0)) + 7}
    change(bureau, sa.update(PayslipRow).where(PayslipRow.reading_id == one.reading_id).values(**added))
    before = rows(bureau)
    everyone(bureau)
    assert rows(bureau) != before
    assert agrees_with_a_run_anew(bureau)


def test_a_p60_changed_or_gone_behind_our_back_is_found(bureau: Home) -> None:
    with bureau.database.reading() as session:
        one = session.scalars(sa.select(P60Row).where(P60Row.tax_year == YEAR.label, P60Row.current)).first()
    assert one is not None
    mine = P60Row.reading_id == one.reading_id
    for values in ({"tax_this": Decimal("1.23")}, {"current": False}, {"current": True}):
        change(bureau, sa.update(P60Row).where(mine).values(**values))
        before = rows(bureau)
        everyone(bureau)
        assert rows(bureau) != before
        assert agrees_with_a_run_anew(bureau)


def test_other_settings_or_another_time_of_year_explain_everyone(bureau: Home) -> None:
    assert everyone(bureau).standing > 0
    settings = bureau.settings.model_copy(update={"tolerance": Decimal("5.00")})
    tolerant = Home(settings, bureau.database, bureau.cipher)
    assert everyone(tolerant).standing == 0
    assert agrees_with_a_run_anew(tolerant)
    assert everyone(bureau).standing == 0
    late = NOW + timedelta(days=4 * 366)
    assert everyone(bureau, late).standing == 0
    assert agrees_with_a_run_anew(bureau, late)


def test_a_run_for_some_under_other_settings_leaves_no_common_basis(bureau: Home) -> None:
    with bureau.database.writing() as session:
        state = session.get_one(TaxYearState, YEAR.label)
        state.reconciled_with = "an older program"
        state.reconciled_generation -= 1
    reconcile_year(bureau, YEAR, now=NOW)
    with bureau.database.reading() as session:
        assert session.get_one(TaxYearState, YEAR.label).reconciled_with is None
    assert everyone(bureau).standing == 0
    assert everyone(bureau).standing > 0


def test_the_basis_turns_with_the_days_that_matter() -> None:
    days = turning_days(YEAR)
    assert list(days) == sorted(days)
    tolerance = Decimal("0.00")

    def basis(day: date) -> str:
        return basis_of(YEAR, day, tolerance)

    assert basis(date(2025, 4, 5)) != basis(date(2025, 4, 6))
    assert basis(date(2024, 9, 1)) != basis(date(2024, 9, 2)), "an open year is looked at every day"
    assert basis(date(2025, 5, 31)) != basis(date(2025, 6, 1))
    assert basis(date(2025, 8, 1)) == basis(date(2025, 12, 1))


def test_choosing_and_reconciling_at_once_leaves_what_the_stages_leave(bureau: Home, tmp_path: Path) -> None:
    """The withheld payslips and P60s come, one document goes: then every year at once, and by stages for everyone."""
    for seed in range(PEOPLE - 1):
        write_career(tmp_path / "in" / str(seed), career(seed))
    next((tmp_path / "in" / "demo").glob(f"{YEAR}-*")).unlink()
    read_folder(bureau, tmp_path / "in", NOW)
    with bureau.database.reading() as session:
        years = [TaxYear.parse(year) for year, _ in pending_years(session)]
    looked_at = {year: choose_and_reconcile(bureau, year, now=NOW) for year in years}
    assert looked_at[YEAR].people > 1
    history = ("run", "reconciliations", "before", "reconciled_with")
    at_once = all_rows(bureau, without=history)
    for year in years:
        reconcile(bureau, [year], NOW, everyone=True)
        reconcile_year(bureau, year, anew=True, now=NOW)
    assert all_rows(bureau, without=history) == at_once
    assert choose_and_reconcile(bureau, YEAR, now=NOW) == YearCounts()


def test_sources_chosen_here_and_now_are_those_stored(bureau: Home) -> None:
    for year in (TaxYear(YEAR.starts - 1), YEAR, TaxYear(YEAR.starts + 1)):
        with bureau.database.writing() as session:
            people = known_people(session, year.label)
            found = []
            for way in (CHOSEN, STORED):
                writes = Writes(session)
                found.append(way.read(writes, year, people, ask(session, year.label, people, way.questions())))
                writes.send()
            assert found[0] == found[1]
