"""A payslip's amounts while it is read, and the doubts about them that no sum settles.

Which amount gives which field belongs to `payslip`; what the doubts rest on by law is in `bounds`.
"""

from dataclasses import dataclass, field

from hmrc_pipeline.extraction.bounds import contradictions
from hmrc_pipeline.extraction.entry import GUESSED, Cell, Entry
from hmrc_pipeline.extraction.sums import Line, Worked
from hmrc_pipeline.money import format_amount, from_pence

__all__ = ["EMPLOYERS", "TAKEN", "Draft", "Found", "doubts", "earnings", "either"]

TAKEN = frozenset({"income_tax", "national_insurance", "student_loan", "postgraduate_loan"})


_MOST_TERMS = 4


EMPLOYERS = frozenset({"employer_ni", "employer_pension"})


@dataclass(slots=True)
class Found:
    """A value for a field with the cells that print it; several cells when lines were added up."""

    pence: int
    doubt: int
    parts: list[tuple[Entry, Cell]]
    checks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Draft:
    found: dict[str, Found] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def offer(self, name: str, pence: int, doubt: int, entry: Entry, cell: Cell, *checks: str) -> None:
        """Take the value unless a surer one stands; two equally sure and different ones are a reason for review."""
        known = self.found.get(name)
        if known is None or doubt < known.doubt:
            self.found[name] = Found(pence, doubt, [(entry, cell)], set(checks))
        elif known.pence != pence and doubt == known.doubt:
            self.reasons.append(either(name, known.pence, pence))


def either(name: str, first: int, second: int) -> str:
    one, other = format_amount(from_pence(first)), format_amount(from_pence(second))
    return f"{name} is {one} or {other}: both are printed under such a label"


def earnings(gross: int, worked: Worked) -> set[int]:
    """What pay for NI can be before any sacrifice: gross pay, shares at their value and not their cash, no expenses.

    Tax or a loan given back among the payments is in gross pay and no earnings.
    """
    gross -= sum(line.pence for line in worked.lines if line.side == "payments" and _is_given_back(line))
    cash = sum(line.pence for line in worked.lines if line.field in ("rsu_tax_offset", "rsu_excess_refund"))
    shares = sum(line.pence for line in worked.lines if line.field == "rsu_gross")
    expenses = sum(line.pence for line in worked.lines if line.side == "payments" and line.is_beside_gross)
    return {gross, gross - expenses, gross - cash + shares, gross - cash + shares - expenses}


def _is_given_back(line: Line) -> bool:
    return line.entry.meaning.refund or line.field in TAKEN


def _check_time(draft: Draft, period: str | None) -> None:
    """Y1 and Y2 as far as one slip can show them: the year to date holds this period's amount."""
    for name in list(draft.found):
        ytd = draft.found.get(f"ytd_{name}")
        this = draft.found.get(name)
        if ytd is None or this is None:
            continue
        if period == "1" and ytd.pence == this.pence:
            this.checks.add("Y2")
            ytd.checks.add("Y2")
        elif ytd.pence >= this.pence >= 0 or ytd.pence <= this.pence < 0:
            ytd.checks.add("Y1")


def _contradictions(draft: Draft, worked: Worked, period: str | None, year: int | None) -> list[str]:
    """What the figures say against each other, and amounts that two of them claim."""
    beside = sum(abs(line.pence) for line in worked.lines if line.side in ("outside", "added") and not line.twin)
    amounts = {name: found.pence for name, found in draft.found.items()}
    if (tax := draft.found.get("ytd_income_tax")) is not None and _is_plainly_labelled(tax):
        # Tax of a previous employment may be in it, whose pay is not.
        del amounts["ytd_income_tax"]
    reasons = contradictions(amounts, beside, period, year)
    owners: dict[int, str] = {}
    for name, found in draft.found.items():
        for _, cell in found.parts:
            other = owners.setdefault(id(cell.piece), name)
            if other != name:
                reasons.append(f"{other} and {name} are read from the same printed amount")
    return reasons


def _is_plainly_labelled(found: Found) -> bool:
    """Whether an amount stands in one row with a label, and label or heading tell its time."""
    return all(entry.is_line and cell.doubt < GUESSED for entry, cell in found.parts)


def _unexplained(draft: Draft, worked: Worked) -> list[str]:
    """T1: pay for tax or NI whose time no label and no heading tells must follow from gross pay.

    Else it can be a year to date, or anything: the same label serves both.
    """
    gross = draft.found.get("gross_pay")
    reasons: list[str] = []
    for name in ("taxable_pay", "ni_pay"):
        base = draft.found.get(name)
        of_year = draft.found.get(f"ytd_{name}")
        if base is None or base.doubt < GUESSED or gross is None or (of_year and of_year.pence >= base.pence):
            continue
        if base.pence not in _reachable(earnings(gross.pence, worked), worked):
            reasons.append(f"{name} is not said to be this period's and does not follow from gross pay")
        else:
            base.checks.add("T1")
    return reasons


def _reachable(earnings: set[int], worked: Worked) -> set[int]:
    """What pay for tax or NI can be: earnings less what is deducted before it, with benefits that are not cash."""
    less = [abs(x.pence) for x in worked.lines if x.side == "deductions" and x.field not in TAKEN]
    more = [abs(x.pence) for x in worked.lines if x.side in ("outside", "added") and x.field not in EMPLOYERS]
    given = [abs(x.pence) for x in worked.lines if x.side == "payments" and x.pence < 0]
    sums = set(earnings)
    for amount in (*(-each for each in less[:_MOST_TERMS]), *more[:_MOST_TERMS], *given[:_MOST_TERMS]):
        sums |= {each + amount for each in sums}
    return sums


def _contested(draft: Draft, worked: Worked) -> list[str]:
    """A figure between two captions, where nothing on the page tells whose it is.

    Net pay is told by the sums where gross pay and every deduction are printed elsewhere.
    """
    names = [name for name, found in draft.found.items() if any(entry.contested for entry, _ in found.parts)]
    if names == ["net_pay"] and worked.solution.proved and any(line.side == "deductions" for line in worked.lines):
        names = []
    return [f"{name} stands between two captions, and it is not clear which is its own" for name in names]


def _unsigned(draft: Draft, worked: Worked) -> list[str]:
    """Tax printed with a minus sign is a refund or a deduction: without a sum nothing tells which."""
    if worked.solution.holds & {"net", "totals"}:
        return []
    return [
        f"{name} is printed as less than nothing, and no sum tells whether it was taken or given back"
        for name in sorted(TAKEN)
        if (found := draft.found.get(name)) is not None and found.pence < 0
    ]


def doubts(draft: Draft, worked: Worked, period: str | None, year: int | None) -> list[str]:
    """Reasons for review that the figures themselves give.

    `period` is the number of the tax period, `year` the year in which the tax year begins, where they are known.
    """
    _check_time(draft, period)
    return [
        *draft.reasons,
        *_contested(draft, worked),
        *_unsigned(draft, worked),
        *_unexplained(draft, worked),
        *_contradictions(draft, worked, period, year),
    ]
