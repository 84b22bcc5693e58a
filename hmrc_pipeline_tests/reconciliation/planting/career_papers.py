"""The papers of a made-up career: payslips, P60s and HMRC's records, and what explaining makes of them."""

import hashlib
from datetime import UTC, date, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from hmrc_pipeline.hmrc.figures import HmrcEmployment, HmrcYear
from hmrc_pipeline.p60s.model import P60, NiRow, settle
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.compare import LOANS, MEASURES
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.planting.career_payroll import ZERO
from hmrc_pipeline_tests.reconciliation.planting.careers import Figures, Job, Life, Run

YTD: Final = {
    "all": (*MEASURES, "basic_pay", "gross_pay", "ni_pay", "employee_pension", "pension_sacrifice", "net_pay"),
    "core": (*MEASURES, "gross_pay"),
    "lean": ("taxable_pay", "income_tax", "national_insurance"),
    "two": ("taxable_pay", "income_tax"),
    "none": (),
}
"""The years to date a payslip prints, by style."""
_ALWAYS: Final = ("gross_pay", "taxable_pay", "net_pay")


def with_papers(life: Life) -> Life:
    """The same life with the papers a clean year leaves."""
    due = life.today >= date(life.year + 1, 5, 31)
    life.slips = [slip_of(life, job, run) for job in life.jobs for run in job.runs if run.slip]
    life.p60s = [_p60_of(life, job) for job in life.jobs if job.p60 and due]
    life.held = [] if life.hmrc == "absent" else [_held(life, job) for job in life.jobs]
    return life


def slip_of(life: Life, job: Job, run: Run, tag: str = "") -> Payslip:
    zeros = MEASURES if "zeros" in job.shows else ()
    full = job.ytd in ("all", "core")
    amounts = {
        name: amount
        for name, amount in run.amounts.items()
        if (amount or name in _ALWAYS or name in zeros) and (full or name != "ni_pay")
    }
    told = {f"ytd_{name}": run.to_date[name] for name in YTD[job.ytd] if run.to_date.get(name) or name in amounts}
    sha256 = hashlib.sha256(f"{life.seed}{job.reference}{job.number}{run.number}{tag}".encode()).hexdigest()
    return Payslip(
        reading_id=sha256[:16],
        sha256=sha256,
        person_id="p",
        tax_year=TaxYear(life.year).label,
        employment=job.reference,
        pay_date=run.day,
        paye_reference=job.reference,
        employer_name=job.name,
        payroll_number=job.number if "number" in job.shows else None,
        tax_period=run.period if "period" in job.shows else None,
        pay_frequency=job.frequency if "frequency" in job.shows else None,
        tax_code=run.code[0],
        tax_basis=run.code[1],
        ni_letter=run.letter if "letter" in job.shows else None,
        amounts=amounts | told,
    )


def _p60_of(life: Life, job: Job) -> P60:
    total = job.total()
    pay, tax = total["taxable_pay"], total["income_tax"]
    previous = job.p45 if job.p45 and job.p60_previous else None
    amounts = {"pay_this": pay, "tax_this": tax, "pay_total": pay, "tax_total": tax}
    if previous:
        amounts |= {"pay_previous": previous[0], "tax_previous": previous[1]}
        amounts |= {"pay_total": pay + previous[0], "tax_total": tax + previous[1]}
    amounts |= {name: whole(total[name]) for name in sorted(LOANS) if total[name]}
    letters: Figures = {}
    for run in job.runs:
        letters[run.letter] = letters.get(run.letter, ZERO) + run.amounts["national_insurance"]
    sha256 = hashlib.sha256(f"p60{life.seed}{job.reference}{job.number}".encode()).hexdigest()
    return P60(
        reading_id=sha256[:16],
        sha256=sha256,
        person_id="p",
        tax_year=TaxYear(life.year).label,
        employment=job.reference,
        paye_reference=job.reference,
        employer_name=job.name,
        payroll_number=job.number if "number" in job.shows else None,
        tax_code=job.runs[-1].code[0],
        tax_basis=job.runs[-1].code[1],
        ni_rows=tuple(NiRow(letter, {"employee": amount}) for letter, amount in letters.items()),
        amounts=amounts,
        seen_at=datetime(life.year + 1, 6, 1, tzinfo=UTC),
    )


def _held(life: Life, job: Job) -> HmrcEmployment:
    total = job.total()
    pay = whole(total["taxable_pay"]) if life.hmrc == "pounds" else total["taxable_pay"]
    tax = None if life.hmrc == "no_tax" else total["income_tax"]
    return HmrcEmployment(job.reference, job.name, pay, tax, ("s",))


def whole(amount: Decimal) -> Decimal:
    """In whole pounds, pence left out."""
    return amount.quantize(Decimal(1), ROUND_FLOOR).quantize(Decimal("0.01"))


def solve(life: Life) -> list[Explained]:
    """The person's year explained."""
    missing = {"tax": "not_asked: not asked."} if life.hmrc == "no_tax" else {}
    hmrc = HmrcYear(tuple(life.held), None if life.held else "not_yet: nothing for the year yet.", missing=missing)
    cases = cases_of(
        "p",
        TaxYear(life.year),
        mark_duplicates(life.slips),
        settle(life.p60s),
        hmrc,
        today=life.today,
        tolerance=ZERO,
        strangers=life.strangers,
    )
    return [explain(case) for case in cases]
