"""Samples that can be shared: where words stand and which labels they are, with other people's figures gone.

Amounts are changed so that the sums still hold, names and numbers masked, words that no rule knows crossed out.
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.extraction.labels import captions, known_words, normalise
from hmrc_pipeline.extraction.layout import amount_of
from hmrc_pipeline.extraction.model import Box, ReadDocument, Word
from hmrc_pipeline.extraction.reader import read_words
from hmrc_pipeline.extraction.templates import Template
from hmrc_pipeline.money import to_pence
from hmrc_pipeline.problems import Problem

__all__ = ["NotShareable", "Sample", "anonymised", "load_samples", "sample_as_json", "tried"]

_TRIES: Final = 40
_NINO: Final = "QQ123456C"
_MASKED: Final = ("employee_name", "ni_number", "payroll_number", "paye_reference", "employer_name")


class NotShareable(Problem):
    """No sample can be made of this file; the message says why."""


@dataclass(frozen=True)
class Sample:
    """Words by page, and what is to be read from them."""

    name: str
    pages: tuple[tuple[Word, ...], ...]
    doc_type: str
    status: str
    fields: dict[str, str]


def load_samples(folder: Path | None = None) -> Iterator[Sample]:
    """The samples of a folder, or those shipped. Raises `Problem` for a file that is none."""
    shipped = files("hmrc_pipeline.extraction").joinpath("layouts", "samples")
    room: Any = shipped if folder is None else folder
    for file in sorted((f for f in room.iterdir() if f.name.endswith(".json")), key=lambda f: f.name):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            pages = tuple(
                tuple(Word(str(text), Box(*map(float, box)), number) for text, *box in page)
                for number, page in enumerate(data["pages"], start=1)
            )
            expected = data["expected"]
            yield Sample(
                file.name.removesuffix(".json"), pages, expected["doc_type"], expected["status"], expected["fields"]
            )
        except (ValueError, TypeError, KeyError, OSError):
            raise Problem(f"{file.name} is no sample of a layout") from None


def tried(sample: Sample, templates: Sequence[Template]) -> list[str]:
    """What is read from a sample otherwise than expected, one sentence a field; nothing when all is right."""
    documents = read_words(sample.pages, templates)
    if len(documents) != 1 or documents[0].doc_type != sample.doc_type:
        return [f"a {sample.doc_type} was expected, and {len(documents)} documents were read"]
    (document,) = documents
    read = {name: figure.value for name, figure in document.figures.items()}
    wrong = [
        f"{name}: expected {sample.fields.get(name, 'nothing')}, read {read.get(name, 'nothing')}"
        for name in sorted(sample.fields | read)
        if sample.fields.get(name) != read.get(name)
    ]
    if document.status != sample.status:
        wrong.append(f"status: expected {sample.status}, read {document.status}")
    return wrong


def sample_as_json(sample: Sample) -> str:
    """A sample as the text of its file: one word a line."""
    pages = [
        "[\n"
        + ",\n".join(
            json.dumps([w.text, *(round(edge, 1) for edge in astuple(w.box))], ensure_ascii=False) for w in page
        )
        + "\n]"
        for page in sample.pages
    ]
    expected = {"doc_type": sample.doc_type, "status": sample.status, "fields": sample.fields}
    return f'{{"pages": [{", ".join(pages)}],\n"expected": {json.dumps(expected, indent=1)}}}\n'


def anonymised(name: str, words: Iterable[Word], templates: Sequence[Template]) -> Sample:
    """A sample of the same layout about nobody. Raises `NotShareable` when the sums cannot be kept."""
    pages: dict[int, list[Word]] = {}
    for word in words:
        pages.setdefault(word.page, []).append(word)
    given = [pages[number] for number in sorted(pages)]
    documents = read_words(given, templates)
    if len(documents) != 1 or documents[0].doc_type != "payslip":
        raise NotShareable("a sample is made of a file with one payslip in it")
    (document,) = documents
    kept = _kept_words(templates)
    dice = random.SystemRandom()
    for _ in range(_TRIES):
        amounts = _other_amounts(document, dice.uniform)
        if amounts is None:
            continue
        masked = [[_masked(word, document, amounts, kept, dice.uniform) for word in page] for page in given]
        again = read_words(masked, templates)
        if len(again) == 1 and _alike(again[0], document, amounts):
            values = {field: figure.value for field, figure in again[0].figures.items()}
            return Sample(name, tuple(tuple(page) for page in masked), "payslip", again[0].status, values)
    raise NotShareable("no other amounts were found that keep this payslip's sums: try another payslip of the layout")


def _alike(again: ReadDocument, document: ReadDocument, amounts: dict[int, int]) -> bool:
    """Whether the masked words are read as the given ones were, field by field."""
    if again.status != document.status or set(again.figures) != set(document.figures):
        return False
    for name, figure in document.figures.items():
        if is_amount(name) and " + " not in figure.text:
            pence = abs(to_pence(figure.amount))
            if abs(to_pence(again.figures[name].amount)) != amounts.get(pence, pence):
                return False
    return True


def _other_amounts(document: ReadDocument, uniform: Callable[[float, float], float]) -> dict[int, int] | None:
    """Other pence for every amount of the sums, by the pence printed; None when two claims on one amount differ."""
    other: dict[int, int] = {0: 0}
    ranges = {"payments": (0.6, 0.9), "deductions": (0.4, 0.6), "employer": (0.4, 0.9), "other": (0.4, 0.9)}
    sums = {"payments": [0, 0], "deductions": [0, 0]}
    for line in document.lines:
        if line.amount is None:
            continue
        pence = to_pence(line.amount)
        new = other.setdefault(abs(pence), round(abs(pence) * uniform(*ranges[line.section])))
        if line.section in sums:
            sums[line.section][0] += pence
            sums[line.section][1] += new if pence >= 0 else -new
    figures = {name: to_pence(figure.amount) for name, figure in document.figures.items() if is_amount(name)}
    paid, taken = sums["payments"], sums["deductions"]
    derived = {paid[0]: paid[1], abs(taken[0]): abs(taken[1]), paid[0] - taken[0]: paid[1] - taken[1]}
    for old, new in derived.items():
        if old in figures.values() and other.setdefault(abs(old), abs(new)) != abs(new):
            return None
    for name, pence in figures.items():
        least = other.get(abs(figures.get(name.removeprefix("ytd_"), 0)), 0) if name.startswith("ytd_") else 0
        other.setdefault(abs(pence), least + round(max(abs(pence) - least, 0) * uniform(0.5, 0.9)))
    return other


def _masked(
    word: Word,
    document: ReadDocument,
    amounts: dict[int, int],
    kept: frozenset[str],
    uniform: Callable[[float, float], float],
) -> Word:
    pence = amount_of(word.text)
    if pence is not None:
        old = abs(pence)
        new = amounts.setdefault(old, round(old * uniform(0.4, 0.9)))
        return replace(word, text=_in_the_style_of(word.text, new))
    for name in _MASKED:
        figure = document.figures.get(name)
        if figure and figure.page == word.page and _is_inside(word.box, figure.box):
            return replace(word, text=_mask(name, word.text, figure.text, kept))
    if any(figure.page == word.page and _is_inside(word.box, figure.box) for figure in document.figures.values()):
        return word
    return word if set(normalise(word.text).split()) <= kept else replace(word, text=_crossed(word.text))


def _is_inside(box: Box, other: Box) -> bool:
    middle, level = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return other.x0 <= middle <= other.x1 and other.top <= level <= other.bottom


def _mask(name: str, text: str, whole: str, kept: frozenset[str]) -> str:
    if name == "ni_number":
        start = "".join(c for c in whole.split(text)[0] if c.isalnum())
        signs = iter(_NINO[len(start) :])
        return "".join(next(signs, "C") if c.isalnum() else c for c in text)
    if name in ("payroll_number", "paye_reference"):
        return "".join("1" if c.isdigit() else "A" if c.isalpha() else c for c in text)
    named = normalise(text) in kept & _forms_of_companies()
    return text if name == "employer_name" and named else _crossed(text)


def _crossed(text: str) -> str:
    """Letters and figures crossed out, in the same case and the same place."""
    return "".join("0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in text)


def _in_the_style_of(text: str, pence: int) -> str:
    pounds = f"{pence // 100:,}" if "," in text or pence < 100_000 else str(pence // 100)
    return re.sub(r"\d[\d,]*\.\d{2}", f"{pounds}.{pence % 100:02d}", text)


def _kept_words(templates: Sequence[Template]) -> frozenset[str]:
    words = set(known_words())
    for template in templates:
        spelt = (*template.every, *template.one_of, *template.none_of, *template.overlay.meanings)
        words |= {word for phrase in (*spelt, *template.overlay.captions) for word in phrase.split()}
        words |= {word for place in template.places for word in (place.anchor or "").split()}
    return frozenset(words)


@cache
def _forms_of_companies() -> frozenset[str]:
    return frozenset(captions()["employer"]["suffixes"])
