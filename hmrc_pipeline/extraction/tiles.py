"""Captions set close above, below or right of their amounts: on which side is decided once for a whole block.

One amount between two captions can belong to either; a block of them cannot: on the wrong side an amount or a caption
is left over, or stands further off. Where neither tells, the block is contested and whoever uses it must say so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, Literal

from hmrc_pipeline.extraction.entry import ABOVE_CAPTION, BELOW_CAPTION, LEFT_OF_LABEL, Cell, Entry
from hmrc_pipeline.extraction.labels import caption_of
from hmrc_pipeline.extraction.layout import Piece, overlap
from hmrc_pipeline.extraction.together import together
from hmrc_pipeline.extraction.unread import Unread

__all__ = ["Tile", "amounts_first", "tiled_entries", "tiles_of"]

Way = Literal["above", "below", "right"]
_WAYS: Final[tuple[Way, Way]] = ("above", "below")
_RELATIONS: Final[Mapping[Way, str]] = {"above": BELOW_CAPTION, "below": ABOVE_CAPTION, "right": LEFT_OF_LABEL}
_NEAR: Final = 1.9
"""A caption stands at most this many line heights from its amount."""
_PITCH: Final = 2.6
_CLEARLY: Final = 1.25
_FEW_FIGURES: Final = 3
_COLUMN: Final = 3
_ASIDE: Final = 14.0
_SIDES: Final = ("x0", "x1")
_BESIDE: Final = 3.0
_EDGE: Final = 2.0
_MIDDLE: Final = 6.0


@dataclass(frozen=True, slots=True)
class Tile:
    """The caption of one amount, the side of the amount it stands on, its block, and whether the block is contested."""

    caption: Piece
    way: Way
    block: int
    contested: bool


@dataclass(slots=True, eq=False)
class _Spot:
    """An amount with the captions that stand close above and below it."""

    amount: Piece
    captions: dict[Way, Piece] = field(default_factory=dict)
    gaps: dict[Way, float] = field(default_factory=dict)
    is_named: bool = False


def tiled_entries(unread: Unread) -> tuple[list[Entry], Unread]:
    """The form of amounts with a caption each, those in blocks first."""
    tiles = tiles_of(unread.pieces, unread.stacks)
    rest = _without(unread.pieces, tiles)
    tiles |= amounts_first(rest)
    entries = [_entry(piece, tiles[id(piece)]) for piece in unread.pieces if id(piece) in tiles]
    return entries, replace(unread, pieces=_without(rest, tiles))


def _without(pieces: Sequence[Piece], tiles: Mapping[int, Tile]) -> Sequence[Piece]:
    if not tiles:
        return pieces
    apart = {id(word) for tile in tiles.values() for word in tile.caption.words}
    return [p for p in pieces if id(p) not in tiles and id(p.words[0]) not in apart]


def _entry(amount: Piece, tile: Tile) -> Entry:
    meaning = tile.caption.meaning
    cell = Cell(amount).timed_by(meaning)
    block = None if tile.way == "right" else tile.block
    return Entry(tile.caption, [cell], _RELATIONS[tile.way], meaning=meaning, block=block, contested=tile.contested)


def tiles_of(pieces: Sequence[Piece], stacks: Sequence[Piece]) -> dict[int, Tile]:
    """By the id of an amount its caption, for the amounts of a page that stand in blocks of such.

    `stacks` are the page's captions of several lines.
    """
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        rows[piece.row].append(piece)
    spots = [spot for p in pieces if p.is_amount and not p.prose and (spot := _spot(p, rows))]
    _leave_owned(spots, rows)
    _take_whole(spots, stacks)
    tiles: dict[int, Tile] = {}
    for number, block in enumerate(_blocks(spots)):
        if not any(c.meaning.concept for spot in block for c in spot.captions.values()):
            continue
        way, contested = _decided(block)
        for spot in block:
            caption = spot.captions.get(way)
            if caption is not None:
                tiles[id(spot.amount)] = Tile(caption, way, number, contested)
    _yield_to_rows(spots, tiles, rows)
    return tiles


def _ends(stack: Piece) -> tuple[object, object]:
    """The last word, next to an amount below; the first, next to an amount above."""
    return stack.words[-1], stack.words[0]


def _take_whole(spots: Sequence[_Spot], stacks: Sequence[Piece]) -> None:
    """Put captions of several lines in place of the line next to the amount."""
    whole = {(id(word), way): stack for stack in stacks for way, word in zip(_WAYS, _ends(stack), strict=True)}
    for spot in spots:
        for way, caption in spot.captions.items():
            edge = caption.words[-1] if way == "above" else caption.words[0]
            spot.captions[way] = whole.get((id(edge), way), caption)


def _spot(amount: Piece, rows: Mapping[int, Sequence[Piece]]) -> _Spot | None:
    row = rows[amount.row]
    if _is_crossed(amount, row):
        return None
    before = _before(amount, row)
    spot = _Spot(amount, is_named=before is not None and before.pence is None)
    for way in _WAYS:
        near = _neighbour(amount, rows, -1 if way == "above" else 1)
        if near is None and not _is_led(amount, row):
            near = _of_cell(amount, rows.get(amount.row + (-1 if way == "above" else 1), ()))
        if near is None:
            continue
        if near.is_amount:
            if _lined_up(near, amount):
                return None
            continue
        if not _is_caption(near, way, rows) or _gap(near, amount) > _NEAR * max(amount.height, near.height):
            continue
        if not spot.is_named or _lined_up(near, amount):
            spot.captions[way], spot.gaps[way] = near, _gap(near, amount)
    return spot if spot.captions else None


def _before(amount: Piece, row: Sequence[Piece]) -> Piece | None:
    """The last piece of its row that ends before an amount."""
    edge = amount.box.x0 + 0.5
    for piece in reversed(row):
        if piece.box.x1 <= edge:
            return piece
    return None


def _is_led(amount: Piece, row: Sequence[Piece]) -> bool:
    """Whether a label begins the run of amounts an amount stands in: the row is its label's, no other caption's."""
    return not all(piece.is_amount for piece in row[: row.index(amount)])


def _is_crossed(amount: Piece, row: Sequence[Piece]) -> bool:
    """Whether a row named for its time, or for hours, leads to the amount: a caption crosses it, and is none above."""
    leads = row[0].meaning
    return leads.role is not None and leads.concept is None and all(p.is_amount for p in row[1 : row.index(amount)])


def _leave_owned(spots: Sequence[_Spot], rows: Mapping[int, Sequence[Piece]]) -> None:
    """A caption that labels the amount that follows in its own row is not this amount's.

    Unless that amount has a caption of its own besides, or stands in a column whose labels all begin behind this one.
    """
    captioned = {id(spot.amount) for spot in spots}
    led: dict[int, list[Piece]] = defaultdict(list)
    for row in rows.values():
        for label, amount in pairwise(row):
            if amount.is_amount and not label.is_amount:
                led[round(amount.box.x1 / 3)].append(label)

    def owned(caption: Piece) -> bool:
        after = next((p for p in rows[caption.row] if p.box.x0 >= caption.box.x1), None)
        if after is None or not after.is_amount or id(after) in captioned:
            return False
        labels = [label for label in led[round(after.box.x1 / 3)] if label is not caption]
        return len(labels) < _COLUMN or any(label.box.x0 < caption.box.x1 for label in labels)

    for spot in spots:
        for way in [way for way, caption in spot.captions.items() if owned(caption)]:
            del spot.captions[way], spot.gaps[way]


def _is_caption(piece: Piece, way: Way, rows: Mapping[int, Sequence[Piece]]) -> bool:
    """Whether a text can be an amount's caption: no sentence, no value, no heading of a column or a section.

    A word that also heads sections, `Deductions`, is a caption above an amount, or in a row with other captions.
    """
    meaning = piece.meaning
    if piece.prose or meaning.role or (meaning.concept is None and _holds_value(piece)):
        return False
    if not meaning.section:
        return True
    named = meaning.concept is not None
    return named and (way == "above" or any(p.meaning.concept and not p.meaning.section for p in rows[piece.row]))


def _holds_value(piece: Piece) -> bool:
    """Whether figures in a text are a value, as in `Paid on 28 May` and `Week 12` but not in `Overtime 1.5`."""
    figures = sum(c.isdigit() for c in piece.text)
    if not figures:
        return False
    words = piece.meaning.text.split()
    return figures > _FEW_FIGURES or any(caption_of(" ".join(words[:size])) for size in range(1, len(words)))


def _neighbour(amount: Piece, rows: Mapping[int, Sequence[Piece]], step: int) -> Piece | None:
    """The nearest piece above (step -1) or below that shares the amount's column."""
    box, middle, reach = amount.box, amount.middle, _PITCH * amount.height
    left, right, top, bottom = box.x0, box.x1, box.top, box.bottom
    row = amount.row + step
    while row in rows:
        here = rows[row]
        if abs(here[0].middle - middle) > reach + 4 and all(abs(p.middle - middle) > reach + 4 for p in here):
            return None
        beside = [p for p in here if p.box.x0 < right and left < p.box.x1]
        near = [p for p in beside if p.box.top - bottom <= reach and top - p.box.bottom <= reach]
        over = near[0] if len(near) == 1 else max(near, key=lambda p: overlap(p.box, box), default=None)
        if over is not None and overlap(over.box, box) > 0:
            return over
        row += step
    return None


