"""Files partly text, partly pictures: what can be read is read, and nothing half read passes as whole."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from hmrc_pipeline.extraction import Reader, read_pdf
from hmrc_pipeline.extraction.model import Box, FileReading, Word
from hmrc_pipeline.extraction.ocr import OcrPage
from hmrc_pipeline.extraction.reader import NEEDS_OCR, NO_TEXT
from hmrc_pipeline.extraction.scanned import read_scan
from hmrc_pipeline.extraction.words import read_pages
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.scans import as_scan

A4 = (595.28, 841.89)


def slips(layout: str) -> list[Sample]:
    drawn = [sample for _, sample in documents_of(career(3, layouts=[layout]))]
    return [sample for sample in drawn if sample.doc_type == "payslip" and not sample.more]


ONE, TWO = slips("side_by_side")[:2]
LONG = slips("two_pages")[0]


def joined(*parts: tuple[bytes, int]) -> bytes:
    """A file of these pages (counted from 0) of other files."""
    made = pypdfium2.PdfDocument.new()
    for content, page in parts:
        made.import_pages(pypdfium2.PdfDocument(content), [page])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def picture_of(content: bytes, top: float = 0.0, bottom: float = 1.0) -> Image.Image:
    """A band of the first page as pixels."""
    picture = pypdfium2.PdfDocument(content)[0].render(scale=200 / 72).to_pil().convert("L")
    return picture.crop((0, int(top * picture.height), picture.width, int(bottom * picture.height)))


def pasted(
    *things: tuple[str | Image.Image, float, float, float, float], hidden: bool = False, stamp: str = ""
) -> bytes:
    """A page of texts and pictures in the order given: left, top, right, bottom in points, origin top left."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for thing, x0, top, x1, bottom in things:
        if isinstance(thing, str):
            size = 0.8 * (bottom - top)
            line = canvas.beginText(x0, A4[1] - bottom + 0.25 * size)
            line.setFont("Helvetica", size)
            line.setHorizScale(100 * (x1 - x0) / stringWidth(thing, "Helvetica", size))
            line.setTextRenderMode(3 if hidden else 0)
            line.textOut(thing)
            canvas.saveState()
            canvas.drawText(line)
            canvas.restoreState()
        else:
            canvas.drawImage(ImageReader(thing), x0, A4[1] - bottom, x1 - x0, bottom - top)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(40, 20, stamp)
    canvas.save()
    return out.getvalue()


def lines(content: bytes) -> list[tuple[str, float, float, float, float]]:
    """Every word of the first page as a text to paste."""
    words = read_pages(content)[0].words
    return [(w.text, w.box.x0, w.box.top, w.box.x1, w.box.bottom) for w in words]


WHOLE = (0.0, 0.0, A4[0], A4[1])
PAPER = Image.new("L", (400, 560), 245)
FILES: dict[str, tuple[bytes, list[str], str]] = {
    "two slips": (joined((ONE.content, 0), (TWO.content, 0)), ["proved", "proved"], "nothing is a picture"),
    "a slip and a scanned one": (
        joined((ONE.content, 0), (as_scan(TWO).content, 0)), ["needs_review", "quarantined"], "the second is unread",
    ),
    "a scanned slip and one": (
        joined((as_scan(TWO).content, 0), (ONE.content, 0)), ["needs_review", "quarantined"], "the first is unread",
    ),
    "a slip, its detail overleaf scanned": (
        joined((LONG.content, 0), (as_scan(LONG).content, 1)), ["needs_review", "quarantined"], "half of it is unread",
    ),
    "a slip far from the scan": (
        joined((ONE.content, 0), (TWO.content, 0), (as_scan(TWO).content, 0)),
        ["proved", "needs_review", "quarantined"], "only the neighbour may go on in the picture",
    ),
    "a slip and a blank back": (
        joined((ONE.content, 0), (pasted(), 0)), ["proved"], "there is nothing to read",
    ),
    "a letter and a scanned slip": (
        joined((pasted(("Dear colleague, please find your payslip overleaf.", 60, 60, 400, 70)), 0),
               (as_scan(ONE).content, 0)),
        ["quarantined", "quarantined"], "the letter is read, the payslip is not",
    ),
    "a printed head over a picture of the figures": (
        pasted(("Marsh Lane Bakery Ltd  Payslip  Tax code 1257L", 60, 20, 400, 30),
               (picture_of(ONE.content, 0.05), 0.0, 42.0, A4[0], A4[1])),
        ["quarantined"], "a head alone is no payslip",
    ),
    "the lower half pasted as a picture": (
        pasted(*[line for line in lines(ONE.content) if line[4] < 300],
               (picture_of(ONE.content, 300 / A4[1]), 0.0, 300.0, A4[0], A4[1])),
        ["needs_review"], "figures may stand in the picture",
    ),
    "text over printed paper": (
        pasted((PAPER, *WHOLE), *lines(ONE.content)), ["proved"], "the picture is the form's background",
    ),
    "a logo": (
        pasted((PAPER, 400.0, 10.0, 560.0, 60.0), *lines(ONE.content)), ["proved"], "too small for figures",
    ),
    "an advertisement": (
        pasted(*lines(ONE.content), (PAPER, 0.0, 640.0, A4[0], 840.0)), ["needs_review"], "nobody knows what it says",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_without_the_extra_what_is_a_picture_is_flagged(name: str) -> None:
    content, statuses, why = FILES[name]
    reading = read_pdf(content)
    assert reading.error is None
    assert [document.status for document in reading.documents] == statuses, why
    for document in reading.documents:
        said = any(NEEDS_OCR in reason for reason in document.review_reasons)
        assert said == (document.status != "proved")
    assert bool(reading.unread) == any(status != "proved" for status in statuses)


@pytest.mark.parametrize("name", ["a slip and a scanned one", "the lower half pasted as a picture"])
def test_what_can_be_read_is_read(name: str) -> None:
    document = read_pdf(FILES[name][0]).documents[0]
    assert {n: f.value for n, f in document.figures.items()}.items() <= ONE.fields.items()
    assert document.value("ni_number") == ONE.fields["ni_number"]


BENEATH = pasted(*lines(ONE.content), (picture_of(ONE.content), *WHOLE))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pasted((picture_of(ONE.content), *WHOLE), *lines(ONE.content), hidden=True), "drawn invisible"),
        (BENEATH, "drawn beneath the picture"),
        (as_scan(ONE, ocr=True).content, "as a scanner leaves it"),
    ],
)
def test_a_layer_of_recognised_text_is_a_hint_and_no_text(content: bytes, why: str) -> None:
    assert len(read_pages(content)[0].words) > 30
    assert read_pdf(content).error == NO_TEXT, why


