"""Whatever the layout, nothing is read wrongly unseen: slips in layouts put together by chance, and the thousand."""

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache

import pytest

from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.drawing import Overprint
from hmrc_pipeline.simulators.layouts import layouts_of
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.payslips import LAYOUTS
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline_tests.extraction.patchwork import FORMS, patchwork
from hmrc_pipeline_tests.extraction.scoring import scored


@lru_cache(maxsize=8)
def _slips(seed: int) -> tuple[Slip, ...]:
    return tuple(career(seed).slips)


def patches(seeds: range, form: str) -> Iterator[Sample]:
    """A slip for each seed, but for the few whose blocks do not fit their page."""
    for seed in seeds:
        slips = _slips(3_000 + seed // 60)
        try:
            yield patchwork(slips[random.Random(seed).randrange(len(slips))], seed, form)
        except Overprint:
            continue


@pytest.mark.parametrize("form", FORMS)
def test_layouts_by_chance_are_never_read_wrongly_unseen(form: str) -> None:
    score = scored(patches(range(20), form))
    assert score.all["documents"] >= 15
    assert score.silent == []
    assert score.share_right() >= 0.95


HARD = frozenset({"between", "pairs"})
"""Forms of which more is doubted: captions between two columns, both times behind captions under each label."""


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_many_layouts_by_chance(form: str) -> None:
    score = scored(patches(range(10_000, 10_600), form))
    print(f"\n{form}\n{score.tables()}")
    assert score.silent == []
    assert score.share_right() >= (0.95 if form in HARD else 0.98)
    assert score.share_of_boxes() >= (0.97 if form in HARD else 0.99)
    assert score.share_in_review() <= (0.15 if form in HARD else 0.06)


def made_up(first_seed: int, documents: int, layouts: Sequence[str] = tuple(LAYOUTS)) -> Iterator[Sample]:
    """Slips and P60s of seeded careers, every layout in turn, until there are enough."""
    found, seed = 0, first_seed
    while found < documents:
        for layout in layouts:
            for sample in _of_life(seed, layout):
                found += 1
                yield sample
        seed += 1


def _of_life(seed: int, layout: str) -> Iterator[Sample]:
    """Every ninth slip and every third P60; none of a life whose names do not fit the layout's form."""
    try:
        for number, (_, sample) in enumerate(documents_of(career(seed, layouts=(layout,)), seeded=True)):
            if number % 9 == 0 or (sample.doc_type != "payslip" and number % 3 == 0):
                yield sample
    except Overprint:
        return


def test_some_documents_of_every_layout() -> None:
    score = scored(made_up(85_000, 120))
    assert score.silent == []
    assert score.share_right() >= 0.99


@pytest.mark.long
def test_a_thousand_documents_of_unseen_seeds_over_all_layouts() -> None:
    """Prints the tables by layout and by field (`-s`)."""
    score = scored(made_up(120_000, 1_000))
    print(f"\n{score.tables()}")
    assert score.all["documents"] >= 1_000
    assert score.silent == []
    assert score.share_right() >= 0.995
    assert score.share_in_review() <= 0.03
    assert score.share_of_boxes() >= 0.99


@pytest.mark.long
def test_the_layouts_nothing_was_bettered_on() -> None:
    """Prints the tables by layout and by field (`-s`)."""
    score = scored(made_up(125_000, 300, layouts_of("held_back")))
    print(f"\n{score.tables()}")
    assert score.silent == []
    assert score.share_right() >= 0.995
