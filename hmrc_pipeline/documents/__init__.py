"""Where documents come from, the registry of what was seen, and the originals.

Sources, contents by SHA-256 and where each was seen belong here; what a document says belongs to `readings`.
"""

from hmrc_pipeline.documents.configured import FOLDER, configured_sources, files_below, given_sources
from hmrc_pipeline.documents.folder import FolderSource
from hmrc_pipeline.documents.intake import Intake, Problem, Progress, pending_digest, take_in
from hmrc_pipeline.documents.nudge import leave_nudge, take_nudge
from hmrc_pipeline.documents.source import (
    DocumentGone,
    DocumentSource,
    DocumentUnreadable,
    Placed,
    Sight,
    SourceUnavailable,
)
from hmrc_pipeline.originals import OriginalDamaged, OriginalMissing, OriginalStore

__all__ = [
    "FOLDER",
    "DocumentGone",
    "DocumentSource",
    "DocumentUnreadable",
    "FolderSource",
    "Intake",
    "OriginalDamaged",
    "OriginalMissing",
    "OriginalStore",
    "Placed",
    "Problem",
    "Progress",
    "Sight",
    "SourceUnavailable",
    "configured_sources",
    "files_below",
    "given_sources",
    "leave_nudge",
    "pending_digest",
    "take_in",
    "take_nudge",
]
