"""What a letter tells in sentences: `Taxable pay was 100.00 this month and 200.00 since 6 April.`, `Your code is BR.`

Only a whole sentence of a known form tells anything: its caption known in full, its value with the caption's own
grammar, its amounts with their times. All other sentences are messages, which label nothing (`layout`'s prose).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.claims import Claim
from hmrc_pipeline.extraction.entry import SAID, Cell, Entry
from hmrc_pipeline.extraction.labels import (
    Meaning,
    caption_of,
    captions,
    is_name_of_field,
    meaning_of,
    normalise,
    vocabulary,
)
from hmrc_pipeline.extraction.layout import Piece, joined_box
from hmrc_pipeline.extraction.model import Word

__all__ = ["payments_told", "told_entries", "told_particulars"]

_RELATION: Final = "in a sentence"
_IS: Final = frozenset({"is", "was", "were"})
_TIMES: Final = frozenset({"this", "ytd"})
_NOTHING: Final = "nothing"
_MEASURES: Final = frozenset({"taxable_pay", "ni_pay", "employer_ni", "employer_pension", "rsu_gross"})
"""Measures that are no terms of gross pay less deductions: told again in a sentence those would be counted twice."""
_OWNERS: Final = frozenset({"your", "our", "the"})
_LONGEST: Final = 5
_OFTEN: Final = "you are paid"

_GRAMMAR: Final[Mapping[str, Callable[[str], str | None]]] = {
    "ni_number": lambda text: values.read_nino(text) if len(text.replace(" ", "")) <= 9 else None,
    "ni_letter": values.read_letter,
    "paye_reference": values.read_paye_reference,
    "payroll_number": values.read_payroll_number,
}


def told_entries(pieces: Sequence[Piece]) -> list[Entry]:
    """An entry for each sentence that tells the amounts of one known measure, each with its time."""
    return [entry for sentence in _sentences(pieces) if (entry := _entry(sentence)) is not None]


def payments_told(pieces: Sequence[Piece]) -> list[tuple[Piece, Claim]]:
    """`We paid 100.00 into your bank account on 28 June 2024.`: each such amount, and the date as a pay date.

    It can be any payment: it is that of the payslip where the sums prove its amount to be the net pay.
    """
    return [found for sentence in _sentences(pieces) if (found := _payment(sentence)) is not None]


def told_particulars(pieces: Sequence[Piece]) -> list[Claim]:
    """The claims of sentences such as `Your tax code is BR and your National Insurance number QQ123456C.`"""
    return [claim for piece in pieces if _may_tell(piece) for claim in (*_clauses(piece.words), *_often(piece.words))]


def _sentences(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The runs of phrases and amounts in a row that are one sentence, or several, by their full stop."""
    if not any(piece.prose for piece in pieces):
        return
    for _, run in groupby((piece for piece in pieces if piece.prose), key=lambda piece: (piece.page, piece.row)):
        sentence = list(run)
        if sentence[0].text[:1].isupper() and sentence[-1].pence is None and sentence[-1].text.endswith("."):
            yield sentence


def _entry(sentence: Sequence[Piece]) -> Entry | None:
    """None unless the sentence is a known caption, a verb, and one or two amounts, each followed by its time."""
    pairs = len(sentence) // 2
    if not pairs or [piece.pence is None for piece in sentence] != [True, *[False, True] * pairs]:
        return None
    head, *rest = sentence
    amounts, ends = rest[::2], [piece.words for piece in rest[1::2]]
    words = head.words
    none = next((at for at, word in enumerate(words) if word.text == _NOTHING), len(words))
    spoken = [*([words[none + 1 :]] if none < len(words) else []), *ends]
    times = [_time_of(said, last=said is ends[-1]) for said in spoken]
    label = _measure(head, words[:none])
    if label is None or len(times) != len(set(times)) or not _TIMES.issuperset(times):
        return None
    cells = [Cell(amount, time, SAID) for amount, time in zip(amounts, times[-len(amounts) :], strict=True)]
    return Entry(label, cells, _RELATION, meaning=label.meaning)


def _time_of(said: Sequence[Word], *, last: bool) -> str:
    """The time the words behind an amount say, empty where they say more or less than that."""
    words = normalise(" ".join(word.text for word in said)).split()
    if not last:
        if words[-1:] != ["and"]:
            return ""
        words = words[:-1]
    meaning = meaning_of(" ".join(words))
    return "" if meaning.concept else meaning.role or ""


