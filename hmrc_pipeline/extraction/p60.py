"""One P60 becomes one read document: HMRC's single sheet and the substitutes employers print.

Labels wrap and stand in boxes, pounds and pence may be separate words, blank cells are common: every amount is
taken by where it stands, between the headings, never by its number in the text.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from hmrc_pipeline.extraction.captioned import Claim, captioned, figure_of
from hmrc_pipeline.extraction.fields import P60_FIELDS
from hmrc_pipeline.extraction.labels import meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, stacked_captions
from hmrc_pipeline.extraction.model import Figure, ReadDocument, Status, Word
from hmrc_pipeline.extraction.p60_ni import ni_figures
from hmrc_pipeline.extraction.p60_table import Block, Number, blocks_of, numbers_of, row_amounts, single_amount
from hmrc_pipeline.extraction.uncaptioned import unnamed_employer
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["p60_words", "read_p60"]

_YEAR_END = re.compile(r"(?:year|to|ended|ending) (?:to )?5(?:th)? april (\d{4})")
_YEARS = re.compile(r"tax year (20\d{2}) (?:to )?(20)?(\d{2})\b")
_TABLE = (("previous", "previous"), ("this", "this"), ("total", "total"))


@cache
def p60_words() -> dict[str, Any]:
    """The data of `p60.toml`."""
    return loads(files("hmrc_pipeline.extraction").joinpath("p60.toml").read_text(encoding="utf-8"))


@cache
def _captions() -> dict[str, str]:
    return {label: name for name, rows in p60_words()["fields"].items() for label in rows}


def read_p60(pieces: Sequence[Piece]) -> ReadDocument:
    """Read one P60 from the pieces of its page."""
    words = [word for piece in pieces for word in piece.words]
    blocks = blocks_of(pieces)
    numbers = numbers_of(words)
    figures: dict[str, Figure] = {}
    reasons: list[str] = []
    _take_text(figures, pieces, blocks)
    _take_year(figures, pieces)
    _take_mark(figures, pieces)
    used = _take_table(figures, blocks, numbers)
    ni, ni_reasons = ni_figures(blocks, [n for n in numbers if id(n) not in used], words, p60_words()["ni"])
    figures.update(ni)
    reasons.extend(ni_reasons)
    _take_amounts(figures, blocks, [n for n in numbers if id(n) not in used])
    checks, failures = _check(figures)
    reasons.extend(failures)
    status: Status = "needs_review" if reasons else "proved" if checks >= {"pay", "tax"} else "consistent"
    if not reasons and not checks & {"pay", "tax", "ni"}:
        status, reasons = "needs_review", ["no sum on this P60 could be checked"]
    boxes = {figure.box for figure in figures.values()}
    unused = tuple(n.as_word() for n in numbers if n.has_pence and n.box not in boxes)
    kept = {name: figures[name] for name in P60_FIELDS if name in figures}
    pages = tuple(sorted({piece.page for piece in pieces}))
    return ReadDocument("p60", status, tuple(dict.fromkeys(reasons)), kept, (), pages, unused)


def _take_text(figures: dict[str, Figure], pieces: Sequence[Piece], blocks: Sequence[Block]) -> None:
    claims = captioned(pieces, stacked_captions(pieces), _captions())
    for block in blocks:
        if len(block.pieces) > 1 and _captions().get(block.text, "other") != "other":
            claims.extend(_beside_wrapped(block, pieces))
    for claim in sorted(claims, key=lambda c: c.rank):
        figures.setdefault(claim.field, figure_of(claim))
    if "employer_name" not in figures:
        for claim in unnamed_employer([p for p in pieces if not p.is_amount and not _is_of_the_form(p)], set()):
            figures["employer_name"] = figure_of(claim, confidence=0.8)
    name = figures.pop("employee_name", None)
    if name is not None and "surname" not in figures and len(name.value.split()) > 1:
        _split_name(figures, name)


def _is_of_the_form(piece: Piece) -> bool:
    """Whether a phrase is the form's own: its title, a heading, or the mark of a corrected one or a copy."""
    words = p60_words()
    text, marks = normalise(piece.text), words["marks"]
    only_marked = set(text.split()) <= {*marks["corrected"], *marks["copies"], *marks["around"]}
    return only_marked or any(title in text for title in words["form"]["titles"])


