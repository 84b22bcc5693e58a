"""Faults put into papers, not into causes: figures changed, files withheld, forms issued again, answers bent.

What a fault ought to be called is written beside it; nothing here asks how it is found.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import period_of, rates_of, tax_due
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.bent_people import BOX, PAY_TAX, POUND, ZERO, Job, Papers
from hmrc_pipeline_tests.reconciliation.planting.scoring import Truth

Fault = Callable[[Papers, Dice], Truth | None]


def a_payslip_is_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    return _lose(job, dice, 1)


def two_payslips_running_are_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    return _lose(job, dice, 2)


def _lose(job: Job, dice: Dice, count: int) -> Truth | None:
    places = [
        start
        for start in range(1, len(job.slips) - count)
        if not job.touched & {item.reading_id for item in job.slips[start - 1 : start + count + 1]}
    ]
    if not places:
        return None
    start = dice.pick(places)
    lost = job.slips[start : start + count]
    job.touched |= {item.reading_id for item in job.slips[start - 1 : start + count + 1]}
    del job.slips[start : start + count]
    return Truth("missing_payslip", _compared(job, _sum(job, lost)))


def the_last_payslip_is_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick([item for item in papers.jobs if item.p60s] or papers.jobs)
    last = job.slips[-1]
    if len(papers.jobs) > 1 or not job.p60s or len(job.slips) < 4 or last.reading_id in job.touched:
        return None
    job.slips.pop()
    job.touched.add(job.slips[-1].reading_id)
    return Truth("missing_payslip", _compared(job, _sum(job, [last])))


def the_same_payslip_is_kept_twice(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    item = dice.pick(job.slips)
    job.slips.append(_again(papers, item))
    return Truth("duplicate_payslip", {})


def a_payslip_is_issued_anew(papers: Papers, dice: Dice) -> Truth | None:
    """The first issue had other pay; the one issued anew and all after it know nothing of that."""
    job = dice.pick(papers.jobs)
    places = [index for index in range(1, len(job.slips) - 1) if _is_calm(job, index)]
    if not places or "taxable_pay" not in job.prints:
        return None
    right = job.slips[dice.pick(places)]
    first = _again(papers, right)
    off = dice.pounds(20, 350) * dice.pick([1, -1])
    for name in ("gross_pay", "taxable_pay", "ni_pay", "net_pay"):
        for printed in (name, f"ytd_{name}"):
            if printed in first.amounts:
                first.amounts[printed] += off
    job.slips.insert(job.slips.index(right), first)
    job.touched |= {first.reading_id, right.reading_id}
    return Truth("duplicate_payslip", {name: -first.amounts[name] for name in MEASURES if first.amounts.get(name)})


def a_figure_has_digits_swapped(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    index, measure = dice.number(0, len(job.slips) - 1), dice.pick(MEASURES[:3])
    item = job.slips[index]
    amount = item.amounts.get(measure, ZERO)
    swapped = _swapped(max(amount, ZERO))
    if not _is_calm(job, index) or abs(swapped - amount) <= 1 or amount <= 0 or len(job.slips) < 4:
        return None
    if measure not in job.prints and not job.p60s:
        return None
    item.amounts[measure] = swapped
    job.touched.add(item.reading_id)
    return Truth("misread_figure", {measure: amount - swapped})


def a_year_to_date_is_garbled(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    places = [index for index in range(1, len(job.slips) - 1) if _is_calm(job, index)]
    if not places or not job.prints:
        return None
    item = job.slips[dice.pick(places)]
    item.amounts[f"ytd_{dice.pick(sorted(job.prints & set(PAY_TAX)))}"] += dice.pounds(30, 4000)
    job.touched.add(item.reading_id)
    return Truth("misread_figure", {})


def the_p60_has_another_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    measure = dice.pick(MEASURES[:3])
    if len(job.p60s) != 1:
        return None
    return Truth("p60_differs", _edit_p60(job.p60s[0], {measure: dice.pounds(3, 800) * dice.pick([1, -1])}))


def hmrc_holds_another_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    measure = dice.pick(PAY_TAX)
    if job.hmrc is None:
        return None
    return Truth("employer_reported_differently", _edit_hmrc(job, {measure: dice.pounds(3, 800) * dice.pick([1, -1])}))


def p60_and_hmrc_hold_other_figures(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    off = {name: dice.pounds(3, 800) for name in dice.pick([PAY_TAX, PAY_TAX[:1], PAY_TAX[1:]])}
    _edit_hmrc(job, off)
    return Truth("late_correction", _edit_p60(job.p60s[0], off))


def a_corrected_p60_follows(papers: Papers, dice: Dice) -> Truth | None:
    """The employer sends a replacement in which something is put right; the payslips say what they said."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1:
        return None
    second = _again(papers, job.p60s[0])
    off = _edit_p60(second, {name: dice.pounds(5, 600) * dice.pick([1, -1]) for name in PAY_TAX})
    if dice.chance(50):
        second.values["corrected"] = "yes"
    else:
        job.p60s[0].values["issued_on"] = f"{papers.year.starts + 1}-05-20"
        second.values["issued_on"] = f"{papers.year.starts + 1}-09-01"
    job.p60s.append(second)
    if dice.chance(50) and job.hmrc is not None:
        _edit_hmrc(job, off)
    return Truth("corrected_p60", off)


