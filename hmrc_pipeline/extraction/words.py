"""PDF bytes become words with boxes: pdfium by default, pdfplumber as the second opinion.

Only geometry and text belong here; what a word means does not. One text call a page, cut at pdfium's own blanks,
and the loose box of only the first and last character of each word: 19 times as fast as asking for every word's
characters in Python. pdfium is not thread-safe: whoever calls this does so from one thread of one process.
"""

import ctypes
import io
import math
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.pictured import COVERS, LARGE, blanked, covered_share, holds_figures, pictures_on

__all__ = [
    "MAX_CHARACTERS",
    "MAX_PAGES",
    "BrokenPdf",
    "EncryptedPdf",
    "Page",
    "TooLarge",
    "is_text_usable",
    "open_pdf",
    "read_pages",
    "read_pages_with_pdfplumber",
]

MAX_PAGES = 60
MAX_CHARACTERS = 400_000
_HYPHEN_MARKS = ("\x02", "\ufffe")
_BLANKS = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")
_UNREADABLE_SHARE = 0.2
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_FEW_OBJECTS = 20
_OUTLINES = 200
_SAMPLE = 60
_UPRIGHT = 0.9
_LETTER = 1.6
"""How wide a letter of a word is at most, in heights of the line."""
_TwoEdges = pdfium.FS_RECTF * 2
_EDGES = struct.Struct("8f")
"""Left, top, right and bottom of two of pdfium's rectangles, read at once: eight times as fast as one by one."""
_char_box: Any = ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.PYFUNCTYPE(None))
"""pdfium's call of that name in a third of the time, for it is made twice a word: ctypes checks no argument, so they
must be the text page as a `c_void_p`, the character's place and a `byref` of the rectangle."""
_NOWHERE = 1e6
"""Points from the corner of the page, of all edges together: what stands farther away, or nowhere, is on no page."""


class BrokenPdf(ValueError):
    """The bytes are no PDF that can be opened."""


class EncryptedPdf(ValueError):
    """The PDF needs a password that was not given."""


class TooLarge(ValueError):
    """The PDF has more pages or characters than a payslip file ever has."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as displayed: its number from 1, its size in points and its words in the order of the file.

    `is_scan` is true of a picture of a page: what text lies behind it was recognised by someone, and is a hint only;
    of a page that cannot be opened, whose size is 0; and of one whose letters lie on their side or head.
    `has_picture` is true where words stand beside a picture that may hold more of them; `words` are those to be seen.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    is_scan: bool = False
    has_picture: bool = False

    @property
    def is_read(self) -> bool:
        """Whether its words are all there is to read."""
        return not (self.is_scan or self.has_picture or (self.words and not is_text_usable(self.words)))


def read_pages(
    content: bytes,
    *,
    password: str | None = None,
    max_pages: int = MAX_PAGES,
    max_characters: int = MAX_CHARACTERS,
) -> list[Page]:
    """Every page's words by pdfium. Raises `BrokenPdf`, `EncryptedPdf` or `TooLarge`."""
    document = open_pdf(content, password)
    try:
        if len(document) > max_pages:
            raise TooLarge(f"it has {len(document)} pages, and at most {max_pages} are read")
        pages, left = [], max_characters
        with_images = _IMAGE.search(content) is not None
        for number in range(len(document)):
            page, used = _read_page(document, number, left, with_images)
            left -= used
            pages.append(page)
        return pages
    finally:
        document.close()


def open_pdf(content: bytes, password: str | None) -> Any:
    """The file opened by pdfium. Raises `BrokenPdf` or `EncryptedPdf`."""
    try:
        return pypdfium2.PdfDocument(content, password=password)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise EncryptedPdf("the PDF needs a password") from None
        raise BrokenPdf("the PDF cannot be opened") from None


