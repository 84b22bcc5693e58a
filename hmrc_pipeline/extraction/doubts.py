"""What may be wrong with the amounts read though the sums do not say so: reasons for review.

What the doubts rest on by law is in `bounds`.
"""

from hmrc_pipeline.extraction.bounds import contradictions
from hmrc_pipeline.extraction.entry import GUESSED
from hmrc_pipeline.extraction.fields import EMPLOYERS, TAKEN
from hmrc_pipeline.extraction.findings import Findings, Found
from hmrc_pipeline.extraction.sums import Line, Worked

__all__ = ["doubts", "earnings"]

_MOST_TERMS = 4


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


def _check_time(findings: Findings, period: str | None) -> None:
    """Y1 and Y2 as far as one slip can show them: the year to date holds this period's amount."""
    for name in list(findings.found):
        ytd = findings.found.get(f"ytd_{name}")
        this = findings.found.get(name)
        if ytd is None or this is None:
            continue
        if period == "1" and ytd.pence == this.pence:
            this.checks.add("Y2")
            ytd.checks.add("Y2")
        elif ytd.pence >= this.pence >= 0 or ytd.pence <= this.pence < 0:
            ytd.checks.add("Y1")


def _contradictions(findings: Findings, worked: Worked, period: str | None, year: int | None) -> list[str]:
    """What the figures say against each other, and amounts that two of them claim."""
    beside = sum(abs(line.pence) for line in worked.lines if line.side in ("outside", "added") and not line.twin)
    amounts = {name: found.pence for name, found in findings.found.items()}
    if (tax := findings.found.get("ytd_income_tax")) is not None and _is_plainly_labelled(tax):
        # Tax of a previous employment may be in it, whose pay is not.
        del amounts["ytd_income_tax"]
    reasons = contradictions(amounts, beside, period, year)
    owners: dict[int, str] = {}
    for name, found in findings.found.items():
        for _, cell in found.parts:
            other = owners.setdefault(id(cell.piece), name)
            if other != name:
                reasons.append(f"{other} and {name} are read from the same printed amount")
    return reasons


def _is_plainly_labelled(found: Found) -> bool:
    """Whether an amount stands in one row with a label, and label or heading tell its time."""
    return all(entry.is_line and cell.doubt < GUESSED for entry, cell in found.parts)


def _unexplained(findings: Findings, worked: Worked) -> list[str]:
    """T1: pay for tax or NI whose time no label and no heading tells must follow from gross pay.

    Else it can be a year to date, or anything: the same label serves both.
    """
    gross = findings.found.get("gross_pay")
    reasons: list[str] = []
    for name in ("taxable_pay", "ni_pay"):
        base = findings.found.get(name)
        of_year = findings.found.get(f"ytd_{name}")
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


def _contested(findings: Findings, worked: Worked) -> list[str]:
    """A figure between two captions, where nothing on the page tells whose it is.

    Net pay is told by the sums where gross pay and every deduction are printed elsewhere.
    """
    names = [name for name, found in findings.found.items() if any(entry.contested for entry, _ in found.parts)]
    if names == ["net_pay"] and worked.solution.proved and any(line.side == "deductions" for line in worked.lines):
        names = []
    return [f"{name} stands between two captions, and it is not clear which is its own" for name in names]


def _unsigned(findings: Findings, worked: Worked) -> list[str]:
    """Tax printed with a minus sign is a refund or a deduction: without a sum nothing tells which."""
    if worked.solution.holds & {"net", "totals"}:
        return []
    return [
        f"{name} is printed as less than nothing, and no sum tells whether it was taken or given back"
        for name in sorted(TAKEN)
        if (found := findings.found.get(name)) is not None and found.pence < 0
    ]


def doubts(findings: Findings, worked: Worked, period: str | None, year: int | None) -> list[str]:
    """Reasons for review that the figures themselves give.

    `period` is the number of the tax period, `year` the year in which the tax year begins, where they are known.
    """
    _check_time(findings, period)
    return [
        *findings.reasons,
        *_contested(findings, worked),
        *_unsigned(findings, worked),
        *_unexplained(findings, worked),
        *_contradictions(findings, worked, period, year),
    ]
