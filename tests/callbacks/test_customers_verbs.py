"""What customers do themselves, through the same doors as everybody."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from callbacks import operations
from callbacks.errors import Forbidden, Invalid, SlotTaken
from callbacks.models import Appointment, Customer, LogEntry, Message, Promise, Reservation
from callbacks.queries.made import unread_count
from callbacks.states import MessageChannel, MessageKind, PromiseOutcome, State, Verb
from tests.factories import NOW, CustomerFactory, World, at

LATER = NOW + dt.timedelta(minutes=5)


def move(booked: Appointment, *, by: User | Customer | None = None, now: dt.datetime = LATER) -> Appointment:
    return operations.reschedule(
        appointment=booked,
        version=booked.version,
        starts_at=at(14),
        customer_agreed=True,
        by=by or booked.customer,
        now=now,
    )


def cancel(booked: Appointment, *, by: Customer | None = None, now: dt.datetime = LATER) -> Appointment:
    return operations.cancel(
        appointment=booked,
        version=booked.version,
        reason="",
        by_customer=True,
        by=by or booked.customer,
        now=now,
    )


def test_a_move_withdraws_the_promise_and_makes_another(world: World) -> None:
    move(world.book())
    assert [(one.outcome, one.starts_at) for one in Promise.objects.all()] == [
        (PromiseOutcome.WITHDRAWN, at(10)),
        ("", at(14)),
    ]


def test_a_promise_that_the_customer_chose_was_made_by_nobody_of_the_house(world: World) -> None:
    move(world.book())
    assert Promise.objects.open().get().made_by is None


@pytest.mark.parametrize("verb", [Verb.RESCHEDULE, Verb.CANCEL])
def test_the_log_says_that_it_was_the_customer(world: World, verb: Verb) -> None:
    (move if verb == Verb.RESCHEDULE else cancel)(world.book())
    entry = LogEntry.objects.get(verb=verb)
    assert (entry.by, entry.by_name, entry.by_customer, entry.who) == (None, "", True, "De klant")


def test_the_log_is_of_a_user_or_of_the_customer(world: World) -> None:
    booked = world.book()
    with pytest.raises(IntegrityError, match="log_by_one_of_them"), transaction.atomic():
        LogEntry.objects.create(
            appointment=booked, at=NOW, by=world.agent, by_customer=True, verb=Verb.ADD_NOTE, to_state="x"
        )


def test_the_specialist_is_asked_to_confirm_the_new_time(world: World) -> None:
    moved = move(world.book())
    mails = Message.objects.filter(channel=MessageChannel.EMAIL, promise__starts_at=at(14))
    asked = mails.filter(kind=MessageKind.SPECIALIST_CONFIRM)
    assert (moved.state, asked.count()) == (State.SCHEDULED, 1)


def test_a_customer_with_the_number_of_the_specialist_confirms_nothing(world: World) -> None:
    Customer.objects.filter(pk=world.person.pk).delete()
    same = CustomerFactory.create(pk=world.person.pk)
    assert move(world.book(customer=same)).state == State.SCHEDULED


def test_the_agent_who_booked_has_news(world: World) -> None:
    move(world.book())
    assert unread_count(user=world.agent, now=LATER) == 1


def test_a_taken_time_leaves_the_old_appointment_as_it_is(world: World) -> None:
    booked = world.book()
    world.book(at(14))
    with pytest.raises(SlotTaken):
        move(booked)
    kept = Appointment.objects.get(pk=booked.pk)
    assert (kept.starts_at, kept.version, kept.reservation.starts_at) == (at(10), 1, at(10))
    assert not Promise.objects.exclude(outcome="").exists()


@pytest.mark.parametrize("do", [move, cancel])
def test_somebody_elses_appointment_is_not_theirs(world: World, do: type) -> None:
    with pytest.raises(Forbidden):
        do(world.book(), by=CustomerFactory.create())


def test_cancelling_needs_no_reason_of_the_customer(world: World) -> None:
    cancelled = cancel(world.book())
    assert (cancelled.state, LogEntry.objects.get(verb=Verb.CANCEL).reason) == (State.CANCELLED, "")
    assert Promise.objects.get().outcome == PromiseOutcome.WITHDRAWN
    assert not Reservation.objects.exists()


def test_anybody_else_gives_one(world: World) -> None:
    with pytest.raises(Invalid):
        operations.cancel(
            appointment=world.book(), version=1, reason="", by_customer=True, by=world.agent, now=LATER
        )


@pytest.mark.parametrize("do", [move, cancel])
def test_after_the_window_began_the_promise_is_broken(world: World, do: type) -> None:
    do(world.book(), now=at(10))
    assert Promise.objects.get(starts_at=at(10)).outcome == PromiseOutcome.BROKEN
