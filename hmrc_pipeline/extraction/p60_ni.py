"""The National Insurance rows of a P60: which column a figure stands in is told by the headings, not by its place.

Forms to 2015-16 have one column more (the Upper Accrual Point); blanks are common; up to four letters.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hmrc_pipeline.extraction.fields import P60_NI_COLUMNS, P60_NI_ROWS
from hmrc_pipeline.extraction.labels import NI_LETTERS
from hmrc_pipeline.extraction.model import Box, Figure, Word
from hmrc_pipeline.extraction.p60_table import Block, Number, joined
from hmrc_pipeline.extraction.phrases import Phrases

__all__ = ["ni_figures"]

_REACH = 170.0


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    block: Block

    @property
    def centre(self) -> float:
        return (self.block.box.x0 + self.block.box.x1) / 2


def ni_figures(
    blocks: Sequence[Block], numbers: Sequence[Number], words: Sequence[Word], data: Mapping[str, Any]
) -> tuple[dict[str, Figure], list[str]]:
    """Figures `ni_N_...` of every letter row, and reasons for review."""
    columns = _columns(blocks, data["columns"])
    heads = [b for b in blocks if b.text in data["letter"]]
    figures: dict[str, Figure] = {}
    reasons: list[str] = []
    if len(columns) < 2 or not heads:
        return figures, reasons
    letter_head = _beside(heads, columns)
    rows = _letter_rows(letter_head, columns, words)
    if len(rows) > P60_NI_ROWS:
        reasons.append(f"{len(rows)} National Insurance rows are printed, and a P60 has at most {P60_NI_ROWS}")
    for number, letter in enumerate(rows[:P60_NI_ROWS], start=1):
        figures[f"ni_{number}_letter"] = Figure(
            f"ni_{number}_letter", letter.text.upper(), letter.text, letter.page, letter.box, letter_head.printed,
            letter_head.box, "below caption",
        )  # fmt: skip
        found, unsure = _row(letter, columns, numbers)
        reasons.extend([f"the National Insurance figures beside letter {letter.text} do not fit the columns"] * unsure)
        for name, value in found.items():
            if name in P60_NI_COLUMNS:
                head = next(column.block for column in columns if column.name == name)
                figures[f"ni_{number}_{name}"] = value.figure(f"ni_{number}_{name}", head, "row and column")
    return figures, reasons


def _columns(blocks: Sequence[Block], rules: Sequence[Mapping[str, Any]]) -> list[_Column]:
    """Headings of the NI table from the left, each by its longest wrapped text."""
    longest: dict[tuple[int, int], Block] = {}
    for block in blocks:
        if block.is_start and not block.text.startswith(("certificate", "national insurance contributions in")):
            first = block.pieces[0]
            key = (first.row, round(first.box.x0))
            if key not in longest or len(block.pieces) > len(longest[key].pieces):
                longest[key] = block
    named: dict[str, list[_Column]] = {}
    for block in longest.values():
        name = _name(block.text, rules)
        if name is not None and len(block.text) <= 130:
            named.setdefault(name, []).append(_Column(name, block))
    return _level(named)


def _name(text: str, rules: Sequence[Mapping[str, Any]]) -> str | None:
    for rule in rules:
        if _phrases(*rule["any"]).any_in(text) and not _phrases(*rule["not"]).any_in(text):
            return str(rule["name"])
    return None


@cache
def _phrases(*phrases: str) -> Phrases:
    return Phrases(phrases)


def _level(named: Mapping[str, Sequence[_Column]]) -> list[_Column]:
    """Of several headings with one name, those that stand level with the others."""
    tops = sorted(column.block.box.top for columns in named.values() for column in columns)
    if not tops:
        return []
    middle = max(tops, key=lambda top: sum(abs(top - other) <= 30 for other in tops))
    chosen = [min(columns, key=lambda c: abs(c.block.box.top - middle)) for columns in named.values()]
    level = [column for column in chosen if abs(column.block.box.top - middle) <= 60]
    return sorted(level, key=lambda column: column.centre)


def _beside(heads: Sequence[Block], columns: Sequence[_Column]) -> Block:
    top = columns[0].block.box.top
    whole = [head for head in heads if head.is_start] or list(heads)
    return min(whole, key=lambda head: (round(abs(head.box.top - top)), -len(head.pieces)))


def _letter_rows(head: Block, columns: Sequence[_Column], words: Sequence[Word]) -> list[Word]:
    top = min(head.box.bottom, *(column.block.box.bottom for column in columns))
    bottom = max(head.box.bottom, *(column.block.box.bottom for column in columns)) + _REACH
    left = columns[0].block.box.x0
    found = [
        word for word in words
        if word.page == head.page and len(word.text) == 1 and word.text.upper() in NI_LETTERS and word.text.isupper()
        and top - 1 <= word.box.top <= bottom and head.box.x0 - 15 <= word.box.x0 <= min(head.box.x1 + 15, left)
    ]  # fmt: skip
    return sorted(found, key=lambda word: word.box.top)


def _row(letter: Word, columns: Sequence[_Column], numbers: Sequence[Number]) -> tuple[dict[str, Number], bool]:
    row = [
        n for n in numbers
        if n.page == letter.page and n.box.x0 > letter.box.x1 and _level_with(letter.box, n.box)
    ]  # fmt: skip
    cells: dict[str, list[Number]] = {}
    for number in sorted(row, key=lambda n: n.box.x0):
        cells.setdefault(_column_of(number, columns, cells).name, []).append(number)
    found = {name: joined(cell) for name, cell in cells.items()}
    if all(number is not None for number in found.values()):
        return {name: number for name, number in found.items() if number is not None}, False
    in_order = _by_order(row, columns)
    return in_order or {}, not in_order


def _level_with(first: Box, second: Box) -> bool:
    height = max(first.bottom - first.top, second.bottom - second.top)
    return abs(first.top + first.bottom - second.top - second.bottom) <= 1.0 * height


def _column_of(number: Number, columns: Sequence[_Column], cells: Mapping[str, Sequence[Number]]) -> _Column:
    """The column whose stretch holds the number: from its heading's left edge to the next heading's."""
    last = columns[-1]
    if number.digits == 2 and not number.has_pence and cells.get(last.name):
        return last
    for column, following in itertools.pairwise(columns):
        if number.centre < following.block.box.x0 - 4:
            return column
    return last


def _by_order(row: Sequence[Number], columns: Sequence[_Column]) -> dict[str, Number] | None:
    """When there is a number for every column, their order tells; the last may have its pence apart."""
    ordered = sorted(row, key=lambda n: n.box.x0)
    spare = len(ordered) - len(columns)
    if spare not in (0, 1):
        return None
    last = joined(ordered[len(columns) - 1 :])
    if last is None:
        return None
    values = [joined([number]) for number in ordered[: len(columns) - 1]]
    named = zip(columns, [*values, last], strict=True)
    return {column.name: value for column, value in named if value is not None}
