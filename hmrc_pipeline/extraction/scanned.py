"""What may be believed of a scan: figures that sums prove, repairs that make a sum hold, nothing else unseen.

Recognising words is `ocr`; which worker reads what is `reading_scans`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.extraction.labels import known_words, meaning_of, normalise
from hmrc_pipeline.extraction.layout import amount_of
from hmrc_pipeline.extraction.model import Box, Figure, FileReading, ReadDocument, Word
from hmrc_pipeline.extraction.ocr import UNSURE, OcrPage, recognise
from hmrc_pipeline.extraction.reader import LOCKED, MAX_BYTES, NO_TEXT, password_of, read_words, whole, with_unread
from hmrc_pipeline.extraction.templates import Template
from hmrc_pipeline.extraction.values import read_tax_code
from hmrc_pipeline.extraction.words import BrokenPdf, EncryptedPdf, Page, read_pages

__all__ = ["MAX_SCANNED", "believed", "read_scan", "repaired", "spelt"]

MAX_SCANNED: Final = 8
BROKEN: Final = "ask for a fresh copy of the file"
TOO_MANY: Final = f"More than {MAX_SCANNED} pages of this PDF are pictures, which is more than a payslip file has."
_LETTERS: Final = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"})
_AMOUNT_LIKE: Final = re.compile(r"[-(£]{0,3}[\dOolIS|B]{1,3}(?:[,.]?[\dOolIS|B]{3})*[.,][\dOolIS|B]{2}[)-]?")
_CODES: Final = {"DO": "D0", "DI": "D1", "Dl": "D1", "OT": "0T", "SDO": "SD0", "SOT": "S0T", "CDO": "CD0", "COT": "C0T"}
_LOOKALIKES: Final = {"l": "I1", "I": "l1", "0": "O", "O": "0", "1": "lI", "5": "S", "8": "B"}
_NAMES: Final = frozenset({"employer_name", "employee_name", "surname", "forenames"})
_NEAR: Final = 1.2
_LONG: Final = 4
_STRONG: Final = frozenset({"N1", "N2", "P1", "T1", "Y2"})


def read_scan(content: bytes, *, passwords: Sequence[str] = (), templates: Sequence[Template] = ()) -> FileReading:
    """Read a PDF whose pages, or parts of them, are pictures. Never raises for a bad file."""
    if len(content) > MAX_BYTES:
        return FileReading(error=NO_TEXT)
    try:
        password = password_of(content, passwords)
        pages = read_pages(content, password=password)
        pictures = [page.number for page in pages if not page.is_read and page.width > 0]
        if len(pictures) > MAX_SCANNED:
            return FileReading(error=TOO_MANY)
        recognised = {page.number: page for page in recognise(content, pictures, password=password)}
    except EncryptedPdf:
        return FileReading(error=LOCKED)
    except (BrokenPdf, ValueError) as error:
        return FileReading(error=f"The pictures in this PDF cannot be read ({type(error).__name__}).")
    words = [_words_of(page, recognised.get(page.number)) for page in pages]
    if not any(words):
        return FileReading(error="No text was recognised in the pictures of this PDF.")
    documents = tuple(believed(document, words, recognised) for document in _best(words, templates))
    broken = tuple(page.number for page in pages if not page.width)
    return FileReading(whole(with_unread(documents, broken, BROKEN), content), unread=broken)


def _words_of(page: Page, recognised: OcrPage | None) -> tuple[Word, ...]:
    """A page's words: those printed on it count, and beside them those recognised where it prints none."""
    if recognised is None:
        return page.words
    if not page.has_picture:
        return spelt(recognised.words)
    printed = tuple(replace(word, box=recognised.set_straight(word.box)) for word in page.words)
    free = [w for w in recognised.words if not any(_overlaps(w.box, p.box) or _overlaps(p.box, w.box) for p in printed)]
    return (*printed, *spelt(free))


def _best(words: Sequence[Sequence[Word]], templates: Sequence[Template]) -> tuple[ReadDocument, ...]:
    """The documents as recognised; with repairs by grammar only where a sum then holds that did not before."""
    plain = read_words(words, templates)
    mended, repairs = repaired(words)
    if not repairs:
        return plain
    again = read_words(mended, templates)
    if len(again) != len(plain):
        return plain
    return tuple(
        _with_repairs(new, repairs) if new.status == "proved" and _gains(new, old) else old
        for old, new in zip(plain, again, strict=True)
    )


def _gains(new: ReadDocument, old: ReadDocument) -> bool:
    """Whether the repaired reading is proved and says more than the plain one, contradicting nothing proved."""
    if old.status != "proved":
        return True
    same = all(new.value(name) == figure.value for name, figure in old.figures.items() if figure.checks)
    return same and len(new.figures) > len(old.figures)


