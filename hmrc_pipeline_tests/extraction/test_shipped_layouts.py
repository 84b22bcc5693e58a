"""The layouts that ship: each is needed, each finishes its payslip, each has a sample."""

import pytest

from hmrc_pipeline.extraction import ReadDocument, load_templates, read_pdf, texts_of
from hmrc_pipeline.extraction.samples import load_samples
from hmrc_pipeline_tests.extraction.drawn_shipped import DRAWN

SHIPPED = load_templates(texts_of())
IDS = [template.id for template in SHIPPED]


def read(name: str, *, helped: bool) -> tuple[ReadDocument, dict[str, str]]:
    content, printed = DRAWN[name]()
    (document,) = read_pdf(content, templates=SHIPPED if helped else ()).documents
    return document, printed


def test_each_layout_that_ships_is_drawn_here_and_has_a_sample() -> None:
    assert sorted(IDS) == sorted(DRAWN) == sorted(sample.name for sample in load_samples())


@pytest.mark.parametrize("name", IDS)
def test_the_rules_alone_leave_it_unfinished_and_say_so(name: str) -> None:
    document, printed = read(name, helped=False)
    assert document.status not in ("proved", "consistent") or document.doc_type == "other"
    missed = [field for field in printed if document.value(field) != printed[field]]
    assert len(missed) > 4, "a layout the rules can read alone need not ship"


@pytest.mark.parametrize("name", IDS)
def test_with_its_layout_every_printed_field_is_right_and_proved(name: str) -> None:
    document, printed = read(name, helped=True)
    read_values = {field: figure.value for field, figure in document.figures.items()}
    assert (document.status, document.layout) == ("proved", f"{name} 1")
    assert read_values == printed
