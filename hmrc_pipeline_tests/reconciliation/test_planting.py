"""Every cause planted in made-up person-years is named with its exact amounts; nothing planted, nothing found.

Three planters: one speaks of causes, one only changes papers, one knows people and a payroll of its own.
"""

from types import ModuleType

import pytest

from hmrc_pipeline_tests.reconciliation.planting import by_career, by_cause, by_paper
from hmrc_pipeline_tests.reconciliation.planting.scoring import Score


def check(planter: ModuleType, start: int, count: int, several: int) -> tuple[list[Score], list[bool]]:
    alone, two = [], []
    for number, year in enumerate(planter.made_up_years(count, start), start):
        base = planter.papers_of(year)
        nothing = planter.score(base, [])
        assert nothing.told == (), number
        assert not nothing.unexplained, number
        for name, found in planter.singles(base, number):
            assert found.all_exact, (number, name, found.truths, found.told)
            assert not found.wrongly_certain, (number, name, found.wrongly_certain)
            alone.append(found)
        for pair, meeting, found in planter.pairs(base, number, several):
            assert not found.wrongly_certain, (number, pair, found.wrongly_certain)
            two.append(found.is_told(meeting))
    assert sum(two) >= 0.95 * len(two)
    return alone, two


def test_every_cause_alone_and_two_at_once() -> None:
    alone, two = check(by_cause, 0, 12, 12)
    assert {item.truths[0].cause for item in alone} >= by_cause.PLANTERS.keys() - {"week_53"}
    assert len(two) > 40


def test_every_bent_paper_alone_and_two_at_once() -> None:
    alone, two = check(by_paper, 0, 24, 12)
    assert {item.label for item in alone} == by_paper.FAULTS.keys()
    assert len(two) > 100


def test_every_fault_of_a_career_alone_and_two_at_once() -> None:
    alone, two = check(by_career, 0, 40, 4)
    assert {item.label for item in alone} == by_career.FAULTS.keys()
    assert len(two) > 40


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, 500, 20))
@pytest.mark.parametrize("planter", [by_cause, by_paper, by_career], ids=["causes", "papers", "careers"])
def test_five_hundred_person_years(planter: ModuleType, start: int) -> None:
    check(planter, start, 20, 20)
