"""Messages that did not arrive, as tasks for people."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page
from django.utils.translation import gettext as _

from callbacks.messages.wording import Texts, own_texts, words_of
from callbacks.models import Appointment, Message
from callbacks.phones import display
from callbacks.states import FOR_CUSTOMERS, MessageChannel
from frontoffice.presenters import moments
from frontoffice.presenters.work import Work, at_page, separator

PAGE = "tasks"


@dataclass(frozen=True)
class Task:
    """What somebody must tell whom, and why the message did not; of an appointment, else of ``team``."""

    uid: UUID
    reference: str
    team: str
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
    found = page.object_list
    texts = own_texts() if any(message.team for message in found) else {}
    return TaskList(
        lines=[
            _task(message, message.appointment, below.now)
            if message.appointment
            else _of_team(message, texts, below.now)
            for message in found
        ],
        page=page,
        address=at_page(path, below.page.number),
        back=below.here,
    )


def _task(message: Message, appointment: Appointment, now: dt.datetime) -> Task:
    to_customer = message.kind in FOR_CUSTOMERS
    task = _tell(message)
    if to_customer:
        named = {"who": appointment.customer, "channel": message.get_channel_display()}
        task = _("Call %(who)s yourself: the message by %(channel)s did not arrive.") % named
    return Task(
        uid=message.uid,
        reference=appointment.reference,
        team="",
        task=task,
        what=message.get_kind_display(),
        tel=appointment.phone if to_customer else "",
        phone=display(appointment.phone) if to_customer else "",
        why=message.last_error,
        since=_since(message, now),
    )


def _of_team(message: Message, texts: Texts, now: dt.datetime) -> Task:
    """What speaks of no appointment says in its subject what to tell."""
    if message.channel == MessageChannel.CHAT:
        task = _("Tell your team yourself: the message in the team chat did not arrive.")
    else:
        task = _tell(message)
    return Task(
        uid=message.uid,
        reference="",
        team=str(message.team),
        task=task,
        what=words_of(message, texts).subject,
        tel="",
        phone="",
        why=message.last_error,
        since=_since(message, now),
    )


def _tell(message: Message) -> str:
    named = {"who": message.recipient, "channel": message.get_channel_display()}
    return _("Tell %(who)s yourself: the message by %(channel)s did not arrive.") % named


def _since(message: Message, now: dt.datetime) -> str:
    return moments.day_clock(message.ended_at, now) if message.ended_at else ""