def _read_page(document: Any, number: int, characters_left: int, with_images: bool) -> tuple[Page, int]:
    handle = pdfium.FPDF_LoadPage(document.raw, number)
    if not handle:
        return Page(number + 1, 0.0, 0.0, (), is_scan=True), 0
    try:
        undo = _Rotation.of(handle)
        text_page = pdfium.FPDFText_LoadPage(handle)
        if not text_page:
            return Page(number + 1, undo.width, undo.height, (), is_scan=True), 0
        try:
            count = pdfium.FPDFText_CountChars(text_page)
            if count > characters_left:
                raise TooLarge("it has more text than a payslip file ever has")
            text = _text(text_page, count)
            words = tuple(_words(text_page, text, undo, number + 1))
            page = Page(number + 1, undo.width, undo.height, words)
            if undo.turns and not _is_upright(text_page, text, undo.turns):
                return replace(page, is_scan=True), count
            if with_images or not words or pdfium.FPDFPage_CountObjects(handle) <= _FEW_OBJECTS:
                page = _looked_at(page, handle, text_page, text, undo)
            return page, count
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    finally:
        pdfium.FPDF_ClosePage(handle)


def _is_upright(text_page: Any, text: str, turns: int) -> bool:
    """Whether the letters of a turned page stand upright as it is displayed, as on paper laid the right way round."""
    letters = [at for at, letter in enumerate(text) if letter.isalnum()][:_SAMPLE]
    away = (pdfium.FPDFText_GetCharAngle(text_page, at) + turns * math.pi / 2 for at in letters)
    return 2 * sum(math.cos(angle) > _UPRIGHT for angle in away) >= len(letters)


def _looked_at(page: Page, handle: Any, text_page: Any, text: str, undo: "_Rotation") -> Page:
    """The page with what its pictures mean: text nobody sees was recognised by someone, and is left out."""
    size = page.width * page.height
    pictures = pictures_on(handle, undo.box, size)
    if not page.words and pdfium.FPDFPage_CountObjects(handle) > _OUTLINES:
        return replace(page, is_scan=True)  # letters drawn as outlines
    if covered_share(pictures, size) < LARGE:
        return page
    words = tuple(_words(text_page, blanked(handle, text_page, text, size), undo, page.number))
    if not words and covered_share(pictures, size) > COVERS:
        return replace(page, is_scan=True)
    return replace(page, words=words, has_picture=holds_figures(pictures, words))


def _text(text_page: Any, count: int) -> str:
    """The page's text, one character for each of pdfium's, so that positions in it are pdfium's own."""
    if count <= 0:
        return ""
    buffer = bytearray(2 * (count + 1))
    written = pdfium.FPDFText_GetText(text_page, 0, count, ctypes.byref(ctypes.c_ushort.from_buffer(buffer)))
    text = buffer[: max(written - 1, 0) * 2].decode("utf-16-le", errors="replace")
    if len(text) == count:
        return text
    # Characters outside the basic plane, or ones pdfium leaves out of the text: ask one by one.
    codes = (pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " " for code in codes)


