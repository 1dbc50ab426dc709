"""Random histories, and a recount of them in plain Python, straight from the house definitions."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from availability.models import Channel
from callbacks.metrics.scope import Scope, monday_of
from callbacks.models import Appointment, Attempt, Contact, Customer, Promise
from callbacks.states import AttemptOutcome, ContactResult, PromiseOutcome, State
from tests.factories import NOW, CustomerFactory, SpecialistFactory, TopicFactory, World

ZONE = ZoneInfo("Europe/Amsterdam")
MINUTE = dt.timedelta(minutes=1)
MILLISECOND = dt.timedelta(milliseconds=1)
DAY = dt.timedelta(days=1)
RESULTS = (
    ContactResult.SOLVED,
    ContactResult.TRANSFERRED,
    ContactResult.REFERRED,
    ContactResult.REFUSED,
    ContactResult.UNDONE,
)


@dataclass
class History:
    """Three weeks of two topics of one team around ``NOW``, made by chance."""

    rng: Random
    world: World = field(default_factory=World)
    contacts: list[Contact] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stranger = SpecialistFactory.create()
        self.topics = [self.world.topic, TopicFactory.create(teams=[self.world.team])]
        self.customers: list[Customer] = [CustomerFactory.create() for _ in range(3)]
        for _ in range(25):
            self.contact(self.rng.choice(RESULTS), self.moment())
        for _ in range(12):
            self.callback()

    def moment(self) -> dt.datetime:
        """Some minute of the three weeks around ``NOW``."""
        return NOW + self.rng.randrange(-14 * 1440, 7 * 1440) * MINUTE

    def contact(self, result: ContactResult, at: dt.datetime, **given: Any) -> Contact:
        """One contact, with what goes with its result."""
        rng = self.rng
        avoidable = rng.choice([None, True, False])
        # Of another team, of nobody knows which, or of this one.
        colleague = rng.choice([self.world.specialists[0], self.stranger, None])
        made = Contact(
            customer=rng.choice([*self.customers, None]),
            agent=self.world.agent,
            channel=rng.choice(Channel.values),
            topic=rng.choice(self.topics),
            result=result,
            reached=rng.choice([True, False]) if result == ContactResult.TRANSFERRED else None,
            transferred_to=colleague if result == ContactResult.TRANSFERRED else None,
            referred_to="phone" if result == ContactResult.REFERRED else "",
            refusal_reason="too_late" if result == ContactResult.REFUSED else "",
            searched_online=rng.choice([None, True, False]),
            avoidable=avoidable,
            at=at,
        )
        for name, value in given.items():
            setattr(made, name, value)
        made.save()
        self.contacts.append(made)
        return made

    def callback(self) -> None:
        """An appointment with one to three promises, the last of which may be open."""
        customer, topic = self.rng.choice(self.customers), self.rng.choice(self.topics)
        contact = self.contact(ContactResult.CALLBACK, self.moment(), customer=customer, topic=topic)
        appointment = Appointment.objects.create(
            reference=f"H{Appointment.objects.count():07d}",
            customer=customer,
            contact=contact,
            topic=topic,
            team=self.world.team,
            specialist=self.rng.choice([self.world.specialists[0], None]),
            starts_at=contact.at,
            ends_at=contact.at + 30 * MINUTE,
            phone="+447700900123",
            state=State.CANCELLED,
            confirm_by=contact.at,
            created_by=self.world.agent,
            created_at=contact.at,
        )
        self.appointments.append(appointment)
        number = self.rng.randrange(1, 4)
        for place in range(number):
            self.promise(appointment, may_be_open=place == number - 1)

    def promise(self, appointment: Appointment, *, may_be_open: bool) -> None:
        """One promise of any outcome, with up to three calls at any time around it."""
        rng = self.rng
        starts_at = self.moment()
        outcome = rng.choice([*PromiseOutcome.values, *([""] if may_be_open else [])])
        made = Promise.objects.create(
            appointment=appointment,
            starts_at=starts_at,
            ends_at=starts_at + 30 * MINUTE,
            counts_from=starts_at - 5 * MINUTE,
            due_at=starts_at + 40 * MINUTE,
            made_at=starts_at - rng.randrange(1, 5000) * MINUTE - rng.randrange(1000) * MILLISECOND,
            made_by=self.world.agent,
            outcome=outcome,
            ended_at=starts_at + rng.randrange(-60, 3000) * MINUTE if outcome else None,
        )
        self.promises.append(made)
        for _ in range(rng.randrange(4)):
            self.call(made)

    def call(self, promise: Promise) -> None:
        """One call, in any order of times."""
        number = 1 + sum(one.appointment_id == promise.appointment_id for one in self.attempts)
        call = Attempt.objects.create(
            appointment=promise.appointment,
            promise=promise,
            number=number,
            started_at=promise.starts_at + self.rng.randrange(-20, 90) * MINUTE,
            by=self.world.person,
            outcome=self.rng.choice(AttemptOutcome.values),
            next_step="close",
        )
        self.attempts.append(call)

    def scope(self, **narrower: Any) -> Scope:
        """The three weeks, of the team."""
        monday = monday_of(NOW - 14 * DAY, ZONE)
        return Scope(monday=monday, weeks=3, teams=(self.world.team.pk,), zone=ZONE, now=NOW, **narrower)

    def due(self, scope: Scope) -> list[Promise]:
        """The promises that count, one condition after the other."""
        found = [one for one in self.promises if scope.start <= one.due_at < scope.end]
        found = [one for one in found if one.outcome != PromiseOutcome.WITHDRAWN]
        found = [one for one in found if one.ended_at is not None or one.due_at < NOW]
        found = [one for one in found if scope.topic in {None, one.appointment.topic_id}]
        found = [one for one in found if scope.channel in {"", one.appointment.contact.channel}]
        return [one for one in found if scope.half in {"", half(one.starts_at)}]

    def calls(self, promise: Promise) -> list[Attempt]:
        """The calls for a promise, by number."""
        return [one for one in self.attempts if one.promise_id == promise.pk]

    def counting(self, promise: Promise) -> dt.datetime | None:
        """When the first call started that counts for the promise."""
        moments = [one.started_at for one in self.calls(promise)]
        return min((one for one in moments if one >= promise.counts_from), default=None)

    def lateness(self, promise: Promise) -> float | None:
        """Seconds after the window, below nothing before it; None when it was given up without a call."""
        called = self.counting(promise)
        if called is None:
            return None if promise.ended_at else (NOW - promise.ends_at).total_seconds()
        if called > promise.ends_at:
            return (called - promise.ends_at).total_seconds()
        return min(0.0, (called - promise.starts_at).total_seconds())

    def made(self, scope: Scope) -> list[Contact]:
        """The contacts that count."""
        found = [one for one in self.contacts if scope.start <= one.at < scope.end and one.at <= NOW]
        found = [one for one in found if one.result != ContactResult.UNDONE]
        found = [one for one in found if scope.topic in {None, one.topic_id}]
        found = [one for one in found if scope.channel in {"", one.channel}]
        return [one for one in found if scope.half in {"", half(one.at)}]

    def came_again(self, contact: Contact, days: int) -> bool:
        """Whether the same customer asked about the same topic within so many days."""
        until = min(contact.at + days * DAY, NOW)
        return any(
            (one.customer_id, one.topic_id) == (contact.customer_id, contact.topic_id)
            and contact.at < one.at <= until
            and one.result != ContactResult.UNDONE
            for one in self.contacts
        )

    def was_owed(self, contact: Contact) -> bool:
        """Whether a call was owed to the customer at that moment, on an appointment made before."""
        return any(
            one.appointment.customer_id == contact.customer_id
            and one.appointment.contact_id != contact.pk
            and one.made_at < contact.at
            and (
                one.ended_at is None
                or one.ended_at > contact.at
                or (one.outcome == PromiseOutcome.BROKEN and one.ended_at > contact.at - 7 * DAY)
            )
            for one in self.promises
        )


def half(moment: dt.datetime) -> str:
    """The half of the local day."""
    return "am" if moment.astimezone(ZONE).hour < 12 else "pm"


def in_order(found: list[Any]) -> bool:
    """Whether nothing is larger than what follows it."""
    return all(one <= other for one, other in pairwise(found))
