"""What a killed process leaves in Dagster's storage: runs that look alive, and places in pools they still hold.

Nothing of ours is lost by it, but a run that looks alive is waited for, a place that is held is never free, and a
year that was reconciled may lack its verdicts. So these runs are ended here, and the sensors ask for them again.
"""

import dagster as dg

__all__ = ["cut_short", "settle_leftovers"]

_ENDED = "The process that ran this was ended. What it had not finished is asked for again."
_CUT_SHORT_TAG = "hmrc_pipeline/cut_short"
_PARTITION_TAG = "dagster/partition"
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
        instance.add_run_tags(run.run_id, {_CUT_SHORT_TAG: "yes"})
        instance.report_run_canceled(run, _ENDED)
    storage = instance.event_log_storage
    if storage.supports_global_concurrency_limits:
        for run_id in storage.get_concurrency_run_ids():
            storage.free_concurrency_slots_for_run(run_id)
    return len(gone)


def cut_short(instance: dg.DagsterInstance, job: str) -> dict[str, str]:
    """The runs of a job that were ended so and not followed by another: partition, or nothing, to the run's id."""
    found = {}
    for run in instance.get_runs(dg.RunsFilter(job_name=job, tags={_CUT_SHORT_TAG: "yes"}), limit=100):
        partition = run.tags.get(_PARTITION_TAG, "")
        same = {_PARTITION_TAG: partition} if partition else {}
        (newest,) = instance.get_runs(dg.RunsFilter(job_name=job, tags=same), limit=1)
        if newest.run_id == run.run_id:
            found[partition] = run.run_id
        else:
            instance.add_run_tags(run.run_id, {_CUT_SHORT_TAG: "made good"})
    return found
