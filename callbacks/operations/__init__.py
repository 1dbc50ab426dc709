"""The doors: one function per verb. Each validates, writes, logs and queues messages in one transaction.

Pages, the API, administration and workers call these and only translate their errors (``callbacks.errors``).
"""

from callbacks.operations.alarming import tell_channels_down
from callbacks.operations.booking import book
from callbacks.operations.calling import log_attempt
from callbacks.operations.claiming import claim, release_claim
from callbacks.operations.closing import cancel, reopen
from callbacks.operations.confirming import confirm, decline, send_back
from callbacks.operations.contacts import register_contact
from callbacks.operations.correcting import correct_phone
from callbacks.operations.counting import count_all_days, count_next_day
from callbacks.operations.customers import CustomerData
from callbacks.operations.dialling import begin_call
from callbacks.operations.escalating import escalate
from callbacks.operations.exporting import export_figure
from callbacks.operations.flagging import flag_at_risk, flag_overdue, flag_unconfirmed, queue_reminders
from callbacks.operations.forwarding import forward
from callbacks.operations.fullness import tell_full_days
from callbacks.operations.holding import hold, release
from callbacks.operations.improving import add_improvement, change_improvement, rate_topic
from callbacks.operations.lapsing import settle_unconfirmed
from callbacks.operations.leaving import end_windows_of_leavers, pass_on_of_leavers
from callbacks.operations.letters import want_letter, write_letters
from callbacks.operations.links import link_token, withdraw_link
from callbacks.operations.moving import reassign, reschedule
from callbacks.operations.noting import add_note
from callbacks.operations.printing import print_day_list
from callbacks.operations.proposing import propose
from callbacks.operations.reading import mark_messages_read, mark_read
from callbacks.operations.switching import take_transfers
from callbacks.operations.telling import retry_failed, settle_webhook, tell_by_hand, tell_webhook_again
from callbacks.operations.undoing import undo

__all__ = [
    "CustomerData",
    "add_improvement",
    "add_note",
    "begin_call",
    "book",
    "cancel",
    "change_improvement",
    "claim",
    "confirm",
    "correct_phone",
    "count_all_days",
    "count_next_day",
    "decline",
    "end_windows_of_leavers",
    "escalate",
    "export_figure",
    "flag_at_risk",
    "flag_overdue",
    "flag_unconfirmed",
    "forward",
    "hold",
    "link_token",
    "log_attempt",
    "mark_messages_read",
    "mark_read",
    "pass_on_of_leavers",
    "print_day_list",
    "propose",
    "queue_reminders",
    "rate_topic",
    "reassign",
    "register_contact",
    "release",
    "release_claim",
    "reopen",
    "reschedule",
    "retry_failed",
    "send_back",
    "settle_unconfirmed",
    "settle_webhook",
    "take_transfers",
    "tell_by_hand",
    "tell_channels_down",
    "tell_full_days",
    "tell_webhook_again",
    "undo",
    "want_letter",
    "withdraw_link",
    "write_letters",
]
