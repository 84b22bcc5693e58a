"""Made-up payslips with figures that add up, as values: what tests of the year's rules start from."""

import calendar
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hmrc_pipeline.p60s.model import P60, NiRow
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.tax_year import TaxYear

YEAR = TaxYear(2024)
REFERENCE = "123/AB456"
NAMES = ("gross_pay", "taxable_pay", "ni_pay", "income_tax", "national_insurance", "student_loan", "net_pay")
Figures = Mapping[str, Decimal]


def pounds(text: str | int) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))


def figures(pay: str | int, tax: str | int, ni: str | int, loan: str | int = 0) -> dict[str, Decimal]:
    """One period's figures."""
    found = {
        "gross_pay": pounds(pay),
        "taxable_pay": pounds(pay),
        "ni_pay": pounds(pay),
        "income_tax": pounds(tax),
        "national_insurance": pounds(ni),
        "student_loan": pounds(loan),
    }
    net = found["gross_pay"] - found["income_tax"] - found["national_insurance"] - found["student_loan"]
    return found | {"net_pay": net}


def month_day(month: int, year: TaxYear = YEAR) -> date:
    """The last day of the calendar month in which a tax month mostly lies."""
    number = (month + 2) % 12 + 1
    calendar_year = year.starts + (month > 9)
    return date(calendar_year, number, calendar.monthrange(calendar_year, number)[1])


def week_day(week: int, year: TaxYear = YEAR) -> date:
    return year.start + timedelta(days=(week - 1) * 7 + 2)


def slip(
    period: int | None,
    pay_date: date,
    amounts: Figures,
    *,
    employment: str = REFERENCE,
    name: str = "",
    year: TaxYear = YEAR,
    **more: object,
) -> Payslip:
    """One payslip; its identity follows from what it prints and `name`."""
    told = f"{employment}|{pay_date}|{period}|{sorted(amounts.items())}|{name}"
    sha256 = hashlib.sha256(told.encode()).hexdigest()
    made = Payslip(
        reading_id=f"r{sha256[:16]}",
        sha256=sha256,
        person_id="person-1",
        tax_year=year.label,
        employment=employment,
        pay_date=pay_date,
        paye_reference=employment if "/" in employment else None,
        employer_name="Orchard Works Ltd",
        tax_period=period,
        amounts=dict(amounts),
    )
    return made._replace(**more)


def with_ytd(periods: Iterable[Figures], opening: Figures | None = None) -> list[dict[str, Decimal]]:
    """The same figures with the year to date beside them."""
    running = dict(opening or {})
    found = []
    for period in periods:
        for name, amount in period.items():
            running[name] = running.get(name, pounds(0)) + amount
        found.append({**period, **{f"ytd_{name}": running[name] for name in period}})
    return found


def monthly(
    amounts: Sequence[Figures], first: int = 1, opening: Figures | None = None, **more: object
) -> list[Payslip]:
    """Monthly payslips from tax month `first` on, year to date included."""
    rows = with_ytd(amounts, opening)
    year = more.get("year", YEAR)
    assert isinstance(year, TaxYear)
    return [slip(n, month_day(n, year), row, **more) for n, row in enumerate(rows, first)]  # type: ignore[arg-type]


def weekly(amounts: Sequence[Figures], first: int = 1, **more: object) -> list[Payslip]:
    return [slip(n, week_day(n), row, **more) for n, row in enumerate(with_ytd(amounts), first)]  # type: ignore[arg-type]


def plain_year() -> list[dict[str, Decimal]]:
    """Twelve months of one salary, with a bonus in month 6 and a tax refund in month 10."""
    months = [figures("3000.00", "390.40", "156.16", "67") for _ in range(12)]
    months[5] = figures("5200.00", "830.40", "302.07", "265")
    months[9] = figures("3000.00", "-12.25", "156.16", "67")
    return months


def totals(slips: Iterable[Payslip]) -> dict[str, Decimal]:
    """The sum of every period amount."""
    found: dict[str, Decimal] = {}
    for item in slips:
        for name in NAMES:
            if name in item.amounts:
                found[name] = found.get(name, pounds(0)) + item.amounts[name]
    return found


def p60_of(total: Figures, *, name: str = "", employment: str = REFERENCE, **more: object) -> P60:
    """The P60 that certifies these totals."""
    amounts = {"pay_this": total["taxable_pay"], "tax_this": total["income_tax"]}
    if total.get("student_loan"):
        amounts["student_loan"] = Decimal(int(total["student_loan"]))
    sha256 = hashlib.sha256(f"p60|{employment}|{sorted(amounts.items())}|{name}".encode()).hexdigest()
    made = P60(
        reading_id=f"p{sha256[:16]}",
        sha256=sha256,
        person_id="person-1",
        tax_year=YEAR.label,
        employment=employment,
        paye_reference=employment,
        employer_name="Orchard Works Ltd",
        ni_rows=(NiRow("A", {"employee": total["national_insurance"]}),),
        amounts=amounts,
    )
    return replace(made, **more)  # type: ignore[arg-type]
