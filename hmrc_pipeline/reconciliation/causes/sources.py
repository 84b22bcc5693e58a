"""Causes that lie between the sources: `p60_differs`, `employer_reported_differently`, `rounding`, and what documents
back of their amounts. What is wrong inside the payslips stands in `missing`, `copies` and `misread`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.causes.candidates import hmrc_candidates, p60_candidates
from hmrc_pipeline.reconciliation.causes.gaps import hmrc_beyond, hmrc_beyond_payslips, p60_beyond_payslips
from hmrc_pipeline.reconciliation.causes.search import Candidate, Solution, solutions
from hmrc_pipeline.reconciliation.causes.twins import names_of
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Finding, Ledger
from hmrc_pipeline.reconciliation.spoken import amounts_said

__all__ = ["employer_reported_differently", "p60_differs"]

ZERO: Final = Decimal("0.00")
_AT_HMRC: Final = ("taxable_pay", "income_tax")


def p60_differs(ledger: Ledger) -> list[Finding]:
    """The P60 departs from where the payslips' year to date ends: by what documents back, and by the rest."""
    gaps = {name: gap for name in MEASURES if (gap := p60_beyond_payslips(ledger, name)) is not None}
    apart = {name: gap for name, gap in gaps.items() if gap}
    if not apart:
        return []
    alone = _p60_alone(ledger, apart)
    if not any(ledger.matters(name, gap, "p60") for name, gap in apart.items()) and not _is_loans(apart):
        return [_rounding(ledger, apart, "p60", alone)]
    best, *ties = solutions(gaps, p60_candidates(ledger), "p60")
    reaches = _reaching(alone)
    found = _backed(ledger, best, ties, gaps, lambda vector: reaches(vector))
    return found + _p60_rest(ledger, best.rest, alone, bool(best.candidates))


def _p60_alone(ledger: Ledger, apart: Mapping[str, Decimal]) -> set[str]:
    """The measures in which the P60 stands alone: those where HMRC is explained with less if it does not share them.

    What HMRC does not know of goes with what it does.
    """
    held = {name: gap for name in _AT_HMRC if (gap := hmrc_beyond_payslips(ledger, name)) is not None}
    told = [name for name in apart if name in held]
    best: tuple[int, Decimal, int, set[str]] | None = None
    for number, alone in enumerate(_subsets(told)):
        rest = {name: gap - (apart[name] if name in told and name not in alone else ZERO) for name, gap in held.items()}
        split = bool(alone) and alone != set(told)
        cost = solutions(rest, hmrc_candidates(ledger, rest), "hmrc")[0].cost + split if told else 0
        tried = (cost, sum((abs(gap) for gap in rest.values()), ZERO), number, alone)
        best = tried if best is None or tried[:3] < best[:3] else best
    alone = best[3] if best else set()
    return alone | (apart.keys() - set(told)) if alone and alone == set(told) else alone


def _subsets(names: Sequence[str]) -> Iterator[set[str]]:
    for size in range(len(names) + 1):
        yield from (set(some) for some in combinations(names, size))


def _is_loans(apart: Mapping[str, Decimal]) -> bool:
    return apart.keys() <= {"student_loan", "postgraduate_loan"}


def _reaching(alone: set[str]) -> Any:
    def reaches(vector: Iterable[str]) -> frozenset[str]:
        return frozenset({"p60"}) if alone & set(vector) else frozenset({"p60", "hmrc"})

    return reaches


def _p60_rest(ledger: Ledger, rest: Mapping[str, Decimal], alone: set[str], backed: bool) -> list[Finding]:
    if rest and not any(ledger.matters(name, gap, "p60") for name, gap in rest.items()):
        return [_rounding(ledger, rest, "p60", alone)] if backed else []
    shared = {name: rest[name] for name in MEASURES if name in rest and name not in alone}
    own = {name: rest[name] for name in MEASURES if name in rest and name in alone}
    found = [_p60_finding(ledger, shared, frozenset({"p60", "hmrc"}))] if shared else []
    found += [_p60_finding(ledger, own, frozenset({"p60"}))] if own else []
    return found


def employer_reported_differently(ledger: Ledger) -> list[Finding]:
    """HMRC holds other figures than the P60 or, without one, than the payslips' year to date."""
    case = ledger.case
    start = "p60" if case.p60 else "payslip_ytd"
    gaps = {name: gap for name in _AT_HMRC if (gap := hmrc_beyond(ledger, name, start)) is not None}
    apart = {name: gap for name, gap in gaps.items() if gap and not ledger.settled(name, gap, "hmrc")}
    if not apart:
        return []
    if not any(ledger.matters(name, gap, "hmrc") for name, gap in apart.items()):
        return [_rounding(ledger, apart, "hmrc", set())]
    best, *ties = solutions(gaps, hmrc_candidates(ledger, gaps), "hmrc")
    found = _backed(ledger, best, ties, gaps, lambda _: frozenset({"hmrc"}))
    rest = {name: gap for name, gap in best.rest.items() if not ledger.settled(name, gap, "hmrc")}
    if not rest:
        return found
    if best.candidates and not any(ledger.matters(name, gap, "hmrc") for name, gap in rest.items()):
        return [*found, _rounding(ledger, rest, "hmrc", set())]
    return [*found, _reported(ledger, rest, start)]