def _beside_wrapped(block: Block, pieces: Sequence[Piece]) -> list[Claim]:
    """What stands right of a caption of several lines, level with any of them, or below its last line."""
    right = [p for p in pieces if block.holds(p.box, 0) and p.box.x0 >= block.box.x1 - 1 and p.page == block.page]
    row = min(right, key=lambda p: p.box.x0).row if right else block.pieces[-1].row
    caption = Piece(block.printed, block.box, block.page, row, block.words, meaning=meaning_of(block.printed))
    if right:
        rest = [piece for piece in right if piece.row == row]
    else:
        rest = [piece for piece in pieces if piece not in block.pieces]
    near = [caption, *rest]
    claims = captioned(near, stacked_captions(near), _captions())
    return [claim for claim in claims if claim.label_box == block.box]


def _split_name(figures: dict[str, Figure], name: Figure) -> None:
    """A substitute that prints one name: the last word is the surname, titles left out."""
    words = [w for w in name.value.split() if w.casefold().strip(".") not in ("mr", "mrs", "ms", "miss", "mx", "dr")]
    if len(words) < 2:
        return
    for field, value in (("surname", words[-1]), ("forenames", " ".join(words[:-1]))):
        figures[field] = Figure(
            field, value, name.text, name.page, name.box, name.label, name.label_box, "part of the name",
            confidence=0.8,
        )  # fmt: skip


def _take_year(figures: dict[str, Figure], pieces: Sequence[Piece]) -> None:
    """The year of the heading, `Tax year to 5 April 2025`, also where the figures stand in a piece of their own."""
    rows: dict[int, list[Word]] = {}
    for piece in pieces:
        rows.setdefault(piece.row, []).extend(piece.words)
    for words in rows.values():
        text = normalise(" ".join(word.text for word in words))
        found = _YEAR_END.search(text)
        starts = int(found[1]) - 1 if found else None
        if starts is None and (other := _YEARS.search(text)) and int(other[3]) == (int(other[1]) + 1) % 100:
            starts = int(other[1])
        if starts is None or not 2000 <= starts <= 2098:
            continue
        printed = next((w for w in words if re.search(r"20\d{2}", w.text)), words[-1])
        figures.setdefault(
            "tax_year",
            Figure("tax_year", TaxYear(starts).label, printed.text, printed.page, printed.box, "Tax year", None,
                   "in the heading"),
        )  # fmt: skip


def _take_mark(figures: dict[str, Figure], pieces: Sequence[Piece]) -> None:
    """The mark of a certificate that takes an earlier one's place: `corrected` is `yes`, or absent."""
    marks = p60_words()["marks"]
    for piece in pieces:
        words = normalise(piece.text).split()
        names = [word for word in words if word in marks["corrected"]]
        if (
            piece.prose
            or not names
            or not set(words) <= {*names, *marks["around"]}
            or _is_denied(piece, pieces, marks["copies"])
        ):
            continue
        mark = Figure("corrected", "yes", piece.text, piece.page, piece.box, relation="a mark on the form")
        figures["corrected"] = mark
        return


def _is_denied(mark: Piece, pieces: Sequence[Piece], copies: Sequence[str]) -> bool:
    """Whether the phrase after a mark takes it back, as `Corrected: no` and `Replacement copy` do."""
    after = [p for p in pieces if p.page == mark.page and p.row == mark.row and p.box.x0 >= mark.box.x1]
    following = normalise(min(after, key=lambda p: p.box.x0).text).split() if after else []
    return bool(following) and following[0] in copies


def _take_table(figures: dict[str, Figure], blocks: Sequence[Block], numbers: Sequence[Number]) -> set[int]:
    """The rows previous, this and total with the columns pay and tax."""
    data = p60_words()
    heads = {name: [b for b in blocks if b.text in data["columns"][name]] for name in ("pay", "tax")}
    used: set[int] = set()
    rows = _rows(blocks, numbers, data["rows"])
    for name, block in rows.items():
        found = row_amounts(block, numbers, heads, [b for b in rows.values() if b is not block])
        for column, cell in found.items():
            figures[f"{column}_{name}"] = cell.figure(f"{column}_{name}", block, "row and column")
            used.update(id(n) for n in cell.sources)
    for field, labels in data["single"].items():
        if field not in figures:
            for block in (b for b in blocks if b.text in labels):
                free = [n for n in numbers if id(n) not in used]
                number = single_amount(block, free, blocks) or single_amount(block, free, blocks, below=True)
                if number is not None:
                    figures[field] = number.figure(field, block, number.relation)
                    used.update(id(n) for n in number.sources)
                    break
    return used


