"""Causes at the borders of a case: `payslip_in_wrong_year` where the year to date tells, `scheme_change` where it goes
on from another reference, and employments that only HMRC names (`duplicate_employment`, `scheme_change`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from typing import Final

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.people.names import employer_key
from hmrc_pipeline.reconciliation.case import Case, Opening, Other
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.findings import Alternative, Finding, Ledger
from hmrc_pipeline.reconciliation.measures import spoken_day

__all__ = ["continued_schemes", "displaced_payslips", "known_to_hmrc_alone", "strangers"]

ZERO: Final = Decimal("0.00")


def displaced_payslips(ledger: Ledger) -> list[Finding]:
    """A payslip dated in this year that its own year to date counts in the neighbouring one."""
    found = []
    for slip in ledger.case.displaced:
        vector = {name: -amount for name in MEASURES if (amount := slip.amount(name))}
        text = (
            f"The payslip of {spoken_day(slip.pay_date)} is dated in {ledger.case.tax_year}, but its year to date "
            f"counts it in the neighbouring year. A payment belongs to the year of its payment date: ask the payroll "
            f"of {ledger.case.called} when it was paid."
        )
        evidence = _evidence(slip)
        reaches = frozenset({"payslip_ytd"}) | _reached(ledger, vector)
        found.append(
            Finding("payslip_in_wrong_year", slip.sha256, "discrepancy", "likely", text, vector, reaches, (), evidence)
        )
    return found


def strangers(ledger: Ledger) -> list[Finding]:
    """Payslips beside 6 April that count in the neighbouring year, and nothing here misses them."""
    used = {document for finding in ledger.findings for document in finding.evidence.get("documents", ())}
    return [
        Finding(
            "payslip_in_wrong_year",
            f"stranger:{slip.sha256}",
            "information",
            "likely",
            f"The payslip of {spoken_day(slip.pay_date)} stands beside 6 April and counts in the neighbouring year, as "
            "its printed period and year to date do.",
            evidence=_evidence(slip),
        )
        for slip in ledger.case.around.strangers
        if slip.sha256 not in used
    ]


def continued_schemes(ledger: Ledger) -> list[Finding]:
    """The year to date goes on from the same employer's under another PAYE reference."""
    found = []
    for chain, opening in zip(ledger.case.chains, ledger.case.openings, strict=True):
        if opening.kind != "scheme":
            continue
        before = _continued(opening, chain, ledger.case.around.others)
        vector = {name: amount for name in MEASURES if (amount := before.get(name))}
        text = (
            f"The payslips of {ledger.case.called} go on from those under another PAYE reference: the employer changed "
            "its PAYE scheme. Two references stand for one employment; ask the payroll to confirm it."
        )
        reaches = frozenset({"payslip_ytd"}) | _reached(ledger, vector)
        documents = [chain.slips[0].sha256, *(d for other in ledger.case.around.others for d in other.documents)]
        found.append(
            Finding(
                "scheme_change",
                chain.slips[0].payroll_number or "",
                "discrepancy",
                "likely",
                text,
                vector,
                reaches,
                (),
                {"documents": documents, "pay_date": chain.slips[0].pay_date.isoformat()},
            )
        )
    return found


def _continued(opening: Opening, chain: Chain, others: Sequence[Other]) -> Mapping[str, Decimal]:
    """What came before under the other reference: by the year to date, and by that employment where it prints none."""
    told = chain.jumps(0)
    for other in others:
        if all(other.closing.get(name) == amount for name, amount in opening.amounts.items()):
            return {**{n: a for n, a in other.closing.items() if n not in told}, **opening.amounts}
    return opening.amounts


