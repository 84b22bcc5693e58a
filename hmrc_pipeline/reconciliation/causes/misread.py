"""The cause `misread_figure`: one figure of a payslip departs from the year to date around it.

A payment that is missing raises pay and deductions together; a figure alone that jumps, or a year to date that jumps
and comes back, is a figure read or printed wrong. Cents that do so are rounding.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from hmrc_pipeline.money import format_amount, format_pounds
from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import CUMULATIVE_AMOUNTS
from hmrc_pipeline.reconciliation.causes.own_sums import misread_by_own_sums
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Certainty, Finding, Ledger
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES
from hmrc_pipeline.reconciliation.spoken import more_or_less

__all__ = ["misread_figures"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal("1.00")
_BEYOND: Final = frozenset({"payslip_ytd", "p60", "hmrc"})


def misread_figures(ledger: Ledger) -> list[Finding]:
    """Every figure that stands alone against the year to date."""
    found: list[Finding] = []
    for chain, opening in zip(ledger.case.chains, ledger.case.openings, strict=True):
        gaps = {gap.link for gap in chain.gaps}
        for link in sorted((chain.jumping | gaps) - _replaced(ledger, chain)):
            if link == 0 and opening.kind != "misread" and not _comes_back(chain, 0):
                continue
            off = misread_by_own_sums(ledger.case, chain, link) if link in gaps else _alone(chain, link)
            for measure, jump in off.items():
                finding = _finding(ledger, chain, link, measure, jump)
                if finding is not None:
                    found.append(finding)
    return found


def _replaced(ledger: Ledger, chain: Chain) -> set[int]:
    """The links at which the year to date jumps because one payslip replaces the other."""
    pairs = [f.evidence["documents"] for f in ledger.findings if f.cause == "duplicate_payslip" and f.explains]
    return {
        link
        for link in range(1, len(chain.slips))
        if any({slip.sha256 for slip in chain.slips[link - 1 : link + 1]} == {*pair} for pair in pairs)
    }


def _alone(chain: Chain, link: int) -> dict[str, Decimal]:
    """The measures that jump at a link in a way no payment does."""
    jumps = {name: jump for name, jump in chain.jumps(link).items() if name in CUMULATIVE_AMOUNTS}
    off = {name: jump for name, jump in jumps.items() if jump}
    if not off:
        return {}
    back = {name: jump for name, jump in off.items() if chain.jumps(link + 1).get(name) == -jump}
    if back:
        return {name: jump for name, jump in back.items() if name in MEASURES}
    if len(off) > 1 and (_is_payment(jumps) or _is_undone(chain, link, off)):
        return {}
    if link and all(chain.jumps(link - 1).get(name) == -jump for name, jump in off.items()):
        return {}  # the way back of what was found at the payslip before
    return {name: jump for name, jump in off.items() if name in MEASURES}


def _comes_back(chain: Chain, link: int) -> bool:
    jumps, after = chain.jumps(link), chain.jumps(link + 1)
    off = [name for name, jump in jumps.items() if jump and name in CUMULATIVE_AMOUNTS]
    return bool(off) and all(after.get(name) == -jumps[name] for name in off)


def _is_payment(jumps: Mapping[str, Decimal]) -> bool:
    pay = [jumps[name] for name in ("taxable_pay", "gross_pay") if name in jumps]
    return bool(pay) and min(pay) > 0


def _is_undone(chain: Chain, link: int, off: Mapping[str, Decimal]) -> bool:
    """Whether the year to date goes on as if a neighbouring payslip had never been."""
    neighbours = chain.slips[max(link - 1, 0) : link + 1]
    return any(all(jump == -(slip.amount(name) or ZERO) for name, jump in off.items()) for slip in neighbours)


def _finding(ledger: Ledger, chain: Chain, link: int, measure: str, jump: Decimal) -> Finding | None:
    if abs(jump) <= _POUND:
        return _rounding(ledger, chain, link, measure, jump)
    slip = chain.slips[link]
    votes = set(_votes(ledger, measure, jump))
    comes_back = chain.jumps(link + 1).get(measure) == -jump
    by_ytd = comes_back or (votes == {"against"})
    figure = f"ytd_{measure}" if by_ytd else measure
    printed = slip.amounts.get(figure, ZERO)
    expected = printed - jump if by_ytd else printed + jump
    certainty: Certainty = "possible" if not comes_back and not votes else "likely"
    reaches: frozenset[str] = frozenset() if comes_back else frozenset({"payslip_ytd"}) if by_ytd else _BEYOND
    period = chain.calendar.period_of(chain.calendar.run_of(slip))
    where = "the year to date of " if by_ytd else ""
    names = [] if comes_back or by_ytd else ["late_correction"]
    if names and link == 0 and chain.first_run > 1 and measure == "taxable_pay" and jump > 0:
        names.append("previous_employment")  # a P45's pay may have borne no tax
    return Finding(
        "misread_figure",
        f"{slip.sha256}:{figure}",
        "discrepancy",
        certainty,
        f"Look at {where}{MEASURE_NAMES[measure]} on the payslip of {chain.calendar.unit} {period}: it reads "
        f"{format_pounds(printed)}, while the payslips around it say {format_pounds(expected)}. If it is printed so, "
        f"ask the payroll of {ledger.case.called}.",
        {} if comes_back else {measure: jump},
        reaches,
        tuple((Alternative(name, {measure: jump}),) for name in names),
        {
            "documents": [slip.sha256],
            "tax_period": period,
            "unit": chain.calendar.unit,
            "pay_date": slip.pay_date.isoformat(),
            "figure": figure,
            "printed": format_amount(printed),
            "expected": format_amount(expected),
        },
    )


def _votes(ledger: Ledger, measure: str, jump: Decimal) -> Iterator[str]:
    """Whether the P60 and HMRC side with the year to date (`for`) or with the payslips' own figures."""
    for source in ("p60", "hmrc"):
        left = ledger.residue(measure, "payslip_sum", source)
        if left is not None:
            yield "against" if ledger.settled(measure, left, source) else "for"


def _rounding(ledger: Ledger, chain: Chain, link: int, measure: str, jump: Decimal) -> Finding | None:
    if ledger.case.around.tolerance >= abs(jump) or chain.jumps(link + 1).get(measure) == -jump:
        return None
    slip = chain.slips[link]
    against = "against" in set(_votes(ledger, measure, jump))
    return Finding(
        "rounding",
        f"slip:{slip.sha256}:{measure}",
        "information",
        "likely",
        f"The year to date of {MEASURE_NAMES[measure]} moves by {more_or_less(jump)} than the payslip: rounding, "
        "nothing to do.",
        {measure: jump},
        frozenset({"payslip_ytd"}) if against else _BEYOND,
        (),
        {"documents": [slip.sha256], "pay_date": slip.pay_date.isoformat()},
    )
