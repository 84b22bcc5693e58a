"""Where documents come from, the registry of what was seen, and the originals.

Sources, contents by SHA-256 and where each was seen belong here; what a document says belongs to `readings`.
"""

from hmrc_pipeline.documents.announcements import announced_digest, documents_known, leave_nudge
from hmrc_pipeline.documents.configured import FOLDER, configured_sources, files_below, given_sources
from hmrc_pipeline.documents.folder import FolderSource
from hmrc_pipeline.documents.intake import pending, pending_digest, take_in, take_in_all
from hmrc_pipeline.documents.paperless import PaperlessClient
from hmrc_pipeline.documents.paperless_checkup import Advice, check_paperless
from hmrc_pipeline.documents.paperless_fetch import fetch_announced
from hmrc_pipeline.documents.paperless_http import (
    NotPaperless,
    PaperlessAbsent,
    PaperlessProblem,
    PaperlessRefused,
    PaperlessUnreachable,
)
from hmrc_pipeline.documents.paperless_look import (
    Looked,
    PaperlessTagMissing,
    let_go,
    look,
    look_if_due,
    note_told,
    paperless_state,
)
from hmrc_pipeline.documents.paperless_source import PAPERLESS, PaperlessSource, document_id
from hmrc_pipeline.documents.source import (
    DocumentGone,
    DocumentSource,
    DocumentUnreadable,
    Intake,
    NotTaken,
    Placed,
    Progress,
    Sight,
    SourceUnavailable,
)
from hmrc_pipeline.originals import OriginalDamaged, OriginalMissing, OriginalStore

__all__ = [
    "FOLDER",
    "PAPERLESS",
    "Advice",
    "DocumentGone",
    "DocumentSource",
    "DocumentUnreadable",
    "FolderSource",
    "Intake",
    "Looked",
    "NotPaperless",
    "NotTaken",
    "OriginalDamaged",
    "OriginalMissing",
    "OriginalStore",
    "PaperlessAbsent",
    "PaperlessClient",
    "PaperlessProblem",
    "PaperlessRefused",
    "PaperlessSource",
    "PaperlessTagMissing",
    "PaperlessUnreachable",
    "Placed",
    "Progress",
    "Sight",
    "SourceUnavailable",
    "announced_digest",
    "check_paperless",
    "configured_sources",
    "document_id",
    "documents_known",
    "fetch_announced",
    "files_below",
    "given_sources",
    "leave_nudge",
    "let_go",
    "look",
    "look_if_due",
    "note_told",
    "paperless_state",
    "pending",
    "pending_digest",
    "take_in",
    "take_in_all",
]