def hmrc_adds_the_job_up_twice(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.rows > 1:
        return None
    whole = _sum_all(job)
    job.hmrc = replace(job.hmrc, rows=2)
    return Truth("duplicate_employment", _edit_hmrc(job, {name: whole[name] for name in PAY_TAX if whole.get(name)}))


def hmrc_names_the_job_under_a_second_reference(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or papers.hmrc_extra:
        return None
    whole = _sum_all(job)
    papers.hmrc_extra.append(
        HmrcEmployment("951/ZQ9", "SOMEONE ELSE", whole["taxable_pay"], whole["income_tax"], ("t",))
    )
    return Truth("duplicate_employment", {name: whole[name] for name in PAY_TAX if whole[name]})


def the_p60_counts_the_p45(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or not job.p60s[0].amounts.get("pay_previous"):
        return None
    form = job.p60s[0].amounts
    off = {"taxable_pay": form["pay_previous"], "income_tax": form["tax_previous"]}
    return Truth("previous_employment", _edit_p60(job.p60s[0], off))


def payslips_print_another_code(papers: Papers, dice: Dice) -> Truth | None:
    """The payroll went on with the old code for the tax, and prints the new one."""
    job = dice.pick(papers.jobs)
    item, printed = job.slips[-1], TaxCode.parse(dice.pick(["1100L", "980L", "1383L", "BR"]))
    code = item.values["tax_code"]
    is_whole_year = item.amounts.get("ytd_taxable_pay") == sum(slip.amounts["taxable_pay"] for slip in job.slips)
    if not is_whole_year or code not in ("1257L", "BR") or code == printed.value or "tax_basis" in item.values:
        return None
    if job.touched or len(papers.jobs) > 1:
        return None
    period = period_of(item.pay_date, item.values["pay_frequency"])  # type: ignore[arg-type]
    tax = item.amounts["income_tax"]
    due = tax_due(
        printed, rates_of(papers.year), pay_to_date=item.amounts["ytd_taxable_pay"],
        tax_to_date=item.amounts["ytd_income_tax"] - tax, period=period.number, periods_in_year=period.in_year,
        pay_this_period=item.amounts["taxable_pay"], units=period.units,
    )  # fmt: skip
    if due.limited or abs(tax - due.this_period) < 2:
        return None
    for slip in job.slips:
        slip.values["tax_code"] = printed.value
    return Truth("wrong_tax_code", {"income_tax": tax - due.this_period})


def the_first_payslips_carry_an_old_reference(papers: Papers, dice: Dice) -> Truth | None:
    job = papers.jobs[0]
    if (
        len(papers.jobs) > 1
        or len(job.slips) != len(job.held)
        or len(job.slips) < 6
        or job.touched
        or not job.p60s
        or job.prints != set(MEASURES)
    ):
        return None
    cut = dice.number(2, len(job.slips) - 3)
    moved = sorted(job.slips, key=lambda item: str(item.pay_date))[:cut]
    for item in moved:
        item.values["paye_reference"] = "188/OLD7"
    job.touched |= {item.reading_id for item in job.slips}
    brought = moved[0].amounts["ytd_taxable_pay"] - moved[0].amounts["taxable_pay"]
    return None if brought else Truth("scheme_change", _compared(job, _sum(job, moved)))


def hmrc_holds_whole_pounds(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.pay is None or job.hmrc.tax is None:
        return None
    held = {"taxable_pay": job.hmrc.pay, "income_tax": job.hmrc.tax}
    off = {name: amount.quantize(POUND, ROUND_FLOOR) - amount for name, amount in held.items()}
    off = {name: amount for name, amount in off.items() if amount}
    return Truth("rounding", _edit_hmrc(job, off)) if off else None


def the_p60_leaves_the_last_week_out(papers: Papers, dice: Dice) -> Truth | None:
    """Paid on the last days of the year, reported in the next one."""
    job = dice.pick(papers.jobs)
    last = job.slips[-1]
    near = last.pay_date is not None and (papers.year.end - last.pay_date).days < 8
    if not near or len(job.p60s) != 1 or job.hmrc is None or last.reading_id in job.touched:
        return None
    job.touched.add(last.reading_id)
    off = {name: -amount for name, amount in job.held[last.reading_id].items() if name in MEASURES and amount}
    _edit_hmrc(job, {name: off[name] for name in PAY_TAX if name in off})
    return Truth("payslip_in_wrong_year", _edit_p60(job.p60s[0], off))


def hmrc_lists_a_state_pension(papers: Papers, dice: Dice) -> Truth | None:
    pay, tax = dice.pounds(500, 9000), dice.pounds(50, 1500)
    papers.hmrc_extra.append(HmrcEmployment("267/LS500", None, pay, tax, ("u",), "state_pension_lump_sum"))
    return Truth("state_pension_lump_sum", {"taxable_pay": pay, "income_tax": tax})


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        a_payslip_is_lost,
        two_payslips_running_are_lost,
        the_last_payslip_is_lost,
        the_same_payslip_is_kept_twice,
        a_payslip_is_issued_anew,
        a_figure_has_digits_swapped,
        a_year_to_date_is_garbled,
        payslips_print_another_code,
        the_first_payslips_carry_an_old_reference,
        the_p60_has_another_figure,
        hmrc_holds_another_figure,
        p60_and_hmrc_hold_other_figures,
        a_corrected_p60_follows,
        the_p60_counts_the_p45,
        the_p60_leaves_the_last_week_out,
        hmrc_adds_the_job_up_twice,
        hmrc_names_the_job_under_a_second_reference,
        hmrc_holds_whole_pounds,
        hmrc_lists_a_state_pension,
    )
}
ANY_AMOUNT_AT_HMRC = {"hmrc_holds_another_figure", "hmrc_holds_whole_pounds"}
ANY_AMOUNT = ANY_AMOUNT_AT_HMRC | {
    "the_p60_has_another_figure",
    "p60_and_hmrc_hold_other_figures",
    "a_corrected_p60_follows",
}


def _again(papers: Papers, item: StoredReading) -> StoredReading:
    papers.added += 1
    key = f"r{70000 + papers.added}"
    sha256 = f"{int(key[1:]):064x}"
    return replace(item, reading_id=key, sha256=sha256, values=dict(item.values), amounts=dict(item.amounts))


def _is_calm(job: Job, index: int) -> bool:
    return job.slips[index].reading_id not in job.touched


def _sum(job: Job, slips: Sequence[StoredReading]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for item in slips:
        for name, amount in job.held[item.reading_id].items():
            found[name] = found.get(name, ZERO) + amount
    return found


def _sum_all(job: Job) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for amounts in job.held.values():
        for name, amount in amounts.items():
            found[name] = found.get(name, ZERO) + amount
    return found


def _compared(job: Job, amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The measures anything but the payslips' own figures tells of."""
    known = {
        name for name in MEASURES if name in job.prints or (job.p60s and BOX.get(name, name) in job.p60s[0].amounts)
    }
    if job.hmrc is not None:
        known |= set(PAY_TAX)
    return {name: amount for name, amount in amounts.items() if name in known and amount}


def _edit_p60(form: StoredReading, off: Mapping[str, Decimal]) -> dict[str, Decimal]:
    for name, amount in off.items():
        box = BOX.get(name, name)
        if box in form.amounts:
            form.amounts[box] += amount
            total = {"pay_this": "pay_total", "tax_this": "tax_total"}.get(box)
            if total:
                form.amounts[total] += amount
    return {name: amount for name, amount in off.items() if BOX.get(name, name) in form.amounts}


def _edit_hmrc(job: Job, off: Mapping[str, Decimal]) -> dict[str, Decimal]:
    assert job.hmrc is not None
    pay, tax = job.hmrc.pay or ZERO, job.hmrc.tax or ZERO
    job.hmrc = replace(job.hmrc, pay=pay + off.get("taxable_pay", ZERO), tax=tax + off.get("income_tax", ZERO))
    return dict(off)


def _swapped(amount: Decimal) -> Decimal:
    """Two neighbouring digits in each other's place, the first two that differ."""
    digits = list(str(amount))
    for place in range(len(digits) - 4):
        one, other = digits[place], digits[place + 1]
        if one != other and other != "0":
            digits[place], digits[place + 1] = other, one
            return Decimal("".join(digits))
    return amount
