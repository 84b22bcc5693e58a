"""When two figures agree."""

from decimal import Decimal

import pytest

from hmrc_pipeline.reconciliation.compare import compare_measure, judge, worst


@pytest.mark.parametrize(
    ("measure", "difference", "with_p60", "tolerance", "state"),
    [
        ("taxable_pay", "0", True, "0", "agrees"),
        ("taxable_pay", "0.01", True, "0", "rounding"),
        ("taxable_pay", "-1.00", True, "0", "rounding"),
        ("taxable_pay", "1.01", True, "0", "differs"),
        ("taxable_pay", "0.02", True, "0.02", "agrees"),
        ("taxable_pay", "4.00", True, "5.00", "agrees"),
        ("student_loan", "-0.99", True, "0", "agrees"),  # a P60 gives loans in whole pounds
        ("student_loan", "1.00", True, "0", "rounding"),
        ("student_loan", "0.50", False, "0", "rounding"),
    ],
)
def test_judge(measure: str, difference: str, with_p60: bool, tolerance: str, state: str) -> None:
    assert judge(measure, Decimal(difference), with_p60, Decimal(tolerance)) == state


def test_the_worst_pair_is_the_state_and_absence_is_none() -> None:
    values = {"payslip_sum": Decimal(100), "p60": Decimal(100), "hmrc": Decimal("100.40")}
    compared = compare_measure("taxable_pay", values, {"payslip_ytd": "not printed"}, Decimal(0))
    assert compared.pair("payslip_sum", "p60") == "agrees"
    assert compared.pair("payslip_ytd", "p60") == "not_comparable"
    assert compared.state == "rounding"
    assert worst(["not_comparable", "agrees"]) == "agrees"
    assert worst(["not_comparable"]) == "not_comparable"
