"""What goes wrong inside payslips: lost, issued anew, misread, taxed on another code, paid beside 6 April.

Faults between the sources stand in `career_faults_between`.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.hmrc.figures import HmrcEmployment
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.p60s.model import P60, NiRow
from hmrc_pipeline.paye import rates_of, tax_due
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.compare import LOANS, MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.planting.career_papers import YTD, slip_of, whole, with_papers
from hmrc_pipeline_tests.reconciliation.planting.career_payroll import WEEKS, ZERO, emergency
from hmrc_pipeline_tests.reconciliation.planting.careers import Code, Figures, Job, Life, Run, compute
from hmrc_pipeline_tests.reconciliation.planting.scoring import Truth

Fault = Callable[[Life, Dice], tuple[Job, Truth] | None]
"""Changes a life's papers; the job it hit and what was planted, None where these papers do not allow it."""


def one_of(life: Life, dice: Dice, test: Callable[[Job], object]) -> Job | None:
    found = [job for job in life.jobs if test(job)]
    return dice.pick(found) if found else None


def slips_of(life: Life, job: Job) -> list[Payslip]:
    return [slip for slip in life.slips if slip.employment == job.reference]


def p60_of(life: Life, job: Job) -> P60 | None:
    return next((form for form in life.p60s if form.employment == job.reference), None)


def held_of(life: Life, job: Job) -> HmrcEmployment | None:
    """HMRC's record of the job, to the penny."""
    exact = life.hmrc != "pounds"
    return next((item for item in life.held if exact and item.paye_reference == job.reference), None)


def run_of(job: Job, slip: Payslip) -> Run:
    return next(run for run in job.runs if run.day == slip.pay_date)


def moved(form: P60, by: Figures) -> P60:
    """The form with its figures changed by these."""
    amounts, rows = dict(form.amounts), form.ni_rows
    for name, amount in by.items():
        if name == "national_insurance":
            *others, last = rows
            rows = (*others, NiRow(last.letter, {"employee": last.amounts["employee"] + amount}))
        elif name in LOANS:
            amounts[name] = whole(amounts.get(name, ZERO) + amount)
        else:
            kind = "pay" if name == "taxable_pay" else "tax"
            amounts |= {box: amounts[box] + amount for box in (f"{kind}_this", f"{kind}_total")}
    return replace(form, amounts=amounts, ni_rows=rows)


def at_hmrc(item: HmrcEmployment, by: Figures) -> HmrcEmployment:
    """The record with pay and tax changed by these."""
    tax = None if item.tax is None else item.tax + by.get("income_tax", ZERO)
    return replace(item, pay=(item.pay or ZERO) + by.get("taxable_pay", ZERO), tax=tax)


def swap(life: Life, old: object, new: object) -> None:
    """One paper in the place of another."""
    for papers in (life.slips, life.p60s, life.held):
        papers[:] = [new if item is old else item for item in papers]  # type: ignore[misc]


def less(amounts: Figures) -> Figures:
    return {name: -amounts[name] for name in MEASURES if amounts.get(name)}


def _lost(life: Life, job: Job, gone: list[Payslip]) -> tuple[Job, Truth] | None:
    sums = {name: sum((run_of(job, slip).amounts.get(name, ZERO) for slip in gone), ZERO) for name in MEASURES}
    if not sums["taxable_pay"] or not (job.ytd != "none" or p60_of(life, job) or held_of(life, job)):
        return None
    life.slips = [slip for slip in life.slips if slip not in gone]
    return job, Truth("missing_payslip", {name: amount for name, amount in sums.items() if amount})


