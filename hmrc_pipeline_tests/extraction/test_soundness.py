"""A file damaged inside: pdfium shows what it can, and half a page must not pass as a whole one."""

import base64
import random
import re
import zlib

import pytest

from hmrc_pipeline.extraction import read_pdf
from hmrc_pipeline.extraction.reader import HALF_THERE
from hmrc_pipeline.extraction.soundness import _from_85, is_whole
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline_tests.extraction.bad import bomb, built, picture_only, simple

SLIPS = [sample.content for _, sample in documents_of(career(3, layouts=["side_by_side"])) if not sample.password]
SPOT = re.compile(rb"stream\r?\n")


def in_flate_alone(content: bytes) -> bytes:
    """The file with its streams as most programs write them: compressed, not spelt out in letters."""
    text = b"BT /F 9 Tf 40 700 Td (Payslip) Tj ET " * 20
    folded = zlib.compress(text)
    return built(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(folded), content or folded),
        ]
    )


@pytest.mark.parametrize(
    "content", [SLIPS[0], bomb(1), picture_only(), simple(("Net Pay 1.00",), password="x"), b"", b"stream\n"]
)
def test_what_is_whole_or_cannot_be_told_is_left_alone(content: bytes) -> None:
    assert is_whole(content)


def test_a_stream_cut_or_changed_is_no_whole_one() -> None:
    folded = zlib.compress(b"BT (Net Pay) Tj ET " * 40)
    assert is_whole(in_flate_alone(b""))
    assert is_whole(in_flate_alone(folded))
    assert not is_whole(in_flate_alone(folded[:-6]))
    assert not is_whole(in_flate_alone(folded[:20] + bytes([folded[20] ^ 1]) + folded[21:]))


def test_a_damaged_page_never_passes_as_proved_with_other_figures() -> None:
    flagged = 0
    for seed in range(60):
        dice = random.Random(seed)
        content = bytearray(SLIPS[seed % len(SLIPS)])
        printed = read_pdf(bytes(content)).documents[0].figures
        bounds = [(m.end(), content.find(b"endstream", m.end())) for m in SPOT.finditer(content)]
        place = dice.randrange(*max(bounds, key=lambda bound: bound[1] - bound[0]))
        content[place] = (content[place] - 32) % 80 + 34
        for document in read_pdf(bytes(content)).documents:
            flagged += HALF_THERE in document.review_reasons
            if document.status in ("proved", "consistent") and document.doc_type != "other":
                assert {n: f.value for n, f in document.figures.items()} == {n: f.value for n, f in printed.items()}
    assert flagged > 5, "some of these pages still look like whole payslips"


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 399, 4003])
def test_letters_of_base_85_are_bytes(size: int) -> None:
    for plain in (random.Random(size).randbytes(size), bytes(size)):
        assert _from_85(base64.a85encode(plain) + b"~>") == plain
    assert _from_85(b"{~>") is None
