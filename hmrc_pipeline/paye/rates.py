"""Rates and thresholds of a tax year, read once from the TOML tables beside this module.

The figures with their sources belong in the tables, how they are used in the routines. Nothing here computes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "Band",
    "IncomeTaxTable",
    "LetterRule",
    "LoanTable",
    "NationalInsuranceTable",
    "NoRates",
    "Rates",
    "Thresholds",
    "rates_of",
]

_NATIONS = {"uk": "", "scotland": "S", "wales": "C"}


class NoRates(LookupError):
    """No table holds this tax year, day or nation."""


@dataclass(frozen=True)
class Band:
    """One band of taxable pay. `up_to` is the cumulative limit for a whole year, None for the last band."""

    rate: Decimal
    up_to: Decimal | None


@dataclass(frozen=True, eq=False)
class IncomeTaxTable:
    """The bands of one nation and year, made once.

    `basic` is the band of code BR; D0, D1 ... use the bands after it.
    """

    personal_allowance: Decimal
    emergency_code: str
    bands: tuple[Band, ...]
    basic: int
    source: str
    unverified: tuple[str, ...]

    def flat_rate(self, code: str) -> Decimal:
        """The single rate of BR, D0 to D8. A D code beyond the last band uses the last band's rate."""
        steps = 0 if code == "BR" else int(code[1:]) + 1
        return self.bands[min(self.basic + steps, len(self.bands) - 1)].rate


@dataclass(frozen=True)
class Thresholds:
    """One threshold per earnings period."""

    weekly: Decimal
    monthly: Decimal
    yearly: Decimal


@dataclass(frozen=True)
class LetterRule:
    """What one category letter pays: the employee's class of rate and the employer's threshold."""

    employee: Literal["main", "reduced", "deferment", "nil"]
    employer: Literal["st", "uel", "freeport", "investment_zone", "nil"]
    since: date


@dataclass(frozen=True)
class NationalInsuranceTable:
    """Class 1 thresholds and rates from one day to another, both included."""

    first: date
    last: date
    thresholds: Mapping[str, Thresholds]
    main: Decimal
    upper: Decimal
    reduced: Decimal
    employer: Decimal
    letters: Mapping[str, LetterRule]
    source: str
    unverified: tuple[str, ...]


@dataclass(frozen=True)
class LoanTable:
    """Yearly thresholds and rates by plan: `1`, `2`, `4`, `5` and `PG`."""

    thresholds: Mapping[str, Decimal]
    rates: Mapping[str, Decimal]
    source: str
    unverified: tuple[str, ...]


@dataclass(frozen=True)
class Rates:
    """Everything a payroll needs to know about one tax year."""

    tax_year: TaxYear
    income_tax: Mapping[str, IncomeTaxTable]
    national_insurance: tuple[NationalInsuranceTable, ...]
    directors: NationalInsuranceTable
    loans: LoanTable

    def table(self, nation: str) -> IncomeTaxTable:
        """The bands for a code's prefix. A nation without a table of its own in this year uses the UK's."""
        return self.income_tax.get(nation) or self.income_tax[""]

    def national_insurance_on(self, day: date) -> NationalInsuranceTable:
        """The Class 1 figures in force on a payment date. Raises `NoRates` outside the year."""
        for table in self.national_insurance:
            if table.first <= day <= table.last:
                return table
        raise NoRates(f"no National Insurance figures for {day.isoformat()} in {self.tax_year}")

    def unverified_tax(self, nation: str) -> tuple[str, ...]:
        """Cells of Income Tax no published table was read for: what rests on them is less than certain."""
        return self.table(nation).unverified

    def unverified_contributions(self, letter: str, day: date, frequency: str) -> tuple[str, ...]:
        """Cells of the employee's contributions on a payment date no published table was read for."""
        table = self.national_insurance_on(day)
        rule = table.letters.get(letter)
        uses = {"monthly"} if frequency == "monthly" else set()
        uses |= {"reduced"} if rule is not None and rule.employee == "reduced" else set()
        return tuple(name for name in table.unverified if name in uses | {"lel", "pt", "uel", "main", "upper"})


