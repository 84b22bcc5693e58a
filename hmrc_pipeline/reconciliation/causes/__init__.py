"""Causes: generators of findings, tried in this order on every case.

A new cause is a generator in a module of its own, named in `GENERATORS`. What is wrong inside the payslips comes
first, then what the P60 does differently from them, then what HMRC does differently from both.
"""

from typing import Final

from hmrc_pipeline.reconciliation.causes.absent import lump_sums, rival_p60s, sources_absent
from hmrc_pipeline.reconciliation.causes.borders import (
    continued_schemes,
    displaced_payslips,
    known_to_hmrc_alone,
    strangers,
)
from hmrc_pipeline.reconciliation.causes.codes import (
    code_changes,
    emergency_bases,
    k_code_limits,
    refunds,
    wrong_tax_codes,
)
from hmrc_pipeline.reconciliation.causes.contributions import letter_changes, wrong_letters, wrong_plans
from hmrc_pipeline.reconciliation.causes.copies import copies, replaced_payslips
from hmrc_pipeline.reconciliation.causes.misread import misread_figures
from hmrc_pipeline.reconciliation.causes.missing import missing_after_the_last, missing_up_to_the_last
from hmrc_pipeline.reconciliation.causes.pay import pensions, shares
from hmrc_pipeline.reconciliation.causes.sources import employer_reported_differently, p60_differs
from hmrc_pipeline.reconciliation.causes.ties import with_ties
from hmrc_pipeline.reconciliation.findings import Generator

__all__ = ["GENERATORS", "with_ties"]

GENERATORS: Final[tuple[Generator, ...]] = (
    copies,
    displaced_payslips,
    replaced_payslips,
    continued_schemes,
    misread_figures,
    missing_up_to_the_last,
    missing_after_the_last,
    p60_differs,
    employer_reported_differently,
    known_to_hmrc_alone,
    lump_sums,
    strangers,
    rival_p60s,
    sources_absent,
    wrong_tax_codes,
    wrong_letters,
    wrong_plans,
    code_changes,
    emergency_bases,
    k_code_limits,
    refunds,
    letter_changes,
    shares,
    pensions,
)
