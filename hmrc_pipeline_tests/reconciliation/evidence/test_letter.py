"""What a letter says of what was found: enough for a payroll that sees nothing else."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hmrc_pipeline.reconciliation.evidence.letter import Letter, letters_of
from hmrc_pipeline.reconciliation.evidence.pack import Employment, Pack, Person
from hmrc_pipeline.tax_year import TaxYear


def _finding(cause: str, explains: dict[str, str], **evidence: object) -> dict[str, Any]:
    told = {"cause": cause, "kind": "discrepancy", "certainty": "likely", "next_step": "Ask.", "alternatives": []}
    return {**told, "explains": explains, "evidence": evidence}


def _letter(*findings: dict[str, Any], unexplained: str = "0.00", not_shown: int = 0) -> Letter:
    left = {"income_tax": Decimal(unexplained)}
    employment = Employment("123/AB456", "123/AB456", "Orchard Works Ltd", (), findings, left, (), not_shown=not_shown)
    person = Person("p_1", "Zoë Łukasz", "QQ123456C")
    (letter,) = letters_of(Pack("self", TaxYear(2024), person, (employment,), datetime(2026, 1, 1, tzinfo=UTC)))
    return letter


CODE = _finding(
    "wrong_tax_code",
    {"income_tax": "400.00"},
    tax_periods=[7, 8],
    unit="tax month",
    printed_code="1257L",
    operated_code="1057L",
)
FIGURE = _finding(
    "misread_figure",
    {},
    tax_period=5,
    unit="tax month",
    figure="ytd_income_tax",
    printed="1888.60",
    expected="1861.60",
)


def test_a_wrong_code_is_named_and_nothing_is_said_to_differ() -> None:
    letter = _letter(CODE)
    (found,) = letter.findings
    assert "£400.00 more Income Tax" in found
    assert "The payslips print 1257L; the tax is what 1057L gives." in found
    assert "do not agree" not in letter.subject + letter.opening
    assert "which tax code you held" in letter.requests[0]


@pytest.mark.parametrize(
    ("findings", "unexplained", "why"),
    [
        ((CODE, FIGURE), "0.00", "a figure differs beside the code"),
        ((CODE,), "5.00", "something is left without a cause"),
        ((), "5.00", "nothing but that is left"),
    ],
)
def test_what_differs_is_said_to(findings: tuple[dict[str, Any], ...], unexplained: str, why: str) -> None:
    letter = _letter(*findings, unexplained=unexplained)
    assert "do not agree" in letter.subject, why
    assert "They do not agree" in letter.opening, why


def test_a_figure_is_named_with_what_it_should_be() -> None:
    (found,) = _letter(FIGURE).findings
    assert "I read £1,888.60 of Income Tax (year to date); the other figures give £1,861.60." in found


@pytest.mark.parametrize(
    ("cause", "evidence", "said", "asked"),
    [
        (
            "wrong_ni_letter",
            {"printed_letter": "A", "operated_letter": "C"},
            "The payslips print letter A; the contributions are those of letter C.",
            "which National Insurance letter you used",
        ),
        (
            "wrong_loan_plan",
            {"usual_plan": "1", "operated_plan": "2"},
            "Most payslips deduct as on plan 1; these as on plan 2.",
            "which loan plan you were told",
        ),
        (
            "week_53",
            {"tax_period": 53, "unit": "tax week"},
            "(tax week 53)",
            "which tax year the payslip of tax week 53",
        ),
    ],
)
def test_what_was_taken_is_named_and_asked_for(cause: str, evidence: dict[str, str], said: str, asked: str) -> None:
    letter = _letter(_finding(cause, {"national_insurance": "-9.00"}, **evidence))
    assert said in letter.findings[0]
    assert asked in letter.requests[0]


def test_two_p60s_of_which_nothing_tells_the_valid_one_are_asked_about() -> None:
    rivals = {**_finding("corrected_p60", {"taxable_pay": "500.00"}, chosen_by="payslips"), "kind": "information"}
    letter = _letter(rivals)
    assert letter.subject == "Tax year 2024-25: two P60s that differ"
    assert letter.findings == ("There are several P60s: £500.00 more taxable pay.",)
    assert letter.requests == ("Please confirm which of the P60s is valid.",)
    told = {**rivals, "evidence": {"chosen_by": "marked"}}
    assert "do not agree" in _letter(FIGURE, rivals).subject
    assert len(_letter(FIGURE, told).findings) == 1, "one is marked as corrected: nothing to ask"


def test_pages_left_out_are_told_of() -> None:
    assert "the pages they come from are attached" in _letter(CODE).opening
    assert "17 pages like them are left out." in _letter(CODE, not_shown=17).opening
