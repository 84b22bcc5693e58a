"""Slips and P60s of made-up careers in every everyday layout of the sample maker, with the generic rules alone."""

from collections import Counter
from decimal import Decimal, InvalidOperation

import pytest

from hmrc_pipeline.extraction import Figure, read_pdf
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.layouts import layouts_of
from hmrc_pipeline.simulators.samples import Sample


def same(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return "".join(first.upper().split()) == "".join(second.upper().split())


def stands(figure: Figure, sample: Sample) -> bool:
    for place in sample.boxes[figure.field]:
        x0, top, x1, bottom = place["box"]
        across = min(figure.box.x1, x1) - max(figure.box.x0, x0)
        down = min(figure.box.bottom, bottom) - max(figure.box.top, top)
        smaller = min(figure.box.x1 - figure.box.x0, x1 - x0)
        if place["page"] == figure.page and across >= 0.5 * smaller and down > 0:
            return True
    return False


def scored(layouts: tuple[str, ...], seeds: range, every: int) -> tuple[Counter[str], list[tuple[str, str, str]]]:
    counts: Counter[str] = Counter()
    silent: list[tuple[str, str, str]] = []
    for seed in seeds:
        for number, (_, sample) in enumerate(documents_of(career(seed, layouts=layouts), seeded=True)):
            if number % every and sample.doc_type == "payslip":
                continue
            reading = read_pdf(sample.content, passwords=[sample.password] if sample.password else [])
            assert len(reading.documents) == 1, (sample.layout, sample.name, reading.error)
            document = reading.documents[0]
            counts["documents"] += 1
            counts["review"] += document.needs_review
            for name, value in sample.fields.items():
                figure = document.figures.get(name)
                good = figure is not None and same(figure.value, value)
                counts["right" if good else "not right"] += 1
                counts["box" if figure and stands(figure, sample) else "no box"] += figure is not None
                if figure and not good and not document.needs_review:
                    silent.append((sample.layout, sample.name, name))
            invented = [name for name in document.figures if name not in sample.fields]
            silent.extend((sample.layout, sample.name, name) for name in invented if not document.needs_review)
    return counts, silent


@pytest.mark.parametrize("layout", layouts_of("everyday"))
def test_printed_fields_are_right_and_nothing_is_wrong_unseen(layout: str) -> None:
    counts, silent = scored((layout,), range(700, 702), every=8)
    assert silent == []
    assert counts["right"] >= 0.98 * (counts["right"] + counts["not right"])
    assert counts["box"] >= 0.99 * (counts["box"] + counts["no box"])
    assert counts["review"] <= max(1, 0.05 * counts["documents"])


@pytest.mark.long
def test_a_thousand_documents_of_all_layouts() -> None:
    counts, silent = scored(layouts_of("everyday"), range(5_000, 5_150), every=4)
    assert counts["documents"] >= 1_000
    assert silent == []
    assert counts["right"] >= 0.995 * (counts["right"] + counts["not right"])
    assert counts["box"] >= 0.99 * (counts["box"] + counts["no box"])
    assert counts["review"] <= 0.03 * counts["documents"]