def test_a_stamp_on_a_scan_does_not_make_its_layer_text() -> None:
    stamp = "Scanned on 1 May 2026 by the front desk"
    reading = read_pdf(pasted((picture_of(ONE.content), *WHOLE), *lines(ONE.content), hidden=True, stamp=stamp))
    assert [(d.doc_type, d.status) for d in reading.documents] == [("other", "quarantined")]
    assert reading.documents[0].figures == {}


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sample, int], None]:
    """A stand-in for the recogniser: it sees one page of a sample in every picture."""

    def stand_in(sample: Sample, number: int) -> None:
        seen = read_pages(sample.content)[number - 1].words

        def recognise(content: bytes, numbers: list[int], password: str | None) -> list[OcrPage]:
            return [
                OcrPage(n, *A4, tuple(Word(w.text, w.box, n, "ocr") for w in seen), 0.0) for n in numbers
            ]  # fmt: skip

        monkeypatch.setattr("hmrc_pipeline.extraction.scanned.recognise", recognise)

    return stand_in


def values(reading: FileReading, number: int = 0) -> dict[str, str]:
    return {name: figure.value for name, figure in reading.documents[number].figures.items()}


def test_with_the_extra_a_scanned_page_is_read_beside_a_text_page(recognised: Callable[[Sample, int], None]) -> None:
    recognised(TWO, 1)
    reading = read_scan(FILES["a slip and a scanned one"][0])
    assert (values(reading), values(reading, 1)) == (ONE.fields, TWO.fields)
    assert [{f.source for f in d.figures.values()} for d in reading.documents] == [{"text"}, {"ocr"}]
    assert reading.documents[0].status == "proved"
    assert reading.unread == ()


def test_with_the_extra_the_detail_overleaf_joins_its_payslip(recognised: Callable[[Sample, int], None]) -> None:
    recognised(LONG, 2)
    reading = read_scan(FILES["a slip, its detail overleaf scanned"][0])
    assert len(reading.documents) == 1
    assert values(reading) == LONG.fields
    assert {figure.page for figure in reading.documents[0].figures.values() if figure.source == "ocr"} == {2}


def test_with_the_extra_printed_words_count_and_the_picture_gives_the_rest(
    recognised: Callable[[Sample, int], None],
) -> None:
    recognised(ONE, 1)
    reading = read_scan(FILES["the lower half pasted as a picture"][0])
    assert values(reading) == ONE.fields
    sources = {name: figure.source for name, figure in reading.documents[0].figures.items()}
    assert sources["ni_number"] == "text"
    assert sources["net_pay"] == "ocr"


def test_with_the_extra_an_advertisement_hurts_nobody(
    recognised: Callable[[Sample, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    word = Word("SALE", Box(200, 700, 300, 740), 1, "ocr")
    monkeypatch.setattr(
        "hmrc_pipeline.extraction.scanned.recognise",
        lambda content, numbers, password: [OcrPage(1, *A4, (word,), 0.0)],
    )
    (document,) = read_scan(FILES["an advertisement"][0]).documents
    assert document.status == "proved"
    assert {name: figure.value for name, figure in document.figures.items()} == ONE.fields


@pytest.mark.usefixtures("ocr")
def test_a_file_of_both_is_read_through_the_pools() -> None:
    with Reader() as reader:
        reading = reader.read(FILES["a slip and a scanned one"][0])
        late = reader.read(FILES["the lower half pasted as a picture"][0])
    assert (values(reading), values(reading, 1)) == (ONE.fields, TWO.fields)
    right = sum(values(late).get(name) == value for name, value in ONE.fields.items())
    assert right >= len(ONE.fields) - 1
