"""The geometry of a P60: wrapped labels become blocks, pounds and pence become numbers, boxes become cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hmrc_pipeline.extraction.labels import normalise
from hmrc_pipeline.extraction.layout import Piece, joined_box, overlap
from hmrc_pipeline.extraction.model import Box, Figure, Word
from hmrc_pipeline.money import format_amount

__all__ = ["Block", "Number", "blocks_of", "columns_apart", "joined", "numbers_of", "row_amounts", "single_amount"]

_WHOLE = re.compile(r"[-(]?£?(\d{1,3}(?:,\d{3})+|\d{1,7})\)?")
_EXACT = re.compile(r"[-(]?£?((?:\d{1,3}(?:,\d{3})+|\d{1,7})\.\d{2})(-|R|CR)?\)?", re.IGNORECASE)
_PENCE_GAP = 40.0
_MARK_REACH = 3.5
_LINES = 8


@dataclass(frozen=True, slots=True)
class Block:
    """A label of one or more lines set directly below each other."""

    text: str
    printed: str
    box: Box
    page: int
    pieces: tuple[Piece, ...]
    is_start: bool

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for piece in self.pieces for word in piece.words)

    def holds(self, box: Box, slack: float = 3.0) -> bool:
        """Whether the middle of a box stands in the block's rows."""
        return self.box.top - slack <= (box.top + box.bottom) / 2 <= self.box.bottom + slack


@dataclass(frozen=True, slots=True)
class Number:
    """An amount on the page: whole pounds, or with its pence, negative when marked."""

    value: Decimal
    text: str
    box: Box
    page: int
    has_pence: bool
    sources: tuple["Number", ...] = ()
    relation: str = ""
    digits: int = 0
    negative: bool = False

    @property
    def centre(self) -> float:
        return (self.box.x0 + self.box.x1) / 2

    def as_word(self) -> Word:
        return Word(self.text, self.box, self.page)

    def figure(self, field: str, block: Block, relation: str) -> Figure:
        """The number as a figure led to by a label."""
        value = format_amount(self.value)
        return Figure(field, value, self.text, self.page, self.box, block.printed, block.box, relation)


def blocks_of(pieces: Sequence[Piece]) -> list[Block]:
    """Every phrase, alone and joined with the lines below it."""
    texts = [piece for piece in pieces if any(c.isalpha() for c in piece.text)]
    rows: dict[int, list[Piece]] = {}
    for piece in texts:
        rows.setdefault(piece.row, []).append(piece)
    below = {id(piece): _below(piece, rows) for piece in texts}
    under = {id(piece) for piece in below.values() if piece is not None}
    blocks: list[Block] = []
    for piece in texts:
        stack: list[Piece] = []
        line: Piece | None = piece
        while line is not None and len(stack) < _LINES:
            stack.append(line)
            printed = " ".join(p.text for p in stack)
            box = joined_box([p.box for p in stack])
            blocks.append(Block(normalise(printed), printed, box, piece.page, tuple(stack), id(piece) not in under))
            line = below[id(line)]
    return blocks


def _below(piece: Piece, rows: Mapping[int, Sequence[Piece]]) -> Piece | None:
    """The next line of a wrapped label: set left, right or centred with it, of the same size."""
    box, height = piece.box, piece.height
    best: Piece | None = None
    for row in range(piece.row + 1, piece.row + 7):
        for other in rows.get(row, ()):
            gap = other.box.top - box.bottom
            if not -0.5 * height <= gap <= 0.6 * height or abs(other.height - height) > 0.3 * height:
                continue
            left, right = abs(other.box.x0 - box.x0), abs(other.box.x1 - box.x1)
            level = left <= 3.0 or right <= 2.0 or abs(other.box.x0 + other.box.x1 - box.x0 - box.x1) <= 4.0
            if level and (best is None or other.box.top < best.box.top):
                best = other
    return best


