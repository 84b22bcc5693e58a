"""Made-up cases of reconciliation, as values."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.case import Surroundings, open_case
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.reconciliation.findings import CONTEXT
from hmrc_pipeline_tests.payslips.made import REFERENCE, YEAR, Figures, pounds

AFTER = date(2026, 1, 10)
DURING = date(2024, 12, 1)


def hmrc_of(total: Figures, employment: str = REFERENCE) -> HmrcEmployment:
    return HmrcEmployment(
        paye_reference=employment,
        employer_name="ORCHARD WORKS LIMITED",
        pay=total["taxable_pay"],
        tax=total["income_tax"],
        snapshots=("snapshot-1",),
    )


def explained(
    slips: Sequence[Payslip],
    p60s: Sequence[P60] = (),
    hmrc: Sequence[HmrcEmployment] = (),
    *,
    today: date = AFTER,
    tolerance: str = "0.00",
    elsewhere: tuple[Figures, ...] = (),
) -> Explained:
    around = Surroundings(today, Decimal(tolerance), elsewhere, None if hmrc else "not_authorised: nobody signed in")
    return explain(open_case(YEAR, REFERENCE, slips, p60s, hmrc, around, person_id="person-1"))


def discrepancies(result: Explained) -> list[tuple[str, dict[str, str]]]:
    """Cause and amounts of every finding that is a discrepancy."""
    return [
        (finding.cause, {name: str(amount) for name, amount in finding.explains.items()})
        for finding in result.findings
        if finding.kind == "discrepancy"
    ]


def causes(result: Explained) -> list[str]:
    """Every cause found but those that only give context."""
    return [finding.cause for finding in result.findings if finding.cause not in CONTEXT]


def states(result: Explained) -> dict[str, str]:
    return {name: comparison.state for name, comparison in result.comparisons.items()}


def without_ytd(slips: Sequence[Payslip]) -> list[Payslip]:
    return [
        item._replace(amounts={name: value for name, value in item.amounts.items() if not name.startswith("ytd_")})
        for item in slips
    ]


def left(result: Explained) -> set[Decimal]:
    return set(result.unexplained.values())


NOTHING = {pounds(0)}
