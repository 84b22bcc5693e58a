"""The assets of a tax year: payslips, P60s, their reconciliation and its report.

They open no PDF: they choose from readings. Each writes through its wing in one transaction.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import dagster as dg

from hmrc_pipeline.database.tables import MeasureRow, P60Row, PayslipRow
from hmrc_pipeline.database.types import Base
from hmrc_pipeline.p60s import choose_p60s
from hmrc_pipeline.payslips import choose_payslips
from hmrc_pipeline.pipeline.assets.paperless import written_back
from hmrc_pipeline.pipeline.metadata import AREA, OWNER, column_schema, counts, table
from hmrc_pipeline.pipeline.partitions import tax_year_of
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.reconciliation import as_markdown, reconcile_year, year_report, year_table

__all__ = ["EverythingConfig", "build_year_assets"]

_FIRST = ("employment", "measure", "payslip_sum", "payslip_ytd", "p60", "hmrc", "state", "unexplained")


class EverythingConfig(dg.Config):
    """Whether to work through everyone again; by default only people whose inputs changed."""

    everyone: bool = False


def build_year_assets(years: dg.StaticPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Payslips, P60s, reconciliation, report and what is written back, of a tax year."""
    builders = (_payslip_extracts, _p60_references, _reconciliation, _reconciliation_report, _paperless_annotations)
    return [build(years) for build in builders]


def _of_a_year(
    years: dg.StaticPartitionsDefinition,
    *,
    group: str,
    kinds: set[str],
    deps: list[str],
    rows: type[Base] | None = None,
    pool: str | None = None,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """What every asset of a tax year has in common."""
    return dg.asset(
        partitions_def=years,
        owners=[OWNER],
        tags=AREA,
        group_name=group,
        kinds=kinds,
        deps=deps,
        metadata=column_schema(rows) if rows else None,
        pool=pool,
    )


def _payslip_extracts(years: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    @_of_a_year(years, group="payslips", kinds={"python", "sql"}, deps=["document_readings"], rows=PayslipRow)
    def payslip_extracts(
        context: dg.AssetExecutionContext, config: EverythingConfig, home: HomeResource
    ) -> dg.MaterializeResult[None]:
        """The payslips the year counts: one per payment, duplicates marked, employer resolved."""
        with home.at_work() as opened:
            chosen = choose_payslips(opened, tax_year_of(context), everyone=config.everyone)
        return dg.MaterializeResult(metadata=counts(asdict(chosen)))

    return payslip_extracts


def _p60_references(years: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    @_of_a_year(years, group="p60s", kinds={"python", "sql"}, deps=["document_readings"], rows=P60Row)
    def p60_references(
        context: dg.AssetExecutionContext, config: EverythingConfig, home: HomeResource
    ) -> dg.MaterializeResult[None]:
        """The P60s the year counts: the current one of each employment."""
        with home.at_work() as opened:
            chosen = choose_p60s(opened, tax_year_of(context), everyone=config.everyone)
        return dg.MaterializeResult(metadata=counts(asdict(chosen)))

    return p60_references


def _reconciliation(years: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    @_of_a_year(
        years,
        group="reconciliation",
        kinds={"python", "sql"},
        deps=["payslip_extracts", "p60_references", "hmrc_annual_summaries"],
        rows=MeasureRow,
    )
    def reconciliation(
        context: dg.AssetExecutionContext, config: EverythingConfig, home: HomeResource
    ) -> dg.MaterializeResult[None]:
        """Payslips, year to date, P60 and HMRC compared per person, employment and measure, with the causes found."""
        year = tax_year_of(context)
        with home.at_work() as opened:
            reconciled = reconcile_year(opened, year, everyone=config.everyone, now=home.now())
            with opened.database.reading() as session:
                rows = year_table(session, year)
        return dg.MaterializeResult(metadata={**counts(asdict(reconciled)), "measures by source": table(rows, _FIRST)})

    return reconciliation


def _reconciliation_report(years: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    @_of_a_year(years, group="reconciliation", kinds={"markdown"}, deps=["reconciliation"])
    def reconciliation_report(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult[None]:
        """The year in words: what agrees, what differs, why, and what to do next."""
        with home.at_work() as opened, opened.database.reading() as session:
            report = as_markdown(year_report(session, tax_year_of(context)))
        return dg.MaterializeResult(metadata={"report": dg.MetadataValue.md(report)})

    return reconciliation_report


def _paperless_annotations(years: dg.StaticPartitionsDefinition) -> dg.AssetsDefinition:
    @_of_a_year(years, group="paperless", kinds={"python", "api"}, deps=["reconciliation"], pool="paperless")
    def paperless_annotations(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult[None]:
        """Amounts, a status tag and findings on the documents in Paperless, as far as you asked for them."""
        with home.at_work() as opened:
            return written_back(context, opened, tax_year_of(context), home.now())

    return paperless_annotations
