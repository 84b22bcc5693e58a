"""What a killed process leaves in Dagster's storage: runs that look alive, and places in pools they still hold.

Nothing of ours is lost by it, but a run that looks alive is waited for, and a place that is held is never free.
"""

import dagster as dg

__all__ = ["settle_leftovers"]

_ENDED = "The process that ran this was ended. What it had not finished is asked for again."
# A queued run waits for the daemon, and that is all: it is left in the queue.
_LOOKS_ALIVE = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def settle_leftovers(instance: dg.DagsterInstance) -> int:
    """End the runs of processes that are gone and free what they hold; returns how many runs that were.

    Only for whoever knows that no process works on this instance.
    """
    gone = instance.get_runs(dg.RunsFilter(statuses=_LOOKS_ALIVE))
    for run in gone:
        instance.report_run_canceled(run, _ENDED)
    storage = instance.event_log_storage
    if storage.supports_global_concurrency_limits:
        for run_id in storage.get_concurrency_run_ids():
            storage.free_concurrency_slots_for_run(run_id)
    return len(gone)
