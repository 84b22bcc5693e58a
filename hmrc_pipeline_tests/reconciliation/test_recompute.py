"""Payslips recomputed: what agrees, what a wrong code leaves at the end, and what is only context."""

from datetime import date
from decimal import Decimal

import pytest

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import national_insurance, rates_of, student_loan, tax_due
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline_tests.payslips.made import YEAR, month_day, p60_of, pounds, slip, totals
from hmrc_pipeline_tests.reconciliation.made import discrepancies, explained, hmrc_of

RATES = rates_of(YEAR)


def year_of_pay(
    codes: list[str],
    *,
    printed: list[str] | None = None,
    letters: str = "A" * 12,
    pays: list[str] | None = None,
    plan: str = "2",
    first: int = 1,
) -> list[Payslip]:
    """Monthly payslips as a payroll computes them on `codes`; what it prints may differ."""
    slips, running = [], dict.fromkeys(("taxable_pay", "income_tax", "national_insurance", "student_loan"), pounds(0))
    for index, text in enumerate(codes):
        month, pay = index + first, pounds((pays or ["3200.00"] * 12)[index])
        due = tax_due(
            TaxCode.parse(text),
            RATES,
            pay_to_date=running["taxable_pay"] + pay,
            tax_to_date=running["income_tax"],
            period=month,
            periods_in_year=12,
            pay_this_period=pay,
        )
        day = month_day(month)
        paid = national_insurance(letters[index], RATES, earnings=pay, pay_date=day, frequency="monthly")
        amounts = {
            "taxable_pay": pay,
            "income_tax": due.this_period,
            "national_insurance": paid.employee,
            "student_loan": student_loan(plan, RATES, earnings=pay, frequency="monthly"),
        }
        running = {name: running[name] + amount for name, amount in amounts.items()}
        code = TaxCode.parse((printed or codes)[index])
        row = {**amounts, "ni_pay": pay, "gross_pay": pay, **{f"ytd_{name}": a for name, a in running.items()}}
        made = slip(month, day, row, tax_code=code.value, tax_basis=code.basis, ni_letter=letters[index])
        slips.append(made)
    return slips


def told(slips: list[Payslip]) -> Explained:
    total = totals(slips)
    return explained(slips, [p60_of(total)], [hmrc_of(total)])


def causes_of(result: Explained) -> set[str]:
    return {item.cause for item in result.findings}


def test_a_year_on_its_code_agrees() -> None:
    result = told(year_of_pay(["1257L"] * 12))
    assert causes_of(result) == set()
    (recomputed,) = result.case.recomputed
    assert [item.agrees for item in recomputed.taxes] == [True] * 12


@pytest.mark.parametrize(
    ("codes", "printed"),
    [
        (["1100L"] * 12, ["1257L"] * 12),
        (["1257L"] * 6 + ["BR"] * 6, ["1257L"] * 12),
        (["S1257L"] * 12, ["1257L"] * 12),
        (["1257L M1"] * 12, ["1257L"] * 12),
        (["K100"] * 12, ["1257L"] * 12),
    ],
)
def test_a_wrong_code_explains_what_is_left_at_the_last_period(codes: list[str], printed: list[str]) -> None:
    pays = ["2900.00", *["3200.00"] * 10, "3900.00"] if "M1" in codes[-1] else None
    slips = year_of_pay(codes, printed=printed, pays=pays)
    total = totals(slips)
    due = tax_due(
        TaxCode.parse(printed[-1]),
        RATES,
        pay_to_date=total["taxable_pay"],
        tax_to_date=pounds(0),
        period=12,
        periods_in_year=12,
        pay_this_period=total["taxable_pay"],
    ).to_date
    off = total["income_tax"] - due
    assert off != 0
    result = told(slips)
    assert discrepancies(result) == [("wrong_tax_code", {"income_tax": str(off)})]
    finding = next(item for item in result.findings if item.cause == "wrong_tax_code")
    assert finding.certainty == "likely"
    assert finding.evidence["operated_code"].removesuffix(" M1") == TaxCode.parse(codes[-1]).value
    assert "regulation 72" in finding.next_step


