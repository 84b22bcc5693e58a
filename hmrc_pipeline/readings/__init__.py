"""A stored content becomes stored readings: kind, figures with their proof, person, tax year.

Reading each content once per reader version, and the review of what was read, belong here. How a page is read
belongs to `extraction`; what a payslip or a P60 means for a year, to `payslips` and `p60s`.
"""

from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.reading import ReaderLike, ReadingCounts, read_new
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
    "AmbiguousDocument",
    "AssignRefused",
    "DocumentDetail",
    "DocumentSummary",
    "FigureDetail",
    "PartDetail",
    "PartSummary",
    "ReaderLike",
    "ReadingCounts",
    "StoredReading",
    "UnknownDocument",
    "assign",
    "employer_key",
    "employer_references",
    "ignore",
    "list_documents",
    "read_new",
    "readings_of",
    "retry",
    "show_document",
]
