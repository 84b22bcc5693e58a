"""What the blocks of a layout by chance share: the synonyms, the pen, captions over or under amounts.

Which blocks there are belongs to `patchwork` and `patches_of_year`.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hmrc_pipeline.simulators.drawing import Sheet
from hmrc_pipeline.simulators.layouts.view import SlipView

__all__ = ["SYNONYMS", "THIS_TITLES", "Block", "Patch", "cells"]

SYNONYMS: dict[str, tuple[str, ...]] = {
    "gross_pay": ("Total Gross Pay", "Gross Pay", "Total Pay", "Total Payments", "Total Earnings", "Gross Earnings"),
    "taxable_pay": ("Taxable Pay", "Gross for Tax", "Taxable Gross", "Gross Pay for PAYE", "Pay subject to tax"),
    "ni_pay": ("Earnings for NI", "NI Pay", "NIable Pay", "NI'able Pay", "NI Earnings", "Gross for NI"),
    "income_tax": ("PAYE Tax", "PAYE", "Tax", "Tax Paid", "Income Tax", "P.A.Y.E."),
    "national_insurance": ("National Insurance", "Nat. Ins.", "NI", "Employee NIC", "NI Contribution", "EE NIC"),
    "employer_ni": ("Employer NI", "Employer NIC", "ER NIC", "Employer's NI", "NI Employer"),
    "employee_pension": ("Pension", "Employee Pension", "EE Pension", "Pension Contribution", "Pension Conts"),
    "pension_sacrifice": ("Pension Salary Sacrifice", "Sal Sac Pension", "Pension Sacrifice", "Smart Pension"),
    "employer_pension": ("Employer Pension", "ER Pension", "Employer's Pension", "Pension ER"),
    "student_loan": ("Student Loan", "Student Loan Repayment", "Student Loan Plan 2"),
    "postgraduate_loan": ("Postgraduate Loan", "Postgrad Loan", "PG Loan"),
    "net_pay": ("Net Pay", "Take Home Pay", "Net Payment", "Total Amount Paid", "Amount Payable"),
    "total_deductions": ("Total Deductions", "Deductions Total"),
    "basic_pay": ("Basic Pay", "Salary", "Basic Salary", "Wages"),
}


THIS_TITLES = ("This Period", "This Pay", "Current", "This Month", "In Period")


@dataclass
class Patch:
    """What was drawn by lot for one slip, and the pen's way down the page."""

    sheet: Sheet
    view: SlipView
    lot: random.Random
    words: dict[str, str]
    size: float = 8.0
    pitch: float = 13.0
    times: tuple[str, str] = ("This pay", "This tax year")
    year_first: bool = False
    form: str = ""

    def amount(self, x: float, y: float, field: str | None, amount: Decimal, **how: Any) -> None:
        self.sheet.amount(x, y, field, amount, size=how.pop("size", self.size), **how)

    def text(self, x: float, y: float, text: str, **how: Any) -> None:
        self.sheet.text(x, y, text, size=how.pop("size", self.size), **how)


Block = Callable[[Patch, float, float, float], float]
"""Draws between two edges from a height on, and tells where it ends."""


def cells(patch: Patch, x0: float, x1: float, y: float, cells: Sequence[tuple[str, str, Decimal]], how: str) -> float:
    """Captions over or under their amounts, as many in a row as there is room for; right or left edges in line."""
    lot, size = patch.lot, patch.lot.choice((8.0, 9.0, 11.0))
    across = max(1, int((x1 - x0) // 88))
    align = lot.choice(("left", "right"))
    near, step = lot.choice((10.0, 11.0, 13.0)), lot.choice((28.0, 34.0))
    for number, (name, caption, amount) in enumerate(cells):
        x, top = x0 + (number % across) * 88, y + (number // across) * step
        at = x if align == "left" else x + 80
        above, below = (top, top + near)
        patch.text(at, above if how == "above" else below, caption, size=6.5, align=align, fit=82)
        patch.amount(at, below if how == "above" else above, name, amount, size=size, align=align)
    return y + -(-len(cells) // across) * step
