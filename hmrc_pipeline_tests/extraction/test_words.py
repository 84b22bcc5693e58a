"""Words and boxes: pdfium against pdfplumber, ligatures, trailing signs, glyphs beyond the basic plane."""

import io
import re

import pytest
from reportlab.pdfgen.canvas import Canvas

from hmrc_pipeline.extraction import Page, read_pages, read_pages_with_pdfplumber, read_pdf
from hmrc_pipeline.extraction.words import BrokenPdf, EncryptedPdf, TooLarge, is_text_usable
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.extraction.bad import locked, private_letters, simple
from hmrc_pipeline_tests.extraction.drawn import Slip
from hmrc_pipeline_tests.extraction.drawn_layouts import LAYOUTS
from hmrc_pipeline_tests.extraction.drawn_more import MORE_LAYOUTS

ALL = {**LAYOUTS, **MORE_LAYOUTS}


def texts(pages: list[Page]) -> list[tuple[str, int, int]]:
    """Every word with its left edge and its middle, rounded to whole points, in reading order."""
    return sorted(
        (word.text, round(word.box.x0), round((word.box.top + word.box.bottom) / 2 / 4))
        for page in pages
        for word in page.words
    )


@pytest.mark.parametrize("layout", ALL)
def test_both_engines_see_the_same_words_at_the_same_places(layout: str) -> None:
    content = ALL[layout](Slip(5)).finish()
    ours, theirs = read_pages(content), read_pages_with_pdfplumber(content)
    assert [(p.number, round(p.width), round(p.height)) for p in ours] == [
        (p.number, round(p.width), round(p.height)) for p in theirs
    ]
    first = [(text, x) for text, x, _ in texts(ours) if "..." not in text]
    second = [(text, x) for text, x, _ in texts(theirs) if "..." not in text]
    assert [text for text, _ in first] == [text for text, _ in second]
    assert all(abs(a - b) <= 1 for (_, a), (_, b) in zip(first, second, strict=True))


def test_tops_and_bottoms_surround_the_letters() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(100, 842 - 200, "Hxg")
    canvas.save()
    (word,) = read_pages(out.getvalue())[0].words
    assert word.text == "Hxg"
    assert abs(word.box.x0 - 100) < 1
    assert 188 <= word.box.top <= 194
    assert 200 <= word.box.bottom <= 205


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("189.90-", ["189.90-"]),
        ("(12.00)", ["(12.00)"]),
        ("\N{POUND SIGN}1,234.50 CR", ["\N{POUND SIGN}1,234.50", "CR"]),
        ("Non-taxable", ["Non-taxable"]),
        ("o\N{LATIN SMALL LIGATURE FI}ce", ["office"[0] + "fice"]),
    ],
)
def test_signs_and_ligatures(printed: str, read: list[str]) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.setFont("Vera", 10)
    canvas.drawString(100, 700, printed)
    canvas.drawString(100, 680, "following line")
    canvas.save()
    assert [word.text for word in read_pages(out.getvalue())[0].words][: len(read)] == read


def test_broken_maps_to_unicode_are_noticed() -> None:
    assert not is_text_usable(read_pages(private_letters())[0].words)
    assert is_text_usable(read_pages(simple(("Net Pay",)))[0].words)
    assert not is_text_usable([])


@pytest.mark.parametrize("engine", [read_pages, read_pages_with_pdfplumber])
def test_both_engines_refuse_alike(engine: object) -> None:
    assert callable(engine)
    with pytest.raises(BrokenPdf):
        engine(b"%PDF-1.4 nothing")
    with pytest.raises(EncryptedPdf):
        engine(locked(("secret",)))
    assert [w.text for w in engine(locked(("secret",)), password="opensesame")[0].words] == ["secret"]


def test_more_text_than_a_payslip_file_has_is_refused() -> None:
    content = simple(("some words here",), pages=5)
    with pytest.raises(TooLarge):
        read_pages(content, max_pages=4)
    with pytest.raises(TooLarge):
        read_pages(content, max_characters=40)


@pytest.mark.parametrize(
    ("turn", "upright"), [(b"90", True), (b"180", False), (b"270", False), (b"2147483648", False)], ids=str
)
def test_a_page_turned_the_wrong_way_is_not_read(turn: bytes, upright: bool) -> None:
    slip = demo_career(TaxYear(2025)).years[0].slips[0]
    drawn = make_payslip(slip, style=Style(rotate=True)).content
    content = re.sub(rb"/Rotate 90\b", b"/Rotate " + turn, drawn)
    (page,) = read_pages(content)
    assert page.is_scan is not upright
    statuses = [document.status for document in read_pdf(content).documents]
    assert statuses == (["proved"] if upright else [])
