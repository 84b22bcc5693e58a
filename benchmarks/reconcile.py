"""Reconciling a bureau's tax year: every payslip against its P60, and one person's year after one new payslip.

python benchmarks/reconcile.py                      24,000 payslips, SQLite and PostgreSQL: half a minute
python benchmarks/reconcile.py --rows 1000000       the full run: some ten minutes on two quiet cores

In one run, on the same rows:
- the best single SQL statement that lists the employments whose payslips do not add up to the P60: several are tried,
  the fastest one counts;
- polars in memory, with and without fetching the rows;
- ours, `reconcile_year(everyone=True)` as the asset calls it: the database adds up payslips and P60s and compares them
  with what the stored results were made from, whoever differs is explained and written. Once with nothing to explain,
  once after the P60s of one person in a thousand changed;
- ours the first time, when nothing is stored and everyone is explained and written: no SQL statement does that, so
  its ratio says what the explanations cost;
- one person's year after one new payslip: payslips and P60s chosen from the readings, and reconciled: each committed,
  as the assets do it, and all in one transaction, as `reconcile PATH` does it; beside a committed update of one row
  through the same engine.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO, Any, cast

import polars as pl
import sqlalchemy as sa
from bureau import MONTHS, YEAR, Bureau, add_figures, load, made_up_home
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hmrc_pipeline.database.generations import InputChanges
from hmrc_pipeline.database.tables import CheckState, Document, P60Row, PayslipRow
from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s import choose_p60s
from hmrc_pipeline.payslips import choose_payslips
from hmrc_pipeline.reconciliation import YearCounts, choose_and_reconcile, reconcile_year

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
ROUNDS = 5
_AT_ONCE = "in one transaction"
WARM_UP = 20
PEOPLE_READ = 50
QUIET = Console(stderr=True)

_SUMS = f"""
    SELECT person_id, employment, SUM(taxable_pay) AS pay, SUM(income_tax) AS tax,
        SUM(national_insurance) AS ni, SUM(student_loan) AS loan
    FROM payslip WHERE tax_year = '{YEAR.label}' AND counted GROUP BY person_id, employment
"""
_CERTIFIED = f"FROM p60 WHERE tax_year = '{YEAR.label}' AND current"
_APART = """
    s.pay IS DISTINCT FROM p.pay_this OR s.tax IS DISTINCT FROM p.tax_this
    OR s.ni IS DISTINCT FROM p.national_insurance OR abs(s.loan - p.student_loan) >= 100
"""
SINGLE_STATEMENTS = {
    "full join": f"""
        SELECT COALESCE(s.person_id, p.person_id), COALESCE(s.employment, p.employment)
        FROM ({_SUMS}) AS s FULL JOIN (SELECT * {_CERTIFIED}) AS p
            ON p.person_id = s.person_id AND p.employment = s.employment
        WHERE {_APART}""",
    "left join": f"""
        SELECT s.person_id, s.employment
        FROM ({_SUMS}) AS s LEFT JOIN (SELECT * {_CERTIFIED}) AS p
            ON p.person_id = s.person_id AND p.employment = s.employment
        WHERE {_APART}
        UNION ALL
        SELECT person_id, employment {_CERTIFIED} AND NOT EXISTS (
            SELECT 1 FROM payslip AS s WHERE s.tax_year = '{YEAR.label}' AND s.person_id = p60.person_id
                AND s.employment = p60.employment AND s.counted)""",
    "union": f"""
        SELECT person_id, employment FROM ({_SUMS}
            UNION ALL
            SELECT person_id, employment, -pay_this, -tax_this, -national_insurance, -student_loan {_CERTIFIED}) AS b
        GROUP BY person_id, employment
        HAVING SUM(pay) <> 0 OR SUM(tax) <> 0 OR SUM(ni) <> 0 OR abs(SUM(loan)) >= 100""",
}
SLIPS = f"""
    SELECT person_id, employment, taxable_pay, income_tax, national_insurance, student_loan
    FROM payslip WHERE tax_year = '{YEAR.label}' AND counted
"""
P60S = f"""
    SELECT person_id, employment, pay_this, tax_this, national_insurance AS ni_this, student_loan AS loan_this
    {_CERTIFIED}
