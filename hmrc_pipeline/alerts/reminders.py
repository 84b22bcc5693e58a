"""What is to be done at HMRC becomes messages: once each, again when it grows urgent, and once when it is done.

What there is to do is decided in `hmrc.reminders`. Pure: reminders in, messages and what to remember out.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hmrc_pipeline.alerts.messages import Message
from hmrc_pipeline.hmrc.reminders import Reminder
from hmrc_pipeline.wording import count_of

__all__ = ["ReminderState", "reminder_messages"]

SHOWN = 10  # things told one by one in a message


@dataclass(frozen=True)
class ReminderState:
    """What was told of each subject: the kind of thing, and how urgent it was."""

    told: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, cursor: str | None) -> "ReminderState":
        """The state a cursor holds; nothing told for none. Raises `ValueError` for a cursor that is not ours."""
        stored = json.loads(cursor) if cursor else {"told": {}}
        return cls({subject: (kind, stage) for subject, (kind, stage) in stored["told"].items()})

    def save(self) -> str:
        return json.dumps({"version": 1, "told": self.told}, sort_keys=True)

    def after(self, *, due: Sequence[Reminder] = (), done: Sequence[str] = ()) -> "ReminderState":
        told = {subject: known for subject, known in self.told.items() if subject not in done}
        return ReminderState(told | {reminder.subject: (reminder.kind, reminder.stage) for reminder in due})


def reminder_messages(
    state: ReminderState, reminders: Sequence[Reminder], *, web: str
) -> Iterator[tuple[Message, ReminderState]]:
    """Each message with the state to remember once it was sent. `web` is the web application's address.

    Things of the same kind and urgency make one message, so that a thousand authorisations that end on a day do not
    make a thousand.
    """
    due: dict[tuple[str, str, str], list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        if state.told.get(reminder.subject) != (reminder.kind, reminder.stage):
            due[reminder.kind, reminder.stage, reminder.tax_year].append(reminder)
    done: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for subject in sorted(state.told.keys() - {reminder.subject for reminder in reminders}):
        is_year = state.told[subject][0] == "capture_before_filing"
        done[is_year, subject if is_year else ""].append(subject)
    for (kind, stage, year), group in due.items():
        state = state.after(due=group)
        yield Message(_title(kind, stage, year, len(group)), _body(group, web), is_recovery=False), state
    for (is_year, year), subjects in done.items():
        state = state.after(done=subjects)
        title = f"{year}: nothing more is to be captured from HMRC" if is_year else _in_order(len(subjects))
        yield Message(title, "Nothing is to be done.", is_recovery=True), state


def _title(kind: str, stage: str, year: str, count: int) -> str:
    if kind == "capture_before_filing":
        left = f", {count_of(int(stage), 'day is', 'days are')} left" if stage else ""
        return f"{year}: HMRC's figures are not captured yet{left}"
    if kind == "reauthorise":
        return f"HMRC: {count_of(count, 'authorisation is', 'authorisations are')} no longer usable"
    ends = count_of(count, "authorisation ends", "authorisations end")
    return f"HMRC: {ends} within {count_of(int(stage), 'day')}"


def _in_order(count: int) -> str:
    return f"HMRC: {count_of(count, 'authorisation is', 'authorisations are')} in order again"


def _body(group: Sequence[Reminder], web: str) -> str:
    lines = [f"{reminder.sentence}. In the browser: {web}{reminder.page}" for reminder in group[:SHOWN]]
    if len(group) > SHOWN:
        lines.append(f"And {len(group) - SHOWN} more: hmrc-pipeline grants --renew, or {web}/")
    return "\n".join(lines)