def _reported(ledger: Ledger, apart: Mapping[str, Decimal], start: str) -> Finding:
    case = ledger.case
    other = "The P60" if start == "p60" else "The payslips' year to date"
    return Finding(
        "employer_reported_differently",
        start,
        "discrepancy",
        "likely",
        f"{other} says otherwise: ask the payroll of {case.called} what was reported for {case.tax_year}, and HMRC to "
        "correct it if the employer's figures are right.",
        apart,
        frozenset({"hmrc"}),
        _twins(case, apart, frozenset({"hmrc"})),
        _evidence(case, hmrc=True),
    )


def _backed(
    ledger: Ledger, best: Solution, ties: Sequence[Solution], gaps: Mapping[str, Decimal], reaches: Any
) -> list[Finding]:
    """The findings of the candidates that fit, the sets that fit as well as their alternatives."""
    found = []
    for number, item in enumerate(best.candidates):
        others = [tie for tie in ties if _causes(tie) != _causes(best)] if number == 0 else []
        vector = _shown(item, gaps)
        alternatives = [tuple(Alternative(c.cause, _shown(c, gaps)) for c in tie.candidates) for tie in others]
        if _is_like_payslips(ledger.case, item):
            alternatives += [(Alternative(name, vector),) for name in names_of(ledger.case, vector, reaches(vector))]
        if number == 0 and best.rest:  # one amount that closes the gap to the penny
            exact, where = {name: gap for name, gap in gaps.items() if gap}, reaches(vector)
            alternatives += [(Alternative(name, exact),) for name in names_of(ledger.case, exact, where)]
        found.append(
            Finding(
                item.cause,
                item.key,
                "discrepancy",
                item.certainty,
                item.next_step,
                vector,
                reaches(vector),
                tuple(alternatives),
                {**_evidence(ledger.case, hmrc=True), **item.evidence},
            )
        )
    return found


def _is_like_payslips(case: Case, item: Candidate) -> bool:
    """Whether what is held twice is what so many other payslips held: any one, or as many as there may be before the
    first."""
    before = min((chain.first_run for chain in case.chains), default=1) - 1
    return item.key in {f"twice:{number}" for number in range(max(1, before))}


def _causes(solution: Solution) -> list[str]:
    return sorted(item.cause for item in solution.candidates)


def _shown(item: Candidate, gaps: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: amount for name in MEASURES if name in gaps and (amount := item.vector.get(name, ZERO))}


def _rounding(ledger: Ledger, apart: Mapping[str, Decimal], source: str, alone: set[str]) -> Finding:
    """Up to a pound: whole pounds at HMRC, a penny rounded another way. Said, and nothing to do."""
    who = "HMRC's figures" if source == "hmrc" else "The P60"
    sources = {"hmrc"} if source == "hmrc" else {"p60"} if alone else {"p60", "hmrc"}
    return Finding(
        "rounding",
        source,
        "information",
        "likely",
        f"{who} and the others are within a pound of each other ({amounts_said(apart, compared=True)}): rounding, "
        "nothing to do.",
        dict(apart),
        frozenset(sources),
        (),
        _evidence(ledger.case, hmrc=source == "hmrc"),
    )


def _p60_finding(ledger: Ledger, explains: Mapping[str, Decimal], reaches: frozenset[str]) -> Finding:
    case = ledger.case
    hmrc_agrees = any(
        (left := ledger.residue(name, "p60", "hmrc")) is not None and ledger.settled(name, left, "hmrc")
        for name in explains
    )
    if hmrc_agrees:
        ask = f"HMRC has the P60's figures: ask the payroll of {case.called} what was corrected after the last payslip."
    else:
        ask = f"Ask the payroll of {case.called} which is right, and for a corrected P60 if it is the payslips."
    return Finding(
        "p60_differs",
        "+".join(sorted(reaches)),
        "discrepancy",
        "likely",
        ask,
        explains,
        reaches,
        _twins(case, explains, reaches),
        _evidence(case, hmrc=hmrc_agrees),
    )


def _twins(case: Case, vector: Mapping[str, Decimal], reaches: frozenset[str]) -> tuple[tuple[Alternative, ...], ...]:
    return tuple((Alternative(name, vector),) for name in names_of(case, vector, reaches)[1:])


def _evidence(case: Case, *, hmrc: bool) -> dict[str, Any]:
    last = [chain.slips[-1].sha256 for chain in case.chains]
    evidence: dict[str, Any] = {"documents": [*last, *(p60.sha256 for p60 in case.p60)]}
    stands_in = sorted({name for p60 in case.p60 for name in p60.stands_in})
    if stands_in:
        evidence["taken_from_total_for_year"] = stands_in
    if hmrc and case.hmrc:
        evidence["snapshots"] = [snapshot for item in case.hmrc for snapshot in item.snapshots]
    return evidence
