"""Files besides payslips and P60s: deterministic, and what they say they are."""

import zlib

import pypdfium2 as pdfium
import pytest

from hmrc_pipeline.simulators import oddities
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.simulators.paper import text_of

LEAVER = demo_career(TaxYear(2025)).years[0].employments[0]


def test_the_bomb_is_small_packed_and_large_unpacked() -> None:
    content = oddities.bomb()
    assert len(content) < 1024
    packed = content[content.index(b"stream\n") + 7 : content.index(b"\nendstream")]
    assert len(zlib.decompress(zlib.decompress(packed))) > 50_000_000


def test_a_harmless_bomb_is_a_valid_page() -> None:
    document = pdfium.PdfDocument(oddities.bomb(megabytes=1))
    assert len(document) == 1


def test_what_is_no_pdf_does_not_open() -> None:
    whole = oddities.letter().content
    for content in (oddities.not_a_pdf(), oddities.truncated(whole), b""):
        with pytest.raises(pdfium.PdfiumError):
            pdfium.PdfDocument(content)


def test_other_documents_are_told_apart_by_their_words_only() -> None:
    samples = {
        sample.layout: sample
        for sample in (
            oddities.p45(LEAVER),
            oddities.p11d(LEAVER),
            oddities.letter(),
            oddities.take_home_sheet(),
            oddities.foreign_payslip(),
        )
    }
    assert {sample.doc_type for sample in samples.values()} == {"other"}
    assert "Total pay to date" in text_of(samples["p45"])
    assert "14820.00" in text_of(samples["p45"])
    assert "Auszahlungsbetrag" in text_of(samples["foreign_payslip"])
    assert oddities.p45(LEAVER).content == samples["p45"].content


def test_a_page_without_text_has_none() -> None:
    document = pdfium.PdfDocument(oddities.without_text())
    assert document[0].get_textpage().get_text_range() == ""
