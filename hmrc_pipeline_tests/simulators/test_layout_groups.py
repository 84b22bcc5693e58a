"""The layouts a reader is bettered on and judged by: fair to read for whatever slip in whatever style."""

import unicodedata
from functools import cache

import pytest

from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.layouts import LAYOUTS, Group, layouts_of
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline_tests.simulators.paper import text_of, words_in_boxes
from hmrc_pipeline_tests.simulators.slips import KINDS

UNSEEN = (*layouts_of("tryout"), *layouts_of("held_back"))
SEEDED = [Style.seeded(seed) for seed in range(8)]
STYLES = [
    Style(),
    Style(sacrifice="deduction", refund="payment", carry=True, units=True, decoys=True),
    Style(ytd_first=True, font="courier", scale=1.05, pound=True, negative="cr", wording=7, units=True),
    Style(employer_in_deductions=True, font="vera", scale=1.05, carry=True, negative="trailing", wording=4),
    *SEEDED,
]


def letters(text: str) -> str:
    """A text without blanks and ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def drawn(layout: str, kind: str) -> tuple[Sample, ...]:
    return tuple(make_payslip(KINDS[kind], layout, style) for style in STYLES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", UNSEEN)
def test_whatever_the_slip_every_value_stands_in_its_box(layout: str, kind: str) -> None:
    for sample in drawn(layout, kind):
        for field, claimed, found in words_in_boxes(sample):
            assert found == claimed, field


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", UNSEEN)
def test_no_caption_of_a_line_is_cut(layout: str, kind: str) -> None:
    for sample in drawn(layout, kind):
        page = letters(text_of(sample))
        assert [row["label"] for row in sample.lines if letters(row["label"]) not in page] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", UNSEEN)
def test_all_that_a_slip_pays_and_takes_is_printed(layout: str, kind: str) -> None:
    slip = KINDS[kind]
    for sample in drawn(layout, kind):
        printed = {name for name in sample.fields if not name.startswith("ytd_")}
        assert set(slip.amounts) <= printed, "no figure of the period is left off"
        assert {"employer_name", "employee_name", "payroll_number", "ni_letter", "tax_code"} <= printed


@pytest.mark.parametrize(("group", "count"), [("everyday", 15), ("tryout", 10), ("held_back", 3)])
def test_a_layout_is_of_one_group(group: Group, count: int) -> None:
    assert len(layouts_of(group)) == count
    assert all(LAYOUTS[name].group == group for name in layouts_of(group))


def test_careers_are_drawn_in_everyday_layouts_only() -> None:
    used = {job.terms.layout for seed in range(40) for year in career(seed).years for job in year.employments}
    assert used == set(layouts_of("everyday"))


def test_a_long_slip_goes_on_overleaf_where_a_browser_prints_it() -> None:
    long = make_payslip(KINDS["everything at once"], "web_print")
    assert {place["page"] for places in long.boxes.values() for place in places} == {1, 2}
    short = make_payslip(KINDS["weekly by the hour"], "web_print")
    assert {place["page"] for places in short.boxes.values() for place in places} == {1}
