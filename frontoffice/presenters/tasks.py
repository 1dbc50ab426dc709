"""Messages that did not arrive, as tasks for people."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page
from django.utils.translation import gettext as _

from callbacks.models import Appointment, Message
from callbacks.phones import display
from callbacks.states import FOR_CUSTOMERS
from frontoffice.presenters import moments
from frontoffice.presenters.work import Work, at_page, separator

PAGE = "tasks"


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
    """A page of the tasks, the longest waiting first. ``address`` is that of its first page.

    ``back`` is where to go once one is done: to the same pages of both lists.
    """

    lines: list[Task]
    page: Page[Message]
    address: str
    back: str

    @property
    def separator(self) -> str:
        """What comes between ``address`` and one more parameter."""
        return separator(self.address)


def tasks(page: Page[Message], *, below: Work, path: str) -> TaskList:
    """Messages of which a person must take care, below a list whose own address is ``path``."""
    found = [(message, message.appointment) for message in page.object_list]
    return TaskList(
        lines=[_task(message, about, below.now) for message, about in found if about],
        page=page,
        address=at_page(path, below.page.number),
        back=below.here,
    )


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
