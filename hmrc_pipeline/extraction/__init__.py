"""A PDF becomes words with boxes, then labelled figures with their proof.

Geometry, labels and arithmetic belong here; people, tax years kept and what a payslip means for a year do not.

The way of a file, and the modules that go it:
- into the sandbox and back: `pool`, `wire`, `worker` (`spawn`, `confinement`, `pipes`); `reading_scans` beside it for
  pictures (`pictures`, `picture_worker`, `ocr`, `scanned`);
- bytes to words: `reader` (`passwords`, `soundness`), `words` (`pictured`);
- words to phrases and amounts in rows: `laid_out` (`upright`, `strokes`, `layout`, `codes`, `tongues`), cut into
  documents by `segment`, told apart by `kinds`;
- what a phrase means, wherever it stands: `labels` with the data files, `phrases`, `values`, `names`;
- particulars: `captioned` (`paired_captions`), `claims`, `uncaptioned`, and `particulars`, which chooses;
- particulars and amounts that a letter tells in words: `sentences`;
- amounts: `entries` gives each its label: every form in which they are set (`paired_amounts`, `timed`, `leading`,
  `tiles`) takes its own from what is `unread`, `rows` the rest (`addresses`, `grid`, `between`, `columns`); then
  `blocks`, `wrapped`, `times`, `forward` and `totals` tell section and time, `naming` what only the whole page names;
- figures: `sums` and `solve` find the assignment that adds up, `payslip` takes it down (`findings`), `doubts`,
  `bounds` and `strays` say what may still be wrong; `p60` (`p60_table`, `p60_ni`) does all this for P60s;
- values that all speak in: `model`, `fields`, `entry`; what shares something `together`;
- layouts as data: `templates`, in force by `overlay`; `drafts` and `samples` help to write them;
- for people: `preview`, `report`; after a correction `identities` asks the sums again.
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
