"""Scans: no text, the same fields, and boxes that still lie on the ink."""

import numpy as np
import pypdfium2 as pdfium

from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.scans import as_scan
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.simulators.paper import text_of

SAMPLE = make_payslip(list(demo_career(TaxYear(2025)).slips)[13], "side_by_side")


def test_a_scan_has_the_fields_and_no_text() -> None:
    scan = as_scan(SAMPLE, seed=3)
    assert scan.fields == SAMPLE.fields
    assert text_of(scan).strip() == ""
    assert as_scan(SAMPLE, seed=3).content == scan.content
    assert as_scan(SAMPLE, seed=4).content != scan.content


def test_the_boxes_lie_on_ink() -> None:
    scan = as_scan(SAMPLE, seed=8)
    picture = np.asarray(pdfium.PdfDocument(scan.content)[0].render(scale=2).to_pil().convert("L"))
    for name, places in scan.boxes.items():
        x0, top, x1, bottom = (round(edge * 2) for edge in places[0]["box"])
        assert picture[top:bottom, x0:x1].min() < 140, name


def test_an_ocr_layer_is_text_with_slips() -> None:
    scan = as_scan(SAMPLE, seed=3, ocr=True)
    assert "Pay Advice" in text_of(scan)
    assert text_of(scan) != text_of(SAMPLE)