def known_to_hmrc_alone(ledger: Ledger) -> list[Finding]:
    """An employment without documents at HMRC whose figures are another employment's, in whole or up to a payslip."""
    case = ledger.case
    if case.chains or case.p60 or len(case.hmrc) != 1 or case.waiting or case.p60s_waiting:
        return []
    (item,) = case.hmrc
    if not item.pay or item.tax is None:
        return []
    held = (item.pay, item.tax)
    if any(held == other.carried for other in case.around.others) and not any(
        held == _closing(other) for other in case.around.others
    ):
        return []  # one employment after the other: a P45 handed its figures over
    for other in case.around.others:
        if held in (*other.to_dates, _closing(other), other.certified, other.hmrc) or _goes_on(other, held):
            return [_twice(case, other, held)]
    for before, after in permutations(case.around.others, 2):  # one employment under two references
        if _named_alike(before, after) and held in {_and(_closing(before), step) for step in after.to_dates}:
            return [_twice(case, after, held)]
    return []


def _goes_on(other: Other, held: tuple[Decimal, Decimal]) -> bool:
    """Whether HMRC's figures of the other employment end at one of its payslips, and these bring them to another."""
    return other.hmrc in other.to_dates and other.hmrc is not None and _and(other.hmrc, held) in other.to_dates


def _named_alike(one: Other, other: Other) -> bool:
    names = one.employer_name, other.employer_name
    return all(names) and employer_key(names[0] or "") == employer_key(names[1] or "")


def _and(one: tuple[Decimal | None, Decimal | None], other: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    return (one[0] or ZERO) + other[0], (one[1] or ZERO) + other[1]


def _closing(other: Other) -> tuple[Decimal | None, Decimal | None]:
    return other.closing.get("taxable_pay"), other.closing.get("income_tax")


def _twice(case: Case, other: Other, held: tuple[Decimal, Decimal]) -> Finding:
    vector = {"taxable_pay": held[0], "income_tax": held[1]}
    explains = {name: amount for name, amount in vector.items() if amount}
    closing = _closing(other)
    moved = other.hmrc is not None and other.hmrc[0] is not None and closing[0] is not None
    is_scheme = moved and other.hmrc != closing and (other.hmrc == _less(closing, held) or _goes_on(other, held))
    cause, twin = ("scheme_change", "duplicate_employment") if is_scheme else ("duplicate_employment", "scheme_change")
    whole = f"the figures of {other.employer_name or other.employment}"
    text = (
        f"HMRC names {case.called}, of which there is no document, with {whole}"
        f"{' up to a change of its PAYE scheme: together both agree.' if is_scheme else '.'} "
        "Ask HMRC to merge the duplicate, and the payroll whether its PAYE reference or your payroll number changed."
    )
    evidence = {
        "documents": list(other.documents),
        "snapshots": [snapshot for item in case.hmrc for snapshot in item.snapshots],
        "other_reference": other.employment,
    }
    return Finding(
        cause,
        other.employment,
        "discrepancy",
        "likely",
        text,
        explains,
        frozenset({"hmrc"}),
        ((Alternative(twin, explains),),),
        evidence,
    )


def _less(
    closing: tuple[Decimal | None, Decimal | None], held: tuple[Decimal, Decimal]
) -> tuple[Decimal, Decimal] | None:
    pay, tax = closing
    return None if pay is None or tax is None else (pay - held[0], tax - held[1])


def _reached(ledger: Ledger, vector: Mapping[str, Decimal]) -> frozenset[str]:
    """The sources whose figures the vector brings the payslips nearer to."""
    found = set()
    for source in ("p60", "hmrc"):
        left = {name: ledger.residue(name, "payslip_sum", source) for name in vector}
        known = {name: amount for name, amount in left.items() if amount is not None}
        after = sum(ledger.settled(name, amount - vector[name], source) for name, amount in known.items())
        before = sum(ledger.settled(name, amount, source) for name, amount in known.items())
        if known and after >= before:
            found.add(source)
    return frozenset(found)


def _evidence(slip: Payslip) -> dict[str, object]:
    evidence: dict[str, object] = {"documents": [slip.sha256], "pay_date": slip.pay_date.isoformat()}
    return evidence | ({"tax_period": slip.tax_period} if slip.tax_period else {})
