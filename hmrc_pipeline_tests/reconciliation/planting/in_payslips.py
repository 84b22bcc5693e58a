"""Planters of what is wrong in the payslips."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import rates_of, tax_due
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.papers import Job, Papers
from hmrc_pipeline_tests.reconciliation.planting.scoring import Truth
from hmrc_pipeline_tests.reconciliation.planting.shared import copy, held, is_free, p60_prints, seen_by_p60, shift


def missing_payslip(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    inside = [index for index in range(1, len(job.slips) - 1) if is_free(job, index)]
    if not inside:
        return None
    index = dice.pick(inside)
    dropped = job.slips.pop(index)
    actual = held(job, dropped)
    known = {name for name in MEASURES if job.p60s or name in job.prints_ytd}
    return Truth("missing_payslip", {name: actual[name] for name in MEASURES if actual.get(name) and name in known})


def duplicate_payslip(papers: Papers, dice: Dice) -> Truth | None:
    """A payslip issued with wrong figures and then anew: the first one is still in the folder."""
    job = dice.pick(papers.jobs)
    if "taxable_pay" not in job.prints_ytd:
        return None
    inside = [index for index in range(1, len(job.slips) - 1) if is_free(job, index)]
    if not inside:
        return None
    right = job.slips[dice.pick(inside)]
    job.untouched.discard(right.reading_id)
    wrong = copy(papers, right)
    more = {
        "taxable_pay": dice.pounds(40, 400),
        "income_tax": dice.pounds(8, 60),
        "national_insurance": dice.pounds(3, 30),
    }
    more |= {"gross_pay": more["taxable_pay"], "ni_pay": more["taxable_pay"]}
    more["net_pay"] = more["taxable_pay"] - more["income_tax"] - more["national_insurance"]
    for name, amount in more.items():
        for printed in (name, f"ytd_{name}"):
            if printed in wrong.amounts:
                wrong.amounts[printed] += amount
    job.slips.append(wrong)
    job.slips.sort(key=lambda item: (item.pay_date, item.reading_id))
    return Truth("duplicate_payslip", {name: -wrong.amounts[name] for name in MEASURES if wrong.amounts.get(name)})


def payslip_in_wrong_year(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 and HMRC count a payslip beside 6 April in the other year than the payslips do."""
    job = dice.pick(papers.jobs)
    if not job.p60s or not job.slips or job.hmrc is None:
        return None
    last = job.slips[-1]
    if dice.chance(50):
        return _stranger_counted(papers, job, dice)
    paid = held(job, last)
    if last.pay_date is None or (papers.year.end - last.pay_date).days > 11 or not is_free(job, -1):
        return None
    if job.paid.slips[-1].period.number > 52 or len(job.slips) < 4:
        return None
    job.untouched.discard(last.reading_id)
    vector = {name: -amount for name, amount in paid.items() if name in MEASURES and amount}
    shift(job, vector, p60=True, hmrc=True)
    return Truth("payslip_in_wrong_year", seen_by_p60(job, vector))


def _stranger_counted(papers: Papers, job: Job, dice: Dice) -> Truth | None:
    """Paid on the last days of the year for month 1 of the next; the payslip counts it there, the P60 here."""
    stranger = copy(papers, job.slips[-1])
    day = papers.year.end - timedelta(days=dice.number(0, 3))
    amounts = {name: amount for name, amount in stranger.amounts.items() if not name.startswith("ytd_")}
    ytd = {f"ytd_{name}": amount for name, amount in amounts.items() if f"ytd_{name}" in stranger.amounts}
    values = stranger.values | {"pay_date": day.isoformat(), "tax_period": "1"}
    papers.strangers.append(replace(stranger, pay_date=day, values=values, amounts=amounts | ytd))
    vector = {name: amounts[name] for name in MEASURES if amounts.get(name)}
    if not {"taxable_pay", "income_tax"} <= vector.keys():
        papers.strangers.pop()
        return None
    shift(job, vector, p60=True, hmrc=True)
    return Truth("payslip_in_wrong_year", seen_by_p60(job, vector))


def misread_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    index = dice.number(0, len(job.slips) - 1)
    measure = dice.pick(MEASURES[:3])
    slip = job.slips[index]
    told = measure in job.prints_ytd or (job.p60s and p60_prints(job, measure))
    if not is_free(job, index) or not slip.amounts.get(measure) or not told or len(job.slips) < 3:
        return None
    job.untouched.discard(slip.reading_id)
    off = Decimal(dice.pick([90, 100, 300, 900, 1000, -9, 27, 40]))
    slip.amounts[measure] += off
    return Truth("misread_figure", {measure: -off})


def wrong_tax_code(papers: Papers, dice: Dice) -> Truth | None:
    """The payslips print another code than the one the tax was taken on."""
    job = dice.pick(papers.jobs)
    paid = job.paid
    operated = paid.slips[-1].code
    if len(job.slips) < 4 or operated.kind == "NT" or any("tax_code" not in item.values for item in job.slips):
        return None
    if not {"taxable_pay", "income_tax"} <= job.prints_ytd and paid.slips[0].period.number > paid.slips[0].period.units:
        return None
    if any("taxable_pay" not in item.amounts for item in job.slips):
        return None
    start = dice.number(0, len(job.slips) - 3)
    printed = TaxCode.parse(
        operated.nation + dice.pick([f"{dice.number(100, 1400)}L", f"{dice.number(100, 1400)}L", "BR", "K31"])
    )
    total = _off_at_the_end(papers, job, printed, start)
    if total is None or abs(total) < 2:
        return None
    for item in job.slips[start:]:
        item.values["tax_code"] = printed.value
        item.values.pop("tax_basis", None)
    return Truth("wrong_tax_code", {"income_tax": total})


def _off_at_the_end(papers: Papers, job: Job, printed: TaxCode, start: int) -> Decimal | None:
    """Tax deducted less tax due on the printed code at the last payslip; None where that is not told."""
    slips = job.paid.slips
    others = [j for j in papers.jobs if j is not job]
    if slips[0].period.number > slips[0].period.units and others:
        return None  # what was handed over is known to the payroll alone
    last = slips[-1]
    if last.period.is_extra:
        return None
    pay, tax = last.ytd["taxable_pay"], last.ytd["income_tax"]
    due = tax_due(
        printed,
        rates_of(papers.year),
        pay_to_date=pay,
        tax_to_date=tax - last.amounts["income_tax"],
        period=last.period.number,
        periods_in_year=last.period.in_year,
        pay_this_period=last.amounts["taxable_pay"],
        units=last.period.units,
    )
    if due.limited:
        return None
    return last.amounts["income_tax"] - due.this_period
