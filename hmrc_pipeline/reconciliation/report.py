"""The report of a tax year for people's eyes: measures by source and findings in sentences, as Markdown or HTML.

No names, no National Insurance numbers: people are known by their opaque id. Writing a file is not done here.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES, spoken_day
from hmrc_pipeline.reconciliation.results import CheckResult, check_results, people_as_json, year_table
from hmrc_pipeline.reconciliation.spoken import amounts_said, periods_said
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Report", "Statement", "as_html", "as_markdown", "finding_sentence", "year_report"]

COLUMNS: Final[Mapping[str, str]] = {
    "person": "Person",
    "employment": "Employment",
    "employer": "Employer",
    "measure": "Measure",
    "payslip_sum": "Payslips' sum",
    "payslip_ytd": "Last year to date",
    "p60": "P60",
    "hmrc": "HMRC",
    "state": "State",
    "unexplained": "Unexplained",
}

_CAUSES: Final[Mapping[str, str]] = {
    "missing_payslip": "A payslip is missing",
    "payslip_in_wrong_year": "A payslip counts in another year",
    "misread_figure": "A figure is misread or misprinted",
    "wrong_tax_code": "Tax was taken on another code",
    "wrong_ni_letter": "National Insurance was taken on another letter",
    "wrong_loan_plan": "A loan was deducted on another plan",
    "late_correction": "Something was put right after the last payslip",
    "duplicate_employment": "HMRC holds the employment twice",
    "two_employments_one_reference": "There are two jobs under one PAYE reference",
    "scheme_change": "The employer's PAYE reference changed",
    "previous_employment": "A previous employment's pay is counted in",
    "week_53": "An extra week stands at the year's end",
    "rounding": "Figures are rounded",
    "student_loan_rounding": "Loan deductions are rounded",
    "state_pension_lump_sum": "HMRC lists a State Pension lump sum",
    "hmrc_not_reconciled": "HMRC has not reconciled the year",
    "predicted_balance": "What the year comes to",
    "deadline": "A day to remember",
    "rsu_gross_up": "Shares count as pay",
    "rsu_refund": "Money of shares came back",
    "net_pay_pension": "The pension is taken before tax",
    "relief_at_source": "The pension is taken after tax",
    "k_code_limit": "No more than half of the pay was taken in tax",
    "ni_letter_change": "The National Insurance letter changed",
    "duplicate_payslip": "A pay run has two payslips",
    "p60_differs": "The P60 differs from the payslips",
    "employer_reported_differently": "HMRC holds other figures",
    "corrected_p60": "There are several P60s",
    "refund_in_year": "Tax came back in the year",
    "emergency_basis": "An emergency tax code was used",
}
_ABSENT: Final[Mapping[str, str]] = {
    "p60": "There is no P60",
    "payslips": "There are no payslips",
    "hmrc": "There are no figures from HMRC",
}
_COMPARED: Final = frozenset(
    {"p60_differs", "employer_reported_differently", "corrected_p60", "late_correction", "rounding"}
    | {"wrong_tax_code", "wrong_ni_letter", "wrong_loan_plan"}
)
"""Causes whose amounts are by how much one side is above or below another."""
_STATES: Final[Mapping[str, str]] = {
    "passed": "agrees",
    "failed": "fails",
    "warned": "within tolerance",
    "not_yet": "not yet",
}


@dataclass(frozen=True)
class Statement:
    """One sentence of the report: whose employment, what kind of finding, and what it says."""

    person: str
    employment: str
    kind: str
    text: str


@dataclass(frozen=True)
class Report:
    """A tax year in plain data."""

    tax_year: TaxYear
    checks: tuple[CheckResult, ...]
    rows: tuple[Mapping[str, str], ...]
    statements: tuple[Statement, ...]


def year_report(session: Session, tax_year: TaxYear) -> Report:
    """The report of a year from its stored results."""
    people = people_as_json(session, [tax_year])
    statements = tuple(statement for person in people for statement in _statements(person))
    return Report(tax_year, tuple(check_results(session, tax_year)), tuple(year_table(session, tax_year)), statements)


def as_markdown(report: Report) -> str:
    """The report as Markdown."""
    lines = [f"# Tax year {report.tax_year}", ""]
    lines += _table(("Check", "State", "What it says"), [_check_cells(check) for check in report.checks])
    lines += ["", "## Measures by source", ""]
    if report.rows:
        lines += _table(tuple(COLUMNS.values()), [tuple(row[name] for name in COLUMNS) for row in report.rows])
    else:
        lines.append("No figures of this year yet.")
    for title, kind in (
        ("Findings", "discrepancy"),
        ("Not explained", "unexplained"),
        ("For information", "information"),
    ):
        found = [statement for statement in report.statements if statement.kind == kind]
        if found:
            lines += ["", f"## {title}", ""]
            lines += [f"- **{_cell(item.employment)}** ({item.person}): {_cell(item.text)}" for item in found]
    if report.rows and not any(item.kind != "information" for item in report.statements):
        lines += ["", "Nothing differs."]
    return "\n".join(lines) + "\n"


def as_html(report: Report) -> str:
    """The report as one HTML fragment, every text escaped."""
    parts = [f"<h1>Tax year {html.escape(report.tax_year.label)}</h1>"]
    parts.append(_html_table(("Check", "State", "What it says"), [_check_cells(check) for check in report.checks]))
    parts.append("<h2>Measures by source</h2>")
    parts.append(_html_table(tuple(COLUMNS.values()), [tuple(row[name] for name in COLUMNS) for row in report.rows]))
    items = "".join(
        f'<li class="{item.kind}"><strong>{html.escape(item.employment)}</strong> ({html.escape(item.person)}): '
        f"{html.escape(item.text)}</li>"
        for item in report.statements
    )
    parts.append(f"<h2>Findings</h2><ul>{items}</ul>" if items else "<p>Nothing differs.</p>")
    return "\n".join(parts)


def finding_sentence(finding: Mapping[str, Any]) -> str:
    """A finding, as `reconcile --json` gives it, in sentences: what, which amounts, how sure, what to do."""
    evidence = finding["evidence"]
    text = _headline(finding)
    periods = evidence.get("tax_periods", [evidence["tax_period"]] if "tax_period" in evidence else [])
    if periods:
        text += f" ({periods_said(evidence.get('unit', 'tax period'), periods)})"
    amounts = {name: Decimal(amount) for name, amount in finding["explains"].items()}
    if amounts:
        text += f": {amounts_said(amounts, compared=finding['cause'] in _COMPARED)}"
    sure = "" if finding["kind"] == "information" else f" This is {finding['certainty']}."
    return " ".join(filter(None, (f"{text}.{sure}", finding["next_step"], _until(finding), _others(finding))))


def _headline(finding: Mapping[str, Any]) -> str:
    if finding["cause"] == "source_absent":
        return _ABSENT[finding["evidence"]["source"]]
    if finding["cause"] == "missing_payslip" and len(finding["evidence"].get("tax_periods", ())) > 1:
        return "One payslip or more is missing" if finding["certainty"] == "possible" else "Payslips are missing"
    return _CAUSES.get(finding["cause"], finding["cause"].replace("_", " ").capitalize())


def _until(finding: Mapping[str, Any]) -> str:
    """Until when a discrepancy can be put right; nothing where that is not to be said."""
    day = finding.get("until", finding["evidence"].get("by"))
    is_gap = finding["kind"] == "discrepancy" and day is not None
    return f"It can be put right until {spoken_day(date.fromisoformat(day))}." if is_gap else ""


def _others(finding: Mapping[str, Any]) -> str:
    """What else it could be: every single cause, and in how many ways two together."""
    sets = [[_called(one["cause"]) for one in some] for some in finding["alternatives"]]
    own = _called(finding["cause"])
    single = dict.fromkeys(some[0] for some in sets if len(some) == 1 and some[0] != own)
    several = sum(len(some) > 1 for some in sets)
    told = [f"It could also be: {'; '.join(single)}."] if single else []
    if several:
        told.append(f"Several causes at once would fit too{f', in {several} ways' if several > 1 else ''}.")
    return " ".join(told)


def _called(cause: str) -> str:
    words = _CAUSES.get(cause, cause.replace("_", " "))
    return words if words.startswith(("HMRC", "P60", "National")) else words[0].lower() + words[1:]


def _statements(person: Mapping[str, Any]) -> Iterator[Statement]:
    for year in person["tax_years"]:
        for employment in year["employments"]:
            name = employment.get("paye_reference") or employment.get("employer_name") or "employer not named"
            for finding in employment["findings"]:
                yield Statement(person["person"], name, finding["kind"], finding_sentence(finding))
            for measure, amount in employment["unexplained"].items():
                if Decimal(amount):
                    text = f"{format_pounds(Decimal(amount))} {MEASURE_NAMES[measure]} is left without a known cause."
                    yield Statement(person["person"], name, "unexplained", text)


def _check_cells(check: CheckResult) -> tuple[str, str, str]:
    return check.name.replace("_", " "), _STATES[check.state], check.description


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    body = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body]


def _cell(text: str) -> str:
    """Printed text must not change the table or the page it stands in."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\|`*_[]<>#" else c for c in plain)


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
