"""Drawn P60s: figures, boxes, blank cells, refunds, copies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hmrc_pipeline.extraction.fields import P60_FIELDS
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.p60s import FORMS, make_p60
from hmrc_pipeline.simulators.payroll import NiRow, P60Figures
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.simulators.paper import text_of, words_in_boxes

CAREER = demo_career(TaxYear(2025))
JOINER, WHOLE = CAREER.years[0].p60s[0], CAREER.years[2].p60s[0]
FULL = replace(
    JOINER,
    tax=Decimal("-310.40"),
    code=TaxCode.parse("SK475 M1"),
    ni_rows=tuple(NiRow(letter, Decimal(1599), Decimal(1545), Decimal(9423), Decimal("753.84")) for letter in "AMHJ"),
    postgraduate_loan=Decimal(0),
    statutory={"smp": Decimal("2207.16"), "shpp": Decimal("184.03"), "spbp": Decimal("368.06")},
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("p60", [JOINER, WHOLE, FULL], ids=["joiner", "whole year", "full"])
def test_every_value_stands_in_its_box(form: str, p60: P60Figures) -> None:
    sample = make_p60(p60, form=form)
    assert set(sample.fields) <= set(P60_FIELDS)
    for field, claimed, found in words_in_boxes(sample):
        assert found == claimed, field


@pytest.mark.parametrize("form", FORMS)
def test_previous_and_this_make_the_total(form: str) -> None:
    fields = make_p60(JOINER, form=form).fields
    for kind in ("pay", "tax"):
        parts = [Decimal(fields[f"{kind}_{row}"]) for row in ("previous", "this", "total")]
        assert parts[0] + parts[1] == parts[2]


@pytest.mark.parametrize("form", FORMS)
def test_a_blank_cell_is_no_field(form: str) -> None:
    fields = make_p60(WHOLE, form=form).fields
    assert "pay_previous" not in fields
    assert "postgraduate_loan" not in fields
    assert not any(name.startswith("ni_2") for name in fields)


@pytest.mark.parametrize("form", FORMS)
def test_a_refund_is_marked_r_and_four_letters_have_a_row_each(form: str) -> None:
    sample = make_p60(FULL, form=form)
    assert sample.fields["tax_this"] == "-310.40"
    assert [sample.fields[f"ni_{row}_letter"] for row in range(1, 5)] == list("AMHJ")
    assert (sample.fields["tax_code"], sample.fields["tax_basis"]) == ("SK475", "M1")
    assert sample.fields["postgraduate_loan"] == "0.00"
    assert any(line.rstrip().endswith("R") for line in text_of(sample).splitlines())


def test_pounds_and_pence_are_apart_and_bands_whole() -> None:
    sample = make_p60(WHOLE)
    assert sample.boxes["pay_this"][0]["text"].count(" ") == 1
    assert sample.boxes["ni_1_pt_uel"][0]["text"] == "37692"
    assert sample.fields["ni_1_pt_uel"] == "37692.00"


def test_a_second_copy_adds_boxes_and_no_fields() -> None:
    one, two = make_p60(WHOLE), make_p60(WHOLE, copies=2)
    assert one.fields == two.fields
    assert [place["page"] for place in two.boxes["pay_this"]] == [1, 2]
    assert [found for _, claimed, found in words_in_boxes(two) if found != claimed] == []


def test_a_marking_and_a_date_of_issue_are_printed() -> None:
    sample = make_p60(WHOLE, marking="corrected", issued=date(2026, 6, 14))
    assert "CORRECTED" in text_of(sample)
    assert "14/06/2026" in text_of(sample)


def test_the_documents_of_the_demo_have_names_of_their_own_and_the_same_bytes() -> None:
    samples = [sample for _, sample in documents_of(CAREER)]
    assert len({sample.name for sample in samples}) == len(samples) == 39
    assert [sample.content for _, sample in documents_of(CAREER)] == [sample.content for sample in samples]
    assert {sample.layout for sample in samples} == {"single_list", "adp", "p60_single"}
