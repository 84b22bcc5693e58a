"""Assets that bring documents in and read them: unpartitioned, incremental, safe to repeat.

Where documents come from is the documents wing's; how a page is read is extraction's.
"""

from dataclasses import asdict

import dagster as dg

from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.documents import configured_sources, take_in
from hmrc_pipeline.extraction import READER_VERSION, Reader, read_passwords, texts_of
from hmrc_pipeline.pipeline.metadata import AREA, OWNER, column_schema, counts, table
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.readings import needs_a_look, read_new

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
    opened = home.opened()
    taken = {source.name: take_in(opened, source, now=home.now()) for source in configured_sources(opened.settings)}
    totals = {
        f"{name}: {what}": getattr(intake, what)
        for name, intake in taken.items()
        for what in ("new", "changed", "removed", "returned", "unchanged")
    }
    problems = [problem.sentence for intake in taken.values() for problem in intake.problems]
    metadata = counts(totals or {"sources": "none: set HMRC_PIPELINE_DOCUMENTS_FOLDER"})
    return dg.MaterializeResult(metadata={**metadata, "not taken in": "\n".join(problems) or "nothing"})


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
    opened = home.opened()
    passwords, layouts = read_passwords(opened.settings.pdf_passwords_file), texts_of(opened.settings.layouts)
    with Reader(passwords=passwords, layouts=layouts) as pool:
        read = read_new(opened, pool, now=home.now())
    metadata = counts(asdict(read))
    metadata["documents that need a look"] = table(needs_a_look(opened))
    return dg.MaterializeResult(metadata=metadata)
