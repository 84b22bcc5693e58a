"""A year's payslips as beancount text: one transaction a payslip, balanced to the penny by its own figures.

What a payslip prints decides the postings; what it does not name stands under one account, never invented.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from hmrc_pipeline.money import format_amount
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.evidence.pack import Pack

__all__ = ["as_beancount"]

_DEDUCTIONS: Final = {
    "income_tax": "Expenses:Tax:Income-Tax",
    "national_insurance": "Expenses:Tax:National-Insurance",
    "employee_pension": "Assets:Pension",
    "student_loan": "Liabilities:Student-Loan",
    "postgraduate_loan": "Liabilities:Postgraduate-Loan",
}
_REST: Final = "Expenses:Payroll:Other"
_BANK: Final = "Assets:Bank"


def as_beancount(pack: Pack) -> str:
    """The payslips of a pack, with the accounts they use opened on the year's first day."""
    slips = sorted(
        ((slip, employment.called) for employment in pack.employments for slip in employment.slips),
        key=lambda each: (each[0].pay_date, each[0].tax_period or 0, each[0].sha256),
    )
    entries = [entry for slip, employer in slips for entry in [_entry(slip, employer)] if entry]
    accounts = sorted({account for _, postings in entries for account in postings})
    head = [f"; Payslips of the tax year {pack.tax_year}", ""]
    opened = [f"{pack.tax_year.start} open {account} GBP" for account in accounts]
    return "\n".join([*head, *opened, *(text for text, _ in entries)]) + "\n"


def _entry(slip: Payslip, employer: str) -> tuple[str, list[str]] | None:
    gross, net = slip.amount("gross_pay"), slip.amount("net_pay")
    if gross is None or net is None:
        return None
    postings = [(_income_account(employer), -gross), *_deductions(slip), (_BANK, net)]
    rest = -sum((amount for _, amount in postings), Decimal("0.00"))
    if rest:
        postings.append((_REST, rest))
    period = f" tax period {slip.tax_period}" if slip.tax_period else ""
    lines = [
        "",
        f'{slip.pay_date} * "{_quoted(employer)}" "Payslip{period}"',
        f'  document-sha256: "{slip.sha256}"',
        *(f"  {account:<44}{format_amount(amount):>14} GBP" for account, amount in postings),
    ]
    return "\n".join(lines), [account for account, _ in postings]


def _deductions(slip: Payslip) -> Iterator[tuple[str, Decimal]]:
    for name, account in _DEDUCTIONS.items():
        amount = slip.amount(name)
        if amount:
            yield account, amount


def _income_account(employer: str) -> str:
    plain = unicodedata.normalize("NFKD", employer).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    return "Income:Employment:" + ("-".join(word.capitalize() for word in words) or "Employer")


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
