"""Entries of a payslip become lines with sides and candidates for gross, net and total deductions.

What a line may be is decided here, by its label, its section and its neighbours; which reading is right is
decided by the sums, in `solve`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hmrc_pipeline.extraction.entry import GUESSED, SAID, Cell, Entry
from hmrc_pipeline.extraction.fields import EMPLOYERS, TAKEN
from hmrc_pipeline.extraction.labels import vocabulary
from hmrc_pipeline.extraction.layout import Piece, overlap
from hmrc_pipeline.extraction.naming import call_by_the_page
from hmrc_pipeline.extraction.overlay import overlay
from hmrc_pipeline.extraction.solve import Candidate, Side, Solution, SumLine, solve
from hmrc_pipeline.extraction.times import tell_times

__all__ = ["SUMMARY", "Line", "Worked", "work_out"]

SUMMARY = frozenset({"gross_pay", "taxable_pay", "ni_pay", "net_pay", "total_deductions", "subtotal", "total"})
_OWN = frozenset({"gross_pay", "taxable_pay", "ni_pay", "net_pay", "income_tax"})
_HARDLY = 2.0
"""What it costs to take a line for what its label or its title speaks against."""
_TRUSTED = 2.0
"""Sums that hold only when lines are moved further from where the page puts them than this prove nothing."""


@dataclass(slots=True)
class Line:
    """One printed pay or deduction line, the sides it may stand on, and the one the sums chose.

    Each of `sides` has its cost: 0 is what the page says, the sums take the cheapest sides that add up.
    """

    entry: Entry
    this: Cell | None
    ytd: Cell | None
    sides: dict[Side, float]
    field: str | None
    side: Side = "outside"
    twin: "Line | None" = None
    """The line that prints the same a first time, when this one repeats it."""
    among_measures: bool = False
    """Whether it stands in a table with taxable pay and the like, which repeats what the list of lines says."""

    @property
    def is_beside_gross(self) -> bool:
        """Whether the label speaks of money paid back rather than earned."""
        return _beside_gross(self.entry.meaning.text)

    @property
    def pence(self) -> int:
        return (self.this.piece.pence or 0) if self.this else 0


@dataclass(slots=True)
class Worked:
    """Lines with their sides, the entries taken for gross, net and total deductions, and what the sums said."""

    lines: list[Line]
    solution: Solution
    chosen: dict[str, tuple[Entry, Cell]]


def work_out(entries: Sequence[Entry], loose: Sequence[Piece]) -> Worked:
    """Find lines and candidates, and the assignment that satisfies the sums."""
    tell_times(entries)
    _end_employers_blocks(entries)
    call_by_the_page(entries)
    lines = _lines(entries)
    pool: dict[int, tuple[Entry, Cell]] = {}
    gross = _candidates(entries, "gross_pay", "payments", pool)
    net = _candidates(entries, "net_pay", None, pool)
    total = _candidates(entries, "total_deductions", "deductions", pool)
    if not net and any(line.pence for line in lines):
        spare = [cell.piece for entry in entries for cell in entry.cells if cell.role is None or _is_unknown(entry)]
        net = _unlabelled_net([*loose, *spare], pool)
    solution = solve([_sum_line(line) for line in lines], gross, net, total)
    if solution.net and solution.net.cost >= 3 and not solution.proved:
        solution.net = None
    elif (
        solution.net and solution.net.cost >= 3 and solution.assumptions and not _is_borne_out(solution, lines, entries)
    ):
        solution.ties.append(f"net pay has no label: {solution.net.words} fits only if {solution.assumptions[0]}")
    moved = sum(
        line.sides[side] - line.sides[first_side(line)] for line, side in zip(lines, solution.sides, strict=True)
    )
    if moved > _TRUSTED or len(solution.assumptions) > 2:
        solution.ties.append(f"the sums hold only if {' and '.join(solution.assumptions)}")
    for line, side in zip(lines, solution.sides, strict=True):
        line.side = side
    picks = {"gross_pay": solution.gross, "net_pay": solution.net, "total_deductions": solution.total}
    chosen = {name: pool[c.key] for name, c in picks.items() if c is not None}
    return Worked(lines, solution, chosen)


def _is_borne_out(solution: Solution, lines: Sequence[Line], entries: Sequence[Entry]) -> bool:
    """Whether more than net pay, which has no label, says that the one line left out of the sums is no part of them.

    The printed total of deductions does, where the payments make gross pay besides; so does pay for tax that holds
    the line (T1): a benefit that is taxed is not taken from the pay.
    """
    moved = [(x, side) for x, side in zip(lines, solution.sides, strict=True) if side != first_side(x)]
    if len(moved) != 1 or moved[0][1] != "outside" or moved[0][0].field is not None:
        return False
    line = moved[0][0]
    if {"net", "gross", "total"} <= solution.holds:
        return True
    taxed = {c.piece.pence for e in entries if e.meaning.concept == "taxable_pay" and (c := e.cell("this"))}
    if solution.gross is None or len(taxed) != 1:
        return False
    pence = solution.gross.pence
    taken = [
        x.pence for x, side in zip(lines, solution.sides, strict=True) if side == "deductions" and x.field not in TAKEN
    ]
    bases = {pence, *(pence - abs(each) for each in taken)}
    return not bases & taxed and bool({base + line.pence for base in bases} & taxed)


def _end_employers_blocks(entries: Sequence[Entry]) -> None:
    """What the employer pays ends where the person's own pay or tax stands under the same title: that title is past."""
    ended: set[int] = set()
    block = [entry for entry in entries if entry.section == "employer" and entry.title is not None]
    for entry in sorted(block, key=lambda e: (e.page, e.top)):
        if entry.meaning.concept in _OWN and not entry.meaning.employer:
            ended.add(id(entry.title))
        if id(entry.title) in ended:
            entry.section = entry.title = None


