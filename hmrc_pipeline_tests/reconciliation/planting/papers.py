"""Made-up people's years as papers: what a perfect reader reads of them, and what is explained of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.identifiers import PayeReference
from hmrc_pipeline.p60s.choose import p60_of_reading
from hmrc_pipeline.p60s.model import settle
from hmrc_pipeline.payslips.choose import payslip_of_reading
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.simulators.career import PaidEmployment, PaidYear
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.tax_year import TaxYear

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ZERO = Decimal("0.00")
BOXES = {"taxable_pay": "pay_this", "income_tax": "tax_this", "national_insurance": "ni_1_employee"}
Vector = dict[str, Decimal]


@dataclass
class Job:
    """One employment's papers. `untouched` are the payslips no fault was planted in yet."""

    paid: PaidEmployment
    slips: list[StoredReading]
    p60s: list[StoredReading]
    hmrc: HmrcEmployment | None
    untouched: set[str] = field(default_factory=set)

    @property
    def prints_ytd(self) -> set[str]:
        return {name.removeprefix("ytd_") for item in self.slips for name in item.amounts if name.startswith("ytd_")}


@dataclass
class Papers:
    """Everything a person's year is explained from."""

    year: TaxYear
    jobs: list[Job]
    hmrc_extra: list[HmrcEmployment] = field(default_factory=list)
    strangers: list[StoredReading] = field(default_factory=list)
    numbers: int = 9000


def made_up_years(count: int, start: int = 0) -> Iterable[PaidYear]:
    """Person-years of every kind: five tax years, every frequency, one to three employments."""
    for seed in range(start, start + count):
        last = TaxYear(2021 + seed % 5)
        frequency = "weekly" if seed % 4 == 3 else None
        (year,) = career(seed, last=last, frequency=frequency).years  # type: ignore[arg-type]
        if seed % 5 == 4:  # a third employment, or a second
            (more,) = career(f"beside {seed}", last=last).years
            year = replace(year, employments=(*year.employments, more.employments[-1]))
        yield year


def papers_of(year: PaidYear) -> Papers:
    """The papers of a made-up year as a perfect reader reads them."""
    jobs = []
    for number, job in enumerate(year.employments):
        slips = [_reading(make_payslip(slip), 100 * number + i, year.tax_year) for i, slip in enumerate(job.slips)]
        p60s = [_reading(make_p60(job.p60), 5000 + number, year.tax_year)] if job.p60 else []
        reference = job.terms.employer.paye_reference.value
        hmrc = HmrcEmployment(reference, job.terms.employer.name, job.pay, job.tax, ("s",))
        jobs.append(Job(job, slips, p60s, hmrc, {item.reading_id for item in slips}))
    return Papers(year.tax_year, jobs)


def solve(papers: Papers) -> list[Explained]:
    """The person's year explained."""
    slips = [item for job in papers.jobs for item in job.slips]
    forms = [item for job in papers.jobs for item in job.p60s]
    readings = [*slips, *forms, *papers.strangers]
    employments = Employments(_references(readings), readings)
    payslips = [slip for item in slips if (slip := payslip_of_reading(item, employments, papers.year))]
    border = [slip for item in papers.strangers if (slip := payslip_of_reading(item, employments, papers.year))]
    certified = [form for item in forms if (form := p60_of_reading(item, employments, papers.year, NOW))]
    held = [job.hmrc for job in papers.jobs if job.hmrc] + papers.hmrc_extra
    hmrc = HmrcYear(tuple(held), None if held else "not_authorised: nobody signed in")
    sources = (mark_duplicates(payslips), settle(certified), hmrc)
    cases = cases_of("p", papers.year, *sources, today=NOW.date(), tolerance=ZERO, strangers=border)
    return [explain(case) for case in cases]


def _reading(sample: Sample, number: int, year: TaxYear) -> StoredReading:
    values = {name: value for name, value in sample.fields.items() if not is_amount(name)}
    amounts = {name: Decimal(value) for name, value in sample.fields.items() if is_amount(name)}
    pay_date = date.fromisoformat(values["pay_date"]) if "pay_date" in values else None
    key = (f"r{number}", f"{number:064x}")
    proved = (sample.doc_type, "proved", (), "p", year.label, None)
    return StoredReading(*key, 0, *proved, pay_date, values, amounts, ())  # type: ignore[arg-type]


def _references(readings: Sequence[StoredReading]) -> dict[str, str]:
    found = defaultdict(set)
    for item in readings:
        if "paye_reference" in item.values and "employer_name" in item.values:
            reference = PayeReference.parse(item.values["paye_reference"]).value
            found[employer_key(item.values["employer_name"])].add(reference)
    return {name: printed.pop() for name, printed in found.items() if len(printed) == 1}
