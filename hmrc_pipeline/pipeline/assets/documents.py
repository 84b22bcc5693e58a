"""Assets that bring documents in and read them: unpartitioned, incremental, safe to repeat.

Where documents come from is the documents wing's; how a page is read is extraction's.
"""

from dataclasses import asdict

import dagster as dg

from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.documents import take_in_all
from hmrc_pipeline.extraction import READER_VERSION, Reader, texts_of
from hmrc_pipeline.pipeline.metadata import AREA, OWNER, column_schema, counts, table
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.readings import known_passwords, needs_a_look, read_new

__all__ = ["document_readings", "documents"]


@dg.asset(
    group_name="documents",
    kinds={"python", "pdf"},
    owners=[OWNER],
    metadata=column_schema(Document),
    tags=AREA,
)
def documents(home: HomeResource) -> dg.MaterializeResult[None]:
    """The registry of every PDF in the sources, by content; originals are kept encrypted."""
    with home.at_work() as opened:
        taken = take_in_all(opened, now=home.now())
    totals = {
        f"{name}: {what}": getattr(intake, what)
        for name, intake in taken.items()
        for what in ("new", "changed", "removed", "returned", "unchanged", "waiting")
    }
    problems = [problem.sentence for intake in taken.values() for problem in intake.problems]
    none = {"sources": "none: set HMRC_PIPELINE_DOCUMENTS_FOLDER, or HMRC_PIPELINE_PAPERLESS_URL and its token"}
    metadata = counts(totals or none)
    notices = [notice for intake in taken.values() for notice in intake.notices]
    metadata["not taken in"] = "\n".join(problems) or "nothing"
    metadata["to be known"] = "\n".join(notices) or "nothing"
    return dg.MaterializeResult(metadata=metadata)


@dg.asset(
    group_name="documents",
    kinds={"python", "pdf"},
    owners=[OWNER],
    deps=[documents],
    code_version=READER_VERSION,
    metadata=column_schema(ReadingRow),
    tags=AREA,
)
def document_readings(home: HomeResource) -> dg.MaterializeResult[None]:
    """What each content says, read once per reader version: kind, figures with their place, person, tax year."""
    with home.at_work() as opened:
        settings = opened.settings
        layouts = texts_of(settings.layouts)
        with Reader(passwords=known_passwords(opened), layouts=layouts) as reader:
            read = read_new(opened, reader, now=home.now())
        waiting = needs_a_look(opened)
    return dg.MaterializeResult(metadata={**counts(asdict(read)), "documents that need a look": table(waiting)})
