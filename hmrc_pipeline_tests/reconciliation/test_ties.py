"""Two causes in one figure: every set that fits is named; what documents prove is left alone."""

from dataclasses import replace
from decimal import Decimal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.findings import Finding
from hmrc_pipeline_tests.payslips.made import monthly, p60_of, plain_year, pounds, totals
from hmrc_pipeline_tests.reconciliation.made import AFTER, DURING, discrepancies, explained, hmrc_of, left

SLIPS = monthly(plain_year(), ni_letter="A")
TOTAL = totals(SLIPS)
Named = tuple[str, dict[str, str]]


def held(**more: int | str) -> HmrcEmployment:
    return hmrc_of({**TOTAL, **{name: TOTAL[name] + pounds(amount) for name, amount in more.items()}})


def certified(**more: int | str) -> dict[str, Decimal]:
    return {**TOTAL, **{name: TOTAL[name] + pounds(amount) for name, amount in more.items()}}


def sets(result: Explained) -> list[list[Named]]:
    """The sets of alternatives of every discrepancy."""
    return [
        [(one.cause, {name: str(amount) for name, amount in one.explains.items()}) for one in some]
        for finding in result.findings
        if finding.kind == "discrepancy"
        for some in finding.alternatives
    ]


def first(result: Explained) -> Finding:
    return next(finding for finding in result.findings if finding.kind == "discrepancy")


def test_a_difference_counted_from_the_p60_or_from_the_payslips() -> None:
    result = explained(SLIPS, [p60_of(certified(income_tax=50))], [held(income_tax=170)])
    assert [("late_correction", {"income_tax": "50.00"})] in [some[:1] for some in sets(result)]
    pairs = [dict(some) for some in sets(result) if len(some) > 1]
    told = [dict(discrepancies(result)), *pairs]
    assert {"p60_differs": {"income_tax": "50.00"}, "employer_reported_differently": {"income_tax": "170.00"}} in told
    by_hmrc = [some for some in pairs if {"income_tax": "-120.00"} in some.values()]
    assert by_hmrc, "and the P60's counted from HMRC's"
    assert left(result) == {pounds(0)}


def test_a_documented_cause_and_an_amount_in_one_figure() -> None:
    whole = TOTAL["taxable_pay"], TOTAL["income_tax"]
    twice = replace(held(), pay=2 * whole[0] + pounds(31), tax=2 * whole[1] - pounds(12))
    twins = [("duplicate_employment", {"taxable_pay": str(whole[0]), "income_tax": str(whole[1])})]
    rest = ("employer_reported_differently", {"taxable_pay": "31.00", "income_tax": "-12.00"})
    assert [*twins, rest] in sets(explained(SLIPS, [p60_of(TOTAL)], [twice]))


def test_two_causes_of_any_amount_leave_their_sum() -> None:
    result = explained(SLIPS, [p60_of(TOTAL)], [held(taxable_pay=400)])
    amount = {"taxable_pay": "400.00"}
    assert [("employer_reported_differently", amount), ("two_employments_one_reference", {})] in sets(result)


def test_what_documents_prove_has_no_looser_tie() -> None:
    whole = replace(held(), pay=2 * TOTAL["taxable_pay"], tax=2 * TOTAL["income_tax"])
    result = explained(SLIPS, [p60_of(TOTAL)], [whole])
    assert [cause for cause, _ in discrepancies(result)] == ["duplicate_employment"]
    assert sets(result) == []


def test_no_pair_of_causes_that_cancel_each_other() -> None:
    for some in sets(explained(SLIPS, [p60_of(TOTAL)], [held(income_tax=300)])):
        assert all("-300.00" not in explains.values() for _, explains in some)


def test_whom_to_ask_and_until_when() -> None:
    closed = first(explained(SLIPS, [p60_of(TOTAL)], [held(income_tax=300)], today=AFTER))
    assert (closed.evidence["ask"], closed.evidence["by"]) == (["payroll", "hmrc"], "2029-04-05")
    seen = first(explained([*SLIPS[:4], *SLIPS[5:8]], today=DURING))
    assert (seen.cause, seen.evidence["ask"], seen.evidence["by"]) == ("missing_payslip", ["payroll"], "2025-04-05")


def changed(month: int, **more: str) -> list[Payslip]:
    """The year without month 9, and figures of another month moved; the year to date stays."""
    return [
        slip._replace(amounts={**slip.amounts, **{n: slip.amounts[n] + pounds(a) for n, a in more.items()}})
        if slip.tax_period == month
        else slip
        for slip in SLIPS
        if slip.tax_period != 9
    ]


def test_a_figure_misread_right_after_a_missing_payslip() -> None:
    result = explained(changed(10, national_insurance="405.00"), [p60_of(TOTAL)], [hmrc_of(TOTAL)])
    assert sorted(discrepancies(result)) == [
        ("misread_figure", {"national_insurance": "-405.00"}),
        (
            "missing_payslip",
            {
                "taxable_pay": "3000.00",
                "income_tax": "390.40",
                "national_insurance": "156.16",
                "student_loan": "67.00",
            },
        ),
    ]
    assert left(result) == {pounds(0)}


def test_a_deduction_of_that_day_alone_is_not_misread() -> None:
    result = explained(changed(10, net_pay="-25.00"), [p60_of(TOTAL)], [hmrc_of(TOTAL)])
    assert [cause for cause, _ in discrepancies(result)] == ["missing_payslip"]
    assert first(result).explains["income_tax"] == pounds("390.40")
    assert first(result).certainty == "likely", "its sums could hide a misread figure all the same"
