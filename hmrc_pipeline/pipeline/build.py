"""Assembly: every definition put together, fresh at each call, so that tests can swap parts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from hmrc_pipeline.pipeline.alerts import check_alerts, hmrc_reminders
from hmrc_pipeline.pipeline.assets import build_assets
from hmrc_pipeline.pipeline.checks import build_year_checks
from hmrc_pipeline.pipeline.jobs import ask_hmrc, read_documents, reconcile_tax_year
from hmrc_pipeline.pipeline.partitions import tax_years
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.pipeline.schedules import build_schedules
from hmrc_pipeline.pipeline.sensors import build_changed_tax_years, new_folder_documents, new_paperless_documents
from hmrc_pipeline.settings import Settings, load_settings

__all__ = ["build_definitions"]


def build_definitions(
    settings: Settings | None = None,
    *,
    now: datetime | None = None,
    resource_overrides: Mapping[str, Any] | None = None,
) -> dg.Definitions:
    """The whole pipeline. Raises `SettingsProblem` when a setting is wrong; opens no database."""
    years = tax_years((settings or load_settings()).first_year, now or datetime.now(UTC))
    return dg.Definitions(
        assets=build_assets(years),
        asset_checks=[build_year_checks(years)],
        jobs=[read_documents, reconcile_tax_year, ask_hmrc],
        schedules=build_schedules(years),
        sensors=[
            new_folder_documents,
            new_paperless_documents,
            build_changed_tax_years(years),
            check_alerts,
            hmrc_reminders,
        ],
        resources={"home": HomeResource(), **(resource_overrides or {})},
        executor=dg.in_process_executor,
    )
