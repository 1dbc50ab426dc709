"""Message rows, written in the transaction of the fact they tell. Rendering and delivery come later."""

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from psycopg2.extras import Json

from accounts.models import User
from availability.models import Specialist
from callbacks.kinds import KINDS
from callbacks.models import Actor, Appointment, Message, Promise
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.models.history import person
from callbacks.operations import rows
from callbacks.operations.reaching import A_DAY, Client, Fact, House, Staff, common
from callbacks.operations.reaching import rows as rows_of
from callbacks.states import MessageKind, PromiseOutcome

OUTCOMES: dict[str, MessageKind] = {
    PromiseOutcome.KEPT: MessageKind.AGENT_KEPT,
    PromiseOutcome.LATE: MessageKind.AGENT_BROKEN,
    PromiseOutcome.BROKEN: MessageKind.AGENT_BROKEN,
}
# Which programs elsewhere listen is known to the database alone: whoever tells need not ask.
TO_WEBHOOKS = """
INSERT INTO callbacks_message (
  uid, appointment_id, promise_id, team_id, webhook_id, details, kind, channel, recipient, language,
  dedupe_key, state, look_at, useful_until, tries, last_error, created_at
)
SELECT gen_random_uuid(), told.appointment_id, told.promise_id, told.team_id, hook.id, told.details,
  told.kind, 'webhook', hook.name, told.language,
  concat_ws(':', told.kind, told.occasion, 'webhook', hook.id), 'pending', told.look_at,
  told.useful_until, 0, '', told.created_at
FROM jsonb_to_recordset(%s) AS told(
    kind text, occasion text, language text, house bigint, appointment_id bigint, promise_id bigint,
    team_id bigint, details jsonb, look_at timestamptz, useful_until timestamptz, created_at timestamptz
  )
  JOIN callbacks_webhook hook ON hook.is_active
    AND (cardinality(hook.kinds) = 0 OR told.kind = ANY (hook.kinds))
    AND (
      NOT EXISTS (SELECT FROM callbacks_webhook_teams WHERE webhook_id = hook.id)
      OR told.house IN (SELECT team_id FROM callbacks_webhook_teams WHERE webhook_id = hook.id)
    )
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Told:
    """Messages not stored yet, and the facts that whoever listens elsewhere hears of."""

    messages: list[Message] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def __add__(self, other: Self) -> "Told":
        return Told(self.messages + other.messages, self.facts + other.facts)


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

    def to_customer(self, kind: MessageKind) -> Told:
        """To the customer: by the first way that reaches them, else to the team's mailbox."""
        return self._told(kind, client=client_of(self.appointment))

    def to_specialist(self, kind: MessageKind, specialist: Specialist | None = None) -> Told:
        """To whoever must call, or the specialist given; the team's mailbox when that is nobody."""
        found = specialist or self.appointment.specialist
        return self._told(kind, caller=_staff(found.user) if found else None)

    def to_booker(self, kind: MessageKind) -> Told:
        """To the person who made the appointment."""
        return self._told(kind, booker=_staff(self.appointment.created_by))

    def _told(self, kind: MessageKind, **people: Any) -> Told:
        fact = Fact(
            kind=kind,
            occasion=self.occasion,
            house=House.of(self.appointment.team),
            now=self.now,
            look_at=self.now + held_back(kind),
            useful_until=useful_until(self.promise.ends_at if self.promise else None, self.now),
            appointment_id=self.appointment.pk,
            promise_id=self.promise.pk if self.promise else None,
            **people,
        )
        return Told([Message(**row) for row in rows_of(fact)], [fact])


def _staff(user: User) -> Staff:
    return Staff(user.pk, str(user), user.email)


def client_of(appointment: Appointment) -> Client:
    """How the customer of an appointment can be reached."""
    customer = appointment.customer
    return Client(customer.email, appointment.phone, customer.language)


def held_back(kind: MessageKind) -> dt.timedelta:
    """How long a message waits, so that what is undone in time is never told."""
    return UNDO_WITHIN if KINDS[kind].held_back else dt.timedelta(0)


def useful_until(ends_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """What announces a call is worth sending until the window ends (UTC); other news for a day."""
    return ends_at if ends_at and ends_at > now else now + A_DAY


def news_of_change(appointment: Appointment, promise: Promise | None, *, now: dt.datetime) -> News:
    """News of the change that made the appointment's present version."""
    return News(
        appointment=appointment, promise=promise, occasion=f"{appointment.pk}.{appointment.version}", now=now
    )


def outcome_to_booker(
    appointment: Appointment, promise: Promise | None, *, by: Actor, now: dt.datetime
) -> Told:
    """What became of the promise, to whoever made the appointment: once, and not of their own doing."""
    kind = OUTCOMES.get(promise.outcome or "") if promise else None
    if promise is None or kind is None or person(by) == appointment.created_by:
        return Told()
    occasion = f"promise.{promise.pk}"
    return News(appointment=appointment, promise=promise, occasion=occasion, now=now).to_booker(kind)


def queue(told: Told) -> None:
    """Store messages; one with the same kind, occasion and recipient that is there already stays alone."""
    rows.write(unless_there=told.messages, then=to_webhooks(told.facts))


def to_webhooks(facts: list[Fact]) -> list[rows.Statement]:
    """The statement that tells whoever listens elsewhere, if there is something to tell."""
    told = [
        {
            **common(fact),
            "occasion": fact.occasion,
            "house": fact.house.pk,
            "language": fact.client.language,
            "look_at": fact.look_at,
        }
        for fact in facts
        if not fact.is_muted
    ]
    return [(TO_WEBHOOKS, [as_json(told)])] if told else []


def as_json(told: list[dict[str, Any]]) -> Json:
    """One value as a whole: the driver takes longer over thousands of small ones than the server."""
    return Json(told, dumps=partial(json.dumps, cls=DjangoJSONEncoder))
