"""What somebody was told: each message in a line, as it would be said now."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator

from accounts.models import User
from callbacks.messages.links import place
from callbacks.messages.rules import is_still_true
from callbacks.messages.wording import Texts, own_texts, words_of
from callbacks.models import Message
from callbacks.queries import inbox as queries
from frontoffice.presenters import moments

PAGE = 25


@dataclass(frozen=True)
class Line:
    """One message. ``is_settled``: what it says no longer holds, so that nothing need be done about it."""

    uid: UUID
    subject: str
    opening: str
    reference: str
    address: str
    at: str
    is_unread: bool
    is_settled: bool


@dataclass(frozen=True)
class Inbox:
    """A page of the list; ``unread`` counts on every page. What came after ``seen_at`` was not seen."""

    lines: list[Line]
    page: Page[Message]
    unread: int
    seen_at: str


def inbox(*, user: User, now: dt.datetime, number: str) -> Inbox:
    """A page of what this person was told in the last 30 days."""
    page = Paginator(queries.inbox(user=user, now=now), PAGE).get_page(number)
    texts = own_texts()
    return Inbox(
        lines=[_line(message, texts, now) for message in page.object_list],
        page=page,
        unread=queries.unread(user=user, now=now).count(),
        seen_at=now.isoformat(),
    )


def _line(message: Message, texts: Texts, now: dt.datetime) -> Line:
    words = words_of(message, texts)
    return Line(
        uid=message.uid,
        subject=words.subject,
        opening=words.opening,
        reference=message.appointment.reference if message.appointment else "",
        address=place(message),
        at=moments.day_clock(message.created_at, now),
        is_unread=message.read_at is None,
        is_settled=not is_still_true(message),
    )
