"""Causes in the tax code: `wrong_tax_code`, and the context `code_change`, `emergency_basis`, `k_code_limit`,
`refund_in_year`.

A wrong code opens no gap between documents: it explains tax deducted less tax due on the printed code at the last
period. It is named only where another code gives every deviating payslip's tax to the penny, or where the payslips
around it prove that the recomputation knows everything it needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

from hmrc_pipeline.identifiers import InvalidIdentifier, TaxCode
from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.paye import adjustment_to_date, tax_on
from hmrc_pipeline.reconciliation.findings import Alternative, Certainty, Finding, Ledger
from hmrc_pipeline.reconciliation.recompute import Recomputed, SlipTax, code_of

__all__ = ["code_changes", "emergency_bases", "k_code_limits", "refunds", "wrong_tax_codes"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal(1)
_PENNY: Final = Decimal("0.01")
_MOST_ALLOWANCE: Final = 3000


def wrong_tax_codes(ledger: Ledger) -> list[Finding]:
    """Tax was deducted on another code than the printed one, and at the last payslip it had not been put right."""
    return [finding for item in ledger.case.recomputed if (finding := _wrong_code(ledger, item)) is not None]


def code_changes(ledger: Ledger) -> list[Finding]:
    """Each change of the printed code from one payslip to the next."""
    found = []
    for chain in ledger.case.chains:
        for (before, old), (after, new) in pairwise((slip, code_of(slip)) for slip in chain.slips):
            if old is None or new is None or (old.value, old.nation) == (new.value, new.nation):
                continue
            period = chain.calendar.period_of(chain.calendar.run_of(after))
            found.append(
                Finding(
                    "code_change",
                    f"{after.sha256}",
                    "information",
                    "certain",
                    f"The tax code changed from {old} to {new} in {chain.calendar.unit} {period}. HMRC's notice of "
                    "coding (P2) says why; compare it.",
                    evidence={
                        "documents": [before.sha256, after.sha256],
                        "tax_period": period,
                        "unit": chain.calendar.unit,
                        "pay_date": after.pay_date.isoformat(),
                        "from": str(old),
                        "to": str(new),
                    },
                )
            )
    return found


def emergency_bases(ledger: Ledger) -> list[Finding]:
    """Payslips taxed each on its own (W1, M1, X): only a cumulative code puts right what the year owes."""
    found = []
    for chain in ledger.case.chains:
        slips = [slip for slip in chain.slips if (code := code_of(slip)) is not None and code.basis]
        if slips:
            still = slips[-1] is chain.slips[-1]
            step = (
                "It was still so on the last payslip: ask HMRC for a cumulative code."
                if still
                else "A later payslip was taxed on the whole year again, which put it right."
            )
            found.append(
                _told(
                    ledger,
                    "emergency_basis",
                    chain.slips[0].sha256,
                    slips,
                    f"Each of these payslips was taxed on its own. {step}",
                )
            )
    return found


def k_code_limits(ledger: Ledger) -> list[Finding]:
    """Payslips on which the limit of half the pay held tax back."""
    found = []
    for item in ledger.case.recomputed:
        slips = [tax.slip for tax in item.taxes if tax.due.limited and tax.agrees]
        if slips:
            text = "No more than half of the pay was taken; the rest follows on later payslips or after the year."
            found.append(_told(ledger, "k_code_limit", item.chain.slips[0].sha256, slips, text))
    return found


def refunds(ledger: Ledger) -> list[Finding]:
    """Payslips that paid tax back."""
    slips = [slip for slip in ledger.case.counted if (slip.amount("income_tax") or ZERO) < 0]
    text = "Tax was paid back through the payroll, as a cumulative code does; HMRC's refunds are another matter."
    return [_told(ledger, "refund_in_year", "", slips, text)] if slips else []


def _told(ledger: Ledger, cause: str, key: str, slips: Sequence[object], text: str) -> Finding:
    chosen = [slip for slip in ledger.case.counted if any(slip is other for other in slips)]
    calendar = next(chain.calendar for chain in ledger.case.chains if any(s is chosen[0] for s in chain.slips))
    periods = [calendar.period_of(calendar.run_of(slip)) for slip in chosen]
    evidence = {"documents": [slip.sha256 for slip in chosen], "tax_periods": periods, "unit": calendar.unit}
    return Finding(cause, key, "information", "certain", text, evidence=evidence)


def _wrong_code(ledger: Ledger, item: Recomputed) -> Finding | None:
    if all(tax.agrees for tax in item.taxes):
        return None
    item = _without_excuses(item)
    bad = [tax for tax in item.taxes if not tax.agrees]
    off = _left_at_the_end(item)
    if abs(off) <= _PENNY:
        return None
    operated = _operated(item, bad)
    if operated is None and not _is_proven(item, bad) and (len(bad) < 3 or _operated(item, bad[:-1]) is None):
        return None
    return _finding(ledger, item, bad, off, operated)


def _without_excuses(item: Recomputed) -> Recomputed:
    """The same, where less tax than due is not put down to the limit of half the pay: another code gives it, and all
    that no limit excuses too."""
    excused = {tax.place for tax in item.taxes if tax.agrees and tax.deducted != tax.due.this_period}
    off = [tax for tax in item.taxes if not tax.agrees or tax.place in excused]
    printed = {tax.code for tax in off}
    others = (code for code in _known(item) if code not in printed)
    if not excused or not any(all(item.operated(tax, code) for tax in off) for code in others):
        return item
    return replace(item, taxes=tuple(tax._replace(agrees=False) if tax.place in excused else tax for tax in item.taxes))


def _left_at_the_end(item: Recomputed) -> Decimal:
    """Tax deducted less tax due at the last period: a cumulative code has then put everything before it right.

    What the limit of half the pay would have held back that day is due all the same.
    """
    total = ZERO
    for tax in item.taxes:
        if tax.due.cumulative:
            total = ZERO
        total += tax.off
        if tax.due.cumulative and tax.due.limited and not tax.agrees:
            stand = tax.stands[0]
            total = stand.tax_before + item.before.tax + stand.deducted - tax.due.to_date
    return total


def _is_proven(item: Recomputed, bad: Sequence[SlipTax]) -> bool:
    """Whether the payslips that agree prove that the recomputation knows what it needs."""
    agreeing = sum(tax.agrees and tax.deducted != 0 for tax in item.taxes)
    return item.anchored and agreeing >= 2 and agreeing > len(bad)


def _operated(item: Recomputed, bad: Sequence[SlipTax]) -> TaxCode | None:
    """The code that gives the tax of the last deviating payslips exactly: a known one, else one worked back to.

    One code must give them all, or at least the last two: codes may have changed on the way there.
    """
    if not item.anchored and all(tax.deducted == (tax.pay / 2).quantize(_PENNY, ROUND_FLOOR) for tax in bad):
        return None  # the limit of half the pay hides every code, the printed one with pay of before too
    printed = {tax.code for tax in bad[-2:]}
    for code in _known(item):
        if code not in printed and all(item.operated(tax, code) for tax in bad):
            return code
    if not item.anchored or len(bad) < 2:
        return None
    for basis in dict.fromkeys((bad[-1].code.basis, None)):
        for code in (*_known(item), *_solved(item, bad[-1], replace(bad[-1].code, basis=basis))):
            if code not in printed and all(item.operated(tax, code) for tax in bad[-2:]):
                return code
    return None


def _known(item: Recomputed) -> Iterator[TaxCode]:
    """Codes a payroll takes by mistake: an earlier one, no basis, emergency and flat codes, another nation."""
    printed = list(dict.fromkeys(tax.code for tax in item.taxes))
    nation = printed[-1].nation
    bases = ("W1",) if item.frequency != "monthly" else ("M1",)
    plain = item.rates.table("").emergency_code
    years = [nation + plain, nation + "1250L", nation + "1185L", nation + "1150L", nation + "1100L"]
    words = [f"{nation}{word}" for word in ("BR", "D0", "D1", "0T", "NT")]
    others = [f"{other}{code.value.removeprefix(code.nation)}" for code in printed for other in ("", "S", "C")]
    for code in dict.fromkeys([*printed, *map(_parsed, [*years, *words, *others])]):
        if code is not None:
            yield replace(code, basis=None)
            for basis in bases:
                yield replace(code, basis=basis)  # type: ignore[arg-type]


def _parsed(text: str) -> TaxCode | None:
    try:
        return TaxCode.parse(text)
    except InvalidIdentifier:
        return None


def _solved(item: Recomputed, tax: SlipTax, like: TaxCode) -> Iterator[TaxCode]:
    """Codes with a number that give this payslip's tax, worked back from it: L codes, then K codes."""
    period, stand = tax.periods[0], tax.stands[0]
    cumulative = like.basis is None and period.number <= period.in_year
    elapsed = period.number if cumulative else period.units
    pay = stand.pay_to_date + item.before.pay if cumulative else tax.pay
    due = stand.deducted + (stand.tax_before + item.before.tax if cumulative else ZERO)
    if due <= 0:
        return
    low, high = _taxable_of(item, due, like, elapsed, period.in_year)
    one = replace(like, kind="L", number=1)
    for kind, allowance in (("L", pay - high), ("K", low - pay)):
        top = pay - low if kind == "L" else high - pay
        for number in range(_number(allowance - 1, elapsed, period.in_year) - 1, _MOST_ALLOWANCE):
            if number < 1:
                continue
            text = f"{like.nation}K{number}" if kind == "K" else f"{like.nation}{number}L"
            code = replace(one, value=text, kind=kind, number=number)
            if abs(adjustment_to_date(code, elapsed, period.in_year)) > top + 1:
                break
            yield code