def spelt(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with letters that look alike put right, or a last one lost put back, where only so a label is known."""
    known = known_words()
    put_right: list[Word] = []
    for word in words:
        before = put_right[-1].text if put_right else ""
        put_right.append(word if _parts(word.text) <= known else _respelt(word, before, known))
    return tuple(put_right)


def _parts(text: str) -> set[str]:
    return set(normalise(text).split())


def _respelt(word: Word, before: str, known: frozenset[str]) -> Word:
    text = word.text
    if len(text) < _LONG or amount_of(text) is not None or not any(letter.isalpha() for letter in text):
        return word
    for at, letter in enumerate(text):
        for meant in _LOOKALIKES.get(letter, ""):
            other = text[:at] + meant + text[at + 1 :]
            if _parts(other) <= known:
                return replace(word, text=other)
    whole = f"{text}{'N' if text.isupper() else 'n'}"
    if _parts(whole) <= known and meaning_of(f"{before} {whole}").concept is not None:
        return replace(word, text=whole)
    return word


def repaired(words: Sequence[Sequence[Word]]) -> tuple[list[list[Word]], dict[Box, str]]:
    """The words with letters read as figures where only an amount or a tax code fits; and what they were, by box."""
    repairs: dict[Box, str] = {}
    mended = [[_mended(word, repairs) for word in page] for page in words]
    return mended, repairs


def _mended(word: Word, repairs: dict[Box, str]) -> Word:
    text = word.text
    if not word.source.startswith("ocr") or amount_of(text) is not None:
        return word
    better = None
    if _AMOUNT_LIKE.fullmatch(text):
        figures = text.translate(_LETTERS)
        better = figures[:-3].replace(".", ",") + "." + figures[-2:] if figures[-3:-2] in ".," else None
        if better is not None and amount_of(better) is None:
            better = None
    elif text in _CODES:
        better = _CODES[text]
    elif read_tax_code(text) is None and (code := read_tax_code(text[:-1].translate(_LETTERS) + text[-1:])):
        better = code[0]
    if better is None or better == text:
        return word
    repairs[word.box] = text
    return replace(word, text=better)


def _with_repairs(document: ReadDocument, repairs: dict[Box, str]) -> ReadDocument:
    figures = dict(document.figures)
    for name, figure in figures.items():
        if (was := repairs.get(figure.box)) is not None:
            figures[name] = replace(figure, text=was, relation=f"{figure.relation}; repaired from {was}".lstrip("; "))
    return replace(document, figures=figures)


def believed(document: ReadDocument, words: Sequence[Sequence[Word]], recognised: dict[int, OcrPage]) -> ReadDocument:
    """The document with every recognised figure marked so, and in review unless the sums prove its amounts."""
    unsure = {word.box for page in words for word in page if word.source == UNSURE}
    pictured = {(word.page, word.box) for page in words for word in page if word.source != "text"}
    figures: dict[str, Figure] = {}
    doubted: list[str] = []
    for name, figure in document.figures.items():
        page = recognised.get(figure.page)
        if page is None:
            figures[name] = figure
            continue
        if not any(number == figure.page and _overlaps(box, figure.box) for number, box in pictured):
            figures[name] = replace(figure, box=page.as_displayed(figure.box), label_box=_shown_label(figure, page))
            continue
        shaky = any(_overlaps(box, figure.box) for box in unsure)
        later = document.figures.get(f"ytd_{name}")
        held = later is not None and bool(later.checks) and not any(_overlaps(box, later.box) for box in unsure)
        cut = name in _NAMES and any(_adjoins(word, figure) for row in words for word in row)
        if cut or not (_is_proved(figure, shaky) or (held and not shaky)):
            doubted.append(name)
        label_box = _shown_label(figure, page)
        confidence = min(figure.confidence, 0.7 if shaky else 0.95)
        figures[name] = replace(
            figure, box=page.as_displayed(figure.box), label_box=label_box, source="ocr", confidence=confidence
        )
    unused = tuple(_shown(word, recognised) for word in document.unused)
    status, reasons = document.status, list(document.review_reasons)
    if any(figure.source == "ocr" for figure in figures.values()) and status in ("proved", "consistent"):
        if status != "proved":
            reasons.append("it was read from a picture, and no sum proves its figures")
        if doubted:
            reasons.append(f"it was read from a picture, and nothing proves: {', '.join(doubted)}")
        status = "needs_review" if reasons else status
    return replace(document, figures=figures, status=status, review_reasons=tuple(reasons), unused=unused)


def _shown_label(figure: Figure, page: OcrPage) -> Box | None:
    return page.as_displayed(figure.label_box) if figure.label_box else None


def _adjoins(word: Word, figure: Figure) -> bool:
    """Whether a word stands so close beside a name that it may be part of it."""
    box, other = figure.box, word.box
    if word.page != figure.page or not box.top <= (other.top + other.bottom) / 2 <= box.bottom:
        return False
    gap = max(box.x0 - other.x1, other.x0 - box.x1)
    return 0 < gap < _NEAR * (box.bottom - box.top) and not word.text.endswith(":")


def _is_proved(figure: Figure, shaky: bool) -> bool:
    """An amount needs a sum, or where the recogniser was sure, its year to date; a text needs it to be sure."""
    if figure.field in _NAMES and _parts(figure.value) <= known_words():
        return False  # a label taken for a name
    if not is_amount(figure.field):
        return not shaky
    return bool(set(figure.checks) & _STRONG) or (bool(figure.checks) and not shaky)


def _shown(word: Word, recognised: dict[int, OcrPage]) -> Word:
    page = recognised.get(word.page)
    source = "text" if word.source == "text" else "ocr"
    return replace(word, box=page.as_displayed(word.box), source=source) if page else word


def _overlaps(one: Box, other: Box) -> bool:
    across, level = (one.x0 + one.x1) / 2, (one.top + one.bottom) / 2
    return other.x0 <= across <= other.x1 and other.top <= level <= other.bottom
