"""Figures whose own label does not name them: what else on the page says which they are.

What a label says by itself belongs to `labels`; an amount without any label is for the sums to prove.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hmrc_pipeline.extraction.entry import HEADED, Entry
from hmrc_pipeline.extraction.fields import LOANS
from hmrc_pipeline.extraction.labels import vocabulary

__all__ = ["call_by_the_page"]

_LOANS: Final = frozenset(LOANS)
_POUND: Final = 100


def call_by_the_page(entries: Sequence[Entry]) -> None:
    """Name the entries that only the rest of the page names."""
    _call_gross(entries)
    _call_net(entries)
    _call_loan(entries)


def _call_gross(entries: Sequence[Entry]) -> None:
    """Where nothing is called gross pay, what some payrolls call so: `Gross Salary` may be a line or the sum."""
    if any(entry.meaning.concept == "gross_pay" for entry in entries):
        return
    names = vocabulary()["either"]["gross_pay"]
    for entry in entries:
        if any(f" {name} " in f" {entry.meaning.text} " for name in names):
            entry.meaning = replace(entry.meaning, concept="gross_pay")


def _call_net(entries: Sequence[Entry]) -> None:
    """Where nothing is called net pay, the one amount in words we do not know that is gross pay less all deductions.

    Only this period's by its label or heading, and only where gross pay and the total of deductions are so too.
    """
    if any(entry.meaning.concept == "net_pay" for entry in entries):
        return
    told: dict[str | None, set[int]] = {}
    unknown: list[tuple[Entry, int]] = []
    for entry in entries:
        cell, concept = entry.cell("this"), entry.meaning.concept
        if cell is None or cell.doubt > HEADED or entry.label is None:
            continue
        told.setdefault(concept, set()).add(cell.piece.pence or 0)
        if not (concept or entry.meaning.decoy or entry.meaning.employer or entry.meaning.refund):
            unknown.append((entry, cell.piece.pence or 0))
    wanted = {g - abs(t) for g in told.get("gross_pay", ()) for t in told.get("total_deductions", ()) if t}
    fits = [entry for entry, pence in unknown if pence in wanted]
    if len(fits) == 1:
        fits[0].meaning = replace(fits[0].meaning, concept="net_pay")


def _call_loan(entries: Sequence[Entry]) -> None:
    """`Loan to date` beside the year's other totals is the one loan HMRC collects that the slip deducts.

    Such repayments are whole pounds (Education (Student Loans) (Repayment) Regulations 2009, reg. 45), and no other
    line may speak of a loan.
    """
    lent = [entry for entry in entries if "loan" in entry.meaning.text.split() or entry.meaning.concept in _LOANS]
    totals = [entry for entry in lent if _is_bare_loan(entry)]
    kinds = {entry.meaning.concept for entry in lent if entry not in totals}
    if len(totals) != 1 or len(kinds) != 1 or not kinds <= _LOANS:
        return
    now = {abs(c.piece.pence or 0) for entry in lent if entry not in totals and (c := entry.cell("this"))}
    year = abs(totals[0].cells[0].piece.pence or 0)
    if len(now) == 1 and year >= max(now) and not any(each % _POUND for each in (year, *now)):
        totals[0].meaning = replace(totals[0].meaning, concept=kinds.pop())


def _is_bare_loan(entry: Entry) -> bool:
    """Whether a label says nothing but that a loan was repaid so far this year."""
    meaning = entry.meaning
    bare = meaning.text.split()[:1] == ["loan"] and meaning.concept is None and not meaning.decoy
    return bare and len(entry.cells) == 1 and bool(meaning.ytd) and entry.cells[0].role == "ytd"
