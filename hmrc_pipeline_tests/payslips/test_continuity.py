"""The year to date followed from payslip to payslip."""

from datetime import date
from decimal import Decimal

import pytest

from hmrc_pipeline.payslips.continuity import chains_of
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline_tests.payslips.made import YEAR, figures, monthly, plain_year, pounds, slip, weekly, with_ytd


def without(item: Payslip, *names: str) -> Payslip:
    return item._replace(amounts={name: value for name, value in item.amounts.items() if name not in names})


def test_a_whole_year_runs_through() -> None:
    (chain,) = chains_of(YEAR, monthly(plain_year()))
    assert chain.breaks() == ()
    assert chain.missing == ()
    assert chain.is_checkable
    assert set(chain.jumps(0).values()) == {pounds(0)}


def test_a_missing_month_is_named_with_what_it_held() -> None:
    slips = monthly(plain_year())
    (chain,) = chains_of(YEAR, [item for item in slips if item.tax_period != 9])
    (runs,) = chain.missing
    assert runs.periods == (9,)
    assert runs.pay_dates == (date(2024, 12, 31),)
    assert chain.jumps(runs.link)["taxable_pay"] == slips[8].amounts["taxable_pay"]
    assert chain.jumps(runs.link)["income_tax"] == slips[8].amounts["income_tax"]


def test_a_month_without_pay_is_not_missing() -> None:
    months = plain_year()
    slips = monthly(months[:5]) + monthly(months[6:], first=7, opening=totals_of(months[:5]))
    (chain,) = chains_of(YEAR, slips)
    assert len(chain.gaps) == 1
    assert chain.missing == ()


def totals_of(months: list[dict[str, Decimal]]) -> dict[str, Decimal]:
    return {name: sum((month[name] for month in months), pounds(0)) for name in months[0]}


def test_a_sum_lacks_what_a_payslip_lacks() -> None:
    slips = monthly(plain_year())
    slips[3] = without(slips[3], "taxable_pay", "ytd_taxable_pay")
    (chain,) = chains_of(YEAR, slips)
    assert chain.total("taxable_pay") == "the payslip of tax month 4 does not print it"
    assert chain.total("postgraduate_loan") == "no payslip prints it"


def test_a_figure_the_year_to_date_proves_zero_leaves_the_sum_whole() -> None:
    months = [figures(2000, 190, 76) for _ in range(4)] + [figures(3000, 390, 156, 67) for _ in range(8)]
    slips = [
        without(item, "student_loan", "ytd_student_loan") if number < 4 else item
        for number, item in enumerate(monthly(months))
    ]
    (chain,) = chains_of(YEAR, slips)
    assert chain.total("student_loan") == pounds(8 * 67)


def test_a_year_to_date_printed_now_and_then_still_leads_over_the_rest() -> None:
    slips = [
        item if item.tax_period in (3, 12) else without(item, *(n for n in item.amounts if n.startswith("ytd_")))
        for item in monthly(plain_year())
        if item.tax_period != 7
    ]
    (chain,) = chains_of(YEAR, slips)
    (runs,) = chain.missing
    assert chain.jumps(runs.link)["taxable_pay"] == pounds(3000)


def test_weekly_payslips_in_a_row_missing_are_joint() -> None:
    slips = weekly([figures(500 + n, 20, 10) for n in range(1, 53)])
    (chain,) = chains_of(YEAR, [item for item in slips if item.tax_period not in (30, 31, 32)])
    (runs,) = chain.missing
    assert runs.periods == (30, 31, 32)
    assert chain.jumps(runs.link)["gross_pay"] == pounds(530 + 531 + 532)


def test_two_jobs_under_one_reference_are_two_chains() -> None:
    one = monthly(plain_year(), payroll_number="17")
    other = monthly([figures(800, 0, 0) for _ in range(12)], payroll_number="18")
    chains = chains_of(YEAR, [*one, *other])
    assert [len(chain.slips) for chain in chains] == [12, 12]
    assert all(chain.breaks() == () for chain in chains)


def test_two_jobs_paid_in_turn_are_two_chains() -> None:
    """Fortnightly, in the odd weeks and in the even ones: no run has a payslip of both."""
    weeks = weekly([figures(600 + number % 2 * 900, 0, 0) for number in range(24)])
    jobs = [
        [
            item._replace(payroll_number=f"1{place}", pay_frequency="fortnightly", tax_period=None, amounts=amounts)
            for item, amounts in zip(some, with_ytd([figures(600 + place * 900, 0, 0)] * 12), strict=True)
        ]
        for place, some in enumerate((weeks[::2], weeks[1::2]))
    ]
    chains = chains_of(YEAR, [*jobs[0], *jobs[1]])
    assert [len(chain.slips) for chain in chains] == [12, 12]
    assert all(chain.breaks() == () and not chain.gaps for chain in chains)


@pytest.mark.parametrize(("misread", "why"), [((5,), "one payslip"), ((3, 7), "two of them alike")])
def test_a_misread_payroll_number_makes_no_second_job(misread: tuple[int, ...], why: str) -> None:
    slips = [
        item._replace(payroll_number="19" if number in misread else "17")
        for number, item in enumerate(monthly(plain_year()))
    ]
    (chain,) = chains_of(YEAR, slips)
    assert chain.breaks() == (), why


def test_a_new_payroll_number_in_mid_year_goes_on_with_the_chain() -> None:
    slips = [
        item._replace(payroll_number="17" if number < 6 else "9017")
        for number, item in enumerate(monthly(plain_year()))
    ]
    (chain,) = chains_of(YEAR, slips)
    assert chain.breaks() == ()


def test_two_payments_of_a_month_stand_in_the_order_of_their_year_to_date() -> None:
    months = plain_year()
    rows = monthly([*months[:3], figures(400, 80, 8), *months[3:]])
    slips = [
        slip(
            min(n, 3) if n <= 3 else n - 1,
            rows[min(n, 3) - 1].pay_date if n <= 4 else rows[n - 2].pay_date,
            item.amounts,
        )
        for n, item in enumerate(rows, 1)
    ]
    for order in (slips, slips[::-1]):
        (chain,) = chains_of(YEAR, order)
        assert chain.breaks() == ()
        assert chain.missing == ()
