"""What a year comes to: the balance with its range, the forecast of an open one, the days that matter."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hmrc_pipeline.reconciliation.asking import claim_ends_on
from hmrc_pipeline.reconciliation.case import Other, Surroundings, open_case
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.deadlines import deadlines_of, shares_made_good_by, with_meaning
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.reconciliation.meaning import at_stake, predict
from hmrc_pipeline_tests.payslips.made import YEAR, p60_of, totals
from hmrc_pipeline_tests.reconciliation.made import AFTER, explained, hmrc_of
from hmrc_pipeline_tests.reconciliation.test_recompute import told, year_of_pay


def test_a_year_on_its_code_comes_to_nothing() -> None:
    prediction = predict([told(year_of_pay(["1257L"] * 12))])
    assert prediction is not None
    assert (prediction.kind, prediction.income) == ("closed", Decimal("38400.00"))
    assert not prediction.matters
    assert at_stake([told(year_of_pay(["1257L"] * 12))], prediction) == 0


def test_an_emergency_code_leaves_a_balance_with_a_range() -> None:
    result = told(year_of_pay(["BR"] * 12))
    prediction = predict([result])
    assert prediction is not None
    assert prediction.expected == Decimal("38400") * Decimal("0.2") - (38400 - 12570) * Decimal("0.2")
    assert prediction.low <= prediction.expected <= prediction.high
    assert at_stake([result], prediction) == prediction.expected
    (main,) = with_meaning([result], prediction, AFTER)
    told_of = {item.evidence.get("deadline", item.cause): item for item in main.findings}
    assert told_of["claim"].evidence["by"] == "2029-04-05"
    assert {item.kind for item in main.findings} == {"information"}
    assert "overpaid" in told_of["predicted_balance"].next_step


def test_a_balance_is_only_possible_where_the_year_may_go_on() -> None:
    leaver = explained(year_of_pay(["1257L"] * 12)[:10])
    prediction = predict([leaver])
    assert prediction is not None
    assert prediction.matters, "a cumulative code has given ten months of allowance"
    (main,) = with_meaning([leaver], prediction, AFTER)
    balance = next(item for item in main.findings if item.cause == "predicted_balance")
    assert balance.certainty == "possible"
    assert "if none followed the last payslip" in balance.next_step


def test_a_code_with_less_than_the_allowance_gives_a_range() -> None:
    prediction = predict([told(year_of_pay(["900L"] * 12))])
    assert prediction is not None
    assert abs(prediction.expected) < 10
    assert prediction.high > 600


def test_an_open_year_is_forecast() -> None:
    slips = year_of_pay(["1257L"] * 12)[:6]
    result = explained(slips, today=date(2024, 10, 20))
    prediction = predict([result])
    assert prediction is not None
    assert (prediction.kind, prediction.income) == ("forecast", Decimal("38400.00"))
    assert abs(prediction.expected) < 5


def test_days() -> None:
    assert claim_ends_on(YEAR) == date(2029, 4, 5)
    assert shares_made_good_by(YEAR) == date(2025, 7, 4)
    slips = year_of_pay(["1257L"] * 12)
    total = totals(slips)
    waiting = explained(slips, [], [hmrc_of(total)], today=date(2025, 5, 1))
    names = [item.name for item in deadlines_of([waiting], predict([waiting]), date(2025, 5, 1))]
    assert names == ["p60", "tax_return"]
    assert deadlines_of([], None, AFTER) == []
    given = explained(slips, [p60_of(total)])
    assert deadlines_of([given], predict([given]), AFTER) == []


def _other(result: Explained, employment: str) -> Explained:
    return replace(result, case=replace(result.case, employment=employment))


def _balance_told(results: list[Explained]) -> str:
    told_of = [item for each in with_meaning(results, predict(results), AFTER) for item in each.findings]
    return next((item.next_step for item in told_of if item.cause == "predicted_balance"), "nothing")


@pytest.mark.parametrize(
    ("code", "pay", "balance", "why"),
    [
        ("757L", "9166.66", "-3.20", "the code holds the allowance lost above 100,000 pounds already"),
        ("1257L", "9166.66", "-1999.20", "the code knows nothing of it, the year takes it away"),
        ("0T", "11000.00", "0.00", "no allowance, and none is left"),
        ("657L", "9166.66", "-3.20", "a debt beside what is lost is due as well"),
        ("K475", "11000.00", "0.00", "where no allowance is left a K code is all debt"),
        ("1357L", "3200.00", "-1.80", "more than the allowance is what HMRC grants"),
    ],
)
def test_a_code_tells_of_the_lost_allowance_only_once(code: str, pay: str, balance: str, why: str) -> None:
    prediction = predict([told(year_of_pay([code] * 12, pays=[pay] * 12))])
    assert prediction is not None
    assert abs(prediction.expected - Decimal(balance)) < 5, why
    assert prediction.low <= prediction.expected <= prediction.high


def test_pay_of_an_earlier_employment_on_the_p60_is_counted() -> None:
    slips = year_of_pay(["1257L"] * 5, first=8)
    total = totals(slips)
    p60 = p60_of(total)
    handed = {"pay_previous": Decimal("22400.00"), "tax_previous": Decimal("3014.00")}
    own, whole = explained(slips, [p60]), explained(slips, [replace(p60, amounts={**p60.amounts, **handed})])
    alone, together = predict([own]), predict([whole])
    assert alone is not None
    assert together is not None
    assert together.income == alone.income + handed["pay_previous"]
    assert together.tax == alone.tax + handed["tax_previous"]
    before = explained(year_of_pay(["1257L"] * 7))
    seen = predict([_other(before, "999/Z1"), whole])
    assert seen is not None
    assert seen.income == together.income, "what its own payslips show is not counted again"


def test_one_who_joined_late_may_have_earned_before() -> None:
    slips = [item._replace(tax_basis="M1") for item in year_of_pay(["1257L M1"] * 5, first=8)]
    late = explained(slips, [p60_of(totals(slips))])
    said = _balance_told([late])
    assert "on this pay alone, if none came before the first payslip" in said
    assert "Count in what an earlier job of the year paid before you claim it." in said
    assert deadlines_of([late], predict([late]), AFTER) == []
    before = _other(explained(year_of_pay(["1257L"] * 7)), "999/Z1")
    assert "came before" not in _balance_told([before, late]), "what came before is known"


def test_a_job_that_was_left_is_not_forecast_to_go_on() -> None:
    today = date(2024, 11, 20)
    left = _other(explained(year_of_pay(["1257L"] * 3), today=today), "999/Z1")
    new = explained(year_of_pay(["1257L"] * 4, first=4), today=today)
    prediction = predict([left, new])
    assert prediction is not None
    assert prediction.income == 12 * Decimal("3200")
    still = predict([left])
    assert still is not None
    assert still.income == 12 * Decimal("3200"), "without another job its pay is forecast to go on"
    beside = _other(explained(year_of_pay(["1257L"] * 7), today=today), "999/Z1")
    both = predict([beside, new])
    assert both is not None
    assert both.income == 21 * Decimal("3200"), "a job beside it that still pays goes on"


def test_a_range_holds_what_each_source_comes_to() -> None:
    slips = year_of_pay(["1257L"] * 12)
    total = totals(slips)
    more = {**total, "income_tax": total["income_tax"] + 90}
    result = explained(slips, [p60_of(more)])
    prediction = predict([result])
    assert prediction is not None
    assert prediction.high - prediction.low == 90
    assert prediction.high == prediction.expected, "HMRC reckons from the P60"
    said = _balance_told([result])
    assert "anything from" in said
    assert "Settle what differs first" in said
    assert "Settle" not in _balance_told([told(year_of_pay(["BR"] * 12))])


def test_pay_under_another_reference_of_the_employer_is_counted_once() -> None:
    whole = year_of_pay(["1257L"] * 12)
    before = explained(whole[:5])
    closing = {name: whole[4].amounts[f"ytd_{name}"] for name in MEASURES if f"ytd_{name}" in whole[4].amounts}
    around = Surroundings(AFTER, others=(Other("999/Z1", None, closing, (), None),))
    after = explain(open_case(YEAR, "999/Z2", whole[5:], [p60_of(totals(whole))], [], around, person_id="person-1"))
    assert "scheme_change" in [finding.cause for finding in after.findings]
    prediction = predict([before, after])
    assert prediction is not None
    assert prediction.income == 12 * Decimal("3200")
    assert not prediction.matters
    alone = predict([after])
    assert alone is not None
    assert alone.income == 12 * Decimal("3200"), "without payslips under the other reference nothing is taken off"


def test_nothing_is_claimed_where_the_year_may_go_on() -> None:
    leaver = explained(year_of_pay(["1257L"] * 12)[:10])
    prediction = predict([leaver])
    assert prediction is not None
    assert prediction.low < 5 < prediction.expected, "the range holds that the pay went on"
    assert deadlines_of([leaver], prediction, AFTER) == []
    said = _balance_told([leaver])
    assert "Look for the P60 or P45 before you claim it." in said
    assert "-£" not in said
