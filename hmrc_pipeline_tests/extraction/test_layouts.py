"""Layouts nobody tuned the rules to: every printed field right, nothing invented, nothing wrong without a flag."""

import pytest

from hmrc_pipeline.extraction import FileReading, read_pdf
from hmrc_pipeline_tests.extraction.drawn import Sheet, Slip
from hmrc_pipeline_tests.extraction.drawn_layouts import LAYOUTS
from hmrc_pipeline_tests.extraction.drawn_more import MORE_LAYOUTS

ALL = {**LAYOUTS, **MORE_LAYOUTS}
STATUS = {"summary_only": "consistent"}
"""The status each layout earns where it is not `proved`: totals without lines prove nothing line by line."""


def differences(sheet: Sheet, reading: FileReading) -> list[tuple[str, str | None, str | None]]:
    """Field, printed and read value, for every field that is not right."""
    assert reading.error is None
    assert len(reading.documents) == 1
    read = {name: figure.value for name, figure in reading.documents[0].figures.items()}
    names = sorted(set(read) | set(sheet.fields))
    return [(n, sheet.fields.get(n), read.get(n)) for n in names if sheet.fields.get(n) != read.get(n)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("layout", ALL)
def test_every_printed_field_is_read_and_none_invented(layout: str, seed: int) -> None:
    sheet = ALL[layout](Slip(seed))
    reading = read_pdf(sheet.finish())
    assert differences(sheet, reading) == []
    document = reading.documents[0]
    assert document.doc_type == "payslip"
    assert document.review_reasons == ()
    assert document.status in ("proved", STATUS.get(layout, "proved"))


@pytest.mark.parametrize("layout", ALL)
def test_every_figure_says_where_it_stands_and_what_led_to_it(layout: str) -> None:
    document = read_pdf(ALL[layout](Slip(3)).finish()).documents[0]
    for figure in document.figures.values():
        assert figure.page == 1
        assert 0 <= figure.box.x0 < figure.box.x1 <= 596
        assert 0 <= figure.box.top < figure.box.bottom <= 843
        assert figure.text
        assert figure.relation
        assert (figure.label is None) == (figure.label_box is None) or figure.field == "tax_year"
    assert "N1" in document.figures["net_pay"].checks


@pytest.mark.parametrize("layout", ALL)
@pytest.mark.parametrize("spoiled", ["net_pay", "income_tax"])
def test_a_misprinted_amount_never_passes_unseen(layout: str, spoiled: str) -> None:
    """A penny too much on one amount: flagged wherever a sum holds it, and the sum that fails is named."""
    slip = Slip(11)
    sheet = ALL[layout](slip)
    before = read_pdf(sheet.finish()).documents[0]
    assert before.status != "needs_review"
    if spoiled == "net_pay":
        slip.net += 1
    else:
        slip.tax += 1
    document = read_pdf(ALL[layout](slip).finish()).documents[0]
    if layout == "summary_only" and spoiled == "income_tax":
        assert document.status != "proved"  # lines are not all printed there: only the totals are held
        return
    assert document.status == "needs_review", document.figures[spoiled]
    assert any("less" in reason or "sum" in reason for reason in document.review_reasons)
