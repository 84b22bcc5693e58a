"""Seeded careers: whatever a payroll does, its figures hold, and its documents can be drawn."""

from collections import Counter
from decimal import Decimal

import pytest

from hmrc_pipeline.paye.periods import FREQUENCIES
from hmrc_pipeline.simulators.careers import Career, career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.simulators.paper import words_in_boxes

CAREERS = [career(seed, years=2, last=TaxYear(2020 + seed % 7)) for seed in range(60)]


def test_one_seed_gives_one_career() -> None:
    assert career(11) == career(11)
    assert career(11).employee != career(12).employee


@pytest.mark.parametrize("made", CAREERS, ids=range(60))
def test_identities_hold_in_every_employment(made: Career) -> None:
    for year in made.years:
        for job in year.employments:
            sums: Counter[str] = Counter()
            for slip in job.slips:
                amounts = slip.amounts
                assert amounts["gross_pay"] - amounts["total_deductions"] == amounts["net_pay"] > 0
                for name, amount in amounts.items():
                    sums[name] += amount  # type: ignore[assignment]
                assert slip.ytd == dict(sums)
            if job.p60:
                assert job.p60.pay == job.pay
                assert sum(row.employee for row in job.p60.ni_rows) == sums["national_insurance"]
                statutory = {name: sums[name] for name in job.p60.statutory}
                assert job.p60.statutory == statutory


def test_the_sixty_hold_what_a_reader_must_meet() -> None:
    slips = [slip for made in CAREERS for slip in made.slips]
    assert {slip.terms.frequency for slip in slips} == set(FREQUENCIES)
    assert {slip.terms.pension for slip in slips} == {"none", "sacrifice", "net_pay", "relief_at_source"}
    assert {slip.code.kind for slip in slips} >= {"L", "K", "BR", "0T"}
    assert {slip.code.nation for slip in slips} == {"", "S", "C"}
    assert any(slip.code.basis for slip in slips)
    assert any(slip.amounts["income_tax"] < 0 for slip in slips), "a refund"
    assert any(slip.period.is_extra for slip in slips), "a week 53, 54 or 56"
    assert any("student_loan" in slip.amounts and "postgraduate_loan" in slip.amounts for slip in slips)
    assert any("ssp" in slip.amounts for slip in slips)
    assert any("rsu_gross" in slip.amounts for slip in slips)
    p60s = [p60 for made in CAREERS for year in made.years for p60 in year.p60s]
    assert any(p60.previous for p60 in p60s)
    assert any(len(p60.ni_rows) == 2 for p60 in p60s)
    assert any(p60.statutory for p60 in p60s)


def test_hmrc_holds_the_two_jobs_of_a_year_apart() -> None:
    made = next(made for made in CAREERS if len(made.years[0].employments) == 2)
    year = made.years[0]
    income = made.hmrc_summary()[year.tax_year.label]["income"]["employments"]
    assert [row["payFromEmployment"] for row in income] == [job.pay for job in year.employments]
    assert all(isinstance(row["payFromEmployment"], Decimal) for row in income)


@pytest.mark.parametrize("seed", range(12))
def test_all_documents_of_a_seeded_career_say_what_they_claim(seed: int) -> None:
    names = set()
    for _, sample in documents_of(CAREERS[seed], seeded=True):
        names.add(sample.name)
        for field, claimed, found in words_in_boxes(sample):
            assert found == claimed, (sample.name, sample.layout, field)
    assert len(names) == sum(len(year.slips) + len(year.p60s) for year in CAREERS[seed].years)