def test_a_wrong_code_put_right_leaves_nothing() -> None:
    slips = year_of_pay(["1100L"] * 6 + ["1257L"] * 6, printed=["1257L"] * 12)
    assert discrepancies(told(slips)) == []


def test_a_joiner_whose_past_is_not_shown_is_not_judged() -> None:
    slips = year_of_pay(["1257L"] * 7, first=6)
    unknown = [item._replace(amounts={**item.amounts, "income_tax": item.amounts["income_tax"] + 40}) for item in slips]
    plain = [
        item._replace(amounts={n: a for n, a in item.amounts.items() if not n.startswith("ytd_")}) for item in unknown
    ]
    assert "wrong_tax_code" not in causes_of(told(plain))


def test_context_is_told_and_fails_nothing() -> None:
    codes = ["1257L M1"] * 2 + ["1257L"] * 4 + ["K900"] * 6
    result = told(year_of_pay(codes, letters="M" * 6 + "A" * 6, pays=["3000.00"] * 6 + ["900.00"] * 6))
    assert causes_of(result) >= {"emergency_basis", "code_change", "k_code_limit", "ni_letter_change"}
    assert discrepancies(result) == []
    assert {item.kind for item in result.findings} == {"information"}
    change = next(item for item in result.findings if item.cause == "code_change")
    assert (change.evidence["from"], change.evidence["to"], change.evidence["tax_period"]) == ("1257L", "K900", 7)


def test_a_wrong_letter_and_a_wrong_plan_are_told_by_the_others() -> None:
    slips = year_of_pay(["1257L"] * 12, letters="C" * 3 + "A" * 9)
    printed = [item._replace(ni_letter="A") for item in slips]
    result = told(printed)
    day = date(2024, 4, 30)
    due = national_insurance("A", RATES, earnings=pounds(3200), pay_date=day, frequency="monthly").employee
    assert discrepancies(result) == [("wrong_ni_letter", {"national_insurance": str(-3 * due)})]
    one = student_loan("1", RATES, earnings=pounds(3200), frequency="monthly")
    two = student_loan("2", RATES, earnings=pounds(3200), frequency="monthly")
    mixed = []
    for item in year_of_pay(["1257L"] * 12):
        amounts = {name: amount for name, amount in item.amounts.items() if name != "ytd_student_loan"}
        mixed.append(item._replace(amounts=amounts | ({"student_loan": one} if item.tax_period in (4, 5) else {})))
    assert discrepancies(told(mixed)) == [("wrong_loan_plan", {"student_loan": str(2 * (one - two))})]


def test_directors_are_not_blamed_for_their_yearly_period() -> None:
    slips = year_of_pay(["1257L"] * 12)
    running, earned, directors = pounds(0), pounds(0), []
    for item in slips:
        earned += item.amounts["ni_pay"]
        due = max(pounds(0), (min(earned, pounds(50270)) - 12570) * Decimal("0.08")).quantize(Decimal("0.01")) - running
        running += due
        more = {"national_insurance": due, "ytd_national_insurance": running, "ytd_ni_pay": earned}
        directors.append(item._replace(amounts={**item.amounts, **more}))
    assert "wrong_ni_letter" not in causes_of(told(directors))


def test_shares_are_split_at_the_margin() -> None:
    slips = year_of_pay(["1257L"] * 12, pays=["3200.00"] * 5 + ["9200.00"] + ["3200.00"] * 6)
    vest = slips[5]._replace(amounts={**slips[5].amounts, "rsu_gross": pounds(6000), "rsu_excess_refund": pounds(12)})
    result = told([*slips[:5], vest, *slips[6:]])
    finding = next(item for item in result.findings if item.cause == "rsu_gross_up")
    tax, usual = vest.amounts["income_tax"], slips[4].amounts["income_tax"]
    assert abs(Decimal(finding.evidence["income_tax_on_shares"]) - (tax - usual)) < 1
    assert "rsu_refund" in causes_of(result)
