"""The cause `missing_payslip`: between two payslips, before the first one, after the last one.

What a missing payslip held is told by the year to date; where that is not printed, by the P60 or HMRC, and then
only when a single payslip or run of payslips is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.continuity import Chain, MissingRuns, is_tax_of_no_pay
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS, Payslip
from hmrc_pipeline.reconciliation.case import Case, Opening, carried_over
from hmrc_pipeline.reconciliation.causes.candidates import hmrc_candidates, p60_candidates
from hmrc_pipeline.reconciliation.causes.own_sums import adds_up
from hmrc_pipeline.reconciliation.causes.search import solutions
from hmrc_pipeline.reconciliation.causes.twins import names_of
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Certainty, Finding, Ledger

__all__ = ["missing_after_the_last", "missing_up_to_the_last"]

ZERO = Decimal("0.00")
_BEYOND = frozenset({"payslip_ytd", "p60", "hmrc"})
_AFTER = frozenset({"p60", "hmrc"})


@dataclass(frozen=True)
class _Draft:
    """Runs missing from a chain, with the amounts that are told (zeros included) and how sure it is."""

    chain: Chain
    runs: MissingRuns
    amounts: Mapping[str, Decimal]
    certainty: Certainty
    alternatives: tuple[tuple[Alternative, ...], ...] = ()


def missing_up_to_the_last(ledger: Ledger) -> list[Finding]:
    """Payslips missing before the first, between two, or of a second payment of a run."""
    drafts = [
        *_before_the_first(ledger),
        *_between(ledger),
        *_in_a_run(ledger),
    ]
    untold = [(chain, runs) for chain in ledger.case.chains for runs in chain.missing if not _told(chain, runs)]
    if untold:
        return [_finding(ledger, draft, alone=False) for draft in drafts] + _untold(ledger, untold, alone=not drafts)
    alone = len(drafts) == 1 and not _goes_on(ledger)
    return [_finding(ledger, draft, alone=alone) for draft in drafts]


def _goes_on(ledger: Ledger) -> bool:
    """Whether payslips are missing after the last one too: P60 or HMRC hold more pay than its year to date."""
    case = ledger.case
    if not case.is_closed or len(case.chains) != 1 or case.chains[0].runs_after() is None:
        return False
    source = "p60" if case.p60 else "hmrc"
    ends, certified = ledger.value("taxable_pay", "payslip_ytd"), ledger.value("taxable_pay", source)
    return ends is not None and certified is not None and certified > ends


def _between(ledger: Ledger) -> Iterator[_Draft]:
    """Runs between two payslips for which there is none, where the year to date tells what they held."""
    for chain in ledger.case.chains:
        for runs in chain.missing:
            if jumps := _told_with(ledger, chain, runs):
                certainty = _certainty(ledger, jumps)
                doubtful = jumps == _told(chain, runs) and not adds_up(chain, runs.link)
                others = (*_by_ytd_beside(ledger, chain, runs, jumps), *_tax_of_no_pay(jumps))
                if certainty == "certain" and (doubtful or others or _ends_elsewhere(ledger, chain, runs)):
                    certainty = "likely"
                yield _Draft(chain, runs, jumps, certainty, others)


def _told_with(ledger: Ledger, chain: Chain, runs: MissingRuns) -> dict[str, Decimal]:
    """The same without what was misread on the payslip after it."""
    jumps = _told(chain, runs)
    sha256 = chain.slips[runs.link].sha256
    for finding in ledger.findings:
        if finding.cause == "misread_figure" and finding.key.startswith(sha256) and "payslip_ytd" in finding.reaches:
            jumps |= {name: jumps[name] - amount for name, amount in finding.explains.items() if name in jumps}
    return jumps


def _by_ytd_beside(
    ledger: Ledger, chain: Chain, runs: MissingRuns, jumps: Mapping[str, Decimal]
) -> Iterator[tuple[Alternative, ...]]:
    """What looks misread on a payslip beside may be the year to date from or to which the missing one is counted."""
    beside = {slip.sha256 for slip in (chain.slips[runs.link - 1], *chain.slips[runs.link + 1 : runs.link + 2])}
    for item in ledger.findings:
        known = item.cause == "misread_figure" and item.key.partition(":")[0] in beside
        if known and "payslip_ytd" in item.reaches:
            held = {name: amount + item.explains.get(name, ZERO) for name, amount in jumps.items()}
            held = {name: amount for name, amount in held.items() if amount}
            yield Alternative("missing_payslip", held), Alternative("misread_figure", {})


def _tax_of_no_pay(jumps: Mapping[str, Decimal]) -> Iterator[tuple[Alternative, ...]]:
    """Where the year to date tells of tax and no pay, its figure may be misread."""
    if is_tax_of_no_pay(jumps):
        yield (Alternative("misread_figure", {"income_tax": jumps["income_tax"]}),)


def _ends_elsewhere(ledger: Ledger, chain: Chain, runs: MissingRuns) -> bool:
    """Whether it is told by the last year to date alone, and the P60 or HMRC says another."""
    if runs.link < len(chain.slips) - 1:
        return False
    left = [(n, s, ledger.residue(n, "payslip_ytd", s)) for n in _told(chain, runs) for s in ("p60", "hmrc")]
    return any(amount is not None and not ledger.settled(name, amount, source) for name, source, amount in left)


def _told(chain: Chain, runs: MissingRuns) -> dict[str, Decimal]:
    return {name: jump for name, jump in chain.jumps(runs.link).items() if name in MEASURES}


def _in_a_run(ledger: Ledger) -> Iterator[_Draft]:
    """A second payment of a run whose payslip is missing: the year to date jumps though no period is skipped."""
    for chain in ledger.case.chains:
        gaps = {gap.link for gap in chain.gaps}
        for link in sorted(chain.jumping - gaps - {0}):
            jumps = {name: jump for name, jump in chain.jumps(link).items() if name in CUMULATIVE_AMOUNTS}
            if not _looks_like_a_payment(jumps) or _undone_next(chain, link, jumps):
                continue
            amounts = {name: jump for name, jump in jumps.items() if name in MEASURES}
            support = _support(ledger, amounts)
            if support != "against" and not _is_explained(ledger, amounts):
                yield _Draft(chain, _around(chain, link), amounts, "likely" if support == "for" else "possible")


def _before_the_first(ledger: Ledger) -> Iterator[_Draft]:
    """Earlier payslips of this employment that the first one's year to date counts."""
    for chain, opening in zip(ledger.case.chains, ledger.case.openings, strict=True):
        if opening.kind in ("missing", "unclear"):
            runs = chain.runs_before() or _around(chain, 0)
            amounts = {name: jump for name, jump in chain.jumps(0).items() if name in MEASURES}
            certainty: Certainty = "likely" if opening.kind == "missing" else "possible"
            yield _Draft(chain, runs, amounts, certainty, _twins_of_opening(chain, opening))


