"""The asset that shows all tax years on one page."""

import dagster as dg

from hmrc_pipeline.pipeline.metadata import AREA, OWNER, table
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.reconciliation import overview

__all__ = ["tax_years_overview"]

_FIRST = ("tax_year", "open_findings", "agrees", "differs", "unexplained", "needs_review")


@dg.asset(
    group_name="reconciliation",
    kinds={"python"},
    owners=[OWNER],
    deps=["reconciliation"],
    tags=AREA,
)
def tax_years_overview(home: HomeResource) -> dg.MaterializeResult[None]:
    """Every tax year on one line: documents, what agrees, what is open."""
    with home.at_work() as opened, opened.database.reading() as session:
        rows = overview(session)
    return dg.MaterializeResult(
        metadata={
            "tax years": table(rows, _FIRST),
            "open findings": sum(row["open_findings"] for row in rows),
        }
    )
