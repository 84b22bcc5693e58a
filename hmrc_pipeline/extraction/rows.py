"""Rows as they are read where no other form is found: a label, and the amounts that follow it up to the next.

An amount that follows no label, or one that only names a time, is led to its caption by `grid`; two columns of
amounts with their captions between them are parted by `between`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from hmrc_pipeline.extraction.addresses import address_lines
from hmrc_pipeline.extraction.between import Between, between
from hmrc_pipeline.extraction.columns import headed, heads_column, multiply
from hmrc_pipeline.extraction.entry import (
    ABOVE_CAPTION,
    BELOW_CAPTION,
    CROSSED,
    RIGHT_OF_LABEL,
    SAID,
    Cell,
    Entry,
    Group,
)
from hmrc_pipeline.extraction.fields import STATUTORY_PAY
from hmrc_pipeline.extraction.grid import Captions
from hmrc_pipeline.extraction.labels import (
    Meaning,
    caption_of,
    has_figures,
    normalise,
    party_of,
    vocabulary,
)
from hmrc_pipeline.extraction.layout import Piece, phrase_of
from hmrc_pipeline.extraction.unread import Unread
from hmrc_pipeline.extraction.values import PAID, read_date, read_payment

__all__ = ["Rows", "read_rows"]

_EDGE = 2.0
_WORKED = frozenset({"basic_pay", "bonus", *STATUTORY_PAY})
_NUMBER = re.compile(r"(?:@|x|at)?\s*\u00a3?([\d,]*\.?\d+)\s*(?:hrs?|hours?|days?|units?|per hour|per day)?\s*[@x]?")
_AMOUNT_WITHIN = re.compile(r"\d\.\d\d[,;]")
_UNITS_AT_END = re.compile(r"(?<=\w)\s+([\d,]*\.?\d+)\s*(?:hrs?|hours?|days?|units?)?\s*[@x]$")


@dataclass(frozen=True, slots=True)
class Rows:
    """The entries of a page's rows, and what speaks of all entries of the page, whichever form they are set in.

    `bare` are the phrases that label no amount of their own; of them, and of the captions of several lines,
    `headings` head columns, `titles` sections, and `parties` name the employer or the employee.
    """

    entries: list[Entry]
    bare: list[Piece]
    headings: list[Piece]
    titles: list[Piece]
    parties: list[Piece]
    blocks: list[Between]
    captions: Captions

    def alone(self, amount: Piece) -> Entry:
        """The entry of an amount that its row's label does not lead to."""
        return _grid_entry(amount, self.captions, None, False) or Entry(None, [Cell(amount)], "")


def read_rows(unread: Unread) -> Rows:
    """Every amount that no form took gets its entry here, with a label or without."""
    groups, bare = _groups(unread.pieces)
    free = {id(word) for piece in bare for word in piece.words}
    named = [*bare, *(stack for stack in unread.stacks if all(id(word) in free for word in stack.words))]
    headings = [p for p in named if heads_column(p, named)]
    titles = [p for p in named if p.meaning.section and not p.meaning.role]
    parties = [p for p in named if party_of(p.meaning.text)]
    blocks = between(groups, bare, headings)
    captions = Captions(named, unread.page)
    entries = [entry for group in groups for entry in _read_group(group, headings, captions)]
    return Rows(entries, bare, headings, titles, parties, blocks, captions)


def _groups(pieces: Sequence[Piece]) -> tuple[list[Group], list[Piece]]:
    """Rows parted at each label; and the phrases that have no amount of their own."""
    groups: list[Group] = []
    bare: list[Piece] = []
    addressed = address_lines(pieces)
    row = -1
    label: Piece | None = None
    group: Group | None = None
    for piece in pieces:
        if piece.row != row:
            row, label, group = piece.row, None, None
        if piece.prose:
            continue
        if id(piece) in addressed:
            label, group = None, None
        elif piece.pence is not None:
            if group is None:
                group = Group(bare.pop() if label is not None else None, [])
                groups.append(group)
            group.amounts.append(piece)
        elif group is not None and (number := _NUMBER.fullmatch(piece.text)):
            group.numbers.append(Decimal(number[1].replace(",", "")))
        elif not _is_no_label(piece, group) and not (label is not None and group is None and _dates(label, piece)):
            label, group = (None if _is_answered(piece) or _is_sentence(piece) else piece), None
            if label is not None:
                bare.append(label)
    return groups, bare


def _is_no_label(piece: Piece, group: Group | None) -> bool:
    """Whether the phrase is figures or strokes alone, or the unit of the amounts before it."""
    if not piece.text[:1].isalpha() and (piece.is_number or not normalise(piece.text)):
        return True
    return group is not None and piece.is_filler


def _dates(label: Piece, piece: Piece) -> bool:
    """Whether a phrase only says when what its line names was done, or from when to when: no label of its own."""
    if (
        not piece.text[:1].isdigit()
        or label.is_number
        or (caption_of(label.meaning.text) and not label.meaning.concept)
    ):
        return False
    days = [word.text for word in piece.words if has_figures(word.text)]
    return read_date(piece.text) is not None or all(read_date(day) for day in days)


