"""Booking: the front office promises a callback."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import User
from availability.models import Channel, Specialist, Team, Topic
from callbacks.errors import SlotTaken
from callbacks.models import Actor, Appointment, AvoidableReason, Contact, Customer, Promise
from callbacks.models.history import person
from callbacks.operations import outbox, promising, records, rows
from callbacks.operations.contacts import circumstances
from callbacks.operations.customers import CustomerData, identify
from callbacks.operations.details import checked_details
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
    second_phone: str = "",
    second_phone_note: str = "",
    reach_note: str = "",
    case_number: str = "",
    channel: str = Channel.PHONE,
    searched_online: bool | None = None,
    avoidable: bool | None = None,
    avoidable_reason: AvoidableReason | None = None,
    opened_at: dt.datetime | None = None,
) -> Appointment:
    """Promise a callback at a slot (its UTC start) and reserve a specialist's time for it.

    Without ``specialist`` the fairest of those who are free gets it. The customer is called on the phone
    given. ``opened_at`` (UTC) is when the agent turned to the caller; one that cannot be is left out. Raises
    ``SlotTaken`` or ``SlotNotOffered`` (both with alternatives), ``Invalid``, ``Forbidden``.
    """
    check_book(by)
    details = checked_details(
        question=question,
        internal_note=internal_note,
        second_phone=second_phone,
        second_phone_note=second_phone_note,
        reach_note=reach_note,
        case_number=case_number,
    )
    contact = circumstances(
        now=now,
        channel=channel,
        searched_online=searched_online,
        avoidable=avoidable,
        avoidable_reason=avoidable_reason,
        opened_at=opened_at,
    )
    wish = Wish(topic=topic, starts_at=starts_at, now=now, specialist=specialist)
    return _book(wish, customer, details, contact, by=by)


def _book(
    wish: Wish,
    customer: Customer | CustomerData,
    details: dict[str, Any],
    contact: dict[str, Any],
    *,
    by: User,
) -> Appointment:
    now, topic = wish.now, wish.topic
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
    appointment = Appointment(
        pk=taken.appointment_id,
        reference=new_reference(),
        customer=found,
        contact=Contact(
            pk=taken.contact_id,
            customer=found,
            agent=by,
            topic=topic,
            result=ContactResult.CALLBACK,
            at=now,
            **contact,
        ),
        topic=topic,
        team=taken.specialist.team,
        specialist=taken.specialist,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        phone=phone,
        state=first_state(taken.specialist, by),
        confirm_by=confirm_by(taken.specialist.team, slot.starts_at, now),
        next_action_at=slot.starts_at,
        created_by=by,
        created_at=now,
        **details,
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
    rows.write(
        appointment.contact,
        appointment,
        promise,
        booked,
        unless_there=told.messages,
        then=outbox.to_webhooks(told.facts),
    )


def announce(
    appointment: Appointment, promise: Promise, *, customer_kind: MessageKind, now: dt.datetime
) -> None:
    """Tell the customer the promised time, and ask the specialist to confirm unless they made it."""
    outbox.queue(messages(appointment, promise, customer_kind=customer_kind, now=now))


def messages(
    appointment: Appointment, promise: Promise, *, customer_kind: MessageKind, now: dt.datetime
) -> outbox.Told:
    """What ``announce`` tells, not stored yet."""
    news = outbox.news_of_change(appointment, promise, now=now)
    to_specialist = MessageKind.SPECIALIST_CONFIRM if appointment.state == State.SCHEDULED else None
    asked = news.to_specialist(to_specialist) if to_specialist else outbox.Told()
    return news.to_customer(customer_kind) + asked


def first_state(specialist: Specialist, by: Actor) -> State:
    """A time that the specialist agrees on in person needs no confirmation."""
    return State.CONFIRMED if person(by) == specialist.user else State.SCHEDULED


def confirm_by(team: Team, starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when the specialist may take to confirm: the team's term, at the latest a start to come."""
    term = now + dt.timedelta(minutes=team.confirm_within)
    return min(term, starts_at) if starts_at > now else term


def claim_of(
    appointment: Appointment, candidates: Sequence[int], *, by: Actor | None, now: dt.datetime
) -> Claim:
    """The claim on the appointment's period, and on its topic's buffer behind it."""
    return Claim(
        candidates=candidates,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at + dt.timedelta(minutes=appointment.topic.buffer),
        by=person(by),
        now=now,
        customer=appointment.customer,
        appointment=appointment,
    )
