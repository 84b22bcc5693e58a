"""The report escapes what documents print, and says what is not explained."""

import pytest

from hmrc_pipeline.reconciliation.report import Report, Statement, as_html, as_markdown, finding_sentence
from hmrc_pipeline.reconciliation.results import CheckResult
from hmrc_pipeline_tests.payslips.made import YEAR

ROW = {
    "person": "p_1", "employment": "123/AB456", "employer": "Pipe | <script>alert(1)</script> *Ltd*",
    "measure": "taxable pay", "payslip_sum": "£1.00", "payslip_ytd": "£1.00", "p60": "£3.00", "hmrc": "\N{EN DASH}",
    "state": "differs", "unexplained": "£2.00",
}  # fmt: skip
CHECK = CheckResult("payslips_agree_with_p60", "failed", 1, 1, 0, "Says it.")
REPORT = Report(YEAR, (CHECK,), (ROW,), (Statement("p_1", "123/AB456", "unexplained", "£2.00 taxable pay is left."),))


def test_printed_text_cannot_change_the_page() -> None:
    text = as_markdown(REPORT)
    assert "Pipe \\| \\<script\\>alert(1)\\</script\\> \\*Ltd\\*" in text
    assert "<script>" not in as_html(REPORT)
    assert "&lt;script&gt;" in as_html(REPORT)


def test_what_is_not_explained_is_said() -> None:
    text = as_markdown(REPORT)
    assert "## Not explained" in text
    assert "£2.00 taxable pay is left." in text
    assert "Nothing differs" not in text
    assert "fails" in text


def test_a_year_without_figures() -> None:
    assert "No figures of this year yet." in as_markdown(Report(YEAR, (), (), ()))


def test_a_finding_in_sentences() -> None:
    finding = {
        "cause": "missing_payslip", "kind": "discrepancy", "certainty": "possible", "next_step": "Ask the payroll.",
        "explains": {"taxable_pay": "900.00"}, "evidence": {"tax_periods": [3, 4], "unit": "tax week"},
        "alternatives": [[{"cause": "previous_employment", "explains": {}}]],
    }  # fmt: skip
    finding["evidence"]["by"] = "2029-04-05"
    pair = [{"cause": "missing_payslip", "explains": {}}, {"cause": "late_correction", "explains": {}}]
    finding["alternatives"].append(pair)
    assert finding_sentence(finding) == (
        "One payslip or more is missing (tax weeks 3, 4): £900.00 taxable pay. This is possible. Ask the payroll."
        " It can be put right until 5 April 2029. It could also be: a previous employment's pay is counted in."
        " Several causes at once would fit too."
    )


def _said(cause: str, explains: dict[str, str], **evidence: object) -> str:
    finding = {"cause": cause, "kind": "information", "certainty": "certain", "next_step": "", "alternatives": []}
    return finding_sentence({**finding, "explains": explains, "evidence": evidence})


@pytest.mark.parametrize(
    ("cause", "explains", "evidence", "said", "why"),
    [
        ("refund_in_year", {}, {"tax_periods": [7], "unit": "tax month"}, "Tax came back in the year (tax month 7).",
         "one month is no months"),
        ("code_change", {}, {"tax_period": 30}, "Code change (tax period 30).", "a week is no month unless it is said"),
        ("week_53", {"taxable_pay": "-9.00"}, {"tax_period": 53, "unit": "tax week"},
         "An extra week stands at the year's end (tax week 53): £9.00 less taxable pay.", "no sign before an amount"),
        ("p60_differs", {"taxable_pay": "-9.00", "income_tax": "2.00"}, {},
         "The P60 differs from the payslips: £9.00 less taxable pay, £2.00 more Income Tax.", "which way it differs"),
        ("missing_payslip", {"taxable_pay": "9.00"}, {}, "A payslip is missing: £9.00 taxable pay.", "a figure alone"),
        ("missing_payslip", {}, {"tax_periods": [3, 4]}, "Payslips are missing (tax periods 3, 4).", "two of them"),
        ("source_absent", {}, {"source": "p60"}, "There is no P60.", "which source it is"),
        ("source_absent", {}, {"source": "payslips"}, "There are no payslips.", "which source it is"),
        ("source_absent", {}, {"source": "hmrc"}, "There are no figures from HMRC.", "which source it is"),
    ],
)  # fmt: skip
def test_what_a_finding_is_called(
    cause: str, explains: dict[str, str], evidence: dict[str, object], said: str, why: str
) -> None:
    assert _said(cause, explains, **evidence) == said, why