def payslips_are_lost(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    job = one_of(life, dice, lambda job: len(slips_of(life, job)) > 6)
    if job is None:
        return None
    slips, count = slips_of(life, job), dice.number(1, 3)
    first = dice.number(1, len(slips) - count - 1)
    return _lost(life, job, slips[first : first + count])


def the_first_payslip_is_lost(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    job = one_of(life, dice, lambda job: len(slips_of(life, job)) > 4 and job.runs[0].number == 1)
    return None if job is None else _lost(life, job, slips_of(life, job)[: dice.number(1, 2)])


def the_last_payslip_is_lost(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    def certified(job: Job) -> object:
        return len(slips_of(life, job)) > 4 and not job.ended and (p60_of(life, job) or held_of(life, job))

    job = one_of(life, dice, certified)
    return None if job is None else _lost(life, job, slips_of(life, job)[-dice.number(1, 2) :])


def a_payslip_is_made_again(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    """The first one, with other pay, stays in the drawer."""
    job = one_of(life, dice, lambda job: len(slips_of(life, job)) > 4 and job.ytd != "none")
    if job is None:
        return None
    place = dice.number(1, len(slips_of(life, job)) - 2)
    slip = slips_of(life, job)[place]
    first = deepcopy(job)
    run = run_of(first, slip)
    if not run.pay["basic_pay"]:
        return None
    run.pay["bonus"] = run.pay.get("bonus", ZERO) + dice.pounds(50, 900)
    compute(first, life.year)
    life.slips.append(slip_of(life, first, run, "first"))
    return job, Truth("duplicate_payslip", less(run.amounts))


def garbled(amount: Decimal, dice: Dice) -> Decimal:
    """A figure with one of its digits read as another."""
    text = str(amount)
    place = dice.number(0, len(text) - 4)
    digit = (int(text[place]) + dice.number(1, 9)) % 10
    return Decimal(f"{text[:place]}{digit}{text[place + 1 :]}")


def a_figure_is_misread(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    name = dice.pick(MEASURES[:3])
    job = one_of(life, dice, lambda job: len(slips_of(life, job)) > 3 and (name in YTD[job.ytd] or p60_of(life, job)))
    if job is None:
        return None
    slip = dice.pick(slips_of(life, job))
    amount = slip.amounts.get(name, ZERO)
    if amount < 20:
        return None
    read = garbled(amount, dice)
    if abs(read - amount) < 2:
        return None
    swap(life, slip, slip._replace(amounts={**slip.amounts, name: read}))
    return job, Truth("misread_figure", {name: amount - read})


def the_last_year_to_date_is_misread(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    name = dice.pick(MEASURES[:3])
    job = one_of(life, dice, lambda job: len(slips_of(life, job)) > 3 and name in YTD[job.ytd])
    if job is None:
        return None
    slip = slips_of(life, job)[-1]
    amount = slip.ytd(name) or ZERO
    if amount < 100 or name not in slip.amounts:
        return None
    read = garbled(amount, dice)
    if abs(read - amount) < 2:
        return None
    swap(life, slip, slip._replace(amounts={**slip.amounts, f"ytd_{name}": read}))
    return job, Truth("misread_figure", {name: read - amount})


def tax_is_taken_on_another_code(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    """To the last payslip, from the first or from some other: a flat code, an emergency basis, another nation's."""

    def whole_year(job: Job) -> bool:
        return len(job.runs) > 4 and all(run.slip for run in job.runs) and job.runs[0].number == 1 and not job.p45

    job = one_of(life, dice, whole_year)
    if job is None:
        return None
    first = dice.pick([0, 0, dice.number(1, len(job.runs) - 3), len(job.runs) - 3])
    due, how = _due(life, job), dice.pick(["BR", "0T", "D0", "emergency", "nation"])
    for run in job.runs[first:]:
        run.operated = _operated(life, job, run, how)
    compute(job, life.year)
    off = job.total()["income_tax"] - due
    limited = any(run.amounts["income_tax"] * 100 > run.amounts["taxable_pay"] * 49 for run in job.runs)
    if abs(off) < 5 or limited:
        return None
    with_papers(life)
    return job, Truth("wrong_tax_code", {"income_tax": off})


def _due(life: Life, job: Job) -> Decimal:
    """Tax due on the printed codes at the last run: by the routine where its code counts the whole year."""
    last, total = job.runs[-1], job.total()
    in_year = 12 if job.frequency == "monthly" else 52
    if last.code[1] or last.period > in_year:
        return total["income_tax"]
    return tax_due(
        TaxCode.parse(last.code[0]),
        rates_of(TaxYear(life.year)),
        pay_to_date=total["taxable_pay"],
        tax_to_date=ZERO,
        period=last.period,
        periods_in_year=in_year,
        pay_this_period=last.amounts["taxable_pay"],
    ).to_date


def _operated(life: Life, job: Job, run: Run, how: str) -> Code:
    code, basis = run.code
    nation = code[0] if code[0] in "SC" else ""
    if how == "emergency":
        return nation + emergency(life.year), "M1" if job.frequency == "monthly" else "W1"
    if how == "nation":
        return code[1:] if nation else f"S{code}", basis
    return nation + how, None


def paid_after_5_april(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    """Dated after 5 April, printed and summed as this year's last; the P60 or HMRC leave it to the next year."""
    return _beside(life, dice, late=True)


def counted_in_the_next_year(life: Life, dice: Dice) -> tuple[Job, Truth] | None:
    """Paid before 6 April, printed as the next year's first with its year to date; the P60 or HMRC count it here."""
    return _beside(life, dice, late=False)


def _beside(life: Life, dice: Dice, *, late: bool) -> tuple[Job, Truth] | None:
    def goes_on(job: Job) -> object:
        told = p60_of(life, job) or held_of(life, job)
        return told and "period" in job.shows and len(slips_of(life, job)) > 4 and not job.ended and job.ytd != "none"

    job = one_of(life, dice, goes_on)
    if job is None or life.is_open:
        return None
    slip, last = slips_of(life, job)[-1], job.runs[-1]
    if slip.pay_date != last.day or not last.amounts["taxable_pay"] or (not late and (life.ends - last.day).days > 6):
        return None
    if late:
        swap(life, slip, slip._replace(pay_date=date(life.year + 1, 4, dice.number(6, 8))))
        form, item = p60_of(life, job), held_of(life, job)
        away = less(last.amounts)
        if form:
            swap(life, form, moved(form, away))
        if item:
            swap(life, item, at_hmrc(item, away))
        return job, Truth("payslip_in_wrong_year", away)
    life.slips.remove(slip)
    own = {name: amount for name, amount in slip.amounts.items() if not name.startswith("ytd_")}
    anew = {f"ytd_{name}": own[name] for name in YTD[job.ytd] if name in own}
    week, year = WEEKS.get(job.frequency, 1), TaxYear(life.year + 1).label
    life.strangers = [slip._replace(tax_year=year, tax_period=week, amounts=own | anew)]
    return job, Truth("payslip_in_wrong_year", {n: last.amounts[n] for n in MEASURES if last.amounts.get(n)})


INSIDE: Final[dict[str, Fault]] = {
    fault.__name__: fault
    for fault in (
        payslips_are_lost,
        the_first_payslip_is_lost,
        the_last_payslip_is_lost,
        a_payslip_is_made_again,
        a_figure_is_misread,
        the_last_year_to_date_is_misread,
        tax_is_taken_on_another_code,
        paid_after_5_april,
        counted_in_the_next_year,
    )
}
TOLD_APART: Final = ("payslips_are_lost", "a_payslip_is_made_again", "a_figure_is_misread")
"""Faults the year to date tells whatever the P60 and HMRC hold."""
TOLD_BY_YTD: Final = (*TOLD_APART, "the_first_payslip_is_lost", "the_last_year_to_date_is_misread")
