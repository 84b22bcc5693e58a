"""Days by which something must be done for a tax year, and the person's balance, as information beside the findings.

Four years to claim, 90 days to make good the tax on shares (ITEPA 2003 section 222), the P60, the tax return. Which
balance is predicted belongs to `meaning`; a calendar file of them to whoever writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from hmrc_pipeline.hmrc.availability import return_due_on
from hmrc_pipeline.money import format_amount, format_pounds
from hmrc_pipeline.reconciliation.asking import claim_ends_on
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.findings import Finding
from hmrc_pipeline.reconciliation.meaning import OPEN_END, OPEN_START, SOURCES_DIFFER, Prediction
from hmrc_pipeline.reconciliation.measures import spoken_day
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["SPOKEN", "Deadline", "deadlines_of", "shares_made_good_by", "with_meaning"]

_SHARES_DAYS: Final = timedelta(days=90)


SPOKEN: Final = {
    "claim": "Last day to claim tax overpaid in {year}",
    "shares": "Tax on shares of {year}: make it good to the employer (section 222)",
    "p60": "P60 of {year} is due from the employer",
    "tax_return": "Tax return of {year} is due online",
    "put_right": "Last day to have what differs in {year} put right",
    "settled": "HMRC's figures of {year} should be complete",
}
"""What each day is, without a word of whose: for calendars, which are shown and shared."""


@dataclass(frozen=True)
class Deadline:
    """One day and what it ends. `name`: claim, shares, p60 or tax_return."""

    name: str
    day: date
    text: str


def shares_made_good_by(tax_year: TaxYear) -> date:
    """Tax on notional pay not made good by then is a benefit and taxed again."""
    return tax_year.end + _SHARES_DAYS


def deadlines_of(explained: Sequence[Explained], prediction: Prediction | None, today: date) -> list[Deadline]:
    """The days still to come that this person's year makes matter, the next one first."""
    if not explained:
        return []
    year, found = explained[0].case.tax_year, []
    if prediction and prediction.matters and prediction.can_be_claimed:
        day = claim_ends_on(year)
        text = f"Tax overpaid in {year} can be claimed back from HMRC until {spoken_day(day)}."
        found.append(Deadline("claim", day, text))
    if any(slip.amount("rsu_gross") for item in explained for slip in item.case.counted):
        day = shares_made_good_by(year)
        text = (
            f"Tax on the shares of {year} must have been made good to the employer by {spoken_day(day)} (section 222); "
            "what is not is taxed again."
        )
        found.append(Deadline("shares", day, text))
    for item in explained:
        case = item.case
        if case.is_closed and not case.p60 and any(chain.runs_after() is None for chain in case.chains):
            text = f"{case.called} gives the P60 of {year} by {spoken_day(case.p60_due)}."
            found.append(Deadline("p60", case.p60_due, text))
    if any(item.case.hmrc for item in explained):
        day = return_due_on(year)
        text = f"The tax return of {year} is due online by {spoken_day(day)}; HMRC withdraws its figures afterwards."
        found.append(Deadline("tax_return", day, text))
    return sorted((item for item in found if item.day >= today), key=lambda item: (item.day, item.name))


def with_meaning(explained: Sequence[Explained], prediction: Prediction | None, today: date) -> list[Explained]:
    """The same, with the balance predicted and the deadlines as information on the employment with the most pay."""
    if not explained:
        return []
    added = [_deadline(item) for item in deadlines_of(explained, prediction, today)]
    if prediction is not None and prediction.matters:
        added.insert(0, _balance(prediction, explained[0].case.tax_year))
    if not added:
        return list(explained)
    main = max(range(len(explained)), key=lambda number: (_pay(explained[number]), -number))
    return [
        replace(item, findings=(*item.findings, *added)) if number == main else item
        for number, item in enumerate(explained)
    ]


def _pay(item: Explained) -> Any:
    return max(item.comparisons["taxable_pay"].values.values(), default=0)


def _deadline(item: Deadline) -> Finding:
    evidence = {"documents": [], "deadline": item.name, "by": item.day.isoformat()}
    return Finding("deadline", item.name, "information", "certain", item.text, evidence=evidence)


def _balance(prediction: Prediction, year: TaxYear) -> Finding:
    size = _spoken(prediction.expected)
    will = "is forecast to have" if prediction.kind == "forecast" else "has"
    is_open = prediction.kind == "forecast" or OPEN_START in prediction.basis
    sure = "possible" if is_open or prediction.low != prediction.high else "likely"
    text = f"{year} {will} {size}{_range(prediction)}, {_on_which_pay(prediction)}. {_what_follows(prediction)}"
    evidence = {
        "documents": [],
        "income": format_amount(prediction.income),
        "tax": format_amount(prediction.tax),
        "due": format_amount(prediction.due),
        "balance": format_amount(prediction.expected),
        "low": format_amount(prediction.low),
        "high": format_amount(prediction.high),
        "basis": list(prediction.basis),
    }
    return Finding("predicted_balance", "", "information", sure, text, evidence=evidence)  # type: ignore[arg-type]


def _spoken(balance: Decimal) -> str:
    return f"{format_pounds(abs(balance))} tax {'overpaid' if balance > 0 else 'underpaid'}"


def _range(prediction: Prediction) -> str:
    if prediction.low == prediction.high:
        return ""
    return f" (anything from {_spoken(prediction.low)} to {_spoken(prediction.high)})"


def _on_which_pay(prediction: Prediction) -> str:
    if prediction.kind == "forecast":
        return "on this pay alone, if it goes on as on the last payslips"
    before = "came before the first" if OPEN_START in prediction.basis else ""
    after = "followed the last" if OPEN_END in prediction.basis else ""
    unseen = " or ".join(filter(None, (before, after)))
    return "on this pay alone" + (f", if none {unseen} payslip" if unseen else "")


def _what_follows(prediction: Prediction) -> str:
    if SOURCES_DIFFER in prediction.basis:
        return "Settle what differs first: HMRC reckons from the figures it holds."
    if prediction.expected < 0:
        return "HMRC collects it by its P800, the next code or the tax return."
    if OPEN_END in prediction.basis:
        return "Look for the P60 or P45 before you claim it."
    if OPEN_START in prediction.basis:
        return "Count in what an earlier job of the year paid before you claim it."
    if prediction.kind == "forecast":
        return "The payroll repays it while the year lasts, else HMRC after it."
    return "HMRC repays it by its P800 or the tax return, or claim it."
