"""Messages that did not arrive, as tasks for people."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from callbacks.models import Appointment, Message
from callbacks.phones import display
from callbacks.states import FOR_CUSTOMERS
from frontoffice.presenters import moments, rows


@dataclass(frozen=True)
class Task:
    """What somebody must tell whom, and why the message did not."""

    uid: UUID
    reference: str
    task: str
    what: str
    tel: str
    phone: str
    why: str
    since: str


@dataclass(frozen=True)
class TaskList:
    """The longest waiting tasks, how many more there are, and the page to come back to."""

    lines: list[Task]
    more: int
    back: str


def tasks(messages: QuerySet[Message], now: dt.datetime, *, back: str) -> TaskList:
    """Messages of which a person must take care."""
    found, more = rows.first_rows(messages)
    lines = [_task(message, message.appointment, now) for message in found if message.appointment]
    return TaskList(lines, more, back)


def _task(message: Message, appointment: Appointment, now: dt.datetime) -> Task:
    to_customer = message.kind in FOR_CUSTOMERS
    named = {"who": appointment.customer if to_customer else message.recipient}
    named["channel"] = message.get_channel_display()
    if to_customer:
        task = _("Call %(who)s yourself: the message by %(channel)s did not arrive.") % named
    else:
        task = _("Tell %(who)s yourself: the message by %(channel)s did not arrive.") % named
    return Task(
        uid=message.uid,
        reference=appointment.reference,
        task=task,
        what=message.get_kind_display(),
        tel=appointment.phone if to_customer else "",
        phone=display(appointment.phone) if to_customer else "",
        why=message.last_error,
        since=moments.day_clock(message.ended_at, now) if message.ended_at else "",
    )
