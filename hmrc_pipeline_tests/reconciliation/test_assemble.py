"""Documents and HMRC's employments put together by employment."""

from decimal import Decimal

from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.case import Case
from hmrc_pipeline.reconciliation.explain import explain
from hmrc_pipeline_tests.payslips.made import YEAR, monthly, p60_of, plain_year, pounds, totals
from hmrc_pipeline_tests.reconciliation.made import AFTER

NAMED = [slip._replace(employment="Acme", employer_name="Acme") for slip in monthly(plain_year(), employment="Acme")]
TOTAL = totals(NAMED)


def cases(slips: list, p60s: list, *employments: HmrcEmployment) -> list[Case]:  # type: ignore[type-arg]
    hmrc = HmrcYear(employments, None if employments else "not_asked: not asked.")
    return cases_of("p", YEAR, slips, p60s, hmrc, today=AFTER, tolerance=Decimal(0))


def at_hmrc(name: str, reference: str, pay: Decimal = TOTAL["taxable_pay"]) -> HmrcEmployment:
    return HmrcEmployment(reference, name, pay, TOTAL["income_tax"], ("s",))


def test_hmrc_joins_by_name_where_payslips_print_no_reference() -> None:
    (case,) = cases(NAMED, [], at_hmrc("ACME LTD", "123/AB456"))
    assert (case.employment, case.paye_reference) == ("Acme", "123/AB456")
    assert explain(case).comparisons["taxable_pay"].pairs["payslip_sum:hmrc"] == "agrees"


def test_a_p60_under_another_name_joins_by_its_figures() -> None:
    (case,) = cases(NAMED, [p60_of(TOTAL)], at_hmrc("HOLDINGS PLC", "123/AB456"))
    assert case.paye_reference == "123/AB456"
    assert explain(case).comparisons["taxable_pay"].state == "agrees"
    missing_one = cases([slip for slip in NAMED if slip.tax_period != 9], [p60_of(TOTAL)])
    assert [item.cause for case in missing_one for item in explain(case).findings if item.kind == "discrepancy"] == [
        "missing_payslip"
    ]


def test_other_figures_under_another_name_stay_apart() -> None:
    apart = cases(NAMED, [p60_of(TOTAL | {"taxable_pay": pounds(1)})])
    assert [case.employment for case in apart] == ["123/AB456", "Acme"]
    assert [bool(case.chains) for case in apart] == [False, True]
