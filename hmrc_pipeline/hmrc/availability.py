"""When HMRC can have an answer, and what its silence means. Pure functions of the clock and the past answers.

HMRC's figures exist only for people in Self Assessment, appear once the year's PAYE reconciliation is done (from
about 6 June, usually by the end of November) and are withdrawn once the year's return is processed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hmrc_pipeline.hmrc.answers import Answer, Outcome
from hmrc_pipeline.tax_year import LONDON, TaxYear

__all__ = [
    "REAUTHORISE",
    "State",
    "Verdict",
    "after_answer",
    "before_asking",
    "blocked",
    "is_worth_asking",
    "is_worth_saying",
    "opens_on",
    "return_due_on",
    "sentence",
    "settled_on",
]

State = Literal["not_asked", "not_registered", "not_yet", "available", "changed", "gone", "not_authorised"]

WEEK, FORTNIGHT, MONTH, QUARTER = (timedelta(days=n) for n in (7, 14, 28, 91))


@dataclass(frozen=True)
class Verdict:
    """What is known of one person, year and API: a state, why, and when asking is worth a call again (None: never)."""

    state: State
    reason: str
    next_ask: datetime | None


def opens_on(year: TaxYear) -> date:
    """HMRC's reconciliation of the year starts about this day."""
    return date(year.starts + 1, 6, 6)


def settled_on(year: TaxYear) -> date:
    """Usually everybody is reconciled by this day."""
    return date(year.starts + 1, 11, 30)


def return_due_on(year: TaxYear) -> date:
    """Online Self Assessment returns are due; afterwards most figures have been withdrawn."""
    return date(year.starts + 2, 1, 31)


def before_asking(year: TaxYear, now: datetime) -> Verdict:
    """What is known of a year that was never asked for."""
    if now < _moment(opens_on(year)):
        return Verdict("not_yet", "not_open", _moment(opens_on(year)))
    return Verdict("not_asked", "never", now)


def blocked(reason: str, now: datetime) -> Verdict:
    """Why a person cannot be asked for, whatever HMRC may have."""
    state: State = "not_registered" if reason in {"no_utr", "example"} else "not_authorised"
    return Verdict(state, reason, None if reason == "example" else now + timedelta(days=1))


def is_worth_saying(year: TaxYear, now: datetime) -> bool:
    """Whether a year that cannot be asked for is still one that HMRC may have figures of."""
    return _moment(opens_on(year)) <= now < _moment(return_due_on(year)) + timedelta(days=365)


def is_worth_asking(known: Verdict, year: TaxYear, now: datetime) -> bool:
    """Whether a call for this year can have a useful answer now."""
    if known.reason in _BLOCKS:  # the block is looked at anew each time; only the calendar counts here
        return now >= _moment(opens_on(year))
    return known.next_ask is not None and now >= known.next_ask


def after_answer(
    known: Verdict, year: TaxYear, answer: Answer, now: datetime, *, found: bool, differs: bool
) -> Verdict:
    """What is known after an answer. `found`: a snapshot of HMRC's stood before; `differs`: figures changed since."""
    if answer.outcome is Outcome.FOUND:
        return _found(known, year, now, differs=differs and found)
    if answer.outcome is Outcome.NO_DATA:
        return _no_data(year, now, found=found)
    if answer.outcome is Outcome.UNAUTHORISED:
        return Verdict("not_authorised", "refused", now + timedelta(days=1))
    if answer.outcome is Outcome.FORBIDDEN:
        reason = "scope" if answer.code == "INVALID_SCOPE" else "not_subscribed"
        return Verdict("not_authorised", reason, now + WEEK)
    wait = timedelta(hours=1) if answer.is_temporary else timedelta(days=1)
    return Verdict(known.state, known.reason, now + wait)