def _sum_line(line: Line) -> SumLine:
    label = line.entry.label.text if line.entry.label else "an unlabelled amount"
    return SumLine(line.pence, line.sides, label, line.field)


def _candidates(
    entries: Sequence[Entry], concept: str, section: str | None, pool: dict[int, tuple[Entry, Cell]]
) -> list[Candidate]:
    found: list[Candidate] = []
    for entry in entries:
        own = entry.meaning.concept == concept and not entry.meaning.employer
        bare_total = entry.meaning.concept == "total" and section is not None and entry.section == section
        if not own and not bare_total:
            continue
        for cell in entry.cells:
            cost = _role_cost(entry, cell)
            if cost is not None:
                _offer(found, pool, entry, cell, cost + (0.25 if bare_total else 0.0))
    return _distinct(found)


def _role_cost(entry: Entry, cell: Cell) -> float | None:
    """What it costs to take the amount for this period's: nothing where the page says so, never against a label."""
    if cell.role in ("units", "rate", "base", "balance"):
        return None
    if cell.role == "this":
        return 0.0
    if cell.role == "ytd":
        if entry.meaning.ytd or cell.doubt == SAID or entry.cell("this"):
            return None
        return 1.0 if cell.doubt == GUESSED else 1.5
    return 0.5


def _offer(found: list[Candidate], pool: dict[int, tuple[Entry, Cell]], entry: Entry, cell: Cell, cost: float) -> None:
    key = len(pool)
    pool[key] = (entry, cell)
    label = entry.label.text if entry.label else "an unlabelled amount"
    found.append(Candidate(cell.piece.pence or 0, cost, key, label))


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """The cheapest candidate of each amount; of equal ones the first printed."""
    best: dict[int, Candidate] = {}
    for candidate in found:
        if candidate.pence not in best or candidate.cost < best[candidate.pence].cost:
            best[candidate.pence] = candidate
    return sorted(best.values(), key=lambda c: c.cost)


def _is_unknown(entry: Entry) -> bool:
    """Whether an amount's label says nothing we know and stands in no block of lines."""
    meaning = entry.meaning
    named = meaning.concept or meaning.decoy or meaning.refund or meaning.employer
    return not named and entry.section is None and not entry.in_ytd and len(entry.cells) == 1


def _unlabelled_net(loose: Sequence[Piece], pool: dict[int, tuple[Entry, Cell]]) -> list[Candidate]:
    """Amounts without any label: one of them may be net pay, if the sums prove it. Nothing at all proves nothing."""
    found: list[Candidate] = []
    for piece in (each for each in loose if each.pence):
        entry = Entry(None, [Cell(piece, "this")], "unlabelled, proved by the sums")
        _offer(found, pool, entry, entry.cells[0], 3.0)
    return _distinct(found)


