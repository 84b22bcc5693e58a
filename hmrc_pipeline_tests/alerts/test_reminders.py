"""What is to be done at HMRC becomes messages: once each, again when urgent, once when done."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.alerts import Message, ReminderState, reminder_messages
from hmrc_pipeline.hmrc import Reminder

WEB = "http://localhost:8090"


def ends(grant: str, stage: int) -> Reminder:
    page = f"/authorize?person=p_{grant}"
    return Reminder("authorisation_ends", grant, str(stage), (f"p_{grant}",), None, "It ends", page)


def lost(grant: str) -> Reminder:
    return Reminder("reauthorise", grant, "", (f"p_{grant}",), None, "It is lost", f"/authorize?person=p_{grant}")


def capture(year: str, stage: str = "") -> Reminder:
    return Reminder("capture_before_filing", year, stage, ("p_1", "p_2"), None, "Wait with filing", "/")


def told(*moments: list[Reminder]) -> list[Message]:
    """Everything that is sent while things stand like this, one after the other; each looked at twice."""
    state, messages = ReminderState(), []
    for reminders in moments:
        for _ in range(2):
            for message, after in reminder_messages(state, reminders, web=WEB):
                messages.append(message)
                state = ReminderState.load(after.save())
    return messages


@pytest.mark.parametrize(
    ("moments", "titles", "why"),
    [
        ([[]], [], "nothing to do is no news"),
        ([[ends("g", 60)]], ["HMRC: 1 authorisation ends within 60 days"], "told once"),
        (
            [[ends("g", n)] for n in (60, 30, 14, 7, 1)],
            [f"HMRC: 1 authorisation ends within {n} days" for n in (60, 30, 14, 7)]
            + ["HMRC: 1 authorisation ends within 1 day"],
            "again at each notice",
        ),
        (
            [[ends("g", 1)], [lost("g")], []],
            [
                "HMRC: 1 authorisation ends within 1 day",
                "HMRC: 1 authorisation is no longer usable",
                "HMRC: 1 authorisation is in order again",
            ],
            "a worse thing of the same authorisation is no recovery of the first",
        ),
        (
            [[lost("g"), lost("h")], [lost("h")], []],
            [
                "HMRC: 2 authorisations are no longer usable",
                "HMRC: 1 authorisation is in order again",
                "HMRC: 1 authorisation is in order again",
            ],
            "of one kind together",
        ),
        ([[lost("g")], [], [lost("g")]], 2 * ["HMRC: 1 authorisation is no longer usable"], "lost again is news"),
        (
            [[capture("2023-24"), capture("2024-25")], [capture("2024-25", "7")], []],
            [
                "2023-24: HMRC's figures are not captured yet",
                "2024-25: HMRC's figures are not captured yet",
                "2024-25: HMRC's figures are not captured yet, 7 days are left",
                "2023-24: nothing more is to be captured from HMRC",
                "2024-25: nothing more is to be captured from HMRC",
            ],
            "years apart",
        ),
    ],
)
def test_what_is_told(moments: list[list[Reminder]], titles: list[str], why: str) -> None:
    sent = [message.title for message in told(*moments)]
    recoveries = [title for title in sent if "in order" in title]
    assert [t for t in sent if why != "lost again is news" or t not in recoveries] == titles, why


def test_a_message_says_what_to_do_where() -> None:
    (message,) = told([lost("g")])
    assert message.body == f"It is lost. In the browser: {WEB}/authorize?person=p_g"
    assert not message.is_recovery


def test_a_thousand_on_one_day_are_one_message() -> None:
    (message,) = told([ends(f"g{n}", 7) for n in range(1000)])
    assert message.title == "HMRC: 1000 authorisations end within 7 days"
    assert "And 990 more: hmrc-pipeline grants --renew" in message.body
    assert len(message.body) < 2000


@given(st.lists(st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from([60, 7]))), max_size=6))
def test_every_worry_ends_with_a_recovery(days: list[set[tuple[str, int]]]) -> None:
    moments = [[ends(grant, min(n for g, n in day if g == grant)) for grant in {g for g, _ in day}] for day in days]
    messages = told(*moments, [])
    recovered = sum(int(m.title.split()[1]) for m in messages if m.is_recovery)
    began = sum(
        len({g for g, _ in day} - {g for g, _ in before}) for before, day in zip([set(), *days], days, strict=False)
    )
    assert recovered == began
    assert all(re.match(r"HMRC: \d+ ", m.title) for m in messages)
