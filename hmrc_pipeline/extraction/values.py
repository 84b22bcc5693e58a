"""The grammars of what is no amount: dates, tax codes, NINOs, periods, references. Text in, normal text out."""

import contextlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from hmrc_pipeline.extraction.labels import captions, normalise
from hmrc_pipeline.extraction.overlay import overlay, remembered
from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, PayeReference, TaxCode

__all__ = [
    "PAID", "frequency_of", "read_basis", "read_date", "read_letter", "read_nino", "read_paye_reference",
    "read_payment", "read_payroll_number", "read_period", "read_tax_code",
]  # fmt: skip

PAID = frozenset({"paid", "payment", "credited", "transferred"})
"""Words that begin a phrase which says when and how a payment is made."""

_REMEMBERED = lru_cache(maxsize=4096)
"""Several rules ask the same of one phrase, and most phrases of a form come again in the next of its kind."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WORDED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]*([a-z]{3,9})[\s.,/-]*(\d{4}|\d{2})")
_AMERICAN = re.compile(r"([a-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_FIGURES = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+(?:the\s+)?")
_NINO = re.compile(r"([A-Z]{2})\s?-?(\d{2})\s?-?(\d{2})\s?-?(\d{2})\s?-?([A-D]?)(?![A-Z0-9])", re.IGNORECASE)
_CODE = re.compile(
    r"((?:[SC]\s?)?(?:K\s?\d{1,5}|\d{1,5}\s?[LMNT]|BR|D[0-3]|0T|NT))"
    r"(?:[\s/(-]*(W(?:ee)?k?\s?1\s?/?\s?M(?:on)?(?:th?)?\s?1|W(?:ee)?k?\s?1|M(?:on)?(?:th?)?\s?1"
    r"|NON\s?-?CUM(?:UL(?:ATIVE)?)?|X|CUM(?:UL)?(?:ATIVE)?|C)\)?)?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"(\d{3})\s?/\s?([A-Z]{0,3}[0-9A-Z]{1,9})", re.IGNORECASE)
_PERIOD = re.compile(
    r"(?:tax |pay |period |no |calendar )*(?:(?:month|mth|mnth|week|wk|period|prd|m|w|p)s?(?: no| number)?)?"
    r"\s*0?(\d{1,2})(?: of \d{1,2})?"
)


@remembered
def read_date(text: str) -> str | None:
    """A British date in any spelling a payslip uses, as ISO; None when the text is none."""
    for form in overlay().dates:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text.strip(" .,:"), form).date().isoformat()  # noqa: DTZ007 (a day, no moment)
    cleaned = _WEEKDAY.sub("", " ".join(text.casefold().split()).strip(" .,:"))
    if match := _WORDED.fullmatch(cleaned):
        return _iso(match[3], _MONTHS.get(match[2]), match[1])
    if match := _FIGURES.fullmatch(cleaned):
        return _iso(match[4], int(match[3]), match[1])
    if match := _ISO.fullmatch(cleaned):
        return _iso(match[1], int(match[2]), match[3])
    if match := _AMERICAN.fullmatch(cleaned):
        return _iso(match[3], _MONTHS.get(match[1]), match[2])
    return None


def read_payment(texts: Sequence[str]) -> tuple[str, int] | None:
    """The date that ends a phrase which else says only how a payment is made, and the number of its first word."""
    means = captions()["sentences"]["means"]
    for at, text in enumerate(texts):
        if (day := read_date(" ".join(texts[at:]))) is not None:
            return day, at
        if normalise(text) not in means:
            return None
    return None


def _iso(year: str, month: int | None, day: str) -> str | None:
    try:
        full = int(year) + (2000 if len(year) == 2 else 0)
        return date(full, month or 0, int(day)).isoformat() if 1990 <= full <= 2099 else None
    except ValueError:
        return None


@_REMEMBERED
def read_nino(text: str) -> str | None:
    """A National Insurance number at the start of the text, without blanks."""
    match = _NINO.match(text.strip())
    if match is None:
        return None
    try:
        return Nino.parse("".join(part or "" for part in match.groups())).value
    except InvalidIdentifier:
        return None


@_REMEMBERED
def read_tax_code(text: str) -> tuple[str, str | None] | None:
    """Tax code without its basis, and the basis `W1`, `M1` or `X` when the code carries one."""
    match = _CODE.fullmatch(text.strip(" ,;()"))
    if match is None:
        return None
    try:
        code = TaxCode.parse(match[1])
    except InvalidIdentifier:
        return None
    return code.value, read_basis(match[2]) if match[2] else None


def read_basis(text: str) -> str | None:
    """`W1`, `M1` or `X` for a basis that is not cumulative; None for a cumulative one or other text."""
    label = normalise(text)
    for basis in ("W1", "M1", "X"):
        if label in captions()["basis"][basis] or label.replace(" ", "") in captions()["basis"][basis]:
            return basis
    return None


def read_letter(text: str) -> str | None:
    """An NI category letter standing alone."""
    letter = text.strip().strip("()").upper()
    return letter if len(letter) == 1 and letter in "ABCDEFGHIJKLMNSVXZ" else None


def read_paye_reference(text: str) -> str | None:
    """An employer PAYE reference, `123/AB456`."""
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return PayeReference.parse(f"{match[1]}/{match[2]}").value
    except InvalidIdentifier:
        return None


@_REMEMBERED
def read_period(text: str) -> str | None:
    """The number of the tax month or week: `Month 9`, `09`, `Wk 23`, `40 Jan 2026`, `M9 2024/25`."""
    label = normalise(text)
    label = re.sub(r"\b(?:20\d{2} ?(?:20)?\d{0,2}|[a-z]{3,9} 20\d{2})$", "", label).strip()
    label = re.sub(r" (?:of|for) .*$", "", label) if not re.search(r" of \d", label) else label
    match = _PERIOD.fullmatch(label)
    if match is None:
        return None
    number = int(match[1])
    return str(number) if 1 <= number <= 56 else None


@_REMEMBERED
def frequency_of(text: str) -> str | None:
    """How often the person is paid, when the whole text says so."""
    label = normalise(text)
    for name, spellings in captions()["frequencies"].items():
        if label in spellings:
            return str(name)
    return None


def read_payroll_number(text: str) -> str | None:
    """A works or payroll number: one short run of letters and digits with at least one digit."""
    word = text.strip()
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,19}", word)
    return word if plain and any(c.isdigit() for c in word) and read_date(word) is None else None
