"""What a message says: which kind, which tax year, where to look. Never a name, a NINO or an amount."""

from dataclasses import dataclass
from typing import Final

from hmrc_pipeline.alerts.state import Change

__all__ = ["Message", "message_of"]

# check: (what a failing one says, what a recovered one says); what is nearer to a cause comes first
_SENTENCES: Final = {
    "no_payslip_is_missing": ("a payslip seems to be missing", "no payslip is missing any more"),
    "figures_add_up": ("figures of a document do not add up", "the figures of all documents add up again"),
    "year_to_date_is_continuous": ("a payslip's year to date does not follow", "the year to date follows again"),
    "payslips_agree_with_p60": ("payslips and P60 disagree", "payslips and P60 agree again"),
    "p60_agrees_with_hmrc": ("the P60 and HMRC's figures disagree", "the P60 and HMRC's figures agree again"),
    "payslips_agree_with_hmrc": ("payslips and HMRC's figures disagree", "payslips and HMRC's figures agree again"),
}
_UNKNOWN: Final = ("a check fails", "a check passes again")


@dataclass(frozen=True)
class Message:
    """A title and a body, ready to send; `is_recovery` lets a channel show it in another colour."""

    title: str
    body: str
    is_recovery: bool


def message_of(change: Change, ui: str) -> Message:
    """The message of a change; `ui` is the address of the Dagster UI."""
    order = list(_SENTENCES)
    checks = sorted(change.checks, key=lambda check: order.index(check) if check in order else len(order))
    first, *others = (_SENTENCES.get(check, _UNKNOWN)[not change.failing] for check in checks)
    where = f"{ui}/assets/reconciliation?view=checks"
    follow = (
        f"See why, and what to do next: {where}, tax year {change.tax_year}."
        if change.failing
        else f"Nothing is to be done. Details: {where}, tax year {change.tax_year}."
    )
    besides = f"Also: {'; '.join(others)}. " if others else ""
    return Message(f"{change.tax_year}: {first}", besides + follow, is_recovery=not change.failing)