def _of_cell(amount: Piece, row: Sequence[Piece]) -> Piece | None:
    """In the next row the caption whose cell reaches over the amount, set at the cell's other edge.

    None where another amount or its label stands there.
    """
    left = [p for p in row if p.box.x1 <= amount.box.x0]
    if not left or left[-1].is_amount or any(overlap(p.box, amount.box) > 0 for p in row):
        return None
    if len(left) < len(row) and row[len(left)].is_amount:
        return None
    return left[-1] if amount.box.x0 - left[-1].box.x1 <= _ASIDE * amount.height else None


def _gap(piece: Piece, amount: Piece) -> float:
    return max(piece.box.top - amount.box.bottom, amount.box.top - piece.box.bottom, 0.0)


def _lined_up(piece: Piece, amount: Piece) -> bool:
    a, b = piece.box, amount.box
    return abs(a.x0 - b.x0) <= _EDGE or abs(a.x1 - b.x1) <= _EDGE or abs(a.x0 + a.x1 - b.x0 - b.x1) <= _MIDDLE


def _blocks(spots: Sequence[_Spot]) -> list[list[_Spot]]:
    """Spots that share a caption, or of which amounts and captions stand in the same two rows."""

    def keys(spot: _Spot) -> Iterator[object]:
        for way, caption in spot.captions.items():
            yield id(caption.words[0])
            yield spot.amount.row, way, caption.row

    return together(spots, keys)


