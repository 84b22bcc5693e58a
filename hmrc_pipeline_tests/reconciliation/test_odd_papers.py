"""People and papers unlike a textbook: what their documents prove, and what they leave open."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pytest

from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import national_insurance, rates_of, tax_due
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline_tests.payslips.made import (
    REFERENCE,
    YEAR,
    Figures,
    figures,
    month_day,
    monthly,
    p60_of,
    plain_year,
    pounds,
    totals,
    weekly,
)
from hmrc_pipeline_tests.reconciliation.made import (
    AFTER,
    DURING,
    NOTHING,
    discrepancies,
    explained,
    hmrc_of,
    left,
    without_ytd,
)

SLIPS = monthly(plain_year())
TOTAL = totals(SLIPS)
OTHER = "456/XY789"
PAID = {"taxable_pay": "3000.00", "income_tax": "390.40"}


def printing(slips: Sequence[Payslip], *to_date: str) -> list[Payslip]:
    """The same payslips with these years to date only, and without pay for National Insurance."""
    kept = {f"ytd_{name}" for name in to_date}
    return [
        item._replace(
            amounts={n: a for n, a in item.amounts.items() if n in kept or (n[:4] != "ytd_" and n != "ni_pay")}
        )
        for item in slips
    ]


def alternatives(result: Explained) -> set[str]:
    """Every cause that would close a gap alone as well."""
    return {some[0].cause for finding in result.findings for some in finding.alternatives if len(some) == 1}


def of_hmrc(reference: str, total: Figures, name: str = "ELDER WORKS LTD") -> HmrcEmployment:
    return HmrcEmployment(reference, name, total["taxable_pay"], total["income_tax"], ("s",))


def due_by(code: str, pay: Decimal, month: int) -> Decimal:
    """Tax due to date in a tax month."""
    return tax_due(
        TaxCode.parse(code),
        rates_of(YEAR),
        pay_to_date=pay,
        tax_to_date=pounds(0),
        period=month,
        periods_in_year=12,
        pay_this_period=pay,
    ).to_date


def all_found(slips: Sequence[Payslip], *hmrc: HmrcEmployment) -> list[tuple[str, dict[str, str]]]:
    """What is found in all employments of a person's year."""
    year = HmrcYear(hmrc, None if hmrc else "not_asked: not asked.")
    cases = cases_of("person-1", YEAR, slips, [], year, today=AFTER, tolerance=Decimal(0))
    return [item for case in cases for item in discrepancies(explain(case))]


def test_a_wrong_code_explains_all_tax_due_not_what_one_payday_could_have_borne() -> None:
    months = [figures("9000.00", "1800.00", "428.60")] * 6
    due = due_by("0T", pounds(54000), 6)
    found = discrepancies(explained(monthly(months, tax_code="0T"), today=DURING))
    assert found == [("wrong_tax_code", {"income_tax": str(pounds(6 * 1800) - due)})]
    assert due - 5 * 1800 > 4500, "half of the pay of the last payday is less than what is due"


def test_a_limit_excuses_nothing_that_another_code_gives() -> None:
    """Two fifths of every pay are a D0 code's; from the second month on half of the pay limits what K3000 gives."""
    months = printing(monthly([figures("5000.00", "2000.00", "0")] * 5, tax_code="K3000"), "taxable_pay", "income_tax")
    due = due_by("K3000", pounds(25000), 5)
    found = discrepancies(explained(months, today=DURING))
    assert found == [("wrong_tax_code", {"income_tax": str(pounds(10000) - due)})]


def test_half_of_the_pay_says_nothing_of_the_code_where_earlier_pay_is_not_known() -> None:
    emergency = monthly([figures("1166.67", "233.20", "9.49")] * 2, first=4, tax_code="0T", tax_basis="M1")
    opening = {name: amount * 2 for name, amount in figures("1166.67", "233.20", "9.49").items()}
    later = monthly([figures("1166.67", "583.33", "9.49")] * 3, first=6, opening=opening, tax_code="K579")
    assert discrepancies(explained([*emergency, *later], today=DURING)) == []


