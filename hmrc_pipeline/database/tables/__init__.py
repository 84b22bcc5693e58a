"""Every table, one module per wing. Importing this package makes the metadata whole."""

from hmrc_pipeline.database.tables.documents import Announcement, Document, Nudge, Sighting, SourceState, WrittenBack
from hmrc_pipeline.database.tables.hmrc import (
    Availability,
    Fetch,
    Grant,
    GrantPerson,
    GrantTokens,
    PendingAuthorisation,
    RateSlot,
    Snapshot,
)
from hmrc_pipeline.database.tables.logins import WebSession, WebUser
from hmrc_pipeline.database.tables.p60s import P60Row
from hmrc_pipeline.database.tables.payslips import PayslipRow
from hmrc_pipeline.database.tables.people import Person, PersonMark
from hmrc_pipeline.database.tables.readings import (
    FLOWING,
    AcceptanceRow,
    CorrectionRow,
    FigureRow,
    LineRow,
    ReadFigureRow,
    ReadingRow,
)
from hmrc_pipeline.database.tables.reconciliation import (
    CheckState,
    FindingRow,
    MeasureRow,
    PayslipDueRow,
    PredictionRow,
)
from hmrc_pipeline.database.tables.sql_settings import SqlSetting
from hmrc_pipeline.database.tables.years import ChangedPerson, TaxYearState
from hmrc_pipeline.database.types import Base

__all__ = [
    "FLOWING",
    "AcceptanceRow",
    "Announcement",
    "Availability",
    "Base",
    "ChangedPerson",
    "CheckState",
    "CorrectionRow",
    "Document",
    "Fetch",
    "FigureRow",
    "FindingRow",
    "Grant",
    "GrantPerson",
    "GrantTokens",
    "LineRow",
    "MeasureRow",
    "Nudge",
    "P60Row",
    "PayslipDueRow",
    "PayslipRow",
    "PendingAuthorisation",
    "Person",
    "PersonMark",
    "PredictionRow",
    "RateSlot",
    "ReadFigureRow",
    "ReadingRow",
    "Sighting",
    "Snapshot",
    "SourceState",
    "SqlSetting",
    "TaxYearState",
    "WebSession",
    "WebUser",
    "WrittenBack",
]