def _decided(block: Sequence[_Spot]) -> tuple[Way, bool]:
    """The side that leaves least over and is nearest; contested where the two disagree or neither tells."""
    left_over = {way: _left_over(block, way) for way in _WAYS}
    gap = {way: _mean_gap(block, way) for way in _WAYS}
    few = min(_WAYS, key=lambda way: (left_over[way], gap[way]))
    other: Way = "below" if few == "above" else "above"
    if not any(other in spot.captions for spot in block):
        return few, False
    if left_over[few] < left_over[other]:
        return few, gap[few] > _CLEARLY * gap[other] + 0.5
    return few, gap[other] < _CLEARLY * gap[few] + 0.5


def _left_over(block: Sequence[_Spot], way: Way) -> int:
    """Amounts without a caption and captions without an amount, if all captions stand on this side."""
    captions = {id(c.words[0]) for spot in block for c in spot.captions.values() if c.meaning.concept}
    used = {id(spot.captions[way].words[0]) for spot in block if way in spot.captions}
    bare = sum(1 for spot in block if way not in spot.captions and not spot.is_named)
    return bare + len(captions - used)


def _mean_gap(block: Sequence[_Spot], way: Way) -> float:
    gaps = [spot.gaps[way] for spot in block if way in spot.gaps]
    return sum(gaps) / len(gaps) if gaps else float("inf")