def test_a_penny_is_no_other_letter() -> None:
    earnings, day = pounds("1053.69"), month_day(1)
    due = {
        letter: national_insurance(letter, rates_of(YEAR), earnings=earnings, pay_date=day, frequency="monthly")
        for letter in "BJ"
    }
    assert due["J"].employee - due["B"].employee == pounds("0.01"), "one letter's rounding is the other's figure"
    rounded = monthly([figures(earnings, "0.00", due["J"].employee)] * 5, ni_letter="B")
    assert discrepancies(explained(rounded, today=DURING)) == []


def test_loans_in_whole_pounds_have_no_pence_to_lose() -> None:
    more = p60_of(TOTAL | {"student_loan": TOTAL["student_loan"] + 4})
    assert discrepancies(explained(SLIPS, [more])) == [("p60_differs", {"student_loan": "4.00"})]


def test_a_payslip_issued_anew_with_other_pay_alone_is_told_once() -> None:
    untaxed = [figures("500.00", "0.00", "0.00")] * 12
    slips = printing(monthly(untaxed), "taxable_pay", "income_tax", "national_insurance")
    first = slips[5]._replace(sha256="a" * 64, reading_id="first", amounts=slips[5].amounts | figures("550.00", 0, 0))
    first = first._replace(amounts=first.amounts | {"ytd_taxable_pay": slips[5].amounts["ytd_taxable_pay"] + 50})
    result = explained([*slips, first], [p60_of(totals(slips))])
    assert discrepancies(result) == [("duplicate_payslip", {"taxable_pay": "-550.00"})]
    assert left(result) == NOTHING


def test_a_figure_is_misread_though_its_year_to_date_is_the_only_one_printed() -> None:
    slips = printing(SLIPS, "taxable_pay")
    read = slips[6]._replace(amounts=slips[6].amounts | {"taxable_pay": pounds("3270.00")})
    result = explained([*slips[:6], read, *slips[7:]], [p60_of(TOTAL)], [hmrc_of(TOTAL)])
    assert discrepancies(result) == [("misread_figure", {"taxable_pay": "-270.00"})]
    assert left(result) == NOTHING


JOINED = figures("9000.00", "1171.20", "0.00") | {"gross_pay": pounds(0), "ni_pay": pounds(0), "net_pay": pounds(0)}


