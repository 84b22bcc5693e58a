"""Drawn payslips: what a sample claims stands on the page, where it claims it, and the same bytes every time."""

from decimal import Decimal

import pytest

from hmrc_pipeline.extraction.fields import PAYSLIP_FIELDS
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.payslips import LAYOUTS, make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.simulators.paper import text_of, words_in_boxes

SLIPS: list[Slip] = list(demo_career(TaxYear(2025)).slips)
LEAVER, VEST, BONUS, PLAIN = SLIPS[3], SLIPS[13], SLIPS[23], SLIPS[14]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("slip", [LEAVER, VEST, BONUS], ids=["leaver", "vest", "bonus"])
def test_every_value_stands_in_its_box(layout: str, slip: Slip) -> None:
    sample = make_payslip(slip, layout)
    for field, claimed, found in words_in_boxes(sample):
        assert found == claimed, field


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_field_is_of_the_contract_and_agrees_with_the_slip(layout: str) -> None:
    sample = make_payslip(VEST, layout)
    assert set(sample.fields) <= set(PAYSLIP_FIELDS)
    assert set(sample.fields) == set(sample.boxes)
    for name, value in sample.fields.items():
        if name.removeprefix("ytd_") in VEST.amounts:
            source = VEST.ytd if name.startswith("ytd_") else VEST.amounts
            assert Decimal(value) == source[name.removeprefix("ytd_")], name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_page_proves_itself(layout: str) -> None:
    fields = make_payslip(VEST, layout).fields
    assert Decimal(fields["gross_pay"]) - Decimal(fields["total_deductions"]) == Decimal(fields["net_pay"])
    for needed in ("pay_date", "tax_period", "paye_reference", "ni_number", "ytd_taxable_pay", "ytd_income_tax"):
        assert needed in fields


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_printed_lines_add_up(layout: str) -> None:
    sample = make_payslip(BONUS, layout)
    for section, total in (("payments", "gross_pay"), ("deductions", "total_deductions")):
        rows = [Decimal(row["amount"]) for row in sample.lines if row["section"] == section and "amount" in row]
        assert sum(rows) == Decimal(sample.fields[total])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_slip_gives_the_same_bytes(layout: str) -> None:
    style = Style.seeded(7)
    assert make_payslip(PLAIN, layout, style).content == make_payslip(PLAIN, layout, style).content


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(12))
def test_in_any_style_every_value_stands_in_its_box(layout: str, seed: int) -> None:
    sample = make_payslip(VEST, layout, Style.seeded(seed))
    for field, claimed, found in words_in_boxes(sample):
        assert found == claimed, field


def test_a_sacrifice_taken_as_a_deduction_raises_gross_and_deductions_alike() -> None:
    paid = make_payslip(PLAIN, "single_list").fields
    taken = make_payslip(PLAIN, "single_list", Style(sacrifice="deduction")).fields
    sacrifice = Decimal(paid["pension_sacrifice"])
    assert taken["pension_sacrifice"] == paid["pension_sacrifice"]
    assert Decimal(taken["gross_pay"]) == Decimal(paid["gross_pay"]) + sacrifice
    assert taken["net_pay"] == paid["net_pay"]


def test_nothing_is_claimed_that_is_not_printed() -> None:
    sample = make_payslip(PLAIN, "adp")
    assert "bonus" not in sample.fields
    assert "rsu_gross" not in sample.fields
    assert "RSU TAX OFFSET" in text_of(sample), "the balance of May's vest"
    assert "pay_frequency" not in make_payslip(PLAIN, "grid").fields
