"""What a payslip is to a tax year; readings become payslips, checked across the year.

How a page is read belongs to `extraction`; what a payslip is compared with, to `reconciliation`.
"""

from hmrc_pipeline.payslips.choose import PayslipCounts, choose_payslips
from hmrc_pipeline.payslips.continuity import Chain, chains_of
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.payslips.store import payslips_of

__all__ = ["Chain", "Payslip", "PayslipCounts", "chains_of", "choose_payslips", "payslips_of"]
