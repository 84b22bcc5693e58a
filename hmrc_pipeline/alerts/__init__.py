"""Findings, and what is to be done at HMRC, become messages: said without personal data, sent through channels.

Which check failed is decided by reconciliation, what is to be done by `hmrc`; when to look is the pipeline's.
"""

from hmrc_pipeline.alerts.channels import ChannelProblem, Channels
from hmrc_pipeline.alerts.messages import Message, message_of
from hmrc_pipeline.alerts.reminders import ReminderState, reminder_messages
from hmrc_pipeline.alerts.state import AlertState, Change, CheckEvent, changes

__all__ = [
    "AlertState",
    "Change",
    "ChannelProblem",
    "Channels",
    "CheckEvent",
    "Message",
    "ReminderState",
    "changes",
    "message_of",
    "reminder_messages",
]
