"""The calendar of deadlines, read by another program's parser."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest

from hmrc_pipeline.reconciliation.deadlines import SPOKEN
from hmrc_pipeline.reconciliation.ical import as_ical

NOW = datetime(2025, 5, 1, 12, 30, tzinfo=UTC)


def days(*entries: tuple[str, str]) -> list[dict[str, Any]]:
    secret = "Secret Works Ltd owes you £12.34"
    return [finding("deadline", "information", by, next_step=secret, deadline=name) for name, by in entries]


def finding(cause: str, kind: str, by: str, next_step: str = "", **evidence: str) -> dict[str, Any]:
    return {"cause": cause, "kind": kind, "next_step": next_step, "evidence": {"by": by, **evidence}}


def person(name: str = "p_1", entries: list[dict[str, Any]] | None = None, year: str = "2024-25") -> dict[str, Any]:
    told = days(("claim", "2029-04-05"), ("tax_return", "2026-01-31")) if entries is None else entries
    return {"person": name, "tax_year": year, "employments": [{"findings": told}]}


def events(content: bytes | None) -> list[icalendar.Event]:
    assert content is not None
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_another_parser_reads_whole_days_with_a_reminder() -> None:
    found = events(as_ical([person()], NOW))
    assert [(event.decoded("DTSTART"), str(event["SUMMARY"])) for event in found] == [
        (date(2026, 1, 31), "Tax return of 2024-25 is due online"),
        (date(2029, 4, 5), "Last day to claim tax overpaid in 2024-25"),
    ]
    assert {event.decoded("DTSTAMP") for event in found} == {NOW}
    assert [alarm.decoded("TRIGGER") for event in found for alarm in event.walk("VALARM")] == [timedelta(days=-14)] * 2


def test_a_later_run_keeps_every_uid_and_people_and_years_differ() -> None:
    def uids(*people: dict[str, Any], later: int = 0) -> list[str]:
        return [str(event["UID"]) for event in events(as_ical(people, NOW + timedelta(days=later)))]

    assert uids(person()) == uids(person(), later=40)
    every = uids(person(), person("p_2")) + uids(person(year="2023-24"))
    assert len(set(every)) == len(every)
    assert uids(person()) == uids(person(), person("p_2"))[:2], "one alone and among others is the same"


def test_a_day_that_moves_keeps_its_uid() -> None:
    one, other = (as_ical([person(entries=days(("p60", by)))], NOW) for by in ("2025-05-31", "2025-06-30"))
    assert events(one)[0]["UID"] == events(other)[0]["UID"]


def test_two_employers_forms_due_on_one_day_are_one_event() -> None:
    assert len(events(as_ical([person(entries=days(("p60", "2025-05-31"), ("p60", "2025-05-31")))], NOW))) == 1


@pytest.mark.parametrize("name", SPOKEN)
def test_nothing_of_a_person_is_said(name: str) -> None:
    content = (as_ical([person(entries=days((name, "2025-07-04")))], NOW) or b"").decode()
    assert "BEGIN:VEVENT" in content
    assert "Secret" not in content
    assert "12.34" not in content
    assert "p_1" not in content


def test_several_people_are_told_apart_by_their_ids() -> None:
    found = events(as_ical([person("p_1"), person("p_2")], NOW))
    assert [str(event["SUMMARY"]).endswith("(p_2)") for event in found] == [False, False, True, True]


def test_lines_end_in_crlf_and_are_folded_between_characters() -> None:
    long = person("ü" * 60 + ",;\\", days(("shares", "2025-07-04")))
    content = as_ical([long, person("p_2")], NOW) or b""
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) == 75
    for line in lines:
        line.decode()  # no character is split
    summary = str(events(content)[0]["SUMMARY"])
    assert summary == f"{SPOKEN['shares'].format(year='2024-25')} ({'ü' * 60},;\\)"


def test_without_a_day_to_come_there_is_no_calendar() -> None:
    assert as_ical([person(entries=[])], NOW) is None, "RFC 5545 wants a component in a calendar"
    assert as_ical([], NOW) is None
    assert as_ical([person(entries=days(("p60", "2025-04-30")))], NOW) is None, "the day is gone"


DAYS_OF_FINDINGS = [
    (finding("missing_payslip", "discrepancy", "2029-04-05"), ["Last day to have what differs in 2024-25 put right"]),
    (finding("hmrc_not_reconciled", "information", "2025-06-21"), ["HMRC's figures of 2024-25 should be complete"]),
    (finding("source_absent", "information", "2025-05-31"), []),  # told when it is overdue: the day is gone
]


@pytest.mark.parametrize(("told", "said"), DAYS_OF_FINDINGS)
def test_a_day_that_a_finding_names_is_an_event(told: dict[str, Any], said: list[str]) -> None:
    content = as_ical([person(entries=[told, told])], NOW)
    assert [str(event["SUMMARY"]) for event in (events(content) if content else [])] == said
