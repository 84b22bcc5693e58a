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
from hmrc_pipeline.database.tables.p60s import P60Row
from hmrc_pipeline.database.tables.payslips import PayslipRow
from hmrc_pipeline.database.tables.people import Person, PersonMark
from hmrc_pipeline.database.tables.readings import FLOWING, FigureRow, LineRow, ReadingRow
from hmrc_pipeline.database.tables.reconciliation import CheckState, FindingRow, MeasureRow
from hmrc_pipeline.database.tables.years import ChangedPerson, TaxYearState
from hmrc_pipeline.database.types import Base

__all__ = [
    "FLOWING",
    "Announcement",
    "Availability",
    "Base",
    "ChangedPerson",
    "CheckState",
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
    "PayslipRow",
    "PendingAuthorisation",
    "Person",
    "PersonMark",
    "RateSlot",
    "ReadingRow",
    "Sighting",
    "Snapshot",
    "SourceState",
    "TaxYearState",
    "WrittenBack",
]
