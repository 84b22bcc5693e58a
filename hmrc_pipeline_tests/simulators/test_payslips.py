"""Drawn payslips: what a sample claims stands on the page, where it claims it, and the same bytes every time."""

from decimal import Decimal

import pypdfium2 as pdfium
import pytest

from hmrc_pipeline.extraction.fields import PAYSLIP_FIELDS
from hmrc_pipeline.simulators.careers import career, demo_career
from hmrc_pipeline.simulators.drawing import A4, Overprint, Sheet
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.payslips import LAYOUTS, make_payslip, make_payslips
from hmrc_pipeline.simulators.samples import Record
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
    net = Decimal(fields["net_pay"])
    assert net == VEST.amounts["net_pay"]
    if "total_deductions" in fields:
        assert Decimal(fields["gross_pay"]) - Decimal(fields["total_deductions"]) == net
    for needed in ("pay_date", "tax_period", "paye_reference", "ni_number", "ytd_taxable_pay", "ytd_income_tax"):
        assert needed in fields


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_printed_lines_add_up(layout: str) -> None:
    sample = make_payslip(BONUS, layout)
    for section, total in (("payments", "gross_pay"), ("deductions", "total_deductions")):
        rows = [Decimal(row["amount"]) for row in sample.lines if row["section"] == section and "amount" in row]
        assert abs(sum(rows)) == Decimal(sample.fields.get(total, str(BONUS.amounts[total])))


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


def test_two_slips_a_page_and_several_months_a_file_are_documents_of_their_own() -> None:
    file = make_payslips(SLIPS[12:15], "two_up")
    parts = [file, *file.more]
    assert [part.fields["tax_period"] for part in parts] == ["1", "2", "3"]
    assert [part.boxes["net_pay"][0]["page"] for part in parts] == [1, 1, 2]
    assert file.name == "payslip-2024-04-25-to-2024-06-25-corvane.pdf"
    for part in parts:
        for field, claimed, found in words_in_boxes(part):
            assert found == claimed, field


def test_a_locked_file_needs_its_password() -> None:
    sample = make_payslip(PLAIN, "grid", Style(password="opensesame"))
    assert sample.password == "opensesame"
    assert "3,572.11" in text_of(sample)
    with pytest.raises(pdfium.PdfiumError, match="password"):
        pdfium.PdfDocument(sample.content)


def test_a_text_on_another_is_refused() -> None:
    sheet = Sheet(A4, Style(), title="", record=Record())
    sheet.text(100, 100, "Net pay")
    with pytest.raises(Overprint, match="stands on 'Net pay'"):
        sheet.text(120, 102, "1,234.50")
    with pytest.raises(Overprint, match="does not fit"):
        sheet.text(590, 200, "1,234.50")


def test_a_text_that_runs_upwards_keeps_its_place_too() -> None:
    sheet = Sheet(A4, Style(), title="", record=Record())
    sheet.upright(50, 300, "DEDUCTIONS")
    sheet.text(54, 300, "Net pay")
    with pytest.raises(Overprint, match="stands on 'DEDUCTIONS'"):
        sheet.text(48, 315, "Tax")
    with pytest.raises(Overprint, match="does not fit"):
        sheet.upright(80, 10, "DEDUCTIONS")


@pytest.mark.parametrize("refund", ["payment", "deduction"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_tax_given_back_is_negative_whichever_way_it_is_printed(layout: str, refund: str) -> None:
    slip = next(s for seed in range(30) for s in career(seed).slips if s.amounts["income_tax"] < 0)
    sample = make_payslip(slip, layout, Style(refund=refund))  # type: ignore[arg-type]
    assert Decimal(sample.fields["income_tax"]) == slip.amounts["income_tax"]
    rows = [row for row in sample.lines if "amount" in row and row["section"] in {"payments", "deductions"}]
    paid = sum(Decimal(row["amount"]) for row in rows if row["section"] == "payments")
    taken = sum(Decimal(row["amount"]) for row in rows if row["section"] == "deductions")
    assert Decimal(sample.fields["net_pay"]) in {paid - taken, paid + taken}, "deductions may carry a minus sign"
    assert any("refund" in row["label"].lower() for row in rows) == (refund == "payment")


def test_a_slip_can_be_drawn_without_some_of_its_fields() -> None:
    sample = make_payslip(PLAIN, "adp", without={"pay_date", "ytd_income_tax"})
    assert not {"pay_date", "ytd_income_tax"} & set(sample.fields)
    assert "25/06/2024" not in text_of(sample)


def test_pictured_captions_are_in_no_text_and_their_values_are() -> None:
    sample = make_payslip(VEST, "side_by_side", Style(pictured=True))
    assert "Process Date" not in text_of(sample)
    assert "24/05/2024" in text_of(sample)
    assert sample.fields == make_payslip(VEST, "side_by_side").fields


def test_an_unreadable_file_has_letters_without_meaning() -> None:
    text = text_of(make_payslip(VEST, "grid", Style(font="vera", unreadable=True)))
    assert "NET PAY" not in text
    assert sum("\ue000" <= letter <= "\uf8ff" for letter in text) > len(text) / 2


def test_a_slip_that_goes_on_overleaf_has_its_lines_on_the_second_page() -> None:
    sample = make_payslip(VEST, "two_pages")
    assert {place["page"] for place in sample.boxes["gross_pay"]} == {1}
    assert {place["page"] for place in sample.boxes["income_tax"]} == {2}
    assert [place["page"] for place in sample.boxes["pay_date"]] == [1, 2]
