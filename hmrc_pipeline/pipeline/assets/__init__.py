"""The assets, built for a set of tax years."""

import dagster as dg

from hmrc_pipeline.pipeline.assets.documents import document_readings, documents
from hmrc_pipeline.pipeline.assets.hmrc import build_hmrc_assets
from hmrc_pipeline.pipeline.assets.overview import tax_years_overview
from hmrc_pipeline.pipeline.assets.paperless import paperless_reviews
from hmrc_pipeline.pipeline.assets.years import build_year_assets

__all__ = ["build_assets"]


def build_assets(years: dg.StaticPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Every asset; those of a tax year are partitioned by `years`."""
    return [
        documents,
        document_readings,
        paperless_reviews,
        *build_hmrc_assets(years),
        *build_year_assets(years),
        tax_years_overview,
    ]
