"""Assets that write to Paperless what the user asked for: here what no tax year speaks for, in `years` the rest.

What is written is the write-back wing's.
"""

from dataclasses import asdict
from datetime import datetime

import dagster as dg

from hmrc_pipeline.documents import PaperlessProblem
from hmrc_pipeline.home import Home
from hmrc_pipeline.pipeline.metadata import AREA, OWNER, counts
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.write_back import write_back

__all__ = ["paperless_reviews", "written_back"]


@dg.asset(
    group_name="paperless",
    kinds={"python", "api"},
    owners=[OWNER],
    deps=["document_readings"],
    tags=AREA,
    pool="paperless",
)
def paperless_reviews(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult[None]:
    """A tag and the reason on documents in Paperless that were not read or need a look, if you asked for it."""
    with home.at_work() as opened:
        return written_back(context, opened, None, home.now())


def written_back(
    context: dg.AssetExecutionContext, home: Home, tax_year: TaxYear | None, now: datetime
) -> dg.MaterializeResult[None]:
    """What was written to Paperless, as metadata. When Paperless fails the run goes on, and a later one writes."""
    if not home.settings.paperless_write_back:
        return dg.MaterializeResult(metadata={"not written": "HMRC_PIPELINE_PAPERLESS_WRITE_BACK is not set"})
    try:
        written = write_back(home, tax_year, now=now)
    except PaperlessProblem as problem:
        context.log.warning(str(problem))
        return dg.MaterializeResult(metadata={"not written": str(problem)})
    metadata = counts(asdict(written))
    if written.refused:
        metadata["what to do"] = (
            "Paperless refused some of it: let the token's user change these documents, and see that the fields named "
            "Payslip and P60 are of the type Monetary. It is tried again in a day."
        )
    return dg.MaterializeResult(metadata=metadata)