"""


@dataclass(frozen=True)
class Single:
    """The best single statement: which, how long, and the employments it finds apart."""

    name: str
    seconds: float
    apart: frozenset[tuple[str, str]]


def main() -> None:
    """Measure on each database in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=24_000, help="payslips, a dozen a person")
    parser.add_argument("--one-fault-in", type=int, default=1000, help="people; 0 for none")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--times", type=int, default=200, help="how often one person's year is measured")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    bureau = Bureau(-(-given.rows // MONTHS), given.one_fault_in)
    for name in given.database or ("sqlite", "postgresql"):
        with made_up_home(name) as home:
            _measure(home, bureau, given.times)


def _measure(home: Home, bureau: Bureau, times: int) -> None:
    with _bar("loading", bureau.people * MONTHS) as advance:
        counts, seconds = _timed(lambda: load(home, bureau, advance))
    slips, p60s = counts["payslip"], counts["p60"]
    print(f"\n{_version(home)}: {slips:,} payslips and {p60s:,} P60s, loaded in {seconds:.0f} s", flush=True)
    before = _memory()
    with QUIET.status("reconciling everyone for the first time"):
        first, took = _timed(lambda: reconcile_year(home, YEAR, now=NOW))
    grown = _memory() - before
    _analyse(home)
    with QUIET.status("asking the best single statement"):
        single = _best_single(home)
    _line(f"best single SQL statement ({single.name}), {len(single.apart):,} apart", single.seconds, single.seconds)
    _in_memory(home, single)
    _repeated(home, single, bureau)
    each = took * 1000 / max(first.people, 1)
    _line(f"ours, first time: {first.people:,} explained, {each:.2f} ms a person", took, single.seconds)
    print(f"  memory grew by {grown} MB during the first reconciliation", flush=True)
    with QUIET.status("one person's year"):
        _one_person(home, bureau, times)


def _best_single(home: Home) -> Single:
    found = []
    for name, query in SINGLE_STATEMENTS.items():
        if name == "full join" and home.database.is_sqlite:
            continue  # SQLite compares every pair
        seconds, rows = _median(partial(_rows, home, query))
        found.append(Single(name, seconds, frozenset((person, employment) for person, employment in rows)))
    assert len({single.apart for single in found}) == 1, "the statements disagree"
    return min(found, key=lambda single: single.seconds)


def _in_memory(home: Home, single: Single) -> None:
    frames, fetching = _timed(lambda: [_frame(home, query) for query in (SLIPS, P60S)])
    memory, found = _median(lambda: _polars(*frames))
    assert {(row[0], row[1]) for row in found.iter_rows()} == single.apart, "polars and SQL disagree"
    _line("polars in memory, rows already fetched", memory, single.seconds)
    _line("polars, fetching the rows", memory + fetching, single.seconds)


def _repeated(home: Home, single: Single, bureau: Bureau) -> None:
    """Everyone again; that the same people fail the check as the single statement finds is part of it."""
    seconds, counts = _median(lambda: reconcile_year(home, YEAR, everyone=True, now=NOW))
    assert counts.people == counts.standing == bureau.people
    _line("ours, everyone, nothing to explain anew", seconds, single.seconds)
    assert _failing(home) == {person for person, _ in single.apart}, "the checks and SQL disagree"
    timed, counts = [], YearCounts()
    for number in range(ROUNDS):
        _change_p60s(home, bureau, 100 if number % 2 else -100)
        counts, seconds = _timed(lambda: reconcile_year(home, YEAR, everyone=True, now=NOW))
        timed.append(seconds)
    explained = counts.people - counts.standing
    _line(f"ours, everyone, {explained:,} explained anew", statistics.median(timed), single.seconds)
    _change_p60s(home, bureau, 100)
    reconcile_year(home, YEAR, everyone=True, now=NOW)


def _failing(home: Home) -> set[str]:
    query = sa.select(CheckState.person_id).where(
        CheckState.check_name == "payslips_agree_with_p60", CheckState.state == "failed"
    )
    with home.database.reading() as session:
        return set(session.scalars(query))


