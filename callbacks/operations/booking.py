"""Booking: the front office promises a callback."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Channel, Specialist, Team, Topic
from availability.slots import Slot
from callbacks.errors import Invalid, SlotTaken
from callbacks.models import Appointment, Contact, Customer, Promise, Reservation
from callbacks.models.appointments import NOTE_LIMIT, QUESTION_LIMIT
from callbacks.operations import outbox, promising, records
from callbacks.operations.customers import CustomerData, identify
from callbacks.operations.reserving import find_slot, in_fair_order, in_one_transaction, reserve_first
from callbacks.permissions import check_book
from callbacks.queries.slots import nearest
from callbacks.references import new_reference
from callbacks.states import ContactResult, MessageKind, State, Verb


@dataclass(frozen=True, kw_only=True)
class _Request:
    """One call of ``book``, as its parts need it."""

    topic: Topic
    slot: Slot
    customer: Customer
    phone: str
    question: str
    internal_note: str
    channel: str
    by: User
    now: dt.datetime


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
    slot = find_slot(topic=topic, starts_at=starts_at, now=now, by=by, specialist=specialist)
    found, phone = identify(customer, now=now)
    request = _Request(
        topic=topic,
        slot=slot,
        customer=found,
        phone=phone,
        question=question,
        internal_note=internal_note,
        channel=channel,
        by=by,
        now=now,
    )
    candidates = in_fair_order(slot, customer=found, by=by)
    reservation = reserve_first(candidates, by=by, now=now, write=lambda chosen: _write(request, chosen))
    if reservation is None or reservation.appointment is None:
        raise SlotTaken(nearest(topic=topic, wanted=starts_at, now=now, specialist=specialist))
    appointment = reservation.appointment
    promise = promising.make(appointment, by=by, now=now)
    records.log(
        appointment,
        verb=Verb.BOOK,
        by=by,
        now=now,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        specialist=appointment.specialist,
    )
    announce(appointment, promise, customer_kind=MessageKind.CUSTOMER_BOOKED, now=now)
    return appointment


def announce(
    appointment: Appointment, promise: Promise, *, customer_kind: MessageKind, now: dt.datetime
) -> None:
    """Tell the customer the promised time, and ask the specialist to confirm unless they made it."""
    news = outbox.news_of_change(appointment, promise, now=now)
    messages = news.to_customer(customer_kind)
    if appointment.state == State.SCHEDULED:
        messages += news.to_specialist(MessageKind.SPECIALIST_CONFIRM)
    outbox.queue(messages)


def first_state(specialist: Specialist, by: User) -> State:
    """A time that the specialist agrees on in person needs no confirmation."""
    return State.CONFIRMED if specialist.user_id == by.pk else State.SCHEDULED


def confirm_by(team: Team, starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when the specialist may take to confirm: the team's term, at the latest a start to come."""
    term = now + dt.timedelta(minutes=team.confirm_within)
    return min(term, starts_at) if starts_at > now else term


def reserve(appointment: Appointment, specialist: Specialist) -> Reservation:
    """Take the appointment's period, and its topic's buffer behind it, from the specialist's time."""
    return Reservation.objects.create(
        specialist=specialist,
        appointment=appointment,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at + dt.timedelta(minutes=appointment.topic.buffer),
    )


def _write(request: _Request, specialist: Specialist) -> Reservation:
    contact = Contact.objects.create(
        customer=request.customer,
        agent=request.by,
        channel=request.channel,
        topic=request.topic,
        result=ContactResult.CALLBACK,
        at=request.now,
    )
    appointment = Appointment(
        reference=new_reference(),
        customer=request.customer,
        contact=contact,
        topic=request.topic,
        team=specialist.team,
        specialist=specialist,
        starts_at=request.slot.starts_at,
        ends_at=request.slot.ends_at,
        phone=request.phone,
        question=request.question,
        internal_note=request.internal_note,
        state=first_state(specialist, request.by),
        confirm_by=confirm_by(specialist.team, request.slot.starts_at, request.now),
        next_action_at=request.slot.starts_at,
        created_by=request.by,
        created_at=request.now,
    )
    appointment.save(force_insert=True)
    return reserve(appointment, specialist)


def _check_limits(*, question: str, internal_note: str, channel: str) -> None:
    records.check_length(question, QUESTION_LIMIT, field="question")
    records.check_length(internal_note, NOTE_LIMIT, field="internal_note")
    if channel not in Channel.values:
        raise Invalid(_("Choose one of the channels."), field="channel")
