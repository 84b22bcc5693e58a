"""The report escapes what documents print, and says what is not explained."""

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
        "A payslip is missing (tax weeks 3, 4): £900.00 taxable pay. This is possible. Ask the payroll."
        " It can be put right until 5 April 2029. It could also be: a previous employment's pay is counted in."
        " Several causes at once would fit too."
    )