def _lines(entries: Sequence[Entry]) -> list[Line]:
    lines: list[Line] = []
    for entry in entries:
        if entry.label is None or not _is_line(entry):
            continue
        this, ytd = entry.cell("this"), entry.cell("ytd")
        if this is not None or ytd is not None:
            field = entry.meaning.field
            if field == "employee_pension" and entry.section == "employer":
                field = "employer_pension"
            lines.append(Line(entry, this, ytd, {}, field))
    gross_at = [e.label for e in entries if e.label and e.meaning.concept == "gross_pay" and e.cell("this")]
    for line in lines:
        line.sides = _sides(line, lines, gross_at)
    closing = ("gross_pay", "net_pay", "total_deductions", "total")
    measures = {id(c.header) for e in entries if e.meaning.concept in ("taxable_pay", "ni_pay") for c in e.cells}
    for line in lines:
        line.among_measures = any(c.header is not None and id(c.header) in measures for c in line.entry.cells)
    _once_only(lines, [e.label for e in entries if e.label and e.meaning.concept in closing])
    return lines


def _is_line(entry: Entry) -> bool:
    meaning = entry.meaning
    if meaning.concept in SUMMARY or meaning.decoy or entry.section == "messages":
        return False
    if meaning.role not in (None, "base") or (meaning.ytd and entry.cell("this") is None):
        return False
    if entry.in_ytd and entry.cell("this") is None:
        return False
    return meaning.text[:1].isalpha() or any(letter.isalpha() for letter in meaning.text)


def _sides(line: Line, lines: Sequence[Line], gross_at: Sequence[Piece]) -> dict[Side, float]:
    meaning, section = line.entry.meaning, line.entry.section
    if (told := overlay().sides.get(meaning.text)) is not None:
        return {told: 0.0}  # type: ignore[dict-item]
    if line.field == "employer_ni" or section == "employer" or meaning.employer:
        return _employer_sides(section)
    if section == "benefits" or _is_base(line) or (meaning.concept == "rsu_gross" and section != "payments"):
        return {"outside": 0.0, "payments": 1.0}
    if section == "payments":
        paid: dict[Side, float] = {"payments": 0.0, "outside": _HARDLY}
        paid["added"] = 1.0 if _beside_gross(meaning.text) else _HARDLY
        if meaning.concept in TAKEN and not meaning.refund:
            paid["deductions"] = 1.0
        return paid
    if section == "deductions":
        outside = 1.0 if meaning.concept == "pension" and not meaning.employee else _HARDLY
        return {"deductions": 0.0, "outside": outside}
    return _unsectioned(line, lines, gross_at)


def _is_base(line: Line) -> bool:
    """Whether the line prints only what others are reckoned on: a taxed benefit, which is neither paid nor taken."""
    header = line.this.header if line.this else None
    return header is not None and header.meaning.role == "base" and line.field is None


def _employer_sides(section: str | None) -> dict[Side, float]:
    return {"outside": 0.0, "deductions": 1.0 if section == "deductions" else _HARDLY}


@lru_cache(maxsize=2048)
def _beside_gross(text: str) -> bool:
    return any(f" {word} " in f" {text} " for word in vocabulary()["side"]["not_in_gross"])


def _unsectioned(line: Line, lines: Sequence[Line], gross_at: Sequence[Piece]) -> dict[Side, float]:
    meaning = line.entry.meaning
    if meaning.refund:
        return {"payments": 0.0, "deductions": 1.0}
    if meaning.concept in TAKEN:
        return {"deductions": 0.0, "outside": _HARDLY}
    if meaning.concept == "pension":
        if line.pence < 0 and not _after_gross(line, gross_at):
            return {"payments": 0.0, "deductions": 1.0, "outside": 1.5}
        return {"deductions": 0.0, "outside": 1.0, "payments": _HARDLY}
    if meaning.concept not in (None, "sacrifice"):
        return {"payments": 0.0, "outside": 1.5}
    if not line.entry.is_line:
        mate = _side_of_row(line, lines)
        sides: dict[Side, float] = {"outside": 0.0, "payments": 1.0, "deductions": 1.0}
        return sides if mate is None else {**sides, "outside": 1.5, mate: 0.0}
    near = _side_of_neighbours(line, lines, gross_at) or (meaning.side if _speaks(line.entry.title) else None)
    if near == "payments":
        return {"payments": 0.0, "deductions": 1.0, "outside": 1.5}
    if near == "deductions":
        return {"deductions": 0.0, "payments": 1.0, "outside": 1.5}
    return {"outside": 0.0, "payments": 1.0, "deductions": 1.0}