def missing_after_the_last(ledger: Ledger) -> list[Finding]:
    """Payslips after the last one: in a closed year the P60, or else HMRC, exceeds the last year to date."""
    case = ledger.case
    if not case.is_closed or len(case.chains) != 1:
        return []
    runs = case.chains[0].runs_after()
    reference = "p60" if case.p60 else "hmrc"
    if runs is None:
        return []
    explains = {}
    unknown = {name for finding in ledger.findings for name in finding.evidence.get("amounts_unknown", ())}
    for measure in MEASURES:
        if measure in unknown:
            continue  # the rest is of more than one payslip
        start = "payslip_ytd" if ledger.value(measure, "payslip_ytd") is not None else "payslip_sum"
        left = ledger.residue(measure, start, reference)
        if left is not None and not ledger.settled(measure, left, reference):
            explains[measure] = left
    pay = explains.get("taxable_pay", Decimal(0))
    if not ledger.matters("taxable_pay", pay, reference) or pay < 0:
        return []
    if reference == "hmrc" and not _is_like_a_run(case.chains[0], pay, len(runs.periods)):
        return []
    twin = "p60_differs" if reference == "p60" else "employer_reported_differently"
    certainty: Certainty = "likely" if reference == "p60" else "possible"
    alternatives: tuple[tuple[Alternative, ...], ...] = ((Alternative(twin, explains),),)
    documented = _documented(ledger, explains, reference)
    if documented and reference == "p60":
        return []
    alternatives += tuple((Alternative(cause, explains),) for cause in documented)
    draft = _Draft(case.chains[0], runs, explains, certainty, alternatives)
    return [_finding(ledger, draft, alone=False, reaches=_AFTER)]


