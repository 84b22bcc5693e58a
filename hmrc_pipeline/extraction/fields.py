"""The fields a payslip and a P60 can print, and of what sort each is. The one list of field names."""

from typing import Final

__all__ = [
    "EMPLOYERS",
    "LOANS",
    "P60_AMOUNTS",
    "P60_FIELDS",
    "P60_NI_COLUMNS",
    "P60_NI_ROWS",
    "PAYSLIP_AMOUNTS",
    "PAYSLIP_FIELDS",
    "PERSONAL_FIELDS",
    "STATUTORY_PAY",
    "TAKEN",
    "is_amount",
]

STATUTORY_PAY: Final = ("smp", "ssp", "spp", "shpp", "sap", "spbp", "sncp")
LOANS: Final = ("student_loan", "postgraduate_loan")
TAKEN: Final = ("income_tax", "national_insurance", *LOANS)
"""What an employer must deduct for HMRC."""
EMPLOYERS: Final = ("employer_ni", "employer_pension")
"""What the employer pays, and nobody deducts."""

_PERIOD_AMOUNTS: Final = (
    "basic_pay",
    "bonus",
    *STATUTORY_PAY,
    "rsu_gross",
    "rsu_tax_offset",
    "rsu_excess_refund",
    "pension_sacrifice",
    "employee_pension",
    "employer_pension",
    "gross_pay",
    "taxable_pay",
    "ni_pay",
    "income_tax",
    "national_insurance",
    "employer_ni",
    *LOANS,
    "total_deductions",
    "net_pay",
)

PAYSLIP_AMOUNTS: Final = (*_PERIOD_AMOUNTS, *(f"ytd_{name}" for name in _PERIOD_AMOUNTS))
PAYSLIP_FIELDS: Final = (
    "employer_name",
    "employee_name",
    "payroll_number",
    "ni_number",
    "paye_reference",
    "pay_date",
    "tax_period",
    "pay_frequency",
    "tax_code",
    "tax_basis",
    "ni_letter",
    *PAYSLIP_AMOUNTS,
)

P60_NI_ROWS: Final = 4
P60_NI_COLUMNS: Final = ("lel", "lel_pt", "pt_uel", "employee")
_P60_STATUTORY: Final = ("smp", "spp", "shpp", "sap", "spbp", "sncp")
P60_AMOUNTS: Final = (
    "pay_previous",
    "tax_previous",
    "pay_this",
    "tax_this",
    "pay_total",
    "tax_total",
    *(f"ni_{row}_{column}" for row in range(1, P60_NI_ROWS + 1) for column in P60_NI_COLUMNS),
    *LOANS,
    *_P60_STATUTORY,
)
P60_FIELDS: Final = (
    "tax_year",
    "corrected",
    "issued_on",
    "surname",
    "forenames",
    "ni_number",
    "payroll_number",
    "paye_reference",
    "employer_name",
    "tax_code",
    "tax_basis",
    *(f"ni_{row}_letter" for row in range(1, P60_NI_ROWS + 1)),
    *P60_AMOUNTS,
)

PERSONAL_FIELDS: Final = frozenset({"employee_name", "ni_number", "surname", "forenames"})
"""Stored encrypted only, and never written to a log, a message or metadata."""

_AMOUNTS: Final = frozenset(PAYSLIP_AMOUNTS) | frozenset(P60_AMOUNTS)


def is_amount(field: str) -> bool:
    """Whether a field of either form is an amount of money."""
    return field in _AMOUNTS