def _yield_to_rows(spots: Sequence[_Spot], tiles: dict[int, Tile], rows: Mapping[int, Sequence[Piece]]) -> None:
    """An amount right of a label that names a field is the label's, unless that label has an amount of its own."""
    named = [spot for spot in spots if spot.is_named and id(spot.amount) in tiles]
    if not named:
        return
    captions = {id(tile.caption.words[0]) for tile in tiles.values()}
    rest = [p for row in rows.values() for p in row if id(p) not in tiles and id(p.words[0]) not in captions]
    captions |= {id(tile.caption.words[0]) for tile in amounts_first(rest).values()}
    for spot in named:
        label = _before(spot.amount, rows[spot.amount.row])
        if label is None:
            continue
        meaning = label.meaning
        names = meaning.role or ((meaning.concept or meaning.refund) and not meaning.section)
        if names and id(label.words[0]) not in captions:
            del tiles[id(spot.amount)]


def amounts_first(pieces: Sequence[Piece]) -> dict[int, Tile]:
    """By the id of an amount the caption right of it, in rows that begin with the amount and end with its caption."""
    begun = dict.fromkeys(
        a.row for a, b in pairwise(pieces) if a.pence is not None and b.pence is None and a.row == b.row
    )
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces if begun else ():
        rows[piece.row].append(piece)
    found = [pair for row in begun for pair in _pairs_of_row(rows[row])]
    found = _not_of_tables(found, rows) if found else []
    edges = Counter(
        (side, round(getattr(amount.box, side))) for amount, _, led, _ in found if not led for side in _SIDES
    )
    tiles: dict[int, Tile] = {}
    for amount, caption, led, contested in found:
        mates = max(edges[side, round(getattr(amount.box, side))] for side in _SIDES)
        if not led or mates > 1:
            alone = mates < 2 and amount is not rows[amount.row][0]
            tiles[id(amount)] = Tile(caption, "right", -1, contested or alone)
    return tiles


_Found = tuple[Piece, Piece, bool, bool]


def _not_of_tables(found: Sequence[_Found], rows: Mapping[int, Sequence[Piece]]) -> list[_Found]:
    """Without the amounts that stand behind another in a column of which other amounts have no caption behind them.

    Such an amount is the second of its row's label; what follows is the caption of something else.
    """
    if not found:
        return []
    paired = {id(amount) for amount, *_ in found}
    behind = {id(b) for row in rows.values() for a, b in pairwise(row) if a.is_amount and b.is_amount}
    columns = {round(p.box.x1) for row in rows.values() for p in row if id(p) in behind and id(p) not in paired}
    return [f for f in found if id(f[0]) not in behind or round(f[0].box.x1) not in columns]


def _labels(piece: Piece) -> bool:
    return piece.meaning.concept is not None and not piece.meaning.section


def _pairs_of_row(row: Sequence[Piece]) -> list[_Found]:
    """Amounts of a row with the caption that follows, whether another text leads to the amount, and whether the
    caption could be the next amount's instead."""
    pairs: list[_Found] = []
    for at, amount in enumerate(row[:-1]):
        if not amount.is_amount or amount.prose:
            continue
        before, after = (row[at - 1] if at else None), row[at + 1]
        if after.is_amount or not _labels(after):
            continue
        gap = after.box.x0 - amount.box.x1
        led = before is not None and not before.is_amount and not (pairs and pairs[-1][1] is before)
        if gap > _BESIDE * amount.height or (led and before and _labels(before)):
            continue
        if before is not None and amount.box.x0 - before.box.x1 <= gap:
            continue
        following = row[at + 2] if at + 2 < len(row) else None
        if following is None or not following.is_amount:
            pairs.append((amount, after, led, False))
        elif not row[-1].is_amount:
            pairs.append((amount, after, led, following.box.x0 - after.box.x1 < _CLEARLY * gap))
    return pairs