def _documented(ledger: Ledger, explains: Mapping[str, Decimal], reference: str) -> list[str]:
    """The causes documents back whose figures are exactly these."""
    candidates = p60_candidates(ledger) if reference == "p60" else hmrc_candidates(ledger, explains)
    found = [item for item in solutions(explains, candidates, reference) if item.candidates and not item.rest]
    return sorted({candidate.cause for item in found for candidate in item.candidates if len(item.candidates) == 1})


def _untold(ledger: Ledger, untold: Sequence[tuple[Chain, MissingRuns]], *, alone: bool) -> list[Finding]:
    """Missing runs of which the year to date tells nothing: together, as their amounts can only be joint."""
    if not untold:
        return []
    chain, first = untold[0]
    periods = tuple(period for _, runs in untold for period in runs.periods)
    dates = tuple(day for _, runs in untold for day in runs.pay_dates)
    explains = _from_reference(ledger, skip={}) if alone else {}
    referenced = [ledger.residue(name, "payslip_sum", source) for name in MEASURES for source in ("p60", "hmrc")]
    if alone and not explains and any(left is not None for left in referenced):
        return []  # the P60 or HMRC equals the sum: nothing was paid in the runs without a payslip
    certainty: Certainty = "likely" if explains or chain.calendar.frequency == "monthly" else "possible"
    return [_finding(ledger, _Draft(chain, MissingRuns(first.link, periods, dates), {}, certainty), alone=alone)]


def _from_reference(
    ledger: Ledger, skip: Mapping[str, Decimal], sources: Sequence[str] = ("p60", "hmrc")
) -> dict[str, Decimal]:
    """What the P60, else HMRC, has more than the payslips: the amounts of the only payslips missing."""
    found = {}
    for measure in MEASURES:
        for source in sources:
            left = ledger.residue(measure, "payslip_sum", source)
            if measure not in skip and left is not None:
                if not ledger.settled(measure, left, source):
                    found[measure] = left
                break
    return found


def _is_told(ledger: Ledger, chain: Chain, measure: str, *, alone: bool) -> bool:
    """Whether it is known that a missing payslip held nothing of a measure, by the documents or by there being none."""
    if alone and any(ledger.residue(measure, "payslip_sum", source) is not None for source in ("p60", "hmrc")):
        return True
    return all(slip.amount(measure) is None for slip in chain.slips)


def _certainty(ledger: Ledger, jumps: Mapping[str, Decimal]) -> Certainty:
    if not any(jumps.get(name) for name in ("taxable_pay", "income_tax", "national_insurance")):
        return "likely"
    if any(jumps.get(name, 0) < 0 for name in ("gross_pay", "taxable_pay")):
        return "possible"  # a year to date that began anew looks the same
    return "possible" if _support(ledger, jumps) == "against" else "certain"


def _support(ledger: Ledger, explains: Mapping[str, Decimal]) -> str:
    """Whether another source says that the payslips lack these amounts: `for`, `against` or `silent`."""
    votes = set()
    for measure, amount in explains.items():
        for source in ("p60", "hmrc"):
            left = ledger.residue(measure, "payslip_sum", source)
            if left is not None and amount:
                votes.add("against" if ledger.settled(measure, left, source) else "for")
    return "for" if "for" in votes else "against" if votes else "silent"