@dataclass(frozen=True, slots=True)
class _Rotation:
    """What turns pdfium's page coordinates (origin bottom left, unrotated) into those of the displayed page."""

    turns: int
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, page: Any) -> "_Rotation":
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, rectangle)
        turns = pdfium.FPDFPage_GetRotation(page) % 4
        return cls(turns, rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turns % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self.turns == 0:
            return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)
        if self.turns == 1:
            return Box(bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
        if self.turns == 2:
            return Box(self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
        return Box(self.top - top, self.right - right, self.top - bottom, self.right - left)


def _words(text_page: Any, text: str, undo: _Rotation, number: int) -> Iterator[Word]:
    """Each run without blanks. The hottest loop of reading: calls and attributes are spared where they can be."""
    edges = _TwoEdges()
    of_first, of_last = ctypes.byref(edges), ctypes.byref(edges, ctypes.sizeof(pdfium.FS_RECTF))
    box_at, place, edges_of, handle = _char_box, undo.box, _EDGES.unpack_from, ctypes.cast(text_page, ctypes.c_void_p)
    for match in _BLANKS.finditer(text):
        start, stop = match.span()
        box_at(handle, start, of_first)
        box_at(handle, stop - 1, of_last)
        x0, high, x1, low, left, top, right, bottom = edges_of(edges)
        if low != bottom or not 0.0 <= left - x0 <= _LETTER * (high - low) * (stop - start):
            size = max(high - low, top - bottom, x1 - x0, right - left, 0.1)
            if _is_broken(size, abs(bottom - low), abs(left - x0), stop - start):
                yield from _word_by_character(text_page, text, start, stop, undo, number)
                continue
        x0, low = left if left < x0 else x0, bottom if bottom < low else low
        x1, high = right if right > x1 else x1, top if top > high else high
        if abs(x0) + abs(low) + abs(x1) + abs(high) < _NOWHERE:
            found = match[0]
            printed = found if found.isascii() and found.isprintable() else _clean(found)
            yield Word(printed, place(x0, low, x1, high), number)


def _is_broken(size: float, down: float, across: float, length: int) -> bool:
    """Whether first and last character cannot belong to one word: another line, far apart, or backwards."""
    if down <= 0.6 * size:
        return across > _LETTER * size * length
    return across > 0.6 * size or down > _LETTER * size * length


def _word_by_character(
    text_page: Any, text: str, start: int, stop: int, undo: _Rotation, number: int
) -> Iterator[Word]:
    """Rare: pdfium wrote no blank where the pen jumped, as after a hyphen that ends a line."""
    rectangle = pdfium.FS_RECTF()
    letters: list[tuple[str, Box]] = []
    for index in range(start, stop):
        pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle)
        box = undo.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if not abs(box.x0) + abs(box.top) + abs(box.x1) + abs(box.bottom) < _NOWHERE:
            continue
        if letters and _jumps(letters[-1][1], box):
            yield _joined(letters, number)
            letters = []
        letters.append((text[index], box))
    if letters:
        yield _joined(letters, number)


def _jumps(before: Box, after: Box) -> bool:
    height = max(before.bottom - before.top, after.bottom - after.top, 0.1)
    return abs(after.bottom - before.bottom) > 0.6 * height or not -height <= after.x0 - before.x1 <= 0.8 * height


def _joined(letters: Sequence[tuple[str, Box]], number: int) -> Word:
    boxes = [box for _, box in letters]
    box = Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
    return Word(_clean("".join(letter for letter, _ in letters)), box, number)


def _clean(text: str) -> str:
    for mark in _HYPHEN_MARKS:
        text = text.replace(mark, "-")
    return unicodedata.normalize("NFKC", text)


def is_text_usable(words: Sequence[Word]) -> bool:
    """False when the font's map to Unicode is broken: a fifth of the characters private, control or unknown."""
    text = "".join([word.text for word in words])
    if text.isprintable() and "\ufffd" not in text:
        return bool(text)
    strange = sum(1 for letter in text if unicodedata.category(letter) in ("Co", "Cc", "Cn") or letter == "\ufffd")
    return bool(text) and strange <= _UNREADABLE_SHARE * len(text)


def read_pages_with_pdfplumber(content: bytes, *, password: str | None = None) -> list[Page]:
    """Every page's words by pdfplumber, slower: for tests that hold one engine against the other."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(content), password=password or "") as document:
            return [_plumbed(page) for page in document.pages]
    except PdfminerException as error:
        if "Password" in repr(error) or "Encrypt" in repr(error):
            raise EncryptedPdf("the PDF needs a password") from None
        raise BrokenPdf("the PDF cannot be opened") from None


def _plumbed(page: Any) -> Page:
    words = tuple(
        Word(
            unicodedata.normalize("NFKC", word["text"]),
            Box(word["x0"], word["top"], word["x1"], word["bottom"]),
            page.page_number,
        )
        for word in page.extract_words(x_tolerance=1.5)
    )
    return Page(page.page_number, float(page.width), float(page.height), words)