def _change_p60s(home: Home, bureau: Bureau, pence: int) -> None:
    """The P60s of one person in a thousand say another amount of tax, and nobody told the generations."""
    table = cast(sa.Table, P60Row.__table__)
    tax = sa.type_coerce(table.c.tax_this, sa.BigInteger)
    some = [bureau.person(number) for number in range(0, bureau.people, 1000)]
    with home.database.writing() as session:
        session.execute(sa.update(table).where(table.c.person_id.in_(some)).values(tax_this=tax + pence))


def _one_person(home: Home, bureau: Bureau, rounds: int) -> None:
    """The last payslip of a year arrives: its content is there, the year's generation is raised, the stages follow."""
    people = min(PEOPLE_READ, bureau.people)
    add_figures(home, people)
    stages: dict[str, Callable[[], Any]] = {
        "payslips chosen": lambda: choose_payslips(home, YEAR),
        "P60s chosen": lambda: choose_p60s(home, YEAR),
        "reconciled": lambda: reconcile_year(home, YEAR, now=NOW),
    }
    times: dict[str, list[float]] = {name: [] for name in ("update", *stages, "together", _AT_ONCE)}
    for number in range(rounds + WARM_UP):
        person, content = bureau.person(number % people), bureau.last_payslip(number % people)
        times["update"].append(_timed(partial(_update_one_row, home, person, f"changed {number}"))[1])
        for withdrawn_at in (NOW, None):
            _withdraw(home, content, withdrawn_at)
            counts, seconds = _timed(lambda: choose_and_reconcile(home, YEAR, now=NOW))
            assert counts.people == 1
        times[_AT_ONCE].append(seconds)
        for withdrawn_at in (NOW, None):
            _withdraw(home, content, withdrawn_at)
            taken = {name: _timed(stage) for name, stage in stages.items()}
            assert all(counts.people == 1 for counts, _ in taken.values())
        for name, (_, seconds) in taken.items():
            times[name].append(seconds)
        times["together"].append(sum(seconds for _, seconds in taken.values()))
    medians = {name: statistics.median(found[WARM_UP:]) * 1000 for name, found in times.items()}
    update = medians.pop("update")
    print(f"  {'this disk made to keep 4 KB (the line below waits for it once)':<64}{_flush() * 1000:10.2f} ms")
    print(f"  {'one row updated and committed':<64}{update:10.2f} ms {1:6.1f}")
    for name, taken_ms in medians.items():
        print(f"  {f'one person after one new payslip: {name}':<64}{taken_ms:10.2f} ms {taken_ms / update:6.1f}")


_UPDATE = (
    sa.update(cast(sa.Table, PayslipRow.__table__))
    .where(
        PayslipRow.tax_year == YEAR.label, PayslipRow.person_id == sa.bindparam("person"), PayslipRow.tax_period == 1
    )
    .values(payroll_number=sa.bindparam("number"))
)


def _update_one_row(home: Home, person: str, number: str) -> None:
    """`number` must be another than is stored: SQLite writes nothing, and waits for no disk, where nothing changes."""
    with home.database.writing() as session:
        session.connection().execute(_UPDATE, {"person": person, "number": number})


def _flush() -> float:
    """Seconds a flush to this disk takes: a tenth of a millisecond on some virtual ones, ten on one that spins."""
    with tempfile.TemporaryFile() as file:
        return statistics.median(_timed(partial(_write_through, file))[1] for _ in range(50))


def _write_through(file: IO[bytes]) -> None:
    file.write(bytes(4096))
    file.flush()
    os.fsync(file.fileno())


def _withdraw(home: Home, content: str, withdrawn_at: datetime | None) -> None:
    with home.database.writing() as session:
        changes = InputChanges(session)
        changes.of_content(content)
        session.execute(sa.update(Document).where(Document.sha256 == content).values(withdrawn_at=withdrawn_at))
        changes.raise_all()


def _line(what: str, seconds: float, single: float) -> None:
    print(f"  {what:<64}{seconds:10.3f} s  {seconds / single:6.1f}", flush=True)


def _version(home: Home) -> str:
    with home.database.engine.connect() as connection:
        return ".".join(map(str, [home.database.engine.dialect.name, *(connection.dialect.server_version_info or ())]))


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=QUIET, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda number: progress.advance(task, number)


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
    sys.exit(main())
