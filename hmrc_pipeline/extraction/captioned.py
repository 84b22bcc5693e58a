"""Particulars by their captions: the value stands behind the caption, right of it, or below it in a grid.

One pass finds every caption of `captions.toml` and the phrases that may be its value; the grammar of the field
says which of them it can be. Particulars without a caption are for `uncaptioned`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.claims import SURE, Asked, Claim, decide, figure_of
from hmrc_pipeline.extraction.labels import caption_of, caption_table, captions, has_figures, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.overlay import overlay

__all__ = ["Claim", "captioned", "figure_of", "is_name_like"]

_LONGEST = 10
_WAYS = (("below", "below caption"), ("above", "above caption"))
_BELOW = 2.6
_ASKS = frozenset(["no", "number", "ref", "reference", "code", "date", "id", "period", "letter", "table", "category"])
"""A text that ends with one of these asks for a value and is none."""
_WEAK = frozenset(
    {"name", "code", "period", "month", "week", "table", "to", "from", "date", "basis", "paid", "ni", "wk", "mth",
     "employee", "employer", "company", "payroll", "ending", "printed", "nat ins", "tax office", "bank", "method",
     "title", "job", "role", "team", "grade", "site", "worker", "payee", "position", "salary", "hours", "account"}
)  # fmt: skip


@dataclass(slots=True, eq=False)
class _Caption:
    field: str
    text: str
    piece: Piece
    start: int
    words: tuple[Word, ...]
    inline: tuple[Word, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands around the captions: the rows of a page, its captions by row, the first words of all captions, and
    by their ids the pieces that are no value of a caption: captions, amounts and the labels of amounts."""

    rows: dict[int, list[Piece]]
    captions: dict[int, list[_Caption]]
    firsts: set[int]
    spoken_for: set[int]

    @classmethod
    def of(cls, pieces: Sequence[Piece], found: Sequence[_Caption]) -> "_Page":
        rows: dict[int, list[Piece]] = {}
        for piece in pieces:
            rows.setdefault(piece.row, []).append(piece)
        captions: dict[int, list[_Caption]] = {}
        for caption in found:
            captions.setdefault(caption.piece.row, []).append(caption)
        spoken_for = {id(piece) for piece in pieces if piece.is_amount}
        spoken_for |= {id(caption.piece) for caption in found if caption.start == 0}
        spoken_for |= {id(a) for row in rows.values() for a, b in pairwise(row) if b.is_amount}
        return cls(rows, captions, {id(caption.words[0]) for caption in found}, spoken_for)

    def cell_of(self, caption: _Caption) -> tuple[float, float]:
        """From where to where the caption's values reach: the captions before and after in its row."""
        box = caption.box
        mates = [mate.box for mate in self.captions[caption.piece.row] if mate is not caption]
        start = max((mate.x1 for mate in mates if mate.x1 < box.x0), default=float("-inf"))
        return start, min((mate.x0 for mate in mates if mate.x0 > box.x1), default=float("inf"))


_NAMES = frozenset({"employee_name", "employer_name", "surname", "forenames"})
_Reader = Callable[[str], str | None]
_GRAMMAR: dict[str, _Reader] = {
    "ni_number": values.read_nino,
    "ni_letter": values.read_letter,
    "tax_basis": values.read_basis,
    "tax_period": values.read_period,
    "pay_date": values.read_date,
    "pay_date_weak": values.read_date,
    "not_pay_date": values.read_date,
    "issued_on": values.read_date,
    "pay_frequency": values.frequency_of,
    "paye_reference": values.read_paye_reference,
    "payroll_number": values.read_payroll_number,
}


def captioned(pieces: Sequence[Piece], stacks: Sequence[Piece], table: Mapping[str, str] | None = None) -> list[Claim]:
    """Every claim a caption makes, the best relation first.

    `stacks` are the captions of several lines, `table` names the field of each normalised caption.
    """
    usable = [piece for piece in pieces if piece.pence is None and not piece.prose]
    known = caption_table() if table is None else table
    firsts = _first_words(tuple(known)) if table is not None else _usual_first_words() | overlay().first_words
    usable = _with_wrapped(usable, stacks, known)
    found = [caption for piece in usable for caption in _captions_in(piece, known, firsts)]
    page = _Page.of(pieces, found)
    wanted = [caption for caption in found if caption.field != "other"]
    first = {id(c): _asked(c, page, _WAYS) for c in wanted if c.field in SURE}
    # Above its caption a value without a form of its own counts only where one with a form stands so too.
    ways = _WAYS if any(each.offers["above"] for each in first.values()) else _WAYS[:1]
    asked = [first.get(id(c)) or _asked(c, page, ways) for c in wanted]
    decide(asked)
    return [claim for each in asked for claim in each.chosen]


