"""Whether a text can be the name of a person or of an employer, by its letters and words alone.

Where a name stands belongs to `captioned` and `uncaptioned`.
"""

from functools import cache
from typing import Final

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.labels import caption_of, captions, has_figures, meaning_of, normalise
from hmrc_pipeline.extraction.overlay import remembered

__all__ = ["may_be_employer", "may_be_person"]

_ASKS: Final = frozenset(
    ["no", "number", "ref", "reference", "code", "date", "id", "period", "letter", "table", "category"]
)
"""A text that ends with one of these asks for a value and is none."""


@remembered
def may_be_employer(text: str) -> bool:
    """Whether a text can be the name of an employer: letters, and no label or title of its own."""
    if not _may_be_name(text) or values.read_nino(text):
        return False
    meaning = meaning_of(text)
    if meaning.role or meaning.section:
        return False
    return not text.islower() or normalise(text).split()[-1] in captions()["employer"]["suffixes"]


@remembered
def may_be_person(text: str) -> bool:
    """Whether a text can be the name of a person: letters and no figures, and no label or title of its own."""
    if not _may_be_name(text) or has_figures(text) or values.frequency_of(text):
        return False
    label, meaning = normalise(text), meaning_of(text)
    words = label.split()
    if words[-1] in _ASKS or meaning.concept or meaning.section or meaning.role or meaning.decoy:
        return False
    small = {word for word in text.split() if len(word) > 3 and word.islower()}
    if text[:1].isupper() and not small.issubset(captions()["names"]["particles"]):
        return False
    suffixes = captions()["employer"]["suffixes"]
    return len(words) <= 7 and not set(words) & set(suffixes[:12]) and label not in ("payslip", "details")


def _may_be_name(text: str) -> bool:
    label = normalise(text)
    if text.split()[:1] and text.split()[0] in _articles():
        return False
    return bool(label) and not caption_of(label) and len(text) <= 80 and sum(c.isalpha() for c in text) > 1


@cache
def _articles() -> frozenset[str]:
    return frozenset(captions()["sentences"]["articles"])
