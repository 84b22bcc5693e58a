"""One file becomes documents: several slips on a page, several months in a file, detail that goes on overleaf.

Pages are cut where a whole set of particulars and totals repeats; pages are put together when they speak of the
same slip. What a document says is not read here.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from hmrc_pipeline.extraction.captioned import captioned
from hmrc_pipeline.extraction.kinds import Kind, kind_of
from hmrc_pipeline.extraction.labels import caption_of, normalise
from hmrc_pipeline.extraction.layout import Piece, stacked_captions
from hmrc_pipeline.extraction.paired_captions import with_captions_parted
from hmrc_pipeline.extraction.values import read_date, read_nino

__all__ = ["Part", "cut", "documents_of", "parts_of"]

_WHO = frozenset({"tax_code", "ni_number", "pay_date", "payroll_number", "employee_name", "tax_period", "ni_letter"})
_CUT_BY = (*_WHO, "ni_number_value")
_TOTALS = frozenset({"net_pay", "gross_pay", "total_deductions"})
_PAGE_OF = re.compile(r"\bpage (\d+) of (\d+)\b")


class Part:
    """The pieces of one page, or of one slip on it; what tells it from others is asked only where there are others."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = list(pieces)
        self.kind: Kind = kind_of(pieces)
        self.stacks = stacked_captions(pieces)
        self.claims = captioned(with_captions_parted(pieces), self.stacks)

    @property
    def has_amounts(self) -> bool:
        return any(piece.is_amount for piece in self.pieces)

    @cached_property
    def ninos(self) -> set[str]:
        printed = {nino for piece in self._texts if (nino := read_nino(piece.text))}
        return printed | self._claimed("ni_number")

    @cached_property
    def dates(self) -> set[str]:
        return self._claimed("pay_date") or {day for piece in self._texts if (day := read_date(piece.text))}

    @property
    def has_net(self) -> bool:
        return "net_pay" in self._totals

    @property
    def has_totals(self) -> bool:
        return len(self._totals) > 1

    @property
    def later_page(self) -> bool:
        numbered = _PAGE_OF.search(self._said)
        return numbered is not None and int(numbered[1]) > 1

    @property
    def continued(self) -> bool:
        return "continued" in self._said

    @cached_property
    def _texts(self) -> list[Piece]:
        return [piece for piece in self.pieces if not piece.is_amount]

    @cached_property
    def _totals(self) -> set[str]:
        """The totals that are named, but for the year to date."""
        named = (p.meaning.concept for p in self._texts if not p.prose and p.meaning.ytd is not True)
        return {concept for concept in named if concept in _TOTALS}

    @cached_property
    def _said(self) -> str:
        return " | ".join([normalise(piece.text) for piece in self._texts])

    def _claimed(self, name: str) -> set[str]:
        return {claim.value for claim in self.claims if claim.field == name}

    @property
    def has_identity(self) -> bool:
        return bool(self.ninos or (self.dates and self.has_net))

    def goes_on_from(self, before: "Part") -> bool:
        """Whether this is more of the same slip."""
        if before.kind.name == "p60" or self.kind.name == "p60":
            return False
        clash = self.ninos and before.ninos and not self.ninos & before.ninos
        clash = clash or (self.dates and before.dates and not self.dates & before.dates)
        if clash or (self.has_net and before.has_net):
            return False
        if self.later_page or self.continued or before.continued:
            return True
        if not self.has_identity:
            return self.has_amounts and not (self.kind.name == "foreign" and (self.kind.names_country or self.has_net))
        return not (self.has_totals and before.has_totals)


def parts_of(pages: Sequence[Sequence[Piece]]) -> list[Part]:
    """The parts of a file's pages, in its order."""
    return [Part(pieces) for page in pages for pieces in cut(page)]


def documents_of(pages: Sequence[Sequence[Piece]]) -> list[list[Part]]:
    """Parts that belong together, in the order of the file; pages without figures are left out."""
    parts = parts_of(pages)
    documents: list[list[Part]] = []
    for part in parts:
        if documents and part.goes_on_from(documents[-1][-1]):
            documents[-1].append(part)
        elif part.has_amounts or part.kind.name != "other" or len(parts) == 1:
            documents.append([part])
    return documents or [[part] for part in parts[:1]]


def cut(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """One page's pieces, parted where a slip ends and the next begins, downwards or side by side."""
    marked = [(piece, mark) for piece in pieces if piece.pence is None and (mark := _mark(piece))]
    repeats = Counter(mark for _, mark in marked)
    if not any(repeats[total] > 1 for total in _TOTALS) or sum(repeats[who] > 1 for who in _CUT_BY) < 2:
        return [list(pieces)]
    for downwards in (True, False):
        cuts = _cuts(pieces, downwards)
        if cuts:
            bounds = [float("-inf"), *cuts, float("inf")]
            parts = [[p for p in pieces if low <= _at(p, downwards) < high] for low, high in itertools.pairwise(bounds)]
            return [part for part in parts if part]
    return [list(pieces)]


def _at(piece: Piece, downwards: bool) -> float:
    return piece.middle if downwards else piece.box.x0


def _cuts(pieces: Sequence[Piece], downwards: bool) -> list[float]:
    places: dict[tuple[str, int], list[float]] = defaultdict(list)
    marks: dict[tuple[str, int], str] = {}
    for piece in pieces:
        if piece.is_amount or piece.prose:
            continue
        mark = _mark(piece)
        text = "a number" if mark == "ni_number_value" else normalise(piece.text.split(":")[0])
        key = (text, round((piece.box.x0 if downwards else piece.middle) / 3))
        places[key].append(_at(piece, downwards))
        if mark:
            marks[key] = mark
    times = Counter(len(places[key]) for key in marks if marks[key] in _WHO or marks[key] == "ni_number_value")
    for count in sorted((n for n in times if n > 1), reverse=True):
        who = {marks[key] for key in marks if len(places[key]) == count and marks[key] not in _TOTALS}
        totals = [key for key in marks if len(places[key]) == count and marks[key] in _TOTALS]
        if len(who) >= 2 and totals:
            repeated = [sorted(at) for key, at in places.items() if len(at) == count]
            return _between(pieces, repeated, count, downwards)
    return []


def _mark(piece: Piece) -> str | None:
    if len(piece.text) <= 14 and read_nino(piece.text):
        return "ni_number_value"
    caption = caption_of(normalise(piece.text))
    if caption is None and ":" in piece.text:
        caption = caption_of(normalise(piece.text.split(":")[0]))
    if caption in _WHO:
        return caption
    meaning = piece.meaning
    return meaning.concept if meaning.concept in _TOTALS and meaning.ytd is None else None


def _between(pieces: Sequence[Piece], repeated: Sequence[Sequence[float]], count: int, downwards: bool) -> list[float]:
    """The widest blank between the last repeated mark of one slip and the first of the next."""
    cuts: list[float] = []
    for number in range(count - 1):
        low = max(at[number] for at in repeated)
        high = min(at[number + 1] for at in repeated)
        if low >= high:
            return []
        edges = sorted(
            {low, high}
            | {
                edge
                for p in pieces
                for edge in _edges(p, downwards)
                if low < edge < high and _at(p, downwards) > low - 1
            }
        )
        gaps = [(after - before, (after + before) / 2) for before, after in itertools.pairwise(edges)]
        cuts.append(max(gaps)[1])
    return cuts


def _edges(piece: Piece, downwards: bool) -> tuple[float, float]:
    return (piece.box.top, piece.box.bottom) if downwards else (piece.box.x0, piece.box.x1)