def numbers_of(words: Sequence[Word]) -> list[Number]:
    """Every word, or amount cut by blanks, that is a number; R and minus marks belong to the number before them."""
    found: list[Number] = []
    for word in words:
        text = word.text.strip("|[]_")
        exact, whole = _EXACT.fullmatch(text), _WHOLE.fullmatch(text)
        digits = exact or whole
        if digits is None:
            continue
        value = Decimal(digits[1].replace(",", ""))
        negative = text[:1] in "-(" or bool(exact and exact[2])
        size = len(digits[1].replace(",", ""))
        number = Number(value, text, word.box, word.page, exact is not None, digits=size)
        found.append(_signed(number, negative))
    for mark in words:
        if mark.text.upper() in ("R", "-", "CR"):
            _mark(found, mark)
    return found


def _signed(number: Number, negative: bool) -> Number:
    value = -abs(number.value) if negative and number.value else abs(number.value)
    return replace(number, value=value, negative=negative)


def _mark(numbers: list[Number], mark: Word) -> None:
    """Make the number a mark follows negative: the nearest to its left in the same row."""
    before = [
        (mark.box.x0 - n.box.x1, index)
        for index, n in enumerate(numbers)
        if n.page == mark.page
        and -1 <= mark.box.x0 - n.box.x1 <= _MARK_REACH * (n.box.bottom - n.box.top)
        and abs(mark.box.top + mark.box.bottom - n.box.top - n.box.bottom) <= 0.8 * (n.box.bottom - n.box.top)
    ]
    if before:
        index = min(before)[1]
        number = _signed(numbers[index], True)
        box = joined_box([number.box, mark.box])
        numbers[index] = replace(number, text=f"{number.text} {mark.text}", box=box)


def joined(numbers: Sequence[Number]) -> Number | None:
    """One amount from the numbers of one cell: exact, or pounds with two figures of pence; None if it is not one."""
    if not numbers:
        return None
    ordered = sorted(numbers, key=lambda n: n.box.x0)
    first = ordered[0]
    if len(ordered) == 1:
        return replace(first, sources=(first,))
    second = ordered[1]
    near = second.box.x0 - first.box.x1 <= _PENCE_GAP
    if len(ordered) == 2 and not first.has_pence and second.digits == 2 and not second.has_pence and near:
        whole = replace(
            first,
            value=abs(first.value) + abs(second.value) / 100,
            text=f"{first.text} {second.text}",
            box=joined_box([first.box, second.box]),
            has_pence=True,
            sources=(first, second),
        )
        return _signed(whole, first.negative or second.negative)
    return None


def columns_apart(heads: Mapping[str, Sequence[Block]], top: float) -> float | None:
    """The place that parts the pay column from the tax column, by the lowest pair of headings above the rows."""
    best: tuple[float, float] | None = None
    for pay in heads["pay"]:
        for tax in heads["tax"]:
            level = abs(pay.box.top - tax.box.top) <= 12
            if level and pay.box.bottom <= top + 4 and pay.box.x1 < tax.box.x0:
                place = (pay.box.x1 + tax.box.x0) / 2
                if best is None or pay.box.bottom > best[0]:
                    best = (pay.box.bottom, place)
    return best[1] if best else None


def row_amounts(
    block: Block, numbers: Sequence[Number], heads: Mapping[str, Sequence[Block]], others: Sequence[Block]
) -> dict[str, Number]:
    """Pay and tax of one row of the table."""
    row = [n for n in numbers if n.page == block.page and block.holds(n.box) and n.box.x0 >= block.box.x0]
    row = [n for n in row if not any(_nearer(other, block, n.box) for other in others)]
    row = [n for n in row if n.box.x0 >= block.pieces[-1].box.x1 - 2 or n.box.x0 >= block.box.x1 - 2]
    if not row:
        return {}
    place = columns_apart(heads, block.box.top)
    if place is None:
        cells = list(_cells(row))
        parts = dict(zip(("pay", "tax"), cells, strict=False)) if len(cells) == 2 else {}
    else:
        pence = {id(n) for n in row if n.digits == 2 and not n.has_pence}
        split = _split_at(row, place, pence)
        parts = {"pay": split[0], "tax": split[1]}
    found = {name: joined(cell) for name, cell in parts.items()}
    return {name: number for name, number in found.items() if number is not None}


