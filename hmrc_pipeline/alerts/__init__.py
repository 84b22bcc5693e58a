"""Findings become messages: what changed, said without personal data, sent through the user's channels.

Which check failed is decided by reconciliation; when to look is the pipeline's.
"""

from hmrc_pipeline.alerts.channels import ChannelProblem, Channels
from hmrc_pipeline.alerts.messages import Message, message_of
from hmrc_pipeline.alerts.state import AlertState, Change, CheckEvent, changes

__all__ = ["AlertState", "Change", "ChannelProblem", "Channels", "CheckEvent", "Message", "changes", "message_of"]