def _rows(blocks: Sequence[Block], numbers: Sequence[Number], labels: dict[str, list[str]]) -> dict[str, Block]:
    """One block for each row: the longest spelling, with an amount beside it, in the order previous, this, total."""
    starts = _starts(blocks, {label for spelt in labels.values() for label in spelt})
    options = {name: [b for b in blocks if b.text in labels[name] and id(b.pieces[0]) in starts] for name, _ in _TABLE}
    found: dict[str, Block] = {}
    top = 0.0
    for name in ("previous", "this", "total"):
        usable = [b for b in options[name] if b.box.top > top - 1 and (name != "this" or _is_row(b, numbers))]
        if name == "total":
            usable = [b for b in usable if _is_row(b, numbers) and (top == 0.0 or b.box.top - top < 120)]
        if usable:
            first = min(usable, key=lambda b: b.box.top)
            tallest = max((b for b in usable if b.pieces[0] is first.pieces[0]), key=lambda b: len(b.pieces))
            found[name] = tallest
            top = tallest.box.bottom
    return found


def _starts(blocks: Sequence[Block], labels: set[str]) -> set[int]:
    """Pieces that begin a label: those below no other, and those below one that is whole without them."""
    whole = {tuple(map(id, block.pieces)) for block in blocks if block.text in labels}
    below = {id(block.pieces[-1]) for block in blocks if tuple(map(id, block.pieces[:-1])) in whole}
    return below | {id(block.pieces[0]) for block in blocks if block.is_start}


def _is_row(block: Block, numbers: Sequence[Number]) -> bool:
    return any(block.holds(n.box) and n.box.x0 > block.box.x0 for n in numbers)


def _take_amounts(figures: dict[str, Figure], blocks: Sequence[Block], numbers: Sequence[Number]) -> None:
    """Loans and statutory pay: first what stands right of its label, then what is left in a box below one."""
    labels = {label: field for field, rows in p60_words()["amounts"].items() for label in rows}
    named = sorted((b for b in blocks if b.text in labels), key=lambda b: -len(b.pieces))
    left = list(numbers)
    for below in (False, True):
        for block in named:
            field = labels[block.text]
            if field in figures:
                continue
            rivals = [b for b in named if labels[b.text] != field]
            number = single_amount(block, left, blocks, rivals, below=below)
            if number is not None:
                figures[field] = number.figure(field, block, number.relation)
                left = [n for n in left if n not in number.sources]


def _check(figures: dict[str, Figure]) -> tuple[set[str], list[str]]:
    """P1: previous and this make the total, for pay and for tax; NI bands within what any year allows."""
    holds: set[str] = set()
    failures: list[str] = []
    for measure in ("pay", "tax"):
        parts = {row: figures.get(f"{measure}_{row}") for row, _ in _TABLE}
        this, total, previous = parts["this"], parts["total"], parts["previous"]
        if this is None and total is None:
            failures.append(f"no {measure} was found on this P60")
        elif this is not None and total is not None:
            made = this.amount + (previous.amount if previous else Decimal(0))
            if made == total.amount:
                holds.add(measure)
                for name in ("previous", "this", "total"):
                    _mark(figures, f"{measure}_{name}", "P1")
            else:
                failures.append(
                    f"{measure} in previous and this employment make {format_amount(made)}, total for year says "
                    f"{format_amount(total.amount)}"
                )
    if "tax_year" not in figures:
        failures.append("the tax year of this P60 was not found")
    if _check_bands(figures, failures):
        holds.add("ni")
    return holds, failures


def _check_bands(figures: dict[str, Figure], failures: list[str]) -> bool:
    complete = False
    for row in range(1, 5):
        if f"ni_{row}_letter" not in figures:
            continue
        for column, limit in p60_words()["limits"].items():
            figure = figures.get(f"ni_{row}_{column}")
            if figure is not None and abs(figure.amount) > limit:
                failures.append(f"the National Insurance figure {figure.text} stands in a column where none is so high")
        complete = complete or f"ni_{row}_employee" in figures
    return complete


def _mark(figures: dict[str, Figure], name: str, check: str) -> None:
    figure = figures.get(name)
    if figure is not None:
        figures[name] = Figure(
            figure.field, figure.value, figure.text, figure.page, figure.box, figure.label, figure.label_box,
            figure.relation, figure.source, figure.confidence, (*figure.checks, check),
        )  # fmt: skip
