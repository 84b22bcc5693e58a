"""What an amount that no document backs may be called: causes the documents cannot tell apart, the plainest first.

Names only. Which amounts are left is told by `gaps`, which sets of causes close them by `search` and `ties`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hmrc_pipeline.reconciliation.case import Case

__all__ = ["names_of"]

ZERO: Final = Decimal("0.00")
_POUND: Final = Decimal("1.00")


def names_of(case: Case, vector: Mapping[str, Decimal], reaches: frozenset[str]) -> tuple[str, ...]:
    """The causes that would give the sources in `reaches` (P60, HMRC or both) so much more than the others."""
    if all(abs(amount) <= _POUND for amount in vector.values()):
        return ("rounding",)
    return _at_hmrc(case, vector) if reaches == {"hmrc"} else _on_the_p60(case, vector, reaches)


def _on_the_p60(case: Case, vector: Mapping[str, Decimal], reaches: frozenset[str]) -> tuple[str, ...]:
    names = ["p60_differs", *(["late_correction"] if "hmrc" in reaches else []), "corrected_p60"]
    if len(vector) == 1:
        names.append("misread_figure")
    if "hmrc" in reaches and vector.get("taxable_pay", ZERO) > 0 and (_may_go_on(case) or _is_without_ytd(case)):
        names.append("missing_payslip")
    if vector.get("taxable_pay", ZERO) > 0 and _joined_late(case):
        names.append("previous_employment" if vector.keys() <= {"taxable_pay", "income_tax"} else "scheme_change")
    return tuple(names)


def _at_hmrc(case: Case, vector: Mapping[str, Decimal]) -> tuple[str, ...]:
    names = ["employer_reported_differently", "late_correction"]
    if vector.get("taxable_pay", ZERO) > 0 and vector.get("income_tax", ZERO) >= 0:
        names.append("two_employments_one_reference")
        names += ["missing_payslip"] if case.is_closed and not case.p60 and case.chains else []
        names += ["previous_employment"] if _joined_late(case) else []
    if len(vector) == 1 and any(opening.kind == "previous" for opening in case.openings):
        names.append("misread_figure")  # of the first payslip: no year to date before it tells its figures
    return tuple(names)


def _may_go_on(case: Case) -> bool:
    """Whether the year has pay runs after the last payslip."""
    return case.is_closed and len(case.chains) == 1 and case.chains[0].runs_after() is not None


def _is_without_ytd(case: Case) -> bool:
    """Whether one's payslips begin inside the year, and no year to date tells that nothing came before them."""
    return _joined_late(case) and len(case.chains) == 1 and case.chains[0].slips[0].ytd("taxable_pay") is None


def _joined_late(case: Case) -> bool:
    return bool(case.chains) and all(chain.first_run > 1 for chain in case.chains)