def _is_answered(piece: Piece) -> bool:
    """Whether the phrase is a caption with its own value, `Pay Method: BACS`, `Paid by cheque on 1 May`: no label of an
    amount after it."""
    for number, word in enumerate(piece.words[:-1], start=1):
        if word.text.endswith(":") and caption_of(normalise(" ".join(w.text for w in piece.words[:number]))):
            return piece.meaning.concept is None
    paid = normalise(piece.words[0].text) in PAID and has_figures(piece.text)
    return paid and read_payment([word.text for word in piece.words[1:]]) is not None


def _is_sentence(piece: Piece) -> bool:
    """Whether a phrase is a sentence of a message, which labels nothing: it may hold amounts that end in a comma."""
    if len(piece.words) < 4:
        return False
    if _AMOUNT_WITHIN.search(piece.text):
        return True
    said = piece.text.endswith(".") or not _verbs().isdisjoint(normalise(piece.text).split())
    meaning = piece.meaning
    return said and meaning.concept in (None, "pension") and not meaning.section and not meaning.side


@cache
def _verbs() -> frozenset[str]:
    return frozenset(vocabulary()["decoys"]["verbs"])


def _read_group(group: Group, headings: Sequence[Piece], captions: Captions) -> list[Entry]:
    label = group.label
    meaning = label.meaning if label else Meaning("")
    if label is not None and len(group.amounts) > 1 and (worked := _units_in_label(label, group.amounts)):
        return [worked]
    if meaning.role in ("units", "rate") and meaning.concept is None:
        return [Entry(label, [Cell(amount, meaning.role, SAID, label) for amount in group.amounts], RIGHT_OF_LABEL)]
    names_time = label is not None and meaning.role in ("this", "ytd") and meaning.concept is None
    own = label is not None and (meaning.concept or meaning.decoy or meaning.refund)
    if names_time or not own:
        grid = [_grid_entry(amount, captions, label, names_time) for amount in group.amounts]
        known = label is None or names_time
        found = [entry for entry in grid if entry and (known or entry.meaning.concept)]
        if found and (names_time or label is None or len(found) == len(group.amounts)):
            return found
    cells = [headed(amount, headings) for amount in group.amounts]
    if len(cells) == 1:
        cells[0] = cells[0].timed_by(meaning)
    if len(cells) == 1 and cells[0].role in ("units", "rate") and not _is_worked(meaning):
        cells[0] = Cell(cells[0].piece)
    multiply(cells)
    _multiply_number(cells, group.numbers)
    return [Entry(label, cells, RIGHT_OF_LABEL if label else "", meaning=meaning)]


def _is_worked(meaning: Meaning) -> bool:
    """Whether hours can make what a label names: a line of pay, or one in words we do not know."""
    return meaning.field is None or meaning.field in _WORKED


def _units_in_label(label: Piece, amounts: Sequence[Piece]) -> Entry | None:
    """R1 within a row: `Salary 140 @ 4.32 604.80`, where units stand in the label and rate times units proves it."""
    found = _UNITS_AT_END.search(label.text)
    if found is None:
        return None
    units, rate, amount = Decimal(found[1].replace(",", "")), amounts[0].pence or 0, amounts[1].pence or 0
    if abs(units * rate - amount) > Decimal("0.5"):
        return None
    kept = len(label.text[: found.start()].split())
    name = phrase_of(label.words[:kept], label.row)
    cells = [Cell(amounts[0], "rate", SAID), Cell(amounts[1], "this", SAID), *(Cell(more) for more in amounts[2:])]
    return Entry(name, cells, RIGHT_OF_LABEL, meaning=name.meaning)


def _multiply_number(cells: list[Cell], numbers: Sequence[Decimal]) -> None:
    """R1 with a number that is no amount: `35.00 @ 19.3800  678.30` tells that 35.00 is no money of this period."""
    if len(cells) < 2 or len(numbers) != 1 or "ytd" in (cells[0].role, cells[1].role):
        return
    units, amount = cells[0].piece.pence or 0, cells[1].piece.pence or 0
    if units and abs(units * numbers[0] - amount) <= Decimal("0.5") and numbers[0] != 1:
        cells[0] = Cell(cells[0].piece, "units", SAID, cells[0].header)
        cells[1] = Cell(cells[1].piece, "this", SAID, cells[1].header)


def _grid_entry(amount: Piece, captions: Captions, label: Piece | None, names_time: bool) -> Entry | None:
    """The amount under a caption, by itself or crossed with a row whose label `names_time`.

    A label leads to the amount in its row: then what stands in the label's own column is another row's label and no
    caption, and none below the amount is its. A caption that asks for a name or a day leads to no amount.
    """
    caption = captions.above(amount, far=names_time)
    relation = CROSSED if names_time else BELOW_CAPTION
    if caption is not None and label is not None and abs(caption.box.x0 - label.box.x0) <= _EDGE:
        caption = None
    if caption is None and (label is None or caption_of(label.meaning.text)):
        caption, relation = captions.below(amount), ABOVE_CAPTION
    if caption is None:
        return None
    cell = Cell(amount).timed_by(caption.meaning)
    if cell.role is None and names_time and label is not None:
        cell = Cell(amount, label.meaning.role, SAID, label)
    return Entry(caption, [cell], relation, meaning=caption.meaning)
