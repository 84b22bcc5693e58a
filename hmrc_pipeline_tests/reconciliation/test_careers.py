"""Careers with real payroll arithmetic, as their layouts print them: every frequency, second jobs, moves."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.identifiers import PayeReference
from hmrc_pipeline.p60s.choose import p60_of_reading
from hmrc_pipeline.payslips.choose import payslip_of_reading
from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.simulators.career import PaidEmployment, PaidYear
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample

NOW = datetime(2027, 1, 1, tzinfo=UTC)
Printed = dict[int, StoredReading]


def reading(sample: Sample, number: int, year: PaidYear) -> StoredReading:
    """What a perfect reader reads from a sample."""
    values = {name: value for name, value in sample.fields.items() if not is_amount(name)}
    amounts = {name: Decimal(value) for name, value in sample.fields.items() if is_amount(name)}
    pay_date = date.fromisoformat(values["pay_date"]) if "pay_date" in values else None
    label = year.tax_year.label
    return StoredReading(
        f"r{number}",
        f"{number:064x}",
        0,
        sample.doc_type,
        "proved",
        (),
        "p",
        label,
        None,
        pay_date,
        values,
        amounts,
        (),
    )


def references(readings: Sequence[StoredReading]) -> dict[str, str]:
    found = defaultdict(set)
    for item in readings:
        if "paye_reference" in item.values and "employer_name" in item.values:
            reference = PayeReference.parse(item.values["paye_reference"]).value
            found[employer_key(item.values["employer_name"])].add(reference)
    return {name: printed.pop() for name, printed in found.items() if len(printed) == 1}


def solve(year: PaidYear, slips: Sequence[StoredReading], p60s: Sequence[StoredReading]) -> list[Explained]:
    readings = [*slips, *p60s]
    employments = Employments(references(readings), readings)
    payslips = [slip for item in slips if (slip := payslip_of_reading(item, employments, year.tax_year))]
    certified = [form for item in p60s if (form := p60_of_reading(item, employments, year.tax_year, NOW))]
    hmrc = HmrcYear(
        tuple(
            HmrcEmployment(job.terms.employer.paye_reference.value, job.terms.employer.name, job.pay, job.tax, ("s",))
            for job in year.employments
        ),
        None,
    )
    sources = (payslips, certified, hmrc)
    cases = cases_of("p", year.tax_year, *sources, today=NOW.date(), tolerance=Decimal(0))
    return [explain(case) for case in cases]


def told(results: Sequence[Explained]) -> list[tuple[str, dict[str, str]]]:
    return [
        (finding.cause, {name: str(amount) for name, amount in finding.explains.items()})
        for result in results
        for finding in result.findings
        if finding.kind == "discrepancy"
    ]


def left(results: Sequence[Explained]) -> set[Decimal]:
    return {amount for result in results for amount in result.unexplained.values()}


def printed(year: PaidYear) -> tuple[list[StoredReading], list[StoredReading]]:
    slips = [reading(make_payslip(slip), number, year) for number, slip in enumerate(year.slips)]
    p60s = [reading(make_p60(p60), 1000 + number, year) for number, p60 in enumerate(year.p60s)]
    return slips, p60s


def check_year(year: PaidYear) -> None:
    slips, p60s = printed(year)
    whole = solve(year, slips, p60s)
    assert told(whole) == []
    assert left(whole) == {Decimal(0)}
    for job in year.employments:
        mine = [index for index, slip in enumerate(year.slips) if any(slip is own for own in job.slips)]
        if len(mine) > 2:
            index = mine[len(mine) // 2]
            check_dropped(year, job, slips, p60s, index)


def check_dropped(
    year: PaidYear, job: PaidEmployment, slips: list[StoredReading], p60s: list[StoredReading], index: int
) -> None:
    dropped = year.slips[index]
    own = [slips[number] for number, slip in enumerate(year.slips) if any(slip is mine for mine in job.slips)]
    prints_ytd = {name for item in own for name in item.amounts if name.startswith("ytd_")}
    results = solve(year, slips[:index] + slips[index + 1 :], p60s)
    # A leaver has no P60: what only it could tell of a measure without a year to date cannot be known.
    known = {name for name in MEASURES if job.p60 or f"ytd_{name}" in prints_ytd}
    amounts = {name: str(dropped.amounts[name]) for name in MEASURES if dropped.amounts.get(name) and name in known}
    assert told(results) == [("missing_payslip", amounts)]
    assert left(results) == {Decimal(0)}
    finding = next(f for result in results for f in result.findings if f.cause == "missing_payslip")
    assert dropped.period.number in finding.evidence.get("tax_periods", [finding.evidence.get("tax_period")])


@pytest.mark.parametrize("seed", range(16))
def test_a_career_closes_and_a_dropped_payslip_is_named(seed: int) -> None:
    for year in career(seed).years:
        check_year(year)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(16, 400))
def test_many_careers(seed: int) -> None:
    for year in career(seed).years:
        check_year(year)
