"""The promise: customers, contacts, appointments, attempts, log and messages."""

from callbacks.models.appointments import Appointment, Reservation
from callbacks.models.contacts import AvoidableReason, Contact
from callbacks.models.counting import (
    BookedDay,
    CallDay,
    ContactDay,
    CountedDay,
    PromiseDay,
    Recount,
    TeamDay,
)
from callbacks.models.customers import Customer, NameWord
from callbacks.models.exporting import FigureExport
from callbacks.models.history import Actor, LogEntry
from callbacks.models.improving import Improvement, ImprovementEntry, TopicRating
from callbacks.models.links import CustomerLink
from callbacks.models.outbox import Heartbeat, IdempotentRequest, Message, StuckRow
from callbacks.models.printing import DayListPrint
from callbacks.models.promises import Attempt, Promise
from callbacks.models.wallboards import Wallboard
from callbacks.models.watching import ChannelHealth, WorkerBeat
from callbacks.models.wording import MessageText, TeamMessages, Webhook

__all__ = [
    "Actor",
    "Appointment",
    "Attempt",
    "AvoidableReason",
    "BookedDay",
    "CallDay",
    "ChannelHealth",
    "Contact",
    "ContactDay",
    "CountedDay",
    "Customer",
    "CustomerLink",
    "DayListPrint",
    "FigureExport",
    "Heartbeat",
    "IdempotentRequest",
    "Improvement",
    "ImprovementEntry",
    "LogEntry",
    "Message",
    "MessageText",
    "NameWord",
    "Promise",
    "PromiseDay",
    "Recount",
    "Reservation",
    "StuckRow",
    "TeamDay",
    "TeamMessages",
    "TopicRating",
    "Wallboard",
    "Webhook",
    "WorkerBeat",
]
