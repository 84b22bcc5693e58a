"""Sending through Apprise: one call that succeeds when every channel took the message."""

from collections.abc import Iterable

from hmrc_pipeline.alerts.messages import Message
from hmrc_pipeline.problems import Problem

__all__ = ["ChannelProblem", "Channels"]


class ChannelProblem(Problem):
    """A message could not be sent. The message never repeats a channel's URL: it holds credentials."""


class Channels:
    """The user's channels. Raises `ChannelProblem` when a URL is not one Apprise knows."""

    def __init__(self, urls: Iterable[str]) -> None:
        import apprise  # half a second; only those who send pay it

        self._apprise = apprise.Apprise()
        self._types = apprise.NotifyType
        for position, url in enumerate((u.strip() for u in urls if u.strip()), start=1):
            if not self._apprise.add(url):
                raise ChannelProblem(f"HMRC_PIPELINE_ALERT_URLS: entry {position} is not an Apprise URL")

    def send(self, message: Message) -> None:
        """Send to every channel. Raises `ChannelProblem` when one does not take it."""
        kind = self._types.SUCCESS if message.is_recovery else self._types.WARNING
        if not self._apprise.notify(title=message.title, body=message.body, notify_type=kind):
            raise ChannelProblem("a channel of HMRC_PIPELINE_ALERT_URLS did not take the message; it is tried again")
