"""What should have been deducted: rates as data per tax year, and HMRC's routines as pure functions on `Decimal`.

Arithmetic and its tables belong here; who was paid, what a document prints and why two figures differ do not.
"""

from hmrc_pipeline.paye.income_tax import TaxDue, adjustment_to_date, tax_due, tax_on
from hmrc_pipeline.paye.national_insurance import (
    Contributions,
    UnknownLetter,
    directors_contributions,
    employee_contribution,
    national_insurance,
)
from hmrc_pipeline.paye.periods import Frequency, PayPeriod, period_of
from hmrc_pipeline.paye.rates import (
    Band,
    IncomeTaxTable,
    LoanTable,
    NationalInsuranceTable,
    NoRates,
    Rates,
    Thresholds,
    rates_of,
)
from hmrc_pipeline.paye.student_loans import NoSuchPlan, student_loan
from hmrc_pipeline.paye.yearly import CashTax, cash_tax, marginal_rate, marginal_tax, tapered_allowance, yearly_tax

__all__ = [
    "Band",
    "CashTax",
    "Contributions",
    "Frequency",
    "IncomeTaxTable",
    "LoanTable",
    "NationalInsuranceTable",
    "NoRates",
    "NoSuchPlan",
    "PayPeriod",
    "Rates",
    "TaxDue",
    "Thresholds",
    "UnknownLetter",
    "adjustment_to_date",
    "cash_tax",
    "directors_contributions",
    "employee_contribution",
    "marginal_rate",
    "marginal_tax",
    "national_insurance",
    "period_of",
    "rates_of",
    "student_loan",
    "tapered_allowance",
    "tax_due",
    "tax_on",
    "yearly_tax",
]