def _taxable_of(item: Recomputed, due: Decimal, like: TaxCode, elapsed: int, in_year: int) -> tuple[Decimal, Decimal]:
    """The whole pounds of taxable pay whose tax is the one given, first and last, found by halving."""
    plain = replace(like, kind="0T", number=0, value="0T")
    low, high = ZERO, Decimal(10_000_000)
    while high - low > 1:
        middle = ((low + high) / 2).quantize(_POUND, ROUND_FLOOR)
        if tax_on(middle, plain, item.rates, elapsed, in_year) < due:
            low = middle
        else:
            high = middle
    return high, high + 1


def _number(allowance: Decimal, elapsed: int, in_year: int) -> int:
    """About the number of a code that gives so much free pay to date."""
    return int((allowance * in_year / elapsed / 10).quantize(_POUND, ROUND_CEILING)) - 2


def _finding(
    ledger: Ledger, item: Recomputed, bad: Sequence[SlipTax], off: Decimal, operated: TaxCode | None
) -> Finding:
    chain, case = item.chain, ledger.case
    periods = [chain.calendar.period_of(chain.calendar.run_of(tax.slip)) for tax in bad]
    printed = bad[-1].code
    if operated is None:
        certainty: Certainty = "possible"
        what = f"The tax is not what code {printed} gives"
        twins: tuple[Alternative, ...] | None = (Alternative("misread_figure", {"income_tax": -off}),)
    else:
        certainty, twins = "likely", None
        what = f"Tax was deducted as on code {operated}, while the payslip prints {printed}"
    doubts = item.rates.unverified_tax(printed.nation)
    whom = "too much" if off > 0 else "too little"
    step = (
        f"{what}: {format_pounds(abs(off))} {whom} at {chain.calendar.unit} {periods[-1]}. Ask the payroll of "
        f"{case.called} which code HMRC told it to use; after the year ask HMRC, which looks to the employer first "
        "(PAYE Regulations, regulation 72)."
    )
    evidence = {
        "documents": [tax.slip.sha256 for tax in bad],
        "tax_periods": periods,
        "unit": chain.calendar.unit,
        "printed_code": str(printed),
        **({"operated_code": str(operated)} if operated else {}),
        **({"unverified_rates": list(doubts)} if doubts else {}),
    }
    key = f"{chain.slips[0].payroll_number or ''}:{periods[0]}"
    return Finding(
        "wrong_tax_code",
        key,
        "discrepancy",
        "possible" if doubts else certainty,
        step,
        {"income_tax": off},
        frozenset(),
        (twins,) if twins else (),
        evidence,
    )
