"""HMRC: authorisations, what is asked when, every answer kept, and HMRC's figures of a year.

Comparing the figures with payslips and P60s belongs to `reconciliation`.
"""

from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.authorise import authorise, begin_authorisation, finish_authorisation, join_agent
from hmrc_pipeline.hmrc.by_hand import (
    BadSummary,
    StatedFigures,
    import_stated,
    import_summary,
    is_outranked,
    state_figures,
)
from hmrc_pipeline.hmrc.due import due_years
from hmrc_pipeline.hmrc.figures import HmrcEmployment, HmrcYear, annual_figures, list_figures
from hmrc_pipeline.hmrc.grants import Authorisation, GrantSummary, authorisations, list_grants
from hmrc_pipeline.hmrc.ledger import SyncLine, exit_code
from hmrc_pipeline.hmrc.reminders import Reminder, reminders
from hmrc_pipeline.hmrc.restored import refuse_restored, restored_grants
from hmrc_pipeline.hmrc.standing import YearStanding, standings
from hmrc_pipeline.hmrc.sync import sync

__all__ = [
    "Authorisation",
    "BadSummary",
    "GrantSummary",
    "HmrcEmployment",
    "HmrcYear",
    "Reminder",
    "StatedFigures",
    "SyncLine",
    "YearStanding",
    "annual_figures",
    "authorisations",
    "authorise",
    "begin_authorisation",
    "due_years",
    "exit_code",
    "finish_authorisation",
    "import_stated",
    "import_summary",
    "is_outranked",
    "join_agent",
    "list_figures",
    "list_grants",
    "refuse_restored",
    "reminders",
    "restored_grants",
    "standings",
    "state_figures",
    "sync",
    "with_secrets",
]
