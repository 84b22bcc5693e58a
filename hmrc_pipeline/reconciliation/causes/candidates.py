"""Causes a document backs with figures, for what the P60 or HMRC has beyond the payslips.

`previous_employment`, `scheme_change`, `payslip_in_wrong_year`, `week_53`, `two_employments_one_reference`,
`duplicate_employment`, `student_loan_rounding`. Only figures and their proof: whether they fit is `search`'s.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from hmrc_pipeline.payslips.continuity import Chain
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.people.names import employer_key
from hmrc_pipeline.reconciliation.case import Case, Other, steps_of
from hmrc_pipeline.reconciliation.causes.search import Candidate
from hmrc_pipeline.reconciliation.compare import LOANS, MEASURES
from hmrc_pipeline.reconciliation.findings import Ledger
from hmrc_pipeline.reconciliation.measures import spoken_day

__all__ = ["hmrc_candidates", "p60_candidates", "same_employer"]

ZERO: Final = Decimal("0.00")
_NEAR: Final = 12
_LAST_WEEK: Final = 52


def p60_candidates(ledger: Ledger) -> list[Candidate]:
    """What the P60 may hold or lack beyond the payslips."""
    case = ledger.case
    return [
        *_corrected(case, 1),
        *_previous(case, "The P60", HMRC_NO),
        *_schemes(case, "The P60"),
        *_borders(case, "The P60"),
        *_other_jobs(case),
        *_whole_pounds(ledger),
    ]


def hmrc_candidates(ledger: Ledger, gap: Mapping[str, Decimal]) -> list[Candidate]:
    """What HMRC may hold or lack beyond the P60 or the payslips, given the gap to be closed."""
    case = ledger.case
    return [
        *_corrected(case, -1),
        *_duplicates(case),
        *_previous(case, "HMRC's record", HMRC_YES),
        *_schemes(case, "HMRC's record"),
        *_split_schemes(case),
        *_borders(case, "HMRC's record"),
        *_rows(case, gap),
    ]


HMRC_NO: Final = "Ask the payroll for a corrected P60: a tax return takes the pay of this employment alone."
HMRC_YES: Final = "Ask HMRC to take the previous employment's pay out of this one: it would be taxed twice."


def _corrected(case: Case, sign: int) -> Iterator[Candidate]:
    """Another P60 whose figures the payslips (`sign` 1) or HMRC (-1) have still."""
    for rival in case.rivals if len(case.p60) == 1 else ():
        apart = {name: _apart(case.p60[0].measure(name), rival.measure(name)) for name in MEASURES}
        whose = "The payslips have" if sign > 0 else "HMRC has"
        text = (
            f"{whose} the figures of another P60 than the one that counts. Ask the payroll of {case.called} which is "
            f"valid, and to report it to HMRC if it has not."
        )
        yield Candidate(
            "corrected_p60",
            f"p60:{rival.sha256}",
            {name: sign * amount for name, amount in apart.items() if amount},
            "likely",
            text,
            {"documents": [case.p60[0].sha256, rival.sha256], "chosen_by": case.chosen_by},
            rank=-1,
        )


def _apart(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _previous(case: Case, where: str, step: str) -> Iterator[Candidate]:
    """Pay and tax of a previous employment counted in with this one's."""
    told: dict[tuple[Decimal, Decimal], list[str]] = {}
    for p60 in (*case.p60, *case.rivals):
        _add(told, p60.amounts.get("pay_previous"), p60.amounts.get("tax_previous"), [p60.sha256])
    for opening, chain in zip(case.openings, case.chains, strict=True):
        if opening.kind in ("previous", "unclear"):
            carried = opening.amounts.get("taxable_pay"), opening.amounts.get("income_tax", ZERO)
            _add(told, *carried, [chain.slips[0].sha256])
    for other in case.around.others:
        _add(told, other.closing.get("taxable_pay"), other.closing.get("income_tax"), other.documents)
    for closing in case.around.elsewhere:
        _add(told, closing.get("taxable_pay"), closing.get("income_tax"), ())
    for (pay, tax), documents in told.items():
        text = f"{where} of {case.called} holds the pay and tax of a previous employment. {step}"
        yield Candidate(
            "previous_employment",
            f"previous:{pay}",
            {"taxable_pay": pay, "income_tax": tax},
            "likely",
            text,
            {"documents": list(documents)},
        )


