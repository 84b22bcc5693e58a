"""The layouts a reader is bettered on and judged by: fair to read for whatever slip in whatever style."""

import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.layouts import LAYOUTS, Group, layouts_of
from hmrc_pipeline.simulators.layouts.view import SlipView
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Record, Sample
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


@pytest.mark.parametrize(("group", "count"), [("everyday", 15), ("tryout", 17), ("held_back", 3)])
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


def test_a_sealed_form_brings_forward_what_was_carried_and_leaves_the_rest_blank() -> None:
    slip = KINDS["shares and sacrifice"]
    page = text_of(make_payslip(slip, "sealed_form"))
    for name in ("taxable_pay", "income_tax", "student_loan"):
        before, now, after = slip.ytd[name] - slip.amounts[name], slip.amounts[name], slip.ytd[name]
        assert f"{before:,.2f} {now:,.2f} {after:,.2f}" in page, name
    assert "postgraduate_loan" not in slip.ytd
    assert "POSTGRADUATE LOAN" in page, "the caption is printed beforehand"


def test_in_a_list_of_wage_types_what_is_taken_carries_its_minus_sign_and_so_does_its_total() -> None:
    sample = make_payslip(KINDS["shares and sacrifice"], "wage_types")
    signed = {name for name, places in sample.boxes.items() if any(place["text"].endswith("-") for place in places)}
    assert signed == {"pension_sacrifice", "income_tax", "national_insurance", "student_loan", "total_deductions"}
    assert all(Decimal(sample.fields[name]) > 0 for name in signed), "a field is positive when taken"


def test_a_letter_tells_in_sentences_what_its_table_does_not() -> None:
    slip = KINDS["shares and sacrifice"]
    page = text_of(make_payslip(slip, "letter"))
    now, year = slip.amounts, slip.ytd
    assert f"We paid {now['net_pay']:,.2f} into your bank account on 24/05/2024." in page
    for name, told in (
        ("taxable_pay", "was"),
        ("employer_ni", "which we pay on top, was"),
        ("rsu_gross", "money, was"),
    ):
        assert f"{told} {now[name]:,.2f} this month and {year[name]:,.2f} since 6 April." in page, name


def test_a_worksheet_has_what_a_line_is_reckoned_on_before_it() -> None:
    slip = KINDS["shares and sacrifice"]
    page = text_of(make_payslip(slip, "worksheet"))
    tax, paid = slip.amounts["income_tax"], slip.amounts["employer_ni"]
    assert f"{slip.amounts['taxable_pay']:,.2f} {tax:,.2f}" in page
    assert f"{slip.amounts['ni_pay']:,.2f} {paid:,.2f}" in page
    assert f"{slip.amounts['basic_pay']:,.2f} {slip.terms.employer_rate * 100:.2f}% " in page


def test_a_newspaper_goes_on_in_its_second_column_and_takes_with_a_minus_sign() -> None:
    sample = make_payslip(KINDS["everything at once"], "newspaper")
    assert "Deductions (continued)" in text_of(sample)
    assert sample.boxes["income_tax"][0]["box"][2] < 300 < sample.boxes["total_deductions"][0]["box"][0]
    for name in ("income_tax", "student_loan", "total_deductions", "ytd_total_deductions"):
        assert sample.boxes[name][0]["text"].startswith("-"), name
        assert Decimal(sample.fields[name]) > 0, "a field is positive when taken"


@pytest.mark.parametrize(("wording", "label"), [(0, "Income Tax / Treth Incwm"), (1, "Treth Incwm / PAYE Tax")])
def test_a_slip_in_two_languages_has_each_caption_twice(wording: int, label: str) -> None:
    sample = make_payslip(KINDS["shares and sacrifice"], "two_tongues", Style(wording=wording))
    assert label in [row["label"] for row in sample.lines]
    assert label in text_of(sample)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("shares and sacrifice", (date(2024, 5, 1), date(2024, 5, 31))),
        ("weekly by the hour", (date(2024, 3, 30), date(2024, 4, 5))),
    ],
)
def test_a_month_is_paid_within_itself_and_a_week_in_the_next(kind: str, days: tuple[date, date]) -> None:
    assert SlipView(KINDS[kind], Style(), {}, Record()).worked == days