def _found(known: Verdict, year: TaxYear, now: datetime, *, differs: bool) -> Verdict:
    if now < _moment(settled_on(year)):
        pause = WEEK  # an unexpected P11D runs the reconciliation again
    elif now < _moment(return_due_on(year)):
        pause = FORTNIGHT
    else:
        pause = MONTH
    worth = now < _moment(return_due_on(year)) + timedelta(days=2 * 365)
    state: State = "changed" if differs else "available"
    return Verdict(state, "figures", now + pause if worth else None)


def _no_data(year: TaxYear, now: datetime, *, found: bool) -> Verdict:
    opens, due = _moment(opens_on(year)), _moment(return_due_on(year))
    if now < opens:
        return Verdict("not_yet", "not_open", opens)
    if found:
        return Verdict("gone", "withdrawn", now + MONTH if now < due else None)
    if now < due:
        return Verdict("not_yet", "not_reconciled", now + WEEK)
    return Verdict("not_registered", "never_seen", now + QUARTER if now < due + timedelta(days=365) else None)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(6, 0), LONDON).astimezone(UTC)


REAUTHORISE = frozenset({"no_grant", "reauthorise", "restored", "eighteen_months", "issuer", "refused", "scope"})
"""Reasons that only a person can end, by signing in at HMRC."""

_BLOCKS = (REAUTHORISE - {"refused", "scope"}) | {"no_utr", "example", "not_configured"}

_BY_HAND = "Figures seen in the person's own HMRC account can be stated: hmrc-pipeline hmrc-figures set"
_AUTHORISE = "Run: hmrc-pipeline authorise --person {person}"

_SENTENCES = {
    "never": "HMRC was not asked for this year yet. Run: hmrc-pipeline sync",
    "not_open": "HMRC has figures of a year only after its PAYE reconciliation, which starts about 6 June after the"
    " year's end; we ask by ourselves from then on",
    "not_reconciled": "HMRC has not finished this year's PAYE reconciliation for this person (usually by the end of"
    f" November), or the person is not in Self Assessment; we ask again by ourselves. {_BY_HAND}",
    "never_seen": "HMRC never had figures of this year for us: it publishes them only for people in Self Assessment"
    f" and withdraws them once the return is processed. {_BY_HAND}",
    "withdrawn": "HMRC has withdrawn its figures, as it does once the year's return is processed; what it answered"
    " before is kept",
    "figures": "HMRC has figures of this year",
    "empty": "HMRC answered, and names no employment in this year",
    "no_utr": "HMRC's figures need the person's UTR, which is not known: only people in Self Assessment have one. Add"
    f" it with: hmrc-pipeline person add. {_BY_HAND}",
    "example": "This is a made-up example person, who is never sent to the real HMRC",
    "not_configured": "No application at HMRC is set up. Set HMRC_PIPELINE_HMRC_CLIENT_ID and"
    f" HMRC_PIPELINE_HMRC_CLIENT_SECRET. {_BY_HAND}",
    "no_grant": f"The person has not authorised us at HMRC yet. {_AUTHORISE}",
    "reauthorise": f"The authorisation at HMRC is no longer usable. {_AUTHORISE}",
    "restored": f"The database was restored from a backup, whose authorisation at HMRC is spent. {_AUTHORISE}",
    "eighteen_months": f"The authorisation at HMRC has reached its 18 months. {_AUTHORISE}",
    "issuer": f"The authorisation was given to another application or at another address of HMRC. {_AUTHORISE}",
    "refused": f"HMRC refused the authorisation for this person. {_AUTHORISE}",
    "scope": f"The authorisation does not cover this API. {_AUTHORISE}",
    "not_subscribed": "HMRC does not let our application use this API. Subscribe to it at HMRC's Developer Hub",
}


def sentence(reason: str, person_id: str) -> str:
    """Why there is no figure, and the next step. Holds no date, so that it changes only when the reason does."""
    return _SENTENCES.get(reason, _SENTENCES["never"]).format(person=person_id) + "."
