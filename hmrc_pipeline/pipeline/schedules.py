"""The schedules: what happens by the clock rather than by a change."""

from collections.abc import Iterator

import dagster as dg

from hmrc_pipeline.hmrc import due_years
from hmrc_pipeline.pipeline.assets.years import EverythingConfig
from hmrc_pipeline.pipeline.jobs import ask_hmrc, reconcile_tax_year
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.pipeline.sensors import TAX_YEAR_TAG
from hmrc_pipeline.reconciliation import years_to_revisit

__all__ = ["build_schedules"]

_EVERYONE = dg.RunConfig(
    ops={name: EverythingConfig(everyone=True) for name in ("payslip_extracts", "p60_references", "reconciliation")}
)


def build_schedules(years: dg.StaticPartitionsDefinition) -> list[dg.ScheduleDefinition]:
    """`hmrc_daily` and `years_daily`."""
    kept = frozenset(years.get_partition_keys())
    return [_hmrc_daily(kept), _years_daily(kept)]


def _hmrc_daily(kept: frozenset[str]) -> dg.ScheduleDefinition:
    @dg.schedule(
        job=ask_hmrc,
        cron_schedule="0 6 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def hmrc_daily(
        context: dg.ScheduleEvaluationContext, home: HomeResource
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Asks HMRC for every tax year for which there can be an answer today."""
        with home.at_work() as opened:
            due = [year for year in due_years(opened, now=context.scheduled_execution_time) if year.label in kept]
        if not due:
            yield dg.SkipReason(
                "HMRC can have nothing new today: nobody is authorised, or no year is due for a question."
            )
        for year in due:
            yield _run(context, year.label)

    return hmrc_daily


def _years_daily(kept: frozenset[str]) -> dg.ScheduleDefinition:
    @dg.schedule(
        job=reconcile_tax_year,
        cron_schedule="30 6 * * *",
        execution_timezone="Europe/London",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def years_daily(
        context: dg.ScheduleEvaluationContext, home: HomeResource
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Looks again at the open year and at closed years with an open finding: some findings come with time."""
        with home.at_work() as opened, opened.database.reading() as session:
            due = [y for y in years_to_revisit(session, context.scheduled_execution_time) if y in kept]
        if not due:
            yield dg.SkipReason("No tax year has documents yet that time could change.")
        for year in due:
            yield _run(context, year, run_config=_EVERYONE)

    return years_daily


def _run(context: dg.ScheduleEvaluationContext, year: str, run_config: dg.RunConfig | None = None) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{context.scheduled_execution_time.isoformat()}:{year}",
        partition_key=year,
        tags={TAX_YEAR_TAG: year},
        run_config=run_config,
    )