def _add(
    told: dict[tuple[Decimal, Decimal], list[str]], pay: Decimal | None, tax: Decimal | None, documents: Sequence[str]
) -> None:
    if pay:
        told.setdefault((pay, tax or ZERO), []).extend(documents)


def _schemes(case: Case, where: str) -> Iterator[Candidate]:
    """The same employment under another PAYE reference earlier in the year, certified together."""
    for other in case.around.others:
        closing = {name: amount for name, amount in other.closing.items() if amount}
        if not closing:
            continue
        same_name = same_employer(case, other)
        text = (
            f"{where} under {case.paye_reference or case.called} holds what was paid under {other.employment} too: the "
            "employer's PAYE scheme changed inside the year. Ask the payroll to confirm it."
        )
        yield Candidate(
            "scheme_change",
            f"scheme:{other.employment}",
            closing,
            "likely" if same_name else "possible",
            text,
            {"documents": list(other.documents), "other_reference": other.employment},
            rank=0 if same_name else 1,
        )


def same_employer(case: Case, other: Other) -> bool:
    """Whether the documents of both name the employer alike."""
    names = (case.employer_name, other.employer_name)
    return all(names) and employer_key(names[0] or "") == employer_key(names[1] or "")


def _split_schemes(case: Case) -> Iterator[Candidate]:
    """HMRC keeps what came before a change of scheme, or what came after it, under a reference no document prints."""
    for other in case.around.others:
        if other.hmrc is None or other.to_dates or other.hmrc[0] is None:
            continue
        for chain, opening in zip(case.chains, case.openings, strict=True):
            *steps, (pay, tax) = steps_of(chain, opening)
            for number, step in enumerate(steps):
                if other.hmrc not in (step, (pay - step[0], tax - step[1])):
                    continue
                when = "up to" if other.hmrc == step else "after"
                text = (
                    f"HMRC holds the pay {when} the payslip of {spoken_day(chain.slips[number].pay_date)} under "
                    f"{other.employment}: the employer's PAYE scheme changed. Together both agree."
                )
                evidence = {"documents": [chain.slips[number].sha256], "other_reference": other.employment}
                vector = {"taxable_pay": -other.hmrc[0], "income_tax": -(other.hmrc[1] or ZERO)}
                yield Candidate("scheme_change", f"split:{other.employment}", vector, "likely", text, evidence)


def _borders(case: Case, where: str) -> Iterator[Candidate]:
    """Payslips beside 6 April, counted in this year by one and in the next by the other."""
    for slip in (*case.around.strangers, *case.displaced):
        yield _border(case, slip, where, 1)
    for chain in case.chains:
        for slip in {chain.slips[0].sha256: chain.slips[0], chain.slips[-1].sha256: chain.slips[-1]}.values():
            days = min(abs((slip.pay_date - edge).days) for edge in (case.tax_year.start, case.tax_year.end))
            if days <= _NEAR:
                yield _border(case, slip, where, -1, chain)


def _border(case: Case, slip: Payslip, where: str, sign: int, chain: Chain | None = None) -> Candidate:
    vector = {name: sign * amount for name in MEASURES if (amount := slip.amount(name))}
    week = chain.calendar.period_of(chain.calendar.run_of(slip)) if chain else slip.tax_period or 0
    weekly = chain is None or chain.calendar.frequency != "monthly"
    is_extra = weekly and week > _LAST_WEEK and case.tax_year.contains(slip.pay_date)
    counts = "counts" if sign > 0 else "does not count"
    which = f"an extra one, of tax week {week}" if is_extra else "paid close to 6 April, when the tax year changes"
    text = (
        f"{where} {counts} the payslip of {spoken_day(slip.pay_date)}, {which}. A payment belongs to the year of its "
        f"payment date: ask the payroll of {case.called} in which year it was reported."
    )
    period: dict[str, object] = {"tax_period": week} if week else {}
    if chain or is_extra:
        period["unit"] = chain.calendar.unit if chain else "tax week"
    return Candidate(
        "week_53" if is_extra else "payslip_in_wrong_year",
        f"border:{slip.sha256}",
        vector,
        "likely",
        text,
        {"documents": [slip.sha256], "pay_date": slip.pay_date.isoformat(), **period},
    )


