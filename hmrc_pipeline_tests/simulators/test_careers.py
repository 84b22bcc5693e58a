"""The demo's career: to the penny whole, per employment and per year."""

import json
from decimal import Decimal

import pytest

from hmrc_pipeline.simulators.careers import Career, as_hmrc_json, demo_career, payday
from hmrc_pipeline.simulators.payroll import Payroll
from hmrc_pipeline.tax_year import TaxYear

LAST = TaxYear(2025)


@pytest.fixture(scope="module")
def career() -> Career:
    return demo_career(LAST)


def test_three_years_of_twelve_months_end_with_the_last_closed_one(career: Career) -> None:
    assert [year.tax_year for year in career.years] == [TaxYear(2023), TaxYear(2024), LAST]
    for year in career.years:
        assert [slip.period.number for slip in year.slips] == list(range(1, 13))
        assert all(year.tax_year.contains(slip.pay_date) for slip in year.slips)


@pytest.mark.parametrize("last", [TaxYear(2018), TaxYear(2023), TaxYear(2026)], ids=str)
def test_any_year_the_rates_hold_can_be_the_last(last: TaxYear) -> None:
    assert demo_career(last).years[-1].tax_year == last


def test_gross_less_deductions_is_net_and_every_year_to_date_the_running_sum(career: Career) -> None:
    for year in career.years:
        for job in year.employments:
            sums: dict[str, Decimal] = {}
            for slip in job.slips:
                taken = sum(line.amount or 0 for line in slip.lines if line.section == "deductions")
                paid = sum(line.amount or 0 for line in slip.lines if line.section == "payments")
                assert slip.amounts["gross_pay"] == paid
                assert slip.amounts["total_deductions"] == taken
                assert slip.amounts["net_pay"] == paid - taken > 0
                for name, amount in slip.amounts.items():
                    assert amount == amount.quantize(Decimal("0.01"))
                    sums[name] = sums.get(name, Decimal(0)) + amount
                assert slip.ytd == sums


def test_the_p60_is_the_last_year_to_date_and_the_leaver_has_none(career: Career) -> None:
    first = career.years[0]
    assert [job.p60 is None for job in first.employments] == [True, False]
    old, new = first.employments
    assert new.p60
    assert new.p60.previous
    assert (new.p60.previous.pay, new.p60.previous.tax) == (old.pay, old.tax)
    for year in career.years:
        for job in year.employments:
            if job.p60:
                last = job.slips[-1].ytd
                assert (job.p60.pay, job.p60.tax) == (last["taxable_pay"], last["income_tax"])
                assert sum(row.employee for row in job.p60.ni_rows) == last["national_insurance"]
                assert job.p60.student_loan == last["student_loan"]


def test_the_taxable_pay_of_a_vest_holds_the_shares_and_not_their_cash(career: Career) -> None:
    slip = next(slip for slip in career.slips if "rsu_gross" in slip.amounts)
    shares = slip.amounts
    cash = shares["gross_pay"] - shares["rsu_tax_offset"] - shares["rsu_excess_refund"]
    assert shares["taxable_pay"] == cash + shares["rsu_gross"] == shares["ni_pay"]
    assert shares["rsu_excess_refund"] > 0


def test_tax_of_the_employer_change_year_is_cumulative_over_both(career: Career) -> None:
    """With the P45 handed over, the year's tax is what one employer would have taken, give or take roundings."""
    old, new = career.years[0].employments
    whole = Payroll(career.employee, new.terms, career.years[0].tax_year).p45()
    assert whole.pay == 0
    assert new.p60
    assert new.p60.previous
    total = new.p60.previous.pay + new.p60.pay - Decimal("12579.12")
    expected = Decimal(37700) * Decimal("0.2") + (int(total) - 37700) * Decimal("0.4")
    assert abs(old.tax + new.tax - expected) < Decimal("0.01")


def test_hmrc_holds_pay_and_tax_per_employment(career: Career) -> None:
    summary = career.hmrc_summary()
    assert list(summary) == ["2023-24", "2024-25", "2025-26"]
    first = summary["2023-24"]
    assert [row["employerPayeReference"] for row in first["income"]["employments"]] == ["419/FM7731", "846/CX20915"]
    job = career.years[1].employments[0]
    assert summary["2024-25"]["income"]["employments"][0]["payFromEmployment"] == job.pay
    assert summary["2024-25"]["tax"]["employments"][0]["taxTakenOffPay"] == job.tax
    assert summary["2024-25"]["employment"]["employments"][0]["employerName"] == "Corvane Systems UK Limited"


def test_hmrcs_json_has_numbers_with_two_decimals(career: Career) -> None:
    text = as_hmrc_json(career.hmrc_summary())
    assert '"payFromEmployment": 14820.00' in text
    assert json.loads(text, parse_float=Decimal) == career.hmrc_summary()


def test_paydays_avoid_weekends_and_christmas() -> None:
    assert payday(2024, 12, 25).isoformat() == "2024-12-24"
    assert payday(2024, 5, 25).isoformat() == "2024-05-24"
    assert payday(2024, 2, 31).isoformat() == "2024-02-29"


def test_a_payroll_refuses_a_day_of_another_year(career: Career) -> None:
    job = career.years[1].employments[0]
    with pytest.raises(ValueError, match="nothing was paid"):
        Payroll(career.employee, job.terms, TaxYear(2024)).p60()
