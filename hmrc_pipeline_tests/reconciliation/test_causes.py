"""Each cause planted alone, with the amounts it must name; and the absences that must open no gap."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.p60s import model as p60s
from hmrc_pipeline.p60s.model import NiRow
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.findings import CONTEXT
from hmrc_pipeline_tests.payslips.made import (
    figures,
    month_day,
    monthly,
    p60_of,
    plain_year,
    pounds,
    slip,
    totals,
    weekly,
)
from hmrc_pipeline_tests.reconciliation.made import (
    AFTER,
    DURING,
    NOTHING,
    causes,
    discrepancies,
    explained,
    hmrc_of,
    left,
    states,
    without_ytd,
)

SLIPS = monthly(plain_year())
TOTAL = totals(SLIPS)
P60 = p60_of(TOTAL)
HMRC = hmrc_of(TOTAL)
MONTH_9 = {
    "taxable_pay": "3000.00",
    "income_tax": "390.40",
    "national_insurance": "156.16",
    "student_loan": "67.00",
}


def drop(*periods: int, slips: list[Payslip] = SLIPS) -> list[Payslip]:
    return [item for item in slips if item.tax_period not in periods]


def test_everything_there_agrees() -> None:
    result = explained(SLIPS, [P60], [HMRC])
    assert set(states(result).values()) == {"agrees", "not_comparable"}
    assert causes(result) == []
    assert left(result) == NOTHING


@pytest.mark.parametrize("with_p60", [True, False])
@pytest.mark.parametrize("with_hmrc", [True, False])
def test_the_withheld_month_is_named_whatever_else_is_there(with_p60: bool, with_hmrc: bool) -> None:
    result = explained(drop(9), [P60] * with_p60, [HMRC] * with_hmrc)
    assert discrepancies(result) == [("missing_payslip", MONTH_9)]
    finding = next(item for item in result.findings if item.cause == "missing_payslip")
    assert finding.certainty == "certain"
    assert finding.evidence["tax_period"] == 9
    assert finding.evidence["pay_date"] == "2024-12-31"
    assert finding.evidence["documents"] == [SLIPS[7].sha256, SLIPS[9].sha256]
    assert finding.next_step == (
        "Ask the payroll of Orchard Works Ltd for the payslip of tax month 9 (expected about 31 December 2024)."
    )
    assert left(result) == NOTHING


@pytest.mark.parametrize("with_p60", [True, False])
@pytest.mark.parametrize("with_hmrc", [True, False])
def test_absent_sources_close_green(with_p60: bool, with_hmrc: bool) -> None:
    result = explained(SLIPS, [P60] * with_p60, [HMRC] * with_hmrc)
    assert discrepancies(result) == []
    assert causes(result) == ["source_absent"] * (2 - with_p60 - with_hmrc)
    assert states(result)["taxable_pay"] == "agrees"
    assert left(result) == NOTHING


def test_where_payslips_stop_early_and_nothing_else_tells_the_p60_is_asked_for() -> None:
    def told(forms: list[p60s.P60], hmrc: list[HmrcEmployment], today: date = AFTER) -> list[str]:
        found = explained(drop(12), forms, hmrc, today=today).findings
        return [item.next_step for item in found if item.evidence.get("source") == "p60"]

    (text,) = told([], [])
    assert text == (
        "The payslips of Orchard Works Ltd stop on 28 February 2025, so later ones may be missing. Ask the payroll of "
        "Orchard Works Ltd for the P60 of 2024-25, due by 31 May; if the job ended before 5 April, its P45 shows the "
        "last pay instead."
    )
    assert told([P60], []) == [], "the P60 tells what followed"
    assert told([], [hmrc_of(totals(drop(12)))]) == [], "HMRC says that nothing followed"
    assert told([], [], date(2025, 5, 31)) == [], "the P60 is not overdue yet"


def test_months_missing_in_a_row_are_joint_and_apart_are_two() -> None:
    (joint,) = discrepancies(explained(drop(9, 10), [P60], [HMRC]))
    assert joint == (
        "missing_payslip",
        MONTH_9
        | {
            "taxable_pay": "6000.00",
            "income_tax": "378.15",
            "national_insurance": "312.32",
            "student_loan": "134.00",
        },
    )
    apart = explained(drop(4, 9), [P60], [HMRC])
    assert discrepancies(apart) == [("missing_payslip", MONTH_9)] * 2
    assert left(apart) == NOTHING


def test_without_year_to_date_the_p60_tells_what_is_missing() -> None:
    result = explained(without_ytd(drop(9)), [P60], [HMRC])
    assert discrepancies(result) == [("missing_payslip", MONTH_9)]
    assert result.findings[0].certainty == "likely"
    nothing_to_tell = explained(without_ytd(drop(9)), [])
    assert discrepancies(nothing_to_tell) == [("missing_payslip", {})]


def test_without_year_to_date_a_month_without_pay_is_not_missing() -> None:
    rest = without_ytd(drop(9))
    assert discrepancies(explained(rest, [p60_of(totals(rest))])) == []


def test_the_last_month_is_missed_where_the_p60_has_more() -> None:
    result = explained(drop(12), [P60], [HMRC])
    assert discrepancies(result) == [("missing_payslip", MONTH_9)]
    finding = result.findings[0]
    assert (finding.certainty, finding.evidence["tax_period"]) == ("likely", 12)
    assert finding.alternatives[0][0].cause == "p60_differs"
    assert left(result) == NOTHING


def test_an_employment_that_begins_or_ends_inside_the_year_misses_nothing() -> None:
    part = monthly(plain_year()[3:8], first=4)
    result = explained(part, [], [hmrc_of(totals(part))])
    assert causes(result) == []
    assert left(result) == NOTHING


def test_the_first_month_is_missed_by_its_year_to_date() -> None:
    result = explained(drop(1), [P60], [HMRC])
    assert discrepancies(result) == [("missing_payslip", MONTH_9)]
    assert result.findings[0].evidence["tax_period"] == 1


@pytest.mark.parametrize("told_by", ["p60", "elsewhere", "gross pay", "National Insurance"])
def test_pay_of_a_previous_employment_is_no_gap(told_by: str) -> None:
    carried = {"taxable_pay": pounds(12000), "income_tax": pounds("1150.40")}
    slips = monthly(plain_year()[5:], first=6, opening=carried)
    total = totals(slips)
    drop_names = {"p60": ("gross", "net", "ni_", "national"), "elsewhere": ("gross", "net", "ni_", "national")}
    hidden = drop_names.get(told_by, ("gross", "net", "ni_") if told_by == "National Insurance" else ())
    slips = [
        item._replace(
            amounts={
                name: value
                for name, value in item.amounts.items()
                if not (name.startswith("ytd_") and name.removeprefix("ytd_").startswith(hidden or ("?",)))
            },
        )
        for item in slips
    ]
    p60s = [p60_of(total)] if told_by == "p60" else []
    result = explained(slips, p60s, [hmrc_of(total)], elsewhere=(carried,) if told_by == "elsewhere" else ())
    assert discrepancies(result) == []
    assert result.case.openings[0].kind == "previous"
    assert "£12,000.00 of a previous employment" in result.comparisons["taxable_pay"].absent["payslip_ytd"]
    assert left(result) == NOTHING


def test_an_opening_nothing_tells_of_is_said_to_be_possible_only() -> None:
    slips = [
        item._replace(amounts={n: v for n, v in item.amounts.items() if n in ("taxable_pay", "ytd_taxable_pay")})
        for item in monthly(plain_year()[5:], first=6, opening={"taxable_pay": pounds(900)})
    ]
    result = explained(slips)
    (finding,) = [item for item in result.findings if item.kind == "discrepancy"]
    assert (finding.cause, finding.certainty) == ("missing_payslip", "possible")
    assert finding.alternatives[0][0].cause == "previous_employment"


def test_a_copy_is_information_and_counts_once() -> None:
    copy = slip(5, SLIPS[4].pay_date, SLIPS[4].amounts, name="scan")
    result = explained(mark_duplicates([*SLIPS, copy]), [P60], [HMRC])
    assert [(item.cause, item.kind) for item in result.findings if item.cause not in CONTEXT] == [
        ("duplicate_payslip", "information")
    ]
    assert states(result)["taxable_pay"] == "agrees"
    assert left(result) == NOTHING


def test_a_payslip_issued_anew_replaces_the_first() -> None:
    wrong = figures("3400.00", "470.40", "188.16", "103")
    first = slip(
        5,
        SLIPS[4].pay_date,
        {
            **wrong,
            **{f"ytd_{name}": SLIPS[3].amounts[f"ytd_{name}"] + amount for name, amount in wrong.items()},
        },
    )
    result = explained([*SLIPS, first], [P60], [HMRC])
    assert discrepancies(result) == [
        (
            "duplicate_payslip",
            {
                "taxable_pay": "-3400.00",
                "income_tax": "-470.40",
                "national_insurance": "-188.16",
                "student_loan": "-103.00",
            },
        )
    ]
    assert left(result) == NOTHING


def test_a_second_payment_in_a_month_is_missed_by_its_jump() -> None:
    months = plain_year()
    extra = figures("800.00", "160.00", "16.00", "72")
    rows = monthly([*months[:5], extra, *months[5:]])
    slips = [
        slip(
            number if number <= 5 else number - 1, month_day(min(number, 5) if number <= 6 else number - 1), row.amounts
        )
        for number, row in enumerate(rows, 1)
    ]
    total = totals(slips)
    assert discrepancies(explained(slips, [p60_of(total)], [hmrc_of(total)])) == []
    result = explained(slips[:5] + slips[6:], [p60_of(total)], [hmrc_of(total)])
    assert discrepancies(result) == [
        (
            "missing_payslip",
            {
                "taxable_pay": "800.00",
                "income_tax": "160.00",
                "national_insurance": "16.00",
                "student_loan": "72.00",
            },
        )
    ]
    assert left(result) == NOTHING


def test_p60_differs_from_the_payslips() -> None:
    other = p60_of(TOTAL | {"taxable_pay": TOTAL["taxable_pay"] + 250})
    result = explained(SLIPS, [other], [HMRC])
    assert discrepancies(result) == [("p60_differs", {"taxable_pay": "250.00"})]
    assert left(result) == NOTHING
    with_hmrc = explained(SLIPS, [other], [hmrc_of(TOTAL | {"taxable_pay": TOTAL["taxable_pay"] + 250})])
    assert discrepancies(with_hmrc) == [("p60_differs", {"taxable_pay": "250.00"})]
    assert left(with_hmrc) == NOTHING
    assert "HMRC has the P60's figures" in with_hmrc.findings[0].next_step


def test_the_employer_reported_differently() -> None:
    reported = hmrc_of(TOTAL | {"income_tax": TOTAL["income_tax"] - 31})
    result = explained(SLIPS, [P60], [reported])
    assert discrepancies(result) == [("employer_reported_differently", {"income_tax": "-31.00"})]
    assert result.findings[0].evidence["snapshots"] == ["snapshot-1"]
    assert left(result) == NOTHING
    without_p60 = explained(SLIPS, [], [reported])
    assert discrepancies(without_p60) == [("employer_reported_differently", {"income_tax": "-31.00"})]
    assert left(without_p60) == NOTHING


def test_three_causes_at_once_add_up() -> None:
    p60 = p60_of(TOTAL | {"taxable_pay": TOTAL["taxable_pay"] + 100})
    result = explained(drop(9), [p60], [hmrc_of(TOTAL | {"taxable_pay": TOTAL["taxable_pay"] + 400})])
    assert discrepancies(result) == [
        ("missing_payslip", MONTH_9),
        ("p60_differs", {"taxable_pay": "100.00"}),
        ("employer_reported_differently", {"taxable_pay": "300.00"}),
    ]
    assert left(result) == NOTHING


def test_a_missing_payslip_does_not_hide_a_previous_employment_or_the_p60() -> None:
    carried = {"taxable_pay": pounds(12000), "income_tax": pounds("1150.40")}
    slips = monthly(plain_year()[5:], first=6, opening=carried)
    p60 = p60_of(totals(slips) | {"taxable_pay": totals(slips)["taxable_pay"] - 50})
    result = explained(drop(9, slips=slips), [p60])
    assert discrepancies(result) == [("missing_payslip", MONTH_9), ("p60_differs", {"taxable_pay": "-50.00"})]
    assert left(result) == NOTHING


@pytest.mark.parametrize("month", [1, 3, 12])
def test_a_misread_figure_is_named_with_what_it_must_be(month: int) -> None:
    misread = [
        item._replace(amounts=item.amounts | {"taxable_pay": pounds(8000)}) if item.tax_period == month else item
        for item in SLIPS
    ]
    result = explained(misread, [P60], [HMRC])
    assert discrepancies(result) == [("misread_figure", {"taxable_pay": "-5000.00"})]
    finding = next(item for item in result.findings if item.cause == "misread_figure")
    assert (finding.evidence["tax_period"], finding.evidence["expected"]) == (month, "3000.00")
    assert finding.evidence["documents"] == [misread[month - 1].sha256]
    assert left(result) == NOTHING


def test_whole_pound_loans_agree_to_the_pound() -> None:
    total = TOTAL | {"student_loan": TOTAL["student_loan"] + Decimal("0.40")}
    slips = [
        item._replace(
            amounts=item.amounts
            | {
                "student_loan": item.amounts["student_loan"] + Decimal("0.40") * (item.tax_period == 1),
                "ytd_student_loan": item.amounts["ytd_student_loan"] + Decimal("0.40"),
            },
        )
        for item in SLIPS
    ]
    result = explained(slips, [p60_of(total)])
    assert states(result)["student_loan"] == "agrees"
    assert left(result) == NOTHING


def test_gross_pay_never_stands_in_for_taxable_pay() -> None:
    slips = [item._replace(amounts={n: v for n, v in item.amounts.items() if "taxable" not in n}) for item in SLIPS]
    compared = explained(slips, [P60]).comparisons["taxable_pay"]
    assert compared.absent["payslip_sum"] == "no payslip prints it"
    assert compared.state == "not_comparable"


def test_absence_has_its_reason() -> None:
    absent = explained(SLIPS, today=DURING).comparisons["taxable_pay"].absent
    assert absent["p60"] == "the tax year is not over; a P60 is given after 5 April"
    assert explained(drop(10, 11, 12), today=DURING).findings == ()
    closed = explained(SLIPS).comparisons
    assert closed["taxable_pay"].absent["hmrc"] == "not_authorised: nobody signed in"
    assert "National Insurance" in closed["national_insurance"].absent["hmrc"]


def test_only_a_p60_names_the_payslips_as_absent() -> None:
    result = explained([], [P60], [HMRC])
    assert [(item.cause, item.evidence["source"]) for item in result.findings] == [("source_absent", "payslips")]
    assert result.comparisons["taxable_pay"].pairs["p60:hmrc"] == "agrees"


def test_a_payslip_under_review_is_pointed_at() -> None:
    waiting = SLIPS[8]._replace(status="needs_review", counted=False)
    result = explained([*drop(9), waiting], [P60], [HMRC])
    assert discrepancies(result) == [("missing_payslip", MONTH_9)]
    assert result.findings[0].evidence["waiting_for_review"] == [waiting.sha256]
    assert waiting.sha256[:12] in result.findings[0].next_step


def test_of_two_p60s_the_one_the_payslips_agree_with_counts() -> None:
    other = p60_of(TOTAL | {"taxable_pay": TOTAL["taxable_pay"] + 250})
    for pair in ([P60, other], [other, P60]):
        result = explained(SLIPS, pair, [HMRC])
        assert causes(result) == ["corrected_p60"]
        assert result.case.p60 == (P60,)


def test_two_jobs_under_one_reference_are_added_up() -> None:
    one = monthly(plain_year(), payroll_number="17")
    other = monthly([figures(800, 0, 0) for _ in range(12)], payroll_number="18")
    p60s = [p60_of(totals(one), payroll_number="17"), p60_of(totals(other), payroll_number="18")]
    result = explained([*one, *other], p60s, [hmrc_of(totals([*one, *other]))])
    assert discrepancies(result) == []
    assert states(result)["taxable_pay"] == "agrees"


def test_weekly_payslips_name_the_week() -> None:
    slips = weekly([figures(Decimal(500 + n), 20, 10, 3) for n in range(1, 53)])
    total = totals(slips)
    result = explained(drop(31, slips=slips), [p60_of(total)], [hmrc_of(total)])
    assert result.findings[0].evidence["tax_period"] == 31
    assert result.findings[0].evidence["unit"] == "tax week"
    assert discrepancies(result)[0][1]["taxable_pay"] == "531.00"


def test_total_for_year_stands_in_only_without_previous_pay() -> None:
    total = p60_of(TOTAL, amounts={"pay_total": TOTAL["taxable_pay"], "tax_total": TOTAL["income_tax"]})
    assert explained(SLIPS, [total]).comparisons["taxable_pay"].pairs["payslip_sum:p60"] == "agrees"
    previous = p60_of(TOTAL, amounts={"pay_total": TOTAL["taxable_pay"], "pay_previous": pounds(5)})
    assert explained(SLIPS, [previous]).comparisons["taxable_pay"].absent["p60"] == "the P60 does not print it"


def test_national_insurance_is_added_over_the_letters() -> None:
    rows = (NiRow("A", {"employee": pounds(2000)}), NiRow("H", {"employee": TOTAL["national_insurance"] - 2000}))
    assert states(explained(SLIPS, [replace(P60, ni_rows=rows)]))["national_insurance"] == "agrees"


def test_two_payslips_of_a_month_without_year_to_date_are_shown_or_told_by_the_p60() -> None:
    second = slip(5, SLIPS[4].pay_date, figures(400, 80, 8))
    plain = without_ytd([*SLIPS, second])
    shown = explained(plain)
    assert [(f.cause, f.kind) for f in shown.findings if f.cause not in CONTEXT | {"source_absent"}] == [
        ("duplicate_payslip", "information")
    ]
    assert "duplicate_payslip" not in causes(explained(plain, [p60_of(totals(plain))]))
    replaced = explained(plain, [P60])
    assert discrepancies(replaced) == [
        ("duplicate_payslip", {"taxable_pay": "-400.00", "income_tax": "-80.00", "national_insurance": "-8.00"})
    ]
    assert left(replaced) == NOTHING


def test_rounding_is_said_and_is_no_discrepancy() -> None:
    whole_pounds = hmrc_of(TOTAL | {"income_tax": Decimal(int(TOTAL["income_tax"]))})
    result = explained(SLIPS, [P60], [whole_pounds])
    assert states(result)["income_tax"] == "rounding"
    assert discrepancies(result) == []
    (rounding,) = [item for item in result.findings if item.cause == "rounding"]
    assert rounding.explains == {"income_tax": Decimal(int(TOTAL["income_tax"])) - TOTAL["income_tax"]}
    assert left(result) == NOTHING
    assert states(explained(SLIPS, [P60], [whole_pounds], tolerance="1.00"))["income_tax"] == "agrees"


def test_a_state_pension_lump_sum_asks_for_no_payslips() -> None:
    lump_sum = replace(HMRC, kind="state_pension_lump_sum")
    assert causes(explained([], [], [lump_sum])) == ["state_pension_lump_sum"]
