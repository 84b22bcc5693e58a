"""The figures of one employment by measure and source, each a value or the sentence why there is none.

Like is put beside like: the P60's pay beside taxable pay, never gross pay; a year to date that holds a previous
employment's pay is no figure of this one. Causes of differences do not belong here.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.compare import MEASURES, SOURCES, Comparison, compare_measure

__all__ = ["MEASURE_NAMES", "NOT_NAMED_BY_HMRC", "compare_case", "spoken_day"]

MEASURE_NAMES: Final[Mapping[str, str]] = {
    "taxable_pay": "taxable pay",
    "income_tax": "Income Tax",
    "national_insurance": "National Insurance",
    "student_loan": "student loan",
    "postgraduate_loan": "postgraduate loan",
}
"""The measures as a person calls them."""

_NOT_AT_HMRC: Final[Mapping[str, str]] = {
    "national_insurance": "HMRC publishes no National Insurance contributions of an employee",
    "student_loan": "HMRC publishes no student loan deductions",
    "postgraduate_loan": "HMRC publishes no postgraduate loan deductions",
}

NOT_NAMED_BY_HMRC: Final = "HMRC's answer for the year names no such employment"

_Found = Decimal | str


def spoken_day(day: date) -> str:
    """`5 April 2025`."""
    return f"{day.day} {day:%B %Y}"


def compare_case(case: Case) -> dict[str, Comparison]:
    """Every measure of an employment, compared."""
    compared = {}
    for measure in MEASURES:
        values: dict[str, Decimal] = {}
        absent: dict[str, str] = {}
        for source in SOURCES:
            found = _FIGURE[source](case, measure)
            if isinstance(found, str):
                absent[source] = found
            else:
                values[source] = found
        compared[measure] = compare_measure(measure, values, absent, case.around.tolerance)
    return compared


def _no_payslips(case: Case) -> str:
    if case.waiting:
        return "its payslips wait for review: their figures do not add up"
    return "no payslip of this employment was found"


def _payslip_sum(case: Case, measure: str) -> _Found:
    if not case.chains:
        return _no_payslips(case)
    totals = [chain.total(measure) for chain in case.chains]
    reasons = [total for total in totals if isinstance(total, str)]
    beside = sum((slip.amount(measure) or Decimal("0.00") for slip in case.displaced), Decimal("0.00"))
    return reasons[0] if reasons else sum((t for t in totals if isinstance(t, Decimal)), beside)


def _payslip_ytd(case: Case, measure: str) -> _Found:
    if not case.chains:
        return _no_payslips(case)
    total = Decimal("0.00")
    for chain, opening in zip(case.chains, case.openings, strict=True):
        ytd = chain.slips[-1].ytd(measure)
        if ytd is None:
            return "the last payslip prints no year to date of it"
        if opening.kind == "previous" and opening.amounts.get(measure):
            carried = format_pounds(opening.amounts[measure])
            return f"the year to date on the payslips includes {carried} of a previous employment"
        total += ytd
    return total


def _p60(case: Case, measure: str) -> _Found:
    if not case.p60:
        return _no_p60(case)
    value = case.p60_measure(measure)
    return "the P60 does not print it" if value is None else value


def _no_p60(case: Case) -> str:
    if case.p60s_waiting:
        return "the P60 waits for review: its figures do not add up"
    if not case.is_closed:
        return "the tax year is not over; a P60 is given after 5 April"
    if case.around.today <= case.p60_due:
        return f"not seen yet; the employer gives it by {case.p60_due:%d %B %Y}".replace(" 0", " ")
    return "no P60 of this employment was found; one who left before 5 April gets a P45 instead"


def _hmrc(case: Case, measure: str) -> _Found:
    if measure in _NOT_AT_HMRC:
        return _NOT_AT_HMRC[measure]
    if not case.hmrc:
        return case.around.hmrc_absent or NOT_NAMED_BY_HMRC
    kind = "pay" if measure == "taxable_pay" else "tax"
    found = [item.pay if kind == "pay" else item.tax for item in case.hmrc]
    given = [value for value in found if value is not None]
    if len(given) < len(found):
        return case.around.hmrc_lacks.get(kind, "HMRC's answer does not give it")
    return sum(given, Decimal("0.00"))


_FIGURE = {"payslip_sum": _payslip_sum, "payslip_ytd": _payslip_ytd, "p60": _p60, "hmrc": _hmrc}
