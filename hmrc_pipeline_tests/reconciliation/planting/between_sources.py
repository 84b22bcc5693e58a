"""Planters of what P60 and HMRC say otherwise."""

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.hmrc.apis import STATE_PENSION_LUMP_SUM
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.papers import ZERO, Papers
from hmrc_pipeline_tests.reconciliation.planting.scoring import Truth
from hmrc_pipeline_tests.reconciliation.planting.shared import (
    copy,
    held,
    is_compared,
    is_free,
    p60_prints,
    random,
    seen_by_p60,
    shift,
    shift_form,
)


def p60_differs(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if not job.p60s or len(job.p60s) > 1:
        return None
    vector = random(dice, MEASURES[:3])
    vector = {name: amount for name, amount in vector.items() if p60_prints(job, name) and is_compared(job, name)}
    if not vector:
        return None
    shift(job, vector, p60=True)
    return Truth("p60_differs", vector)


def employer_reported_differently(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    vector = random(dice, MEASURES[:2])
    if job.hmrc is None or not all(job.p60s or name in job.prints_ytd for name in vector):
        return None
    shift(job, vector, hmrc=True)
    return Truth("employer_reported_differently", vector)


def corrected_p60(papers: Papers, dice: Dice) -> Truth | None:
    """A second P60 with other figures, which HMRC holds too: marked so, dated later, or without a word."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    vector = random(dice, MEASURES[:2])
    if not all(is_compared(job, name) for name in vector):
        return None
    other = copy(papers, job.p60s[0])
    job.p60s.append(other)
    mark = dice.number(0, 2)
    if mark == 0:
        other.values["corrected"] = "yes"
    elif mark == 1:
        job.p60s[0].values["issued_on"] = f"{papers.year.starts + 1}-05-12"
        other.values["issued_on"] = f"{papers.year.starts + 1}-08-03"
    shift_form(other, vector)
    shift(job, vector, hmrc=True)
    return Truth("corrected_p60", vector)


def late_correction(papers: Papers, dice: Dice) -> Truth | None:
    """Put right after the last payslip: the P60 and HMRC have it."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    vector = random(dice, MEASURES[:2])
    if not all(is_compared(job, name) for name in vector):
        return None
    shift(job, vector, p60=True, hmrc=True)
    return Truth("late_correction", vector)


def duplicate_employment(papers: Papers, dice: Dice) -> Truth | None:
    """HMRC counts the employment twice: added up under its reference, or as one of its own."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or not (job.p60s or "taxable_pay" in job.prints_ytd):
        return None
    step = job.paid.slips[dice.number(max(0, len(job.paid.slips) - 4), len(job.paid.slips) - 1)]
    pay, tax = step.ytd["taxable_pay"], step.ytd["income_tax"]
    vector = {name: amount for name, amount in (("taxable_pay", pay), ("income_tax", tax)) if amount}
    if dice.chance(50):
        job.hmrc = replace(job.hmrc, rows=2 if dice.chance(50) else 1)
        shift(job, vector, hmrc=True)
    else:
        papers.hmrc_extra.append(HmrcEmployment("913/ZZ777", job.hmrc.employer_name, pay, tax, ("s2",)))
    return Truth("duplicate_employment", vector)


def two_employments_one_reference(papers: Papers, dice: Dice) -> Truth | None:
    """A second job under the same reference: known to HMRC alone."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or not job.p60s:
        return None
    vector = {"taxable_pay": dice.pounds(800, 9000), "income_tax": dice.pounds(100, 700)}
    job.hmrc = replace(job.hmrc, rows=2)
    shift(job, vector, hmrc=True)
    return Truth("two_employments_one_reference", vector)


def scheme_change(papers: Papers, dice: Dice) -> Truth | None:
    """The employer's PAYE reference changes on the way; the P60 of the new one certifies the whole year."""
    job = dice.pick(papers.jobs)
    paid = job.paid
    if (
        not job.p60s
        or len(job.slips) != len(paid.slips)
        or len(job.slips) < 5
        or job.hmrc is None
        or len(papers.jobs) > 1
    ):
        return None
    if any("paye_reference" not in item.values for item in job.slips):
        return None
    cut = dice.number(2, len(job.slips) - 2)
    old = "177/OLD55"
    for item in job.slips[:cut]:
        item.values["paye_reference"] = old
    restarts = dice.chance(50)
    sums = dict(paid.slips[cut - 1].ytd)
    sums["student_loan"] = sum((item.amounts.get("student_loan", ZERO) for item in job.slips[:cut]), ZERO)
    if restarts:
        for item in job.slips[cut:]:
            for name in [name for name in item.amounts if name.startswith("ytd_")]:
                item.amounts[name] -= sums.get(name.removeprefix("ytd_"), ZERO)
    vector = {name: sums[name] for name in MEASURES if sums.get(name)}
    if not {"national_insurance", "taxable_pay", "income_tax"} <= vector.keys():
        return None
    job.untouched.clear()
    known = {name for name in MEASURES if p60_prints(job, name) or (not restarts and name in job.prints_ytd)}
    return Truth("scheme_change", {name: amount for name, amount in vector.items() if name in known})


def previous_employment(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 counts the pay of a previous employment as this one's."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1:
        return None
    form = job.p60s[0]
    pay, tax = form.amounts.get("pay_previous"), form.amounts.get("tax_previous")
    if not pay or not tax:
        pay, tax = dice.pounds(2000, 15000), dice.pounds(100, 2000)
        form.amounts.update(pay_previous=pay, tax_previous=tax)
        for name, amount in (("pay_total", pay), ("tax_total", tax)):
            if name in form.amounts:
                form.amounts[name] += amount
    vector = {"taxable_pay": pay, "income_tax": tax}
    if not all(is_compared(job, name) for name in vector):
        return None
    shift(job, vector, p60=True)
    return Truth("previous_employment", vector)


def week_53(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 and HMRC leave a payslip of week 53 to the next year."""
    found = [job for job in papers.jobs if job.paid.slips[-1].period.is_extra and job.p60s and is_free(job, -1)]
    if not found or found[0].hmrc is None or len(found[0].slips) < 3:
        return None
    job = found[0]
    last = job.slips[-1]
    job.untouched.discard(last.reading_id)
    vector = {name: -amount for name, amount in held(job, last).items() if name in MEASURES and amount}
    shift(job, vector, p60=True, hmrc=True)
    return Truth("week_53", seen_by_p60(job, vector))


def rounding(papers: Papers, dice: Dice) -> Truth | None:
    """HMRC holds whole pounds."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.pay is None or job.hmrc.tax is None:
        return None
    if not all(job.p60s or name in job.prints_ytd for name in MEASURES[:2]):
        return None
    vector = {
        name: amount.quantize(Decimal(1), ROUND_FLOOR) - amount
        for name, amount in (("taxable_pay", job.hmrc.pay), ("income_tax", job.hmrc.tax))
    }
    shift(job, vector, hmrc=True)
    shown = {name: amount for name, amount in vector.items() if amount}
    return Truth("rounding", shown) if shown else None


def student_loan_rounding(papers: Papers, dice: Dice) -> Truth | None:
    """Deducted in pence, certified in whole pounds payslip by payslip."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or not job.p60s[0].amounts.get("student_loan") or len(job.slips) != len(job.paid.slips):
        return None
    running = total = ZERO
    for number, item in enumerate(job.slips):
        if item.amounts.get("student_loan") and item.reading_id in job.untouched:
            pence = Decimal(17 + number * 7 % 61) / 100
            item.amounts["student_loan"] += pence
            total += pence
        running = total
        if "ytd_student_loan" in item.amounts:
            item.amounts["ytd_student_loan"] += running
    return Truth("student_loan_rounding", {"student_loan": -total}) if total >= 1 else None


def state_pension_lump_sum(papers: Papers, dice: Dice) -> Truth | None:
    pay, tax = dice.pounds(900, 7000), dice.pounds(100, 900)
    row = HmrcEmployment(STATE_PENSION_LUMP_SUM, None, pay, tax, ("s3",), "state_pension_lump_sum")
    papers.hmrc_extra.append(row)
    return Truth("state_pension_lump_sum", {"taxable_pay": pay, "income_tax": tax})