def _speaks(title: Piece | None) -> bool:
    """False of a title in words we do not know: what stands under it may be anything."""
    return title is None or title.meaning.section is not None


def _after_gross(line: Line, gross_at: Sequence[Piece]) -> bool:
    """Whether the line stands below gross pay in one list: what follows gross pay is taken off."""
    label = line.entry.label
    return label is not None and any(
        g.page == label.page and g.middle < label.middle and abs(g.box.x0 - label.box.x0) <= 3 for g in gross_at
    )


def _side_of_neighbours(line: Line, lines: Sequence[Line], gross_at: Sequence[Piece]) -> Side | None:
    """The side of the nearest known line in the same column of labels; gross pay parts payments from deductions."""
    label = line.entry.label
    if label is None:
        return None
    nearest: tuple[float, Side] | None = None
    for other in lines:
        side = _known_side(other)
        place = other.entry.label
        if side is None or place is None or other.entry.title is not line.entry.title or place.page != label.page:
            continue
        away = abs(place.middle - label.middle)
        if overlap(place.box, label.box) <= 0 or _parted(label, place, gross_at):
            continue
        if away <= 12 * label.height and (nearest is None or away < nearest[0]):
            nearest = (away, side)
    return nearest[1] if nearest else None


def _side_of_row(line: Line, lines: Sequence[Line]) -> Side | None:
    """The side of all known lines in one row of captions: tax and NI stand among deductions, salary among payments."""
    label = line.entry.label
    row = [x for x in lines if x.entry.label and label and x.entry.label.row == label.row]
    sides = {side for x in row if x.entry.relation == line.entry.relation and (side := _known_side(x)) is not None}
    return sides.pop() if len(sides) == 1 else None


def _known_side(line: Line) -> Side | None:
    concept = line.entry.meaning.concept
    if line.entry.section in ("employer", "benefits") or concept in ("pension", None) or line.field == "employer_ni":
        return None
    return "deductions" if concept in TAKEN else "payments"


def _parted(first: Piece, second: Piece, gross_at: Sequence[Piece]) -> bool:
    low, high = sorted((first.middle, second.middle))
    return any(low < gross.middle < high and overlap(gross.box, first.box) > 0 for gross in gross_at)


def _once_only(lines: Sequence[Line], totals: Sequence[Piece]) -> None:
    """The same line printed again, in a summary or beside its year to date, counts once."""
    seen: dict[tuple[str, int], Line] = {}
    for line in sorted(lines, key=_order_of_printing):
        if line.field is None or line.this is None or line.field in EMPLOYERS:
            continue
        first = seen.setdefault((line.field, abs(line.pence)), line)
        if first is not line and _is_elsewhere(line, first, totals):
            line.sides, line.twin = {"outside": 0.0, first_side(first): 1.0}, first


def _order_of_printing(line: Line) -> tuple[bool, bool, bool]:
    return line.among_measures, not line.entry.is_line, line.entry.section is None


def _is_elsewhere(line: Line, first: Line, totals: Sequence[Piece]) -> bool:
    """Whether the second line is in no one list with the first: nobody deducts the same tax twice."""
    if line.field in TAKEN or line.entry.relation != first.entry.relation or line.among_measures:
        return True
    if line.entry.section is None and line.entry.title is not first.entry.title:
        return True
    ends = (line.entry.label, first.entry.label)
    return ends[0] is not None and ends[1] is not None and _parted(ends[0], ends[1], totals)


def first_side(line: Line) -> Side:
    """The side the page alone suggests."""
    return min(line.sides, key=line.sides.__getitem__)