def _looks_like_a_payment(jumps: Mapping[str, Decimal]) -> bool:
    pay = [jumps[name] for name in ("taxable_pay", "gross_pay") if name in jumps]
    return sum(jump != 0 for jump in jumps.values()) > 1 and bool(pay) and min(pay) > 0


def _undone_next(chain: Chain, link: int, jumps: Mapping[str, Decimal]) -> bool:
    """A year to date misread on one payslip jumps there and back again at the next."""
    following = chain.jumps(link + 1)
    before = chain.jumps(link - 1) if link > 1 else {}
    return any(jump and -jump in (following.get(name), before.get(name)) for name, jump in jumps.items())


def _is_explained(ledger: Ledger, explains: Mapping[str, Decimal]) -> bool:
    left = [ledger.residue(name, "payslip_sum", "payslip_ytd") for name, amount in explains.items() if amount]
    return (
        bool(left)
        and all(amount == 0 for amount in left if amount is not None)
        and any(amount is not None for amount in left)
    )


def _is_like_a_run(chain: Chain, pay: Decimal, runs: int) -> bool:
    """Whether an amount could be the pay of the runs after the last payslip, judged by the usual payslip."""
    usual = chain.total("taxable_pay")
    return (
        isinstance(usual, Decimal)
        and pay * 2 >= usual / len(chain.slips)
        and pay <= usual / len(chain.slips) * runs * 2
    )


def _twins_of_opening(chain: Chain, opening: Opening) -> tuple[tuple[Alternative, ...], ...]:
    """What else the balance may be: a P45's pay and tax, or one figure read wrong."""
    names = ["misread_figure"] if opening.amounts.keys() == {"taxable_pay"} else []
    if opening.kind == "unclear":
        return ((Alternative("previous_employment", {}),), *((Alternative(n, opening.amounts),) for n in names))
    if carried_over(chain):
        names.append("previous_employment")
    return tuple((Alternative(name, opening.amounts),) for name in names)


def _around(chain: Chain, link: int) -> MissingRuns:
    """The runs in which a payment without a payslip was made: printed numbers skipped, else the neighbours' own."""
    neighbours = chain.slips[max(link - 1, 0) : link + 1]
    printed = [slip.tax_period for slip in neighbours if slip.tax_period]
    if chain.calendar.printed and len(printed) > 1 and printed[1] - printed[0] > 1:
        return MissingRuns(link, tuple(range(printed[0] + 1, printed[1])), ())
    runs = sorted({chain.calendar.run_of(slip) for slip in neighbours})
    return MissingRuns(link, tuple(chain.calendar.period_of(run) for run in runs), ())


def _finding(ledger: Ledger, draft: _Draft, *, alone: bool, reaches: frozenset[str] = _BEYOND) -> Finding:
    """The finding of a draft. What the year to date does not tell the P60 or HMRC may, of the only one missing."""
    chain, runs = draft.chain, draft.runs
    referred = _from_reference(ledger, skip=draft.amounts) if alone else {}
    amounts = {**draft.amounts, **referred}
    others = tuple(_by_others(ledger, draft, amounts)) if alone else ()
    waiting = [slip for slip in ledger.case.waiting if _is_for(chain, slip, runs)]
    evidence = _evidence(chain, runs, waiting)
    unknown = [name for name in MEASURES if name not in amounts and not _is_told(ledger, chain, name, alone=alone)]
    if unknown:
        evidence["amounts_unknown"] = unknown
    return Finding(
        "missing_payslip",
        f"{chain.slips[0].payroll_number or ''}:{runs.periods[0]}-{runs.periods[-1]}:{runs.link > 0}",
        "discrepancy",
        "likely" if referred and draft.certainty == "certain" else draft.certainty,
        _next_step(ledger.case, chain, runs, waiting),
        {name: amounts[name] for name in MEASURES if amounts.get(name)},
        reaches,
        (*draft.alternatives, *others),
        evidence,
    )