@pytest.mark.parametrize(
    ("to_date", "hmrc", "why"),
    [
        (("taxable_pay", "income_tax"), [of_hmrc(OTHER, JOINED)], "HMRC has the previous employment, which ended so"),
        (("taxable_pay", "income_tax", "national_insurance"), [], "so much pay would have borne National Insurance"),
        (("taxable_pay", "income_tax", "national_insurance", "gross_pay"), [of_hmrc(OTHER, JOINED)], "as most print"),
        (("taxable_pay", "income_tax"), [], "HMRC has this employment's pay without it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_p45_carried_over_is_no_gap(to_date: tuple[str, ...], hmrc: list[HmrcEmployment], why: str) -> None:
    slips = printing(monthly(plain_year()[6:], first=7, opening=JOINED), *to_date)
    here = of_hmrc(REFERENCE, totals(slips), "ORCHARD WORKS LIMITED")
    assert all_found(slips, here, *hmrc) == []


def test_a_p60_that_holds_the_previous_pay_is_told_by_national_insurance_alone() -> None:
    slips = printing(
        monthly(plain_year()[6:], first=7, opening=JOINED), "taxable_pay", "income_tax", "national_insurance"
    )
    total = totals(slips)
    both = total | {name: total[name] + JOINED[name] for name in ("taxable_pay", "income_tax")}
    found = discrepancies(explained(slips, [p60_of(both)]))
    assert found == [("previous_employment", {"taxable_pay": "9000.00", "income_tax": "1171.20"})]


def test_pay_without_tax_before_the_first_payslip_may_be_a_p45_s() -> None:
    untaxed: dict[str, Any] = JOINED | {"income_tax": pounds(0)}
    slips = monthly(plain_year()[6:], first=7, opening=untaxed)
    total = totals(slips)
    result = explained(slips, [p60_of(total | {"taxable_pay": total["taxable_pay"] + 9000})])
    assert "previous_employment" in {cause for cause, _ in discrepancies(result)} | alternatives(result)


def test_the_previous_employment_s_pay_at_hmrc_makes_the_code_right() -> None:
    before = {"taxable_pay": pounds("9000.50"), "income_tax": pounds("1171.20")}
    months, pay, tax = [], before["taxable_pay"], before["income_tax"]
    for month in range(5, 9):
        pay += 3000
        due = due_by("1257L", pay, month) - tax
        tax += due
        months.append(figures(3000, due, "156.16"))
    slips = monthly(months, first=5, tax_code="1257L")
    assert all_found(slips, of_hmrc(REFERENCE, totals(slips), "ORCHARD WORKS LIMITED"), of_hmrc(OTHER, before)) == []


@pytest.mark.parametrize("known", ["up to", "after"])
def test_hmrc_alone_knows_the_other_reference_of_a_scheme(known: str) -> None:
    former, later = totals(SLIPS[:5]), totals(SLIPS[5:])
    here, there = (later, former) if known == "up to" else (former, later)
    moved = {name: there[name] for name in ("taxable_pay", "income_tax")}
    found = all_found(SLIPS, of_hmrc(REFERENCE, here, "ORCHARD WORKS LIMITED"), of_hmrc(OTHER, there))
    assert found == [
        ("scheme_change", {name: str(-amount) for name, amount in moved.items()}),
        ("scheme_change", {name: str(amount) for name, amount in moved.items()}),
    ]


def test_payslips_that_go_on_from_another_reference_need_no_national_insurance() -> None:
    months = [figures("900.00", "0.00", "0.00")] * 12
    slips = monthly(months)
    moved = [item._replace(employment=OTHER, paye_reference=OTHER) for item in slips[5:]]
    found = all_found([*slips[:5], *moved], of_hmrc(REFERENCE, totals(slips[:5])), of_hmrc(OTHER, totals(moved)))
    assert ("scheme_change", {"taxable_pay": "4500.00"}) in found


def test_a_payment_after_5_april_is_no_week_53() -> None:
    weeks = weekly([figures("400.00", "31.60", "12.64")] * 53)
    late = [*weeks[:-1], weeks[-1]._replace(pay_date=date(2025, 4, 8))]
    total = totals(weeks[:-1])
    result = explained(late, [p60_of(total)], [hmrc_of(total)])
    assert [cause for cause, _ in discrepancies(result)] == ["payslip_in_wrong_year"]
    in_time = [*weeks[:-1], weeks[-1]._replace(pay_date=date(2025, 4, 5))]
    assert [cause for cause, _ in discrepancies(explained(in_time, [p60_of(total)]))] == ["week_53"]


@pytest.mark.parametrize("told_by", ["p60", "hmrc"])
def test_the_first_payslip_may_be_missing_where_no_year_to_date_is_printed(told_by: str) -> None:
    slips = without_ytd(SLIPS[1:])
    result = explained(slips, [p60_of(TOTAL)] * (told_by == "p60"), [hmrc_of(TOTAL)] * (told_by == "hmrc"))
    (finding,) = [item for item in result.findings if item.kind == "discrepancy"]
    assert PAID.items() <= {name: str(amount) for name, amount in finding.explains.items()}.items()
    assert "missing_payslip" in alternatives(result) | {finding.cause}


def test_no_tax_was_taken_of_no_pay_before_the_first_payslip() -> None:
    slips = printing(monthly([figures("2425.00", "970.00", "0")] * 9, first=4), "taxable_pay", "income_tax")
    first = slips[0]._replace(amounts=slips[0].amounts | {"income_tax": pounds("370.00")})
    found = discrepancies(explained([first, *slips[1:]], [p60_of(totals(slips))]))
    assert found == [("misread_figure", {"income_tax": "600.00"})]


def test_tax_of_a_run_without_pay_may_be_misread() -> None:
    months = monthly([*plain_year()[:10], figures(0, 0, 0), plain_year()[11]])
    last = months[11]._replace(
        amounts=months[11].amounts | {"ytd_income_tax": months[11].amounts["ytd_income_tax"] + 100}
    )
    total = totals(months)
    result = explained([*months[:10], last], [p60_of(total)], [hmrc_of(total)])
    (missing,) = [item for item in result.findings if item.cause == "missing_payslip"]
    told = [(one.cause, one.explains) for (one,) in missing.alternatives]
    assert ("misread_figure", {"income_tax": pounds("100.00")}) in told


def test_the_first_payslip_s_own_figure_may_be_misread_where_a_balance_was_carried_over() -> None:
    slips = printing(monthly(plain_year()[6:], first=7, opening=JOINED), "taxable_pay", "income_tax")
    held = totals(slips)
    result = explained(slips, [], [hmrc_of(held | {"income_tax": held["income_tax"] - 10})])
    assert discrepancies(result) == [("employer_reported_differently", {"income_tax": "-10.00"})]
    assert "misread_figure" in alternatives(result)


@pytest.mark.parametrize(("lost", "why"), [(1, "one run lies before the first"), (2, "two do")])
def test_what_hmrc_holds_twice_may_be_the_first_payslips(lost: int, why: str) -> None:
    slips = monthly([figures("3000.00", "390.40", "156.16")] * 12)
    left = without_ytd(slips[lost:])
    result = explained(left, [], [hmrc_of(totals(slips))])
    assert [cause for cause, _ in discrepancies(result)] == ["duplicate_employment"]
    assert "missing_payslip" in alternatives(result), why


def test_a_cause_that_leaves_pence_has_the_exact_amount_beside_it() -> None:
    months = [figures("3000.00", pounds("390.40") + Decimal(n) / 100, "156.16") for n in range(12)]
    slips = monthly(months)
    total = totals(slips)
    twice = total | {name: total[name] + slips[7].amounts[name] for name in PAID}
    (finding,) = [f for f in explained(slips, [], [hmrc_of(twice)]).findings if f.kind == "discrepancy"]
    exact = {name: slips[7].amounts[name] for name in PAID}
    told = [(finding.cause, finding.explains), *((one.cause, one.explains) for (one, *_) in finding.alternatives)]
    assert ("employer_reported_differently", exact) in told
    assert exact["income_tax"].quantize(Decimal(1), ROUND_FLOOR) != exact["income_tax"]


def test_a_missing_payslip_beside_a_misread_year_to_date_is_not_certain() -> None:
    read = SLIPS[9]._replace(amounts=SLIPS[9].amounts | {"ytd_income_tax": SLIPS[9].amounts["ytd_income_tax"] + 300})
    result = explained([*SLIPS[:8], read, *SLIPS[10:]], [p60_of(TOTAL)])
    (finding,) = [item for item in result.findings if item.cause == "missing_payslip"]
    assert finding.certainty == "likely"
    told = [(one.cause, one.explains.get("income_tax")) for some in finding.alternatives for one in some]
    assert told == [("missing_payslip", pounds("390.40")), ("misread_figure", None)]


def test_a_missing_payslip_told_by_the_last_year_to_date_alone_is_not_certain() -> None:
    read = SLIPS[11]._replace(amounts=SLIPS[11].amounts | {"ytd_income_tax": pounds("9000.00")})
    result = explained([*SLIPS[:10], read], [p60_of(TOTAL)], [hmrc_of(TOTAL)])
    assert [item.certainty for item in result.findings if item.cause == "missing_payslip"] == ["likely"]


def test_what_the_p60_alone_tells_of_a_missing_payslip_is_not_certain() -> None:
    slips = printing(SLIPS, "taxable_pay", "income_tax")
    short = p60_of(TOTAL | {"national_insurance": TOTAL["national_insurance"] - 100})
    result = explained([*slips[:8], *slips[9:]], [short])
    assert [item.certainty for item in result.findings if item.cause == "missing_payslip"] == ["likely"]


@pytest.mark.parametrize(
    ("at_hmrc", "why"),
    [
        ([of_hmrc(REFERENCE, totals(SLIPS[1:]))], "HMRC lacks the same month: a report that was never sent"),
        ([hmrc_of(TOTAL), of_hmrc("123/ZZ999", TOTAL)], "HMRC has the employment twice, of which one has no payslips"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_first_month_earned_here_is_missing_whatever_hmrc_holds(at_hmrc: list[HmrcEmployment], why: str) -> None:
    found = all_found(SLIPS[1:], *at_hmrc)
    month = PAID | {"national_insurance": "156.16", "student_loan": "67.00"}
    assert found[0] == ("missing_payslip", month)
    assert len(found) == 2


def test_a_balance_nothing_but_the_p60_counts_may_be_a_p45_s() -> None:
    slips = printing(monthly(plain_year()[6:], first=7, opening=JOINED), "taxable_pay", "income_tax")
    both = {name: amount + JOINED.get(name, pounds(0)) for name, amount in totals(slips).items()}
    result = explained(slips, [p60_of(both)])
    assert {"missing_payslip", "previous_employment"} <= {c for c, _ in discrepancies(result)} | alternatives(result)