@cache
def rates_of(tax_year: TaxYear) -> Rates:
    """The rates of one tax year. Raises `NoRates` for a year no table holds."""
    income_tax = {
        _NATIONS[nation]: _income_tax(row)
        for row in _rows("income_tax")["income_tax"]
        if row["tax_year"] == tax_year.label
        for nation in row["nations"]
    }
    if "" not in income_tax:
        raise NoRates(f"no PAYE rates are known for {tax_year}; the tables hold 2016-17 to 2026-27")
    tables = _national_insurance(tax_year)
    return Rates(tax_year, income_tax, tables, _directors(tax_year, tables), _loans(tax_year))


@cache
def _rows(name: str) -> dict[str, Any]:
    text = resources.files("hmrc_pipeline.paye").joinpath("tables", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _income_tax(row: Mapping[str, Any]) -> IncomeTaxTable:
    bands = tuple(Band(Decimal(b["rate"]), Decimal(b["up_to"]) if "up_to" in b else None) for b in row["bands"])
    return IncomeTaxTable(
        personal_allowance=Decimal(row["personal_allowance"]),
        emergency_code=row["emergency_code"],
        bands=bands,
        basic=row["basic"],
        source=row["source"],
        unverified=tuple(row["unverified"]),
    )


def _national_insurance(tax_year: TaxYear) -> tuple[NationalInsuranceTable, ...]:
    data = _rows("national_insurance")
    return tuple(
        _national_insurance_table(row, data["letters"])
        for row in data["national_insurance"]
        if tax_year.contains(row["from"])
    )


def _directors(tax_year: TaxYear, tables: tuple[NationalInsuranceTable, ...]) -> NationalInsuranceTable:
    """The yearly earnings period of directors: the year's figures, blended where they changed inside it."""
    last = replace(tables[-1], first=tax_year.start, last=tax_year.end)
    rows = _rows("national_insurance")["directors"]
    row = next((row for row in rows if row["tax_year"] == tax_year.label), None)
    if row is None:
        return last
    yearly = Thresholds(*(Decimal(row["pt"]) for _ in range(3)))
    return replace(
        last,
        thresholds={**last.thresholds, "pt": yearly},
        main=Decimal(row["main"]),
        upper=Decimal(row["upper"]),
        reduced=Decimal(row["reduced"]),
        source=row["source"],
        unverified=tuple(row["unverified"]),
    )


def _national_insurance_table(row: Mapping[str, Any], letters: list[dict[str, Any]]) -> NationalInsuranceTable:
    names = ("lel", "pt", "st", "uel", "freeport", "investment_zone")
    rules = {
        letter: LetterRule(rule["employee"], rule["employer"], rule["from"])
        for rule in letters
        if rule["from"] <= row["from"]
        for letter in rule["letters"]
    }
    return NationalInsuranceTable(
        first=row["from"],
        last=row["to"],
        thresholds={name: Thresholds(*map(Decimal, row[name])) for name in names if name in row},
        main=Decimal(row["main"]),
        upper=Decimal(row["upper"]),
        reduced=Decimal(row["reduced"]),
        employer=Decimal(row["employer"]),
        letters=rules,
        source=row["source"],
        unverified=tuple(row["unverified"]),
    )


def _loans(tax_year: TaxYear) -> LoanTable:
    data = _rows("student_loans")
    row = next(row for row in data["student_loans"] if row["tax_year"] == tax_year.label)
    return LoanTable(
        thresholds={plan: Decimal(amount) for plan, amount in row["thresholds"].items()},
        rates={plan: Decimal(rate) for plan, rate in data["rates"].items()},
        source=row["source"],
        unverified=tuple(row["unverified"]),
    )