def _measure(head: Piece, said: Sequence[Word]) -> Piece | None:
    """The caption before the verb as a label, without what is said in passing of who pays."""
    *words, verb = said or head.words
    if verb.text not in _IS or not words:
        return None
    own, aside = _parted(words)
    if aside and aside not in captions()["sentences"]["asides"]:
        return None
    text = " ".join(word.text for word in own).rstrip(",")
    meaning = meaning_of(text)
    if meaning.field not in _MEASURES or not _is_whole_name(text, meaning):
        return None
    box = joined_box([word.box for word in own])
    return Piece(text, box, head.page, head.row, tuple(own), meaning=meaning)


def _parted(words: Sequence[Word]) -> tuple[Sequence[Word], str]:
    """A caption, and what is said in passing between two commas behind it."""
    comma = next((at for at, word in enumerate(words, start=1) if word.text.endswith(",")), len(words))
    if comma == len(words) or not words[-1].text.endswith(","):
        return words, ""
    return words[:comma], normalise(" ".join(word.text for word in words[comma:]))


def _is_whole_name(text: str, meaning: Meaning) -> bool:
    """Whether a label is the name of its measure and nothing besides, but for whose it is.

    A pension may also be called after its provider, each word with a capital letter.
    """
    if meaning.decoy or meaning.refund or meaning.ytd is not None or meaning.sacrifice or "," in text:
        return False
    rows = vocabulary()
    parties = {*rows["qualifiers"]["employer"], *rows["qualifiers"]["employee"]}
    core = [word for word in meaning.text.split() if word not in parties]
    if meaning.concept != "pension":
        return is_name_of_field(" ".join(core))
    plain = {"pension", "pensions", *rows["concepts"]["pension"]["with_party"]}
    return plain.issuperset(core) or not any(word[:1].islower() for word in text.split())


def _payment(sentence: Sequence[Piece]) -> tuple[Piece, Claim] | None:
    if [piece.pence is None for piece in sentence] != [True, False, True]:
        return None
    head, amount, tail = sentence
    when = values.read_payment([word.text for word in tail.words])
    if when is None or normalise(head.text) not in captions()["sentences"]["payments"]:
        return None
    day, at = when
    return amount, Claim("pay_date", day, tail.words[at:], head.text, head.box, _RELATION, 1, normalise(head.text))


def _may_tell(piece: Piece) -> bool:
    return len(piece.words) > 3 and piece.pence is None and not piece.prose and piece.text[0].isupper()


def _clauses(words: Sequence[Word]) -> Iterator[Claim]:
    """The particulars of a sentence `Your X is V and your Y is W.`; none unless all of it is such clauses."""
    if not words[-1].text.endswith("."):
        return
    claims: list[Claim] = []
    start = 0
    while start < len(words):
        stop = next((at for at in range(start + 1, len(words)) if _joins(words, at)), len(words))
        found = _clause(words[start:stop], first=start == 0)
        if not found:
            return
        claims.extend(found)
        start = stop + 1
    yield from claims


def _joins(words: Sequence[Word], at: int) -> bool:
    return words[at].text == "and" and at + 1 < len(words) and words[at + 1].text in _OWNERS


def _clause(words: Sequence[Word], *, first: bool) -> list[Claim]:
    """What `Your X is V` claims; the verb may be left out behind the first clause."""
    begin = int(words[0].text.casefold() in _OWNERS)
    for stop in range(min(len(words) - 1, begin + _LONGEST), begin, -1):
        text = normalise(" ".join(word.text for word in words[begin:stop]))
        field = caption_of(text)
        verb = words[stop].text == "is"
        if field is None or (first and not verb):
            continue
        value = words[stop + verb :]
        box = joined_box([word.box for word in words[begin:stop]])
        label = " ".join(word.text for word in words[begin:stop])
        return [
            Claim(name, told, tuple(value), label, box, _RELATION, 1, text)
            for name, told in _read(field, " ".join(word.text for word in value).rstrip(".,"))
        ]
    return []


def _read(field: str, text: str) -> list[tuple[str, str]]:
    """The particulars a value gives when the whole of it has the grammar of its caption."""
    if field == "tax_code":
        read = values.read_tax_code(text)
        code, basis = read if read is not None else (None, None)
        return [(name, told) for name, told in (("tax_code", code), ("tax_basis", basis)) if told]
    told = _GRAMMAR[field](text) if field in _GRAMMAR else None
    return [(field, told)] if told else []


def _often(words: Sequence[Word]) -> Iterator[Claim]:
    """`You are paid monthly and ...`: how often, where nothing else is said of it."""
    if normalise(" ".join(word.text for word in words[:3])) != _OFTEN:
        return
    stop = next((at for at, word in enumerate(words) if word.text == "and"), len(words))
    told = values.frequency_of(" ".join(word.text for word in words[3:stop]))
    if told is not None:
        box = joined_box([word.box for word in words[:3]])
        label = " ".join(word.text for word in words[:3])
        yield Claim("pay_frequency", told, tuple(words[3:stop]), label, box, _RELATION, 1, _OFTEN)
