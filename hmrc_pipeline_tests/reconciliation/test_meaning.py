"""What a year comes to: the balance with its range, the forecast of an open one, the days that matter."""

from datetime import date
from decimal import Decimal

from hmrc_pipeline.reconciliation.asking import claim_ends_on
from hmrc_pipeline.reconciliation.deadlines import deadlines_of, shares_made_good_by, with_meaning
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
