"""Every cause planted in made-up person-years is named with its exact amounts; nothing planted, nothing found."""

import pytest

from hmrc_pipeline_tests.reconciliation.planting import (
    PLANTERS,
    Score,
    made_up_years,
    pairs,
    papers_of,
    score,
    singles,
)


def check(start: int, count: int, several: int) -> tuple[list[Score], list[bool]]:
    alone, two = [], []
    for number, year in enumerate(made_up_years(count, start), start):
        base = papers_of(year)
        nothing = score(base, [])
        assert nothing.told == (), number
        assert not nothing.unexplained, number
        for name, found in singles(base, number):
            assert found.all_exact, (number, name, found.truths, found.told)
            assert not found.wrongly_certain, (number, name, found.wrongly_certain)
            alone.append(found)
        for pair, meeting, found in pairs(base, number, several):
            assert not found.wrongly_certain, (number, pair, found.wrongly_certain)
            two.append(found.is_told(meeting))
    assert sum(two) >= 0.95 * len(two)
    return alone, two


def test_every_cause_alone_and_two_at_once() -> None:
    alone, two = check(0, 12, 12)
    assert {item.truths[0].cause for item in alone} >= PLANTERS.keys() - {"week_53"}
    assert len(two) > 40


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, 500, 20))
def test_five_hundred_person_years(start: int) -> None:
    check(start, 20, 20)
