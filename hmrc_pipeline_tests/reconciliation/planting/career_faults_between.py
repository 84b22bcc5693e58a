"""What goes wrong between payslips, P60 and HMRC, as it happens to reports, forms and records."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hmrc_pipeline.hmrc.figures import HmrcEmployment
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.career_faults import (
    Fault,
    at_hmrc,
    held_of,
    less,
    moved,
    one_of,
    p60_of,
    slips_of,
    swap,
)
from hmrc_pipeline_tests.reconciliation.planting.career_papers import slip_of
from hmrc_pipeline_tests.reconciliation.planting.career_payroll import PENNY, ZERO
from hmrc_pipeline_tests.reconciliation.planting.careers import Figures, Job, Life, compute
from hmrc_pipeline_tests.reconciliation.planting.scoring import Truth

Planted = tuple[Job, Truth] | None
_AT_HMRC: Final = ("taxable_pay", "income_tax")


def _amounts(dice: Dice, job: Job, *measures: str) -> Figures | None:
    """Amounts some of these figures are off by, in proportion, that leave none below nothing."""
    pay = dice.pounds(20, 3000) * dice.pick([1, 1, -1])
    every = {
        "taxable_pay": pay,
        "income_tax": (pay * dice.pick([Decimal("0.2"), Decimal("0.317")])).quantize(PENNY),
        "national_insurance": (pay * Decimal("0.12")).quantize(PENNY),
    }
    chosen = [name for name in measures if dice.chance(60)] or [measures[0]]
    found = {name: every[name] for name in chosen}
    total = job.total()
    return None if any(abs(a) < 2 or total[name] + a < 0 for name, a in found.items()) else found


def _shift(life: Life, job: Job, by: Figures, *, p60: bool = False, hmrc: bool = False) -> None:
    form, item = p60_of(life, job), held_of(life, job)
    if form and p60:
        swap(life, form, moved(form, by))
    if item and hmrc:
        swap(life, item, at_hmrc(item, by))


def the_p60_is_wrong(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: p60_of(life, job))
    off = _amounts(dice, job, *MEASURES[:3]) if job else None
    if job is None or off is None:
        return None
    _shift(life, job, off, p60=True)
    return job, Truth("p60_differs", off)


def the_p60_has_another_loan(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: p60_of(life, job) and job.total()["student_loan"] > 20)
    if job is None:
        return None
    off = {"student_loan": Decimal(dice.number(3, 300))}
    _shift(life, job, off, p60=True)
    return job, Truth("p60_differs", off)


def hmrc_was_told_other_figures(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: held_of(life, job) and slips_of(life, job))
    off = _amounts(dice, job, *_AT_HMRC) if job else None
    if job is None or off is None or life.hmrc == "no_tax":
        return None
    _shift(life, job, off, hmrc=True)
    return job, Truth("employer_reported_differently", off)


def put_right_after_the_last_payslip(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: p60_of(life, job) and held_of(life, job) and slips_of(life, job))
    off = _amounts(dice, job, *MEASURES[:3]) if job else None
    if job is None or off is None:
        return None
    _shift(life, job, off, p60=True, hmrc=True)
    return job, Truth("late_correction", off)


def a_corrected_p60_follows(life: Life, dice: Dice) -> Planted:
    """Marked or dated; HMRC has its figures where it answers, the payslips those of the first."""
    job = one_of(life, dice, lambda job: p60_of(life, job) and slips_of(life, job) and life.hmrc != "pounds")
    form = p60_of(life, job) if job else None
    off = _amounts(dice, job, *MEASURES[:3]) if job else None
    if job is None or form is None or off is None:
        return None
    marked = dice.chance(60)
    first = replace(form, issued_on=None if marked else date(life.year + 1, 5, 20))
    second = replace(
        moved(form, off),
        reading_id=f"new{form.reading_id}",
        sha256=f"e{form.sha256[1:]}",
        corrected=marked,
        issued_on=None if marked else date(life.year + 1, 9, 1),
        seen_at=form.seen_at + timedelta(60) if form.seen_at else None,
    )
    swap(life, form, first)
    life.p60s.append(second)
    _shift(life, job, off, hmrc=True)
    return job, Truth("corrected_p60", off)


def hmrc_adds_the_job_twice(life: Life, dice: Dice) -> Planted:
    """Under its reference, whole or up to some run."""
    return _again(life, dice, under_its_own=True)


def hmrc_names_the_job_again(life: Life, dice: Dice) -> Planted:
    """Under a reference no document prints."""
    return _again(life, dice, under_its_own=False)


def _again(life: Life, dice: Dice, *, under_its_own: bool) -> Planted:
    job = one_of(life, dice, lambda job: held_of(life, job) and all(run.slip for run in job.runs))
    item = held_of(life, job) if job else None
    if job is None or item is None or item.tax is None:
        return None
    part = job.total(dice.pick([len(job.runs), dice.number(1, len(job.runs))]))
    more = {name: part[name] for name in _AT_HMRC if part[name]}
    if not part["taxable_pay"]:
        return None
    if under_its_own:
        swap(life, item, replace(at_hmrc(item, more), rows=2))
    else:
        life.held.append(
            replace(item, paye_reference=f"{job.reference[:3]}/ZZ1", pay=part["taxable_pay"], tax=part["income_tax"])
        )
    return job, Truth("duplicate_employment", more)


def a_second_job_without_papers(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: held_of(life, job) and slips_of(life, job))
    item = held_of(life, job) if job else None
    if job is None or item is None or item.tax is None:
        return None
    pay = dice.pounds(900, 9000)
    more = {"taxable_pay": pay, "income_tax": (pay / 5).quantize(PENNY)}
    swap(life, item, replace(at_hmrc(item, more), rows=2))
    return job, Truth("two_employments_one_reference", more)


def a_second_job_without_its_p60(life: Life, dice: Dice) -> Planted:
    """Paid on the same days under another payroll number."""
    job = one_of(life, dice, lambda job: p60_of(life, job) and slips_of(life, job) and not job.p45)
    if job is None or "number" not in job.shows or life.hmrc == "pounds":
        return None
    other = deepcopy(job)
    other.number = f"{job.number}7"
    for run in other.runs:
        run.pay, run.code, run.plans, run.slip = {"basic_pay": dice.pounds(300, 1500)}, ("BR", None), (), True
    compute(other, life.year)
    life.slips += [slip_of(life, other, run) for run in other.runs]
    total = {name: amount for name, amount in other.total().items() if amount}
    _shift(life, job, total, hmrc=True)
    return job, Truth("two_employments_one_reference", less(total))


def the_reference_changes(life: Life, dice: Dice) -> Planted:
    """Payslips, year to date and P60 go on under another one; HMRC has a record for each."""

    def one_year(job: Job) -> bool:
        whole = job.runs[0].number == 1 and len(job.runs) > 6 and all(run.slip for run in job.runs)
        return whole and job.ytd in ("all", "core", "lean") and not job.p45

    job = one_of(life, dice, one_year)
    if job is None or life.hmrc == "pounds":
        return None
    runs, reference = dice.number(2, len(job.runs) - 2), f"{job.reference[:3]}/NN{dice.number(100, 999)}"
    before, whole = job.total(runs), job.total()
    if not before["national_insurance"] or not before["income_tax"]:
        return None
    form, item = p60_of(life, job), held_of(life, job)
    for slip in (slip for slip in slips_of(life, job) if slip.pay_date >= job.runs[runs].day):
        swap(life, slip, slip._replace(employment=reference, paye_reference=reference))
    if form:
        swap(life, form, replace(form, employment=reference, paye_reference=reference))
    if item:
        rest = {name: before[name] - whole[name] for name in _AT_HMRC}
        swap(life, item, at_hmrc(item, rest))
        tax = None if item.tax is None else -rest["income_tax"]
        life.held.append(replace(item, paye_reference=reference, pay=-rest["taxable_pay"], tax=tax))
    return replace(job, reference=reference), Truth("scheme_change", {n: a for n, a in before.items() if a})


def hmrc_moves_the_job(life: Life, dice: Dice) -> Planted:
    """To a reference no document prints, from some run on."""
    job = one_of(life, dice, lambda job: held_of(life, job) and len(job.runs) > 6 and all(r.slip for r in job.runs))
    item = held_of(life, job) if job else None
    if job is None or item is None or item.tax is None:
        return None
    before, whole = job.total(dice.number(2, len(job.runs) - 1)), job.total()
    away = {name: before[name] - whole[name] for name in _AT_HMRC if before[name] != whole[name]}
    if not before["taxable_pay"] or "taxable_pay" not in away:
        return None
    swap(life, item, at_hmrc(item, away))
    rest = -away["taxable_pay"], -away.get("income_tax", ZERO)
    life.held.append(HmrcEmployment(f"{job.reference[:3]}/NN1", job.name, *rest, ("s",)))
    return job, Truth("scheme_change", away)


def the_p60_counts_the_p45(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: job.p45 and job.p45[0] and p60_of(life, job))
    form = p60_of(life, job) if job else None
    if job is None or job.p45 is None or form is None:
        return None
    carried = {name: amount for name, amount in zip(_AT_HMRC, job.p45, strict=True) if amount}
    holds = moved(form, carried)
    boxes = {n: a for n, a in holds.amounts.items() if n not in ("pay_previous", "tax_previous")}
    boxes |= {"pay_total": boxes["pay_this"], "tax_total": boxes["tax_this"]}
    swap(life, form, replace(holds, amounts=boxes))
    return job, Truth("previous_employment", carried)


def hmrc_counts_the_p45(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: job.p45 and job.p45[0] and held_of(life, job))
    item = held_of(life, job) if job else None
    if job is None or job.p45 is None or item is None or item.tax is None:
        return None
    carried = {name: amount for name, amount in zip(_AT_HMRC, job.p45, strict=True) if amount}
    swap(life, item, at_hmrc(item, carried))
    return job, Truth("previous_employment", carried)


def week_53_is_left_out(life: Life, dice: Dice) -> Planted:
    def has_one(job: Job) -> object:
        last = job.runs[-1]
        return (
            last.period > 52 and last.slip and last.amounts["taxable_pay"] and (p60_of(life, job) or held_of(life, job))
        )

    job = one_of(life, dice, has_one)
    if job is None or life.hmrc == "pounds":
        return None
    away = less(job.runs[-1].amounts)
    _shift(life, job, away, p60=True, hmrc=True)
    return job, Truth("week_53", away)


def a_few_pence_are_rounded(life: Life, dice: Dice) -> Planted:
    job = one_of(life, dice, lambda job: p60_of(life, job) and slips_of(life, job))
    if job is None:
        return None
    name = dice.pick(_AT_HMRC)
    off = {name: dice.pick([Decimal("-0.50"), Decimal("0.31"), Decimal("-0.99"), Decimal("1.00")])}
    if not job.total()[name]:
        return None
    _shift(life, job, off, p60=True)
    return job, Truth("rounding", off)


BETWEEN: Final[dict[str, Fault]] = {
    fault.__name__: fault
    for fault in (
        the_p60_is_wrong,
        the_p60_has_another_loan,
        hmrc_was_told_other_figures,
        put_right_after_the_last_payslip,
        a_corrected_p60_follows,
        hmrc_adds_the_job_twice,
        hmrc_names_the_job_again,
        a_second_job_without_papers,
        a_second_job_without_its_p60,
        the_reference_changes,
        hmrc_moves_the_job,
        the_p60_counts_the_p45,
        hmrc_counts_the_p45,
        week_53_is_left_out,
        a_few_pence_are_rounded,
    )
}
