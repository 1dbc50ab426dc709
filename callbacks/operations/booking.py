"""Booking: the front office promises a callback."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Channel, Specialist, Team, Topic
from callbacks.errors import Invalid, SlotTaken
from callbacks.models import Appointment, Contact, Customer, Message, Promise
from callbacks.models.appointments import NOTE_LIMIT, QUESTION_LIMIT
from callbacks.operations import outbox, promising, records, rows
from callbacks.operations.customers import CustomerData, identify
from callbacks.operations.reserving import Claim, Missed, Wish, find_slot, in_one_transaction, take
from callbacks.permissions import check_book
from callbacks.references import new_reference
from callbacks.states import ContactResult, MessageKind, State, Verb


@in_one_transaction
def book(
    *,
    topic: Topic,
    starts_at: dt.datetime,
    customer: Customer | CustomerData,
    by: User,
    now: dt.datetime,
    specialist: Specialist | None = None,
    question: str = "",
    internal_note: str = "",
    channel: str = Channel.PHONE,
) -> Appointment:
    """Promise a callback at a slot (its UTC start) and reserve a specialist's time for it.

    Without ``specialist`` the fairest of those who are free gets it. The customer is called on the phone
    given. Raises ``SlotTaken`` or ``SlotNotOffered`` (both with alternatives), ``Invalid``, ``Forbidden``.
    """
    check_book(by)
    _check_limits(question=question, internal_note=internal_note, channel=channel)
    wish = Wish(topic=topic, starts_at=starts_at, now=now, specialist=specialist)
    slot = find_slot(wish)
    found, phone = identify(customer, now=now)
    claim = Claim(
        candidates=slot.specialists,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at + dt.timedelta(minutes=topic.buffer),
        by=by,
        now=now,
        customer=found,
    )
    taken = take(claim)
    if taken is None:
        raise Missed(SlotTaken, wish)
    contact = Contact(
        pk=taken.contact_id,
        customer=found,
        agent=by,
        channel=channel,
        topic=topic,
        result=ContactResult.CALLBACK,
        at=now,
    )
    appointment = Appointment(
        pk=taken.appointment_id,
        reference=new_reference(),
        customer=found,
        contact=contact,
        topic=topic,
        team=taken.specialist.team,
        specialist=taken.specialist,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        phone=phone,
        question=question,
        internal_note=internal_note,
        state=first_state(taken.specialist, by),
        confirm_by=confirm_by(taken.specialist.team, slot.starts_at, now),
        next_action_at=slot.starts_at,
        created_by=by,
        created_at=now,
    )
    promise = promising.promise_of(appointment, by=by, now=now, key=taken.promise_id)
    _write(appointment, promise, by=by, now=now)
    return appointment


def _write(appointment: Appointment, promise: Promise, *, by: User, now: dt.datetime) -> None:
    """Store a new appointment with its contact and promise, the log entry and what is told, all at once."""
    booked = records.entry(
        appointment,
        verb=Verb.BOOK,
        by=by,
        now=now,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        specialist=appointment.specialist,
    )
    told = messages(appointment, promise, customer_kind=MessageKind.CUSTOMER_BOOKED, now=now)
    rows.write(appointment.contact, appointment, promise, booked, unless_there=told)


def announce(
    appointment: Appointment, promise: Promise, *, customer_kind: MessageKind, now: dt.datetime
) -> None:
    """Tell the customer the promised time, and ask the specialist to confirm unless they made it."""
    outbox.queue(messages(appointment, promise, customer_kind=customer_kind, now=now))


def messages(
    appointment: Appointment, promise: Promise, *, customer_kind: MessageKind, now: dt.datetime
) -> list[Message]:
    """What ``announce`` tells, not stored yet."""
    news = outbox.news_of_change(appointment, promise, now=now)
    to_specialist = MessageKind.SPECIALIST_CONFIRM if appointment.state == State.SCHEDULED else None
    asked = news.to_specialist(to_specialist) if to_specialist else []
    return news.to_customer(customer_kind) + asked


def first_state(specialist: Specialist, by: User) -> State:
    """A time that the specialist agrees on in person needs no confirmation."""
    return State.CONFIRMED if specialist.user_id == by.pk else State.SCHEDULED


def confirm_by(team: Team, starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when the specialist may take to confirm: the team's term, at the latest a start to come."""
    term = now + dt.timedelta(minutes=team.confirm_within)
    return min(term, starts_at) if starts_at > now else term


def claim_of(appointment: Appointment, candidates: Sequence[int], *, by: User, now: dt.datetime) -> Claim:
    """The claim on the appointment's period, and on its topic's buffer behind it."""
    return Claim(
        candidates=candidates,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at + dt.timedelta(minutes=appointment.topic.buffer),
        by=by,
        now=now,
        customer=appointment.customer,
        appointment=appointment,
    )


def _check_limits(*, question: str, internal_note: str, channel: str) -> None:
    records.check_length(question, QUESTION_LIMIT, field="question")
    records.check_length(internal_note, NOTE_LIMIT, field="internal_note")
    if channel not in Channel.values:
        raise Invalid(_("Choose one of the channels."), field="channel")
