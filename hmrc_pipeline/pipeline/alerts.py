"""The sensors that turn check results, and what is to be done at HMRC, into messages.

`check_alerts` reads evaluations after a storage id, starting at the tail; what one run found of a tax year is one
message. `hmrc_reminders` looks at how things stand. A message goes out first, then the cursor moves; the cursor
holds what was told, so that only a change is a message.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile
from typing import TypeVar

import dagster as dg

from hmrc_pipeline.alerts import (
    AlertState,
    ChannelProblem,
    Channels,
    CheckEvent,
    Message,
    ReminderState,
    changes,
    message_of,
    reminder_messages,
)
from hmrc_pipeline.hmrc import refuse_restored, reminders
from hmrc_pipeline.pipeline.resources import HomeResource
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.wording import count_of

__all__ = ["check_alerts", "hmrc_reminders", "tell_collapse"]

_BATCH = 500
_SETTLE_SECONDS = 1.0
_ASSET = dg.AssetKey("reconciliation")
_NO_CHANNEL = "No channel is told: set HMRC_PIPELINE_ALERT_URLS to one or more Apprise URLs."
_State = TypeVar("_State")


@dg.sensor(minimum_interval_seconds=10, default_status=dg.DefaultSensorStatus.RUNNING)
def check_alerts(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Sends one message when checks of a tax year start to fail, and one when they recover."""
    with home.at_work() as opened:
        settings = opened.settings
        if settings.alert_urls is None:
            return dg.SkipReason(_NO_CHANNEL)
        state = AlertState.load(context.cursor)
        if state is None:
            return dg.SensorResult(
                cursor=AlertState(after=_tail(context.instance)).save(),
                skip_reason=dg.SkipReason("Listening from now on."),
            )
        return _tell(context.instance, state, settings, home.now())


def _tell(instance: dg.DagsterInstance, state: AlertState, settings: Settings, now: datetime) -> dg.SensorResult:
    news = (
        (message_of(change, settings.dagster_address) if change else None, after)
        for change, after in changes(state, _events(instance, state.after, now))
    )
    sent, reached = _send(settings, news, state)
    told = f"{sent} sent." if sent else "No check changed its state."
    return dg.SensorResult(cursor=reached.save(), skip_reason=dg.SkipReason(told))


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def hmrc_reminders(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult | dg.SkipReason:
    """Sends one message when something is to be done at HMRC, again as it grows urgent, and one when it is done."""
    with home.at_work() as opened:
        settings, now = opened.settings, home.now()
        refuse_restored(opened, now=now)
        to_do = reminders(opened, now=now)
        if settings.alert_urls is None:
            return dg.SkipReason(_NO_CHANNEL)
        state = ReminderState.load(context.cursor)
        sent, reached = _send(settings, reminder_messages(state, to_do, web=settings.web_address), state)
        known = f"{count_of(len(to_do), 'thing is', 'things are')} to be done at HMRC, told before."
        told = f"{sent} sent." if sent else known
        return dg.SensorResult(
            cursor=reached.save(),
            skip_reason=dg.SkipReason(told if sent or to_do else "Nothing is to be done at HMRC."),
        )


def _send(settings: Settings, news: Iterable[tuple[Message | None, _State]], state: _State) -> tuple[int, _State]:
    """How many messages were sent, and the state to remember. Raises `ChannelProblem` when none could be."""
    channels = _channels(settings)
    sent = 0
    for message, after in news:
        if message is not None:
            try:
                channels.send(message)
            except ChannelProblem:
                if not sent:
                    raise
                break  # what was sent is remembered; the rest is tried again at the next tick
            sent += 1
        state = after
    return sent, state


def _channels(settings: Settings) -> Channels:
    urls = settings.alert_urls
    return Channels(urls.get_secret_value().split(",") if urls else [])


def tell_collapse(settings: Settings) -> bool:
    """Say through the channels that documents vanished at once and none was withdrawn; whether anybody was told."""
    if settings.alert_urls is None:
        return False
    _channels(settings).send(
        Message(
            "Paperless shows far fewer documents than before",
            "None was withdrawn. See why, and what to do, at the sensor new_paperless_documents, or run: "
            "hmrc-pipeline doctor",
            is_recovery=False,
        )
    )
    return True


def _tail(instance: dg.DagsterInstance) -> int:
    return instance.event_log_storage.get_maximum_record_id() or 0


def _events(instance: dg.DagsterInstance, after: int, now: datetime) -> list[CheckEvent]:
    """Evaluations after a storage id, in order, of runs whose evaluations are all there.

    Asked of the index over all runs: on SQLite, where each run has a file of its own, `get_event_records` knows no
    storage id. A run with a very young event waits: more of it, on PostgreSQL even of smaller ids, may be on its way.
    """
    entries = instance.event_log_storage.get_logs_for_all_runs_by_log_id(
        after_cursor=after, dagster_event_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION, limit=_BATCH
    )
    found = sorted(entries.items())
    young = {entry.run_id for _, entry in found if entry.timestamp > now.timestamp() - _SETTLE_SECONDS}
    if len(found) == _BATCH and len({entry.run_id for _, entry in found}) > 1:
        young.add(found[-1][1].run_id)  # the rest of it comes with the next batch
    return [_event(number, entry) for number, entry in takewhile(lambda each: each[1].run_id not in young, found)]


def _event(storage_id: int, entry: dg.EventLogEntry) -> CheckEvent:
    evaluation = entry.get_dagster_event().asset_check_evaluation_data
    return CheckEvent(
        storage_id=storage_id,
        check=evaluation.check_name,
        tax_year=evaluation.partition if evaluation.asset_key == _ASSET else None,
        failing=not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR,
        run=entry.run_id,
    )
