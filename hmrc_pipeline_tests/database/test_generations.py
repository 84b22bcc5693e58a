"""Generations: whatever changes while a stage runs is found by the next run; nothing is lost, nothing runs for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hmrc_pipeline.database.generations import (
    InputChanges,
    YearWork,
    finish,
    pending_years,
    raise_generation,
    raise_years,
    references_of,
    work_of,
)
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import ChangedPerson, Document, Person, ReadingRow, TaxYearState
from hmrc_pipeline.home import Home

YEAR = "2024-25"
STAGES = ("payslips", "p60s", "reconciled")


def raise_(home: Home, person: str, *years: str) -> None:
    with home.database.writing() as session:
        raise_generation(session, person, years or [YEAR])


def work(home: Home, stage: str, *, everyone: bool = False, year: str = YEAR) -> YearWork:
    with home.database.writing() as session:
        return work_of(session, year, stage, everyone=everyone)


def done(home: Home, found: YearWork, stage: str) -> None:
    with home.database.writing() as session:
        finish(Writes(session), found, stage)


def run(home: Home, *, year: str = YEAR) -> None:
    for stage in STAGES:
        done(home, work(home, stage, year=year), stage)


def pending(home: Home) -> list[tuple[str, int]]:
    with home.database.reading() as session:
        return pending_years(session)


def test_a_year_is_pending_until_it_is_reconciled(any_home: Home) -> None:
    assert pending(any_home) == []
    raise_(any_home, "ann", "2024-25", "2023-24", "2024-25")
    raise_(any_home, "bob", "2024-25")
    assert pending(any_home) == [("2023-24", 1), ("2024-25", 2)]
    assert work(any_home, "payslips").people == {"ann", "bob"}
    run(any_home)
    assert pending(any_home) == [("2023-24", 1)]
    assert work(any_home, "payslips").people == frozenset()
    assert work(any_home, "payslips", everyone=True).people == {"ann", "bob"}


def test_what_rises_during_a_stage_is_done_by_the_next_run(any_home: Home) -> None:
    raise_(any_home, "ann")
    found = work(any_home, "payslips")
    raise_(any_home, "bob")
    done(any_home, found, "payslips")
    assert work(any_home, "payslips").people == {"bob"}
    assert pending(any_home) == [(YEAR, 2)]


def test_reconciliation_does_not_pass_the_stages_it_reads_from(any_home: Home) -> None:
    raise_(any_home, "ann")
    done(any_home, work(any_home, "payslips"), "payslips")
    done(any_home, work(any_home, "reconciled"), "reconciled")
    assert pending(any_home) == [(YEAR, 1)], "the P60s were not chosen yet"
    done(any_home, work(any_home, "p60s"), "p60s")
    done(any_home, work(any_home, "reconciled"), "reconciled")
    assert pending(any_home) == []


def test_what_a_slow_run_may_have_overwritten_is_done_again(any_home: Home) -> None:
    raise_(any_home, "ann")
    slow = work(any_home, "payslips")
    raise_(any_home, "ann")
    run(any_home)
    assert pending(any_home) == []
    done(any_home, slow, "payslips")
    assert work(any_home, "payslips").people == {"ann"}, "her rows are those of the slow run now"
    assert pending(any_home) == [(YEAR, 2)], "and somebody must come and look"


def test_a_transaction_that_fails_raises_nothing(any_home: Home) -> None:
    with pytest.raises(RuntimeError), any_home.database.writing() as session:  # noqa: PT012 - the block is the point
        raise_generation(session, "ann", [YEAR])
        raise RuntimeError
    assert pending(any_home) == []


def test_years_may_rise_without_a_person(any_home: Home) -> None:
    with any_home.database.writing() as session:
        raise_years(session, [YEAR])
    assert pending(any_home) == [(YEAR, 1)]
    assert work(any_home, "reconciled").people == frozenset()
    run(any_home)
    assert pending(any_home) == []


def test_many_writers_lose_no_rise(any_home: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: raise_(any_home, f"p{number}"), range(20)))
    assert pending(any_home) == [(YEAR, 20)]
    with any_home.database.reading() as session:
        assert sorted(session.scalars(sa.select(ChangedPerson.generation))) == list(range(1, 21))


class Stages(RuleBasedStateMachine):
    """Stages that begin, are overtaken and end in any order: who changed after a stage last read is always found."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        with self.home.database.writing() as session:
            session.execute(sa.delete(ChangedPerson))
            session.execute(sa.delete(TaxYearState))
        self.owed: dict[str, set[str]] = {stage: set() for stage in STAGES}
        self.open: list[tuple[str, YearWork, set[str]]] = []

    @rule(person=st.sampled_from("abc"))
    def change(self, person: str) -> None:
        raise_(self.home, person)
        for owed in self.owed.values():
            owed.add(person)
        self.open = [(stage, found, later | {person}) for stage, found, later in self.open]

    @rule(stage=st.sampled_from(STAGES))
    def begin(self, stage: str) -> None:
        found = work(self.home, stage)
        assert found.people >= self.owed[stage]
        self.open.append((stage, found, set()))

    @rule(first=st.booleans())
    def end(self, first: bool) -> None:
        if self.open:
            stage, found, later = self.open.pop(0 if first else -1)
            done(self.home, found, stage)
            self.owed[stage] -= set(found.people) - later

    @invariant()
    def nothing_owed_is_forgotten(self) -> None:
        for stage, owed in self.owed.items():
            assert work(self.home, stage).people >= owed
        if self.owed["reconciled"]:
            assert pending(self.home)