def _with_wrapped(pieces: Sequence[Piece], stacks: Sequence[Piece], table: Mapping[str, str]) -> list[Piece]:
    """Captions of two lines in place of their lines, where only the whole is a caption."""
    wrapped = [p for p in stacks if p.meaning.text in table and len(p.words) <= 4 and _two_lines(p)]
    if not wrapped:
        return list(pieces)
    lines = {id(word) for piece in wrapped for word in piece.words}
    return [*wrapped, *(piece for piece in pieces if id(piece.words[0]) not in lines)]


def _two_lines(piece: Piece) -> bool:
    """Whether both lines are one caption: neither ends in a colon, as a caption beside its value does."""
    return not any(word.text.endswith(":") for word in piece.words)


@cache
def _usual_first_words() -> frozenset[str]:
    return _first_words(tuple(caption_table()))


def _first_words(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(label.split()[0] for label in labels)


@lru_cache(maxsize=4096)
def _first_word(text: str) -> str:
    return normalise(text).split(" ")[0]


def _captions_in(piece: Piece, table: Mapping[str, str], firsts: frozenset[str]) -> Iterator[_Caption]:
    words = piece.words
    if len(words) == 1 and _first_word(words[0].text) not in firsts:
        return
    at = 0
    spotted: list[tuple[str, str, int, int]] = []
    while at < len(words):
        hit = _caption_at(words, at, table) if _first_word(words[at].text) in firsts else None
        if hit is None:
            at += 1
            continue
        spotted.append((*hit[:2], at, hit[2]))
        at = hit[2]
    for number, (field, text, start, stop) in enumerate(spotted):
        end = spotted[number + 1][2] if number + 1 < len(spotted) else len(words)
        own = words[start:stop]
        box = piece.box if len(own) == len(words) else joined_box([word.box for word in own])
        yield _Caption(field, text, piece, start, own, words[stop:end], box)


def _caption_at(words: Sequence[Word], at: int, table: Mapping[str, str]) -> tuple[str, str, int] | None:
    texts = [word.text for word in words[at : at + _LONGEST]]
    longest = next((size for size, text in enumerate(texts, start=1) if text.endswith(":")), len(texts))
    for size in range(longest, 0, -1):
        text = normalise(" ".join(texts[:size]))
        field = caption_of(text) if table is caption_table() else table.get(text)
        if field is None:
            continue
        ended = words[at + size - 1].text.endswith(":")
        whole = at == 0 and size == len(words)
        if whole or ended or (text not in _WEAK and (at == 0 or field in _GRAMMAR)):
            return field, text, at + size
        if at == 0 and field in _GRAMMAR:
            return field, text, at + size
    return None


def _asked(caption: _Caption, page: _Page, ways: Sequence[tuple[str, str]]) -> Asked:
    """A caption with what stands behind it, or else right of, below and above it."""
    asked = Asked(caption.field, caption.box, caption.piece.row)
    fields = [caption.field]
    if caption.field == "ni_number_and_letter":
        fields = ["ni_number", "ni_letter"]
    for field in fields:
        if caption.inline:
            asked.chosen.extend(_read(field, caption, caption.inline, "behind its caption", 0))
            continue
        right, cell = _right_of(caption, page), page.cell_of(caption)
        if right:
            asked.offers["right"].extend(_read(field, caption, right, "right of caption", 1))
        for way, relation in ways:
            for words in _beyond(caption, page, cell, 1 if way == "below" else -1):
                got = list(_read(field, caption, words, relation, 2))
                asked.offers[way].extend(got)
                if got:
                    break
    return asked


def _right_of(caption: _Caption, page: _Page) -> tuple[Word, ...]:
    """The words that follow in the row, up to the next caption."""
    words: list[Word] = []
    for piece in page.rows[caption.piece.row]:
        if piece.box.x0 < caption.box.x1 - 0.5 or piece is caption.piece:
            continue
        if piece.is_amount:
            break
        for word in piece.words:
            if id(word) in page.firsts:
                return tuple(words)
            words.append(word)
    return tuple(words)


def _beyond(caption: _Caption, page: _Page, cell_edges: tuple[float, float], step: int) -> Iterator[tuple[Word, ...]]:
    """Phrases below the caption (above it if `step` is -1): those it overlaps first, then those in its cell."""
    box = caption.box
    height = box.bottom - box.top
    start, limit = cell_edges
    for number in range(caption.piece.row + step, caption.piece.row + 4 * step, step):
        row = page.rows.get(number)
        if row is None:
            continue
        near = [p for p in row if max(p.box.top - box.bottom, box.top - p.box.bottom) <= _BELOW * max(height, p.height)]
        across = {id(p) for p in near if overlap(p.box, box) > 0}
        free = [p for p in near if id(p) not in page.spoken_for]
        cell = [p for p in free if id(p) in across or box.x0 - 3 <= p.box.x0 < limit]
        if cell:
            over = [p for p in cell if id(p) in across]
            for piece in over or cell[:1]:
                yield _within(piece.words, start, limit)
            yield tuple(word for piece in cell for word in piece.words)
        if across:
            return


def _within(words: tuple[Word, ...], start: float, limit: float) -> tuple[Word, ...]:
    """Of a phrase that reaches over several cells the words between the captions before and after."""
    return tuple(w for w in words if start <= w.box.x0 < limit - 1) or words


def _read(field: str, caption: _Caption, words: tuple[Word, ...], relation: str, rank: int) -> Iterator[Claim]:
    label = " ".join(word.text for word in caption.words)

    def claim(name: str, value: str, taken: tuple[Word, ...]) -> Claim:
        return Claim(name, value, taken, label, caption.box, relation, rank, caption.text)

    if field == "tax_code":
        yield from _read_code(words, claim)
    elif field in _NAMES:
        taken = _name_words(words, relation)
        text = " ".join(word.text for word in taken)
        if is_name_like(text, person=field != "employer_name"):
            yield claim(field, text.strip(" ,:"), taken)
    elif field in _GRAMMAR:
        starts = range(len(words)) if field == "ni_letter" and "and" in caption.field else range(1)
        for start in starts:
            for size in range(min(len(words) - start, 8), 0, -1):
                taken = words[start : start + size]
                value = _GRAMMAR[field](" ".join(word.text for word in taken).strip(" :"))
                if value is not None:
                    yield claim(field, value, _own_words(field, value, taken))
                    return


def _own_words(field: str, value: str, taken: tuple[Word, ...]) -> tuple[Word, ...]:
    """Of words of which only the first are read, those: what stands beside a NINO is none of it."""
    if field != "ni_number":
        return taken
    sizes = range(1, len(taken))
    return next((taken[:n] for n in sizes if _GRAMMAR[field](" ".join(w.text for w in taken[:n])) == value), taken)


def _read_code(words: tuple[Word, ...], claim: Callable[[str, str, tuple[Word, ...]], Claim]) -> Iterator[Claim]:
    for size in range(min(len(words), 5), 0, -1):
        taken = words[:size]
        read = values.read_tax_code(" ".join(word.text for word in taken).strip(" :"))
        if read is None:
            continue
        code, basis = read
        own = taken
        for width in range(1, size + 1):
            alone = values.read_tax_code(" ".join(word.text for word in taken[:width]))
            if alone and alone[0] == code:
                own = taken[:width]
                break
        yield claim("tax_code", code, own)
        if basis:
            yield claim("tax_basis", basis, taken[len(own) :] or taken)
        return


def _name_words(words: tuple[Word, ...], relation: str) -> tuple[Word, ...]:
    """The first phrase only: a wide blank ends a name."""
    taken: list[Word] = []
    for word in words:
        if taken and word.box.x0 - taken[-1].box.x1 > 0.8 * (word.box.bottom - word.box.top):
            break
        taken.append(word)
    return tuple(taken)


def is_name_like(text: str, *, person: bool) -> bool:
    """Whether a text can be a name: letters, no figures for a person, and no label or title of its own."""
    label = normalise(text)
    if not label or caption_of(label) or len(text) > 80 or sum(c.isalpha() for c in text) < 2:
        return False
    words = label.split()
    suffixes = captions()["employer"]["suffixes"]
    meaning = meaning_of(text)
    if not person:
        says = meaning.role or meaning.section
        return not says and not values.read_nino(text) and (not text.islower() or words[-1] in suffixes)
    if words[-1] in _ASKS or meaning.concept or meaning.section or meaning.role or meaning.decoy:
        return False
    if text[:1].isupper() and any(len(word) > 3 and word.islower() for word in text.split()):
        return False
    if has_figures(text) or not 1 <= len(words) <= 7 or values.frequency_of(text):
        return False
    return not set(words) & set(suffixes[:12]) and label not in ("payslip", "details")