def _by_others(ledger: Ledger, draft: _Draft, amounts: Mapping[str, Decimal]) -> Iterator[tuple[Alternative, ...]]:
    """What is missing by another witness than the P60 that counts: then the P60 differs by the rest, or was corrected.

    Where one witness alone tells it, something else may be in its figure too, and the sum alone is known.
    """
    for told, causes in _witnesses(ledger, draft):
        apart = {name: amounts.get(name, ZERO) - told.get(name, ZERO) for name in MEASURES if name not in draft.amounts}
        apart = {name: amount for name, amount in apart.items() if amount}
        own = {name: amount for name, amount in {**draft.amounts, **told}.items() if amount}
        if apart:
            named = causes or names_of(ledger.case, apart, frozenset({"p60"}))
            yield from ((Alternative("missing_payslip", own), Alternative(name, apart)) for name in named)
    if amounts and not draft.amounts:
        for name in ("p60_differs", "late_correction", "misread_figure"):
            yield Alternative("missing_payslip", dict(amounts)), Alternative(name, {})


def _witnesses(ledger: Ledger, draft: _Draft) -> Iterator[tuple[Mapping[str, Decimal], tuple[str, ...]]]:
    """What is missing by HMRC and by P60s that do not count, and what the P60 that counts then is."""
    yield _from_reference(ledger, skip=draft.amounts, sources=("hmrc", "p60")), ()
    yield from ((_by_rival(ledger, draft, rival), ("corrected_p60",)) for rival in ledger.case.rivals)


def _by_rival(ledger: Ledger, draft: _Draft, rival: P60) -> dict[str, Decimal]:
    """What another P60 has more than the payslips."""
    found = {}
    for name in MEASURES:
        left = ledger.residue(name, "payslip_sum", "p60")
        counts, other = ledger.value(name, "p60"), rival.measure(name)
        if name not in draft.amounts and left is not None and counts is not None and other is not None:
            found[name] = left + other - counts
    return found


def _evidence(chain: Chain, runs: MissingRuns, waiting: Sequence[Payslip]) -> dict[str, Any]:
    neighbours = chain.slips[max(runs.link - 1, 0) : runs.link + 1]
    evidence: dict[str, Any] = {"documents": [slip.sha256 for slip in neighbours], "unit": chain.calendar.unit}
    if len(runs.periods) == 1:
        evidence["tax_period"] = runs.periods[0]
        evidence |= {"pay_date": runs.pay_dates[0].isoformat()} if runs.pay_dates else {}
    else:
        evidence["tax_periods"] = list(runs.periods)
        evidence |= {"pay_dates": [day.isoformat() for day in runs.pay_dates]} if runs.pay_dates else {}
    if waiting:
        evidence["waiting_for_review"] = [slip.sha256 for slip in waiting]
    return evidence


def _is_for(chain: Chain, slip: Payslip, runs: MissingRuns) -> bool:
    return chain.calendar.period_of(chain.calendar.run_of(slip)) in runs.periods


def _next_step(case: Case, chain: Chain, runs: MissingRuns, waiting: Sequence[Payslip]) -> str:
    if waiting:
        names = ", ".join(slip.sha256[:12] for slip in waiting)
        return f"A payslip of this period was read but its figures do not add up: look at document {names}."
    unit = chain.calendar.unit
    if len(runs.periods) == 1:
        which = f"the payslip of {unit} {runs.periods[0]}"
        when = f" (expected about {_day(runs.pay_dates[0])})" if runs.pay_dates else ""
    else:
        which = f"the payslips of {unit}s {_spoken(runs.periods)}"
        when = f" (expected between {_day(runs.pay_dates[0])} and {_day(runs.pay_dates[-1])})" if runs.pay_dates else ""
    return f"Ask the payroll of {case.called} for {which}{when}."


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def _spoken(periods: Sequence[int]) -> str:
    if len(periods) > 2 and periods[-1] - periods[0] == len(periods) - 1:
        return f"{periods[0]} to {periods[-1]}"
    return f"{', '.join(map(str, periods[:-1]))} and {periods[-1]}"
