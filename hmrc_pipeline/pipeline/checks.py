"""The per-year checks, the product's voice, through one function.

What a check means is decided by the reconciliation wing; here its result becomes a tick in the UI. A mismatch
is an ERROR that blocks nothing, so that the report still exists; inside tolerance is a WARN; where nothing can
be compared yet the check passes and says `state: not yet`.
"""

import warnings
from collections.abc import Iterator

import dagster as dg

from hmrc_pipeline.pipeline.partitions import tax_year_of
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.reconciliation import CHECKS, CheckResult, check_results

__all__ = ["build_year_checks"]

_ASSET = "reconciliation"
_NUMBER = "reconciliation"
"""Metadata: how often the year was reconciled when this was said."""
_VERDICTS = 100
"""How many verdicts, of all years, the last one of a year is looked for in."""


def build_year_checks(years: dg.StaticPartitionsDefinition) -> dg.AssetChecksDefinition:
    """All checks of a tax year, evaluated in one step from one look at the database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # partitioned checks are marked preview in Dagster 1.13
        specs = [
            dg.AssetCheckSpec(name, asset=_ASSET, description=description, partitions_def=years)
            for name, description in CHECKS.items()
        ]

        @dg.multi_asset_check(name="year_checks", specs=specs)
        def year_checks(context: dg.AssetCheckExecutionContext, home: HomeResource) -> Iterator[dg.AssetCheckResult]:
            year = tax_year_of(context)
            with home.at_work() as opened, opened.database.reading() as session:
                results = check_results(session, year, told=_told(context.instance, year.label))
            yield from map(_as_tick, results)

    return year_checks


def _told(instance: dg.DagsterInstance, year: str) -> int | None:
    """The reconciliation whose verdict was given last, so that a verdict given again is no news; None for none."""
    key = dg.AssetCheckKey(dg.AssetKey(_ASSET), next(iter(CHECKS)))
    for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=_VERDICTS):
        event = record.event.dagster_event if record.event and record.partition == year else None
        if event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            number = event.asset_check_evaluation_data.metadata.get(_NUMBER)
            return number.value if isinstance(number, dg.IntMetadataValue) else None
    return None


def _as_tick(result: CheckResult) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if result.state == "warned" else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        passed=result.state in {"passed", "not_yet"},
        asset_key=_ASSET,
        check_name=result.name,
        severity=severity,
        description=result.description,
        metadata={
            "state": result.state.replace("_", " "),
            "people failing": result.failing,
            "people newly failing": result.new,
            "people recovered": result.recovered,
            _NUMBER: result.reconciliation,
        },
    )
