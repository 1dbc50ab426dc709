"""Message rows, written in the transaction of the fact they tell. Rendering and delivery come later."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from callbacks.models import Appointment, Message, Promise
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.states import MessageKind

A_DAY = dt.timedelta(days=1)
# What is undone in time is never told.
HELD_BACK = {MessageKind.CUSTOMER_BOOKED: UNDO_WITHIN}


@dataclass(frozen=True, kw_only=True)
class News:
    """Something to tell about an appointment; each method gives the messages for one kind of reader.

    ``promise`` is the promise it speaks of: a message about one that no longer holds is not sent.
    ``occasion`` tells repetitions apart: one kind, occasion and recipient is one message.
    """

    appointment: Appointment
    promise: Promise | None
    occasion: str
    now: dt.datetime

    def to_customer(self, kind: MessageKind) -> list[Message]:
        """To the customer, when an e-mail address is known."""
        customer = self.appointment.customer
        return self._messages(kind, [customer.email], customer.language)

    def to_specialist(self, kind: MessageKind) -> list[Message]:
        """To whoever must call: the specialist, else the team's mailbox."""
        specialist = self.appointment.specialist
        address = specialist.user.email if specialist else ""
        return self._messages(kind, [address or self.appointment.team.mailbox])

    def to_booker(self, kind: MessageKind) -> list[Message]:
        """To the person who made the appointment."""
        return self._messages(kind, [self.appointment.created_by.email])

    def _messages(
        self, kind: MessageKind, recipients: list[str], language: str = settings.LANGUAGE_CODE
    ) -> list[Message]:
        return [
            Message(
                appointment=self.appointment,
                promise=self.promise,
                kind=kind,
                recipient=recipient,
                language=language,
                dedupe_key=f"{kind}:{self.occasion}:{recipient}",
                look_at=self.now + HELD_BACK.get(kind, dt.timedelta(0)),
                useful_until=self._useful_until(),
                created_at=self.now,
            )
            for recipient in recipients
            if recipient
        ]

    def _useful_until(self) -> dt.datetime:
        """What announces a call is worth sending until the window ends; other news for a day."""
        ends_at = self.promise.ends_at if self.promise else self.now
        return ends_at if ends_at > self.now else self.now + A_DAY


def news_of_change(appointment: Appointment, promise: Promise | None, *, now: dt.datetime) -> News:
    """News of the change that made the appointment's present version."""
    return News(
        appointment=appointment, promise=promise, occasion=f"{appointment.pk}.{appointment.version}", now=now
    )


def queue(messages: Iterable[Message]) -> None:
    """Store messages; one with the same kind, occasion and recipient that is there already stays alone."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)
