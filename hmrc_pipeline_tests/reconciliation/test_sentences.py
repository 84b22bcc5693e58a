"""What causes say to a person: which way a figure differs, which period it is, what to do where nothing is known."""

from datetime import date
from decimal import Decimal

from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.reconciliation.case import Other, Surroundings, open_case
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.reconciliation.findings import Finding
from hmrc_pipeline_tests.payslips.made import REFERENCE, YEAR, figures, monthly, p60_of, plain_year, totals, weekly
from hmrc_pipeline_tests.reconciliation.made import AFTER, explained, hmrc_of
from hmrc_pipeline_tests.reconciliation.test_recompute import year_of_pay

WEEKS = weekly([figures(Decimal(500 + n), 20, 10, 3) for n in range(1, 54)])
TOTAL = totals(monthly(plain_year()))


def _found(result: Explained, cause: str) -> Finding:
    (found,) = [finding for finding in result.findings if finding.cause == cause]
    return found


def test_an_extra_week_is_a_week_and_the_p60_a_sentence() -> None:
    last = WEEKS[-1]._replace(pay_date=YEAR.end)
    found = _found(explained([*WEEKS[:-1], last], [p60_of(totals(WEEKS[:-1]))]), "week_53")
    assert (found.evidence["tax_period"], found.evidence["unit"]) == (53, "tax week")
    assert found.next_step.startswith(
        "The P60 does not count the payslip of 5 April 2025, an extra one, of tax week 53."
    )


def test_a_copy_is_of_a_week() -> None:
    copy = WEEKS[6]._replace(reading_id="r-copy", sha256="c" * 64)
    found = _found(explained(mark_duplicates([*WEEKS[:52], copy])), "duplicate_payslip")
    assert (found.evidence["tax_period"], found.evidence["unit"]) == (7, "tax week")


def test_an_employment_only_hmrc_names_may_be_no_ones() -> None:
    for documents, is_asked in (([], True), ([p60_of(TOTAL)], False)):
        absent = [
            each
            for each in explained([], documents, [hmrc_of(TOTAL)]).findings
            if each.evidence.get("source") == "payslips"
        ]
        assert ["if you never worked there, ask HMRC" in each.next_step for each in absent] == [is_asked]


def test_a_letter_that_took_less_is_not_minus_more() -> None:
    slips = [item._replace(ni_letter="A") for item in year_of_pay(["1257L"] * 12, letters="A" * 7 + "C" + "A" * 4)]
    found = _found(explained(slips), "wrong_ni_letter")
    assert "less than due" in found.next_step
    assert "-£" not in found.next_step


def test_no_p60_is_asked_for_under_a_reference_that_ended() -> None:
    """The employer's P60 is under the one it pays by now."""
    early = monthly(plain_year()[:5])
    for name, is_asked in (("Orchard Works Ltd", False), ("Mill Works Ltd", True)):
        other = Other("999/Z1", name, {}, (), None, last_paid=date(2025, 3, 31))
        case = open_case(YEAR, REFERENCE, early, [], [], Surroundings(AFTER, others=(other,)), person_id="person-1")
        absent = [each.evidence["source"] for each in explain(case).findings if each.cause == "source_absent"]
        assert ("p60" in absent) is is_asked