def _other_jobs(case: Case) -> Iterator[Candidate]:
    """Two jobs under one reference, of which the P60 certifies one."""
    if len(case.chains) < 2 or len(case.p60) != 1:
        return
    for chain in case.chains:
        totals = {name: total for name in MEASURES if isinstance(total := chain.total(name), Decimal) and total}
        number = chain.slips[0].payroll_number
        text = (
            f"Two jobs are paid under one PAYE reference; the P60 is of one of them. Ask the payroll of {case.called} "
            f"for the P60 of payroll number {number}."
        )
        yield Candidate(
            "two_employments_one_reference",
            f"job:{number}",
            {name: -total for name, total in totals.items()},
            "likely",
            text,
            {"documents": [chain.slips[-1].sha256]},
        )


def _duplicates(case: Case) -> Iterator[Candidate]:
    """HMRC holds the employment twice: again as a whole, or up to some payslip, as a changed payroll number does it."""
    rows = sum(item.rows for item in case.hmrc)
    for chain, opening in zip(case.chains, case.openings, strict=True):
        for number, (pay, tax) in enumerate(steps_of(chain, opening)):
            slip = chain.slips[number]
            text = (
                f"HMRC counts the employment at {case.called} twice, with the figures up to {spoken_day(slip.pay_date)}"
                ": ask HMRC to merge the duplicate, and the payroll whether the payroll number changed there."
            )
            evidence = {"documents": [slip.sha256], "pay_date": slip.pay_date.isoformat(), "hmrc_rows": rows}
            for before, (more, taxed) in enumerate([(ZERO, ZERO), *_earlier_schemes(case)]):
                vector = {"taxable_pay": pay + more, "income_tax": tax + taxed}
                key = f"twice:{number}" + (f":{before}" if before else "")
                yield Candidate("duplicate_employment", key, vector, "likely", text, evidence)
    for p60 in case.p60:
        pay, tax = p60.measure("taxable_pay") or ZERO, p60.measure("income_tax") or ZERO
        text = f"HMRC counts the employment at {case.called} twice: ask HMRC to merge the duplicate."
        vector = {"taxable_pay": pay, "income_tax": tax}
        if not any(vector == dict(zip(vector, step, strict=True)) for chain in case.chains for step in steps_of(chain)):
            evidence = {"documents": [p60.sha256], "hmrc_rows": rows}
            yield Candidate("duplicate_employment", "twice:p60", vector, "likely", text, evidence)


def _earlier_schemes(case: Case) -> Iterator[tuple[Decimal, Decimal]]:
    """Pay and tax of the same employment under another reference, where the year to date starts anew after it."""
    for other in case.around.others:
        if other.closing.get("taxable_pay") and same_employer(case, other) and case.openings[0].kind != "scheme":
            yield other.closing["taxable_pay"], other.closing.get("income_tax", ZERO)


def _rows(case: Case, gap: Mapping[str, Decimal]) -> Iterator[Candidate]:
    """HMRC adds several records under this reference; the documents are of one job, so what is more is the other's."""
    rows = sum(item.rows for item in case.hmrc)
    if rows <= max(1, len(case.chains)) or gap.get("taxable_pay", ZERO) <= 0 or gap.get("income_tax", ZERO) < 0:
        return
    text = (
        f"HMRC adds {rows} records under this reference; the documents are of one job at {case.called}. If there was a "
        "second one, add its payslips; if not, ask HMRC to merge the records."
    )
    evidence = {"documents": [], "hmrc_rows": rows}
    yield Candidate("two_employments_one_reference", "rows", dict(gap), "possible", text, evidence, rank=1, weight=4)


def _whole_pounds(ledger: Ledger) -> Iterator[Candidate]:
    """Loans deducted in pence, certified in whole pounds payslip by payslip; or a few pounds apart."""
    case = ledger.case
    for measure in sorted(LOANS):
        paid = [amount for slip in case.counted if (amount := slip.amount(measure))]
        gap = ledger.residue(measure, "payslip_sum", "p60")
        if not paid or gap is None or ledger.settled(measure, gap, "p60"):
            continue
        floors = sum((amount.quantize(Decimal(1), ROUND_FLOOR) for amount in paid), ZERO) - sum(paid, ZERO)
        text = f"Loan deductions are whole pounds on a P60; those of {case.called} differ by the pence left out."
        evidence: Mapping[str, object] = {"documents": [p60.sha256 for p60 in case.p60]}
        near = {gap} if floors and abs(gap) <= len(paid) else set()
        for number, amount in enumerate(sorted({*near, floors} - {ZERO})):
            key = f"pence:{measure}:{number}"
            yield Candidate(
                "student_loan_rounding", key, {measure: amount}, "likely", text, evidence, rank=amount == gap
            )
