"""HMRC: authorisations, what is asked when, every answer kept, and HMRC's figures of a year.

Comparing the figures with payslips and P60s belongs to `reconciliation`.
"""

from hmrc_pipeline.hmrc.by_hand import BadSummary, StatedFigures, import_stated, import_summary, state_figures
from hmrc_pipeline.hmrc.figures import HmrcEmployment, HmrcYear, annual_figures, list_figures
from hmrc_pipeline.hmrc.ledger import SyncLine, exit_code
from hmrc_pipeline.hmrc.sync import sync

__all__ = [
    "BadSummary",
    "HmrcEmployment",
    "HmrcYear",
    "StatedFigures",
    "SyncLine",
    "annual_figures",
    "exit_code",
    "import_stated",
    "import_summary",
    "list_figures",
    "state_figures",
    "sync",
]
