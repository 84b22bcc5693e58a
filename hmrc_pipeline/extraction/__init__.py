"""A PDF becomes words with boxes, then labelled figures with their proof.

Geometry, labels and arithmetic belong here; people, tax years kept and what a payslip means for a year do not.
"""

from hmrc_pipeline.extraction.model import Box, Figure, FileReading, PrintedLine, ReadDocument, Word
from hmrc_pipeline.extraction.passwords import passwords_of, read_passwords
from hmrc_pipeline.extraction.pool import Limits, ReaderPool, ReaderUnavailable
from hmrc_pipeline.extraction.reader import READER_VERSION, read_pdf, reader_version
from hmrc_pipeline.extraction.reading_scans import Reader
from hmrc_pipeline.extraction.report import reading_as_json
from hmrc_pipeline.extraction.templates import TemplateProblem, load_templates, texts_of
from hmrc_pipeline.extraction.words import Page, read_pages, read_pages_with_pdfplumber

__all__ = [
    "READER_VERSION",
    "Box",
    "Figure",
    "FileReading",
    "Limits",
    "Page",
    "PrintedLine",
    "ReadDocument",
    "Reader",
    "ReaderPool",
    "ReaderUnavailable",
    "TemplateProblem",
    "Word",
    "load_templates",
    "passwords_of",
    "read_pages",
    "read_pages_with_pdfplumber",
    "read_passwords",
    "read_pdf",
    "reader_version",
    "reading_as_json",
    "texts_of",
]
