"""A stored content becomes stored readings: kind, figures with their proof, person, tax year.

Reading each content once per reader version, and the review of what was read, belong here. How a page is read
belongs to `extraction`; what a payslip or a P60 means for a year, to `payslips` and `p60s`.
"""

from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.answers import detail_as_json, needs_a_look, sentences_of, state_of, summary_as_json
from hmrc_pipeline.readings.correcting import (
    ABSENT,
    AS_READ,
    AcceptRefused,
    CorrectionRefused,
    accept,
    correct,
)
from hmrc_pipeline.readings.history import FigureChange, Saying
from hmrc_pipeline.readings.passwords import known_passwords
from hmrc_pipeline.readings.reading import ReaderLike, ReadingCounts, read_new, unread_digest
from hmrc_pipeline.readings.review import (
    AmbiguousDocument,
    DocumentDetail,
    DocumentSummary,
    FigureDetail,
    PartDetail,
    PartSummary,
    UnknownDocument,
    list_documents,
    show_document,
)
from hmrc_pipeline.readings.stored import StoredReading, employer_references, readings_of
from hmrc_pipeline.readings.verbs import AssignRefused, assign, ignore, retry

__all__ = [
    "ABSENT",
    "AS_READ",
    "AcceptRefused",
    "AmbiguousDocument",
    "AssignRefused",
    "CorrectionRefused",
    "DocumentDetail",
    "DocumentSummary",
    "FigureChange",
    "FigureDetail",
    "PartDetail",
    "PartSummary",
    "ReaderLike",
    "ReadingCounts",
    "Saying",
    "StoredReading",
    "UnknownDocument",
    "accept",
    "assign",
    "correct",
    "detail_as_json",
    "employer_key",
    "employer_references",
    "ignore",
    "known_passwords",
    "list_documents",
    "needs_a_look",
    "read_new",
    "readings_of",
    "retry",
    "sentences_of",
    "show_document",
    "state_of",
    "summary_as_json",
    "unread_digest",
]
