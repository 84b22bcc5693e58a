"""Which of several P60s counts: the marked one, else the later one, else the one that agrees."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hmrc_pipeline.reconciliation.choosing import choose_p60
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline_tests.payslips.made import monthly, p60_of, plain_year, pounds, totals
from hmrc_pipeline_tests.reconciliation.made import discrepancies, explained, hmrc_of, left, without_ytd

SLIPS = monthly(plain_year())
TOTAL = totals(SLIPS)
MORE = {**TOTAL, "income_tax": TOTAL["income_tax"] + pounds(120)}
MAY, AUGUST = date(2025, 5, 20), date(2025, 8, 3)


def forms(same: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """One P60 with the payslips' figures, one with other tax."""
    return [p60_of(TOTAL, name="same", **same), p60_of(MORE, name="other", **other)]


def told(result: Explained) -> list[tuple[str, str, dict[str, Decimal], str]]:
    return [
        (item.cause, item.kind, dict(item.explains), item.evidence["chosen_by"])
        for item in result.findings
        if item.cause == "corrected_p60"
    ]


@pytest.mark.parametrize(
    ("same", "other", "counts", "reason"),
    [
        ({}, {"corrected": True}, "other", "marked"),
        ({"corrected": True}, {}, "same", "marked"),
        ({"issued_on": AUGUST}, {"corrected": True, "issued_on": MAY}, "other", "marked"),
        ({"issued_on": MAY}, {"issued_on": AUGUST}, "other", "issued"),
        ({"issued_on": AUGUST}, {"issued_on": MAY}, "same", "issued"),
        ({"corrected": True, "issued_on": MAY}, {"corrected": True, "issued_on": AUGUST}, "other", "issued"),
        ({}, {"issued_on": AUGUST}, "same", "payslips"),  # a form without a date may be the later one
        ({"issued_on": MAY}, {"issued_on": MAY}, "same", "payslips"),
        ({}, {}, "same", "payslips"),
    ],
)
def test_the_rule(same: dict[str, Any], other: dict[str, Any], counts: str, reason: str) -> None:
    result = explained(SLIPS, forms(same, other))
    (form,) = result.case.p60
    assert form.measure("income_tax") == (MORE if counts == "other" else TOTAL)["income_tax"]
    assert result.case.chosen_by == reason
    assert len(result.case.rivals) == 1, "both are kept"


def test_hmrc_decides_where_payslips_say_nothing() -> None:
    choice = choose_p60(forms({}, {}), (), [hmrc_of(MORE)])
    assert choice.chosen[0].measure("income_tax") == MORE["income_tax"]
    assert choice.reason == "hmrc"
    assert choose_p60(forms({}, {}), ()).reason == "seen"


def test_payslips_without_a_year_to_date_speak_by_their_sum() -> None:
    assert explained(without_ytd(SLIPS), forms({}, {})).case.chosen_by == "payslips"


def test_a_corrected_form_beside_payslips_of_before() -> None:
    result = explained(SLIPS, forms({}, {"corrected": True}), [hmrc_of(MORE)])
    assert discrepancies(result) == [("corrected_p60", {"income_tax": "120.00"})]
    assert told(result) == [("corrected_p60", "discrepancy", {"income_tax": pounds(120)}, "marked")]
    assert left(result) == {pounds(0)}


def test_hmrc_still_has_the_figures_of_before() -> None:
    result = explained(SLIPS, forms({}, {"corrected": True}), [hmrc_of(TOTAL)])
    assert ("corrected_p60", {"income_tax": "120.00"}) in discrepancies(result)
    assert left(result) == {pounds(0)}


def test_unmarked_forms_are_flagged_and_open_no_gap() -> None:
    result = explained(SLIPS, forms({}, {}), [hmrc_of(TOTAL)])
    assert discrepancies(result) == []
    assert told(result) == [("corrected_p60", "information", {"income_tax": pounds(120)}, "payslips")]
    (finding,) = [item for item in result.findings if item.cause == "corrected_p60"]
    assert finding.certainty == "possible"
    assert len(finding.evidence["documents"]) == 2


def test_hmrc_has_the_form_that_does_not_count() -> None:
    result = explained(SLIPS, forms({}, {}), [hmrc_of(MORE)])
    assert discrepancies(result) == [("corrected_p60", {"income_tax": "120.00"})]
    assert left(result) == {pounds(0)}
