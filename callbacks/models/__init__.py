"""The promise: customers, contacts, appointments, attempts, log and messages."""

from callbacks.models.appointments import Appointment, Reservation
from callbacks.models.contacts import AvoidableReason, Contact
from callbacks.models.customers import Customer, NameWord
from callbacks.models.history import LogEntry
from callbacks.models.outbox import Heartbeat, IdempotentRequest, Message, StuckRow
from callbacks.models.promises import Attempt, Promise
from callbacks.models.watching import ChannelHealth, WorkerBeat

__all__ = [
    "Appointment",
    "Attempt",
    "AvoidableReason",
    "ChannelHealth",
    "Contact",
    "Customer",
    "Heartbeat",
    "IdempotentRequest",
    "LogEntry",
    "Message",
    "NameWord",
    "Promise",
    "Reservation",
    "StuckRow",
    "WorkerBeat",
]
