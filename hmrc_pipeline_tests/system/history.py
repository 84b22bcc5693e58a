"""Prints what Dagster's own storage says of every check and tax year, in the process of somebody who looks."""

import json
import sys

import dagster as dg

from hmrc_pipeline_tests.system.support import CHECKS

__all__ = ["history"]


def history(instance: dg.DagsterInstance) -> dict[str, dict[str, list[str]]]:
    """Per tax year and check every evaluation's verdict, oldest first."""
    found: dict[str, dict[str, list[str]]] = {}
    for check in CHECKS:
        key = dg.AssetCheckKey(dg.AssetKey("reconciliation"), check)
        records = instance.event_log_storage.get_asset_check_execution_history(key, limit=500)
        for record in reversed(records):
            year = str(record.partition)
            event = record.event.dagster_event if record.event else None
            state = "no evaluation"
            if event and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                evaluation = event.asset_check_evaluation_data
                state = str(evaluation.metadata["state"].value)
                assert evaluation.passed == (record.status.value == "SUCCEEDED")
            found.setdefault(year, {}).setdefault(check, []).append(f"{record.status.value} {state}")
    return found


if __name__ == "__main__":
    with dg.DagsterInstance.get() as opened:
        json.dump(history(opened), sys.stdout)