def test_stages_in_any_order(home: Home) -> None:
    class OnThisHome(Stages):
        pass

    OnThisHome.home = home
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(OnThisHome, settings=settings(max_examples=25, stateful_step_count=15, deadline=None))


def add_reading(home: Home, now: datetime, key: str, year: str, reference: str | None = None, **more: object) -> None:
    with home.database.writing() as session:
        if session.get(Person, "ann") is None:
            session.add(Person(person_id="ann", is_example=True, added_at=now))
        session.add(Document(sha256=key, size_bytes=1, first_seen_at=now))
        session.flush()
        row = {
            "reading_id": key,
            "sha256": key,
            "part": 0,
            "reader_version": "1",
            "read_at": now,
            "doc_type": "payslip",
            "status": "proved",
            "reasons": [],
            "person_id": "ann",
            "tax_year": year,
            "employer_key": "acme",
            "paye_reference": reference,
            "content_index": key,
        }
        session.add(ReadingRow(**(row | more)))


@pytest.mark.parametrize(
    ("more", "known", "why"),
    [
        ({}, {"acme": "123/A"}, "one reference"),
        ({"status": "needs_review"}, {}, "who knows what was read"),
        ({"superseded_at": datetime.fromisoformat("2026-01-01T00:00Z")}, {}, "no longer what is read"),
        ({"person_id": None}, {}, "nobody's"),
        ({"employer_key": None}, {}, "nobody's reference"),
    ],
)
def test_references(any_home: Home, now: datetime, more: dict[str, object], known: dict[str, str], why: str) -> None:
    add_reading(any_home, now, "a", YEAR, "123/A", **more)
    add_reading(any_home, now, "b", YEAR)
    with any_home.database.reading() as session:
        assert references_of(session, "ann") == known, why


def test_a_reference_that_comes_or_goes_concerns_all_years(any_home: Home, now: datetime) -> None:
    add_reading(any_home, now, "a", "2022-23")
    add_reading(any_home, now, "b", "2023-24")
    for reference, raised in (("123/A", {"2022-23": 1, "2023-24": 1}), (None, {"2022-23": 2, "2023-24": 2})):
        with any_home.database.writing() as session:
            changes = InputChanges(session)
            changes.of_person("ann", ["2023-24"])
            session.get(ReadingRow, "b").paye_reference = reference  # type: ignore[union-attr]
            changes.raise_all()
        assert dict(pending(any_home)) == raised


def test_a_content_that_tells_nothing_else_concerns_its_own_year(any_home: Home, now: datetime) -> None:
    add_reading(any_home, now, "a", "2022-23", "123/A")
    add_reading(any_home, now, "b", "2023-24", "123/A", period_tax_year="2024-25")
    with any_home.database.writing() as session:
        changes = InputChanges(session)
        changes.of_content("b")
        session.get(Document, "b").withdrawn_at = now  # type: ignore[union-attr]
        changes.raise_all()
    assert dict(pending(any_home)) == {"2023-24": 1, "2024-25": 1}
