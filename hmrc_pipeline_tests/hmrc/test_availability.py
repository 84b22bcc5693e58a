"""When asking is worth a call, and what silence means: the calendar of one tax year, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from hmrc_pipeline.hmrc.answers import Answer, Outcome
from hmrc_pipeline.hmrc.availability import (
    REAUTHORISE,
    Verdict,
    after_answer,
    before_asking,
    blocked,
    is_worth_asking,
    sentence,
)
from hmrc_pipeline_tests.hmrc.support import Y2024

FRESH = Verdict("not_asked", "never", None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "outcome", "found", "differs", "state", "days", "why"),
    [
        ("2025-04-10", "no_data", False, False, "not_yet", 57, "nobody is reconciled before 6 June: ask then"),
        ("2025-06-07", "no_data", False, False, "not_yet", 7, "no date is known for one person: weekly"),
        ("2025-12-24", "no_data", False, False, "not_yet", 7, "late, but the return may still be due"),
        ("2026-02-01", "no_data", False, False, "not_registered", 91, "the window went by without an answer"),
        ("2027-06-01", "no_data", False, False, "not_registered", None, "never again by ourselves"),
        ("2025-09-01", "no_data", True, False, "gone", 28, "withdrawn; it may come back after a late P11D"),
        ("2026-02-01", "no_data", True, False, "gone", None, "withdrawn for good"),
        ("2025-09-01", "found", False, False, "available", 7, "a P11D may still change it"),
        ("2025-12-24", "found", True, False, "available", 14, "changes are rare now"),
        ("2026-03-01", "found", True, False, "available", 28, "until the return is processed"),
        ("2028-03-01", "found", True, False, "available", None, "two years after: nothing changes any more"),
        ("2025-09-01", "found", True, True, "changed", 7, "HMRC changed a figure"),
        ("2025-09-01", "found", False, True, "available", 7, "a first answer changes nothing"),
        ("2025-09-01", "unauthorised", False, False, "not_authorised", 1, "the person must authorise"),
        ("2025-09-01", "forbidden", False, False, "not_authorised", 7, "the application must subscribe"),
        ("2025-09-01", "wrong_request", False, False, "not_asked", 1, "what is known stays known"),
    ],
)
def test_the_calendar(
    now: str, outcome: str, found: bool, differs: bool, state: str, days: int | None, why: str
) -> None:
    moment = at(now)
    verdict = after_answer(FRESH, Y2024, Answer(Outcome(outcome)), moment, found=found, differs=differs)
    assert verdict.state == state, why
    waited = None if verdict.next_ask is None else round((verdict.next_ask - moment) / timedelta(days=1))
    assert waited == days, why


def test_maintenance_is_asked_again_within_the_hour() -> None:
    moment = at("2025-09-01")
    verdict = after_answer(FRESH, Y2024, Answer(Outcome.MAINTENANCE), moment, found=False, differs=False)
    assert verdict.next_ask == moment + timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "now", "worth", "why"),
    [
        (before_asking(Y2024, at("2025-05-01")), "2025-05-01", False, "not before 6 June"),
        (before_asking(Y2024, at("2025-06-07")), "2025-06-07", True, "the window is open"),
        (Verdict("gone", "withdrawn", None), "2026-06-07", False, "never again"),
        (blocked("no_grant", at("2025-09-01")), "2025-09-01", True, "looked at each time: a grant may have come"),
        (blocked("no_grant", at("2025-05-01")), "2025-05-01", False, "and yet not before 6 June"),
    ],
)
def test_worth_a_call(known: Verdict, now: str, worth: bool, why: str) -> None:
    assert is_worth_asking(known, Y2024, at(now)) is worth, why


@pytest.mark.parametrize("reason", sorted(REAUTHORISE))
def test_every_lost_authorisation_names_the_command(reason: str) -> None:
    assert "hmrc-pipeline authorise --person p_1" in sentence(reason, "p_1")