def _split_at(row: Sequence[Number], place: float, pence: set[int]) -> tuple[list[Number], list[Number]]:
    """Left and right of the place; a pence box goes with the pounds just before it."""
    left: list[Number] = []
    right: list[Number] = []
    for number in sorted(row, key=lambda n: n.box.x0):
        before = (right or left)[-1] if (right or left) else None
        follows = before is not None and id(number) in pence and number.box.x0 - before.box.x1 <= _PENCE_GAP
        if follows and before is not None and not before.has_pence and id(before) not in pence:
            (right if right else left).append(number)
        elif number.box.x1 <= place or number.centre <= place:
            left.append(number)
        else:
            right.append(number)
    return left, right


def _nearer(other: Block, block: Block, box: Box) -> bool:
    middle = (box.top + box.bottom) / 2

    def away(b: Block) -> float:
        return abs(middle - (b.box.top + b.box.bottom) / 2)

    return other.page == block.page and away(other) < away(block)


def _cells(row: Sequence[Number]) -> Iterator[list[Number]]:
    """Numbers of a row parted into amounts, without headings to help."""
    cell: list[Number] = []
    for number in sorted(row, key=lambda n: n.box.x0):
        pence = cell and len(cell) == 1 and not cell[0].has_pence and not number.has_pence and number.digits == 2
        if cell and not (pence and number.box.x0 - cell[-1].box.x1 <= _PENCE_GAP):
            yield cell
            cell = []
        cell.append(number)
    if cell:
        yield cell


def single_amount(
    block: Block,
    numbers: Sequence[Number],
    blocks: Sequence[Block],
    rivals: Sequence[Block] = (),
    *,
    below: bool = False,
) -> Number | None:
    """The amount of a label standing alone: right of it before the next label, or in the box below it."""
    mine = [n for n in numbers if n.page == block.page and not any(_nearer(r, block, n.box) for r in rivals)]
    if below:
        return _amount_below(block, [n for n in numbers if n.page == block.page], blocks)
    stops = [
        b.box.x0 for b in blocks
        if len(b.pieces) == 1 and b.page == block.page and b.box.x0 > block.box.x1 and block.holds(b.box)
    ]  # fmt: skip
    limit = min(stops, default=float("inf"))
    right = [n for n in mine if block.holds(n.box) and block.box.x1 - 2 <= n.box.x0 < limit]
    cells = list(_cells(right))
    number = joined(cells[0]) if cells else None
    return _related(number, "right of label") if number else None


def _amount_below(block: Block, numbers: Sequence[Number], blocks: Sequence[Block]) -> Number | None:
    height = block.pieces[0].height
    under = [
        n for n in numbers
        if -2 <= n.box.top - block.box.bottom <= 2.6 * height
        and (overlap(n.box, block.box) > 0 or block.box.x0 - 3 <= n.box.x0 <= block.box.x1 + 30)
    ]  # fmt: skip
    between = [
        b for b in blocks
        if b.is_start and len(b.pieces) == 1 and b.box.top >= block.box.bottom - 1 and overlap(b.box, block.box) > 0
        and any(b.box.bottom <= n.box.top + 2 for n in under) and b.text not in ("p", "\N{POUND SIGN} p", "")
    ]  # fmt: skip
    if not under or between:
        return None
    top = min(n.box.top for n in under)
    number = joined([n for n in under if n.box.top - top < 4][:2])
    return _related(number, "below caption") if number else None


def _related(number: Number, relation: str) -> Number:
    return replace(number, relation=relation)
