"""The asset of HMRC's annual figures. When it is worth asking is decided by the hmrc wing."""

from collections import Counter

import dagster as dg

from hmrc_pipeline.database.tables import Snapshot
from hmrc_pipeline.hmrc import sync
from hmrc_pipeline.pipeline.metadata import AREA, OWNER, column_schema, counts, table
from hmrc_pipeline.pipeline.partitions import tax_year_of
from hmrc_pipeline.pipeline.resources import HomeResource

__all__ = ["build_hmrc_assets"]


def build_hmrc_assets(years: dg.StaticPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """HMRC's side of a tax year."""

    @dg.asset(
        partitions_def=years,
        group_name="hmrc",
        kinds={"python", "api"},
        owners=[OWNER],
        pool="hmrc",
        metadata=column_schema(Snapshot),
        tags=AREA,
    )
    def hmrc_annual_summaries(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult[None]:
        """HMRC's pay and tax per employer, asked only when there can be an answer; every answer is kept."""
        with home.at_work() as opened:
            lines = sync(opened, years=[tax_year_of(context)], now=home.now())
        metadata = counts(Counter(line.state for line in lines))
        metadata["by person and API"] = table(
            [
                {"person": line.person_id, "api": line.api, "state": line.state, "what it means": line.sentence}
                for line in lines
            ]
        )
        return dg.MaterializeResult(metadata=metadata)

    return [hmrc_annual_summaries]
