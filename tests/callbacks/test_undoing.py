"""For a minute, whoever booked can take it back: then it is as if it had not been booked."""

import datetime as dt

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Stale, WrongState
from callbacks.models import Appointment, Contact, LogEntry, Message, Promise, Reservation
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.states import (
    AttemptOutcome,
    ContactResult,
    MessageKind,
    MessageState,
    NextStep,
    PromiseOutcome,
    State,
    Verb,
)
from tests.factories import NOW, World, at

SOON = NOW + dt.timedelta(seconds=20)


def undo(world: World, booked: Appointment | None = None, **fields: object) -> Appointment:
    """Undo a booking of the agent 20 seconds after it was made, unless said otherwise."""
    booked = booked or world.book()
    values = {"version": booked.version, "by": world.agent, "now": SOON, **fields}
    return operations.undo(appointment=booked, **values)  # type: ignore[arg-type]


def note(booked: Appointment, by: object) -> Appointment:
    return operations.add_note(appointment=booked, version=1, note="Mind", by=by, now=NOW)  # type: ignore[arg-type]


def test_what_is_undone_is_cancelled_and_leaves_nothing_to_do(world: World) -> None:
    undone = undo(world)
    assert (undone.state, undone.next_action_at, undone.version) == (State.CANCELLED, None, 2)
    assert not Reservation.objects.exists()


def test_the_promise_is_withdrawn(world: World) -> None:
    undo(world)
    promise = Promise.objects.get()
    assert (promise.outcome, promise.ended_at) == (PromiseOutcome.WITHDRAWN, SOON)


def test_the_promise_is_withdrawn_though_its_window_runs(world: World) -> None:
    now = at(10) - dt.timedelta(seconds=5)
    undo(world, world.book(now=now), now=now + UNDO_WITHIN)
    assert Promise.objects.get().outcome == PromiseOutcome.WITHDRAWN


def test_the_contact_says_that_the_booking_was_undone(world: World) -> None:
    undo(world)
    assert Contact.objects.get().result == ContactResult.UNDONE


def test_the_time_can_be_booked_again_at_once(world: World) -> None:
    undo(world)
    assert world.book(now=SOON).starts_at == at(10)


def test_undoing_is_logged(world: World) -> None:
    entry = LogEntry.objects.get(appointment=undo(world), verb=Verb.UNDO)
    assert (entry.by, entry.from_state, entry.to_state) == (world.agent, State.SCHEDULED, State.CANCELLED)


def test_the_customer_hears_nothing(world: World) -> None:
    undo(world)
    assert set(Message.objects.values_list("kind", "state")) == {
        (MessageKind.CUSTOMER_BOOKED, MessageState.SUPERSEDED),
        (MessageKind.SPECIALIST_CONFIRM, MessageState.SUPERSEDED),
    }


@pytest.mark.parametrize("how_far", [{"state": MessageState.SENT, "tries": 1}, {"tries": 1}])
def test_a_customer_who_may_have_been_told_hears_that_it_is_off(
    world: World, how_far: dict[str, object]
) -> None:
    booked = world.book()
    booked.messages.filter(kind=MessageKind.CUSTOMER_BOOKED).update(**how_far)
    undo(world, booked)
    told = booked.messages.get(kind=MessageKind.CUSTOMER_CANCELLED)
    assert (told.recipient, told.look_at) == (booked.customer.email, SOON)


def test_it_can_be_undone_until_the_minute_is_full(world: World) -> None:
    assert undo(world, now=NOW + UNDO_WITHIN).state == State.CANCELLED


def test_after_a_minute_it_is_too_late(world: World) -> None:
    booked = world.book()
    with pytest.raises(Invalid):
        undo(world, booked, now=NOW + UNDO_WITHIN + dt.timedelta(microseconds=1))
    assert Appointment.objects.get().state == State.SCHEDULED


@pytest.mark.parametrize("person", ["person", "lead", "admin"])
def test_nobody_else_can_undo_it(world: World, person: str) -> None:
    with pytest.raises(Forbidden):
        undo(world, by=getattr(world, person))


def test_a_closed_account_undoes_nothing(world: World) -> None:
    booked = world.book()
    world.agent.is_active = False
    with pytest.raises(Forbidden):
        undo(world, booked)


def test_what_somebody_else_touched_is_not_undone(world: World) -> None:
    confirmed = operations.confirm(appointment=world.book(), version=1, by=world.person, now=NOW)
    with pytest.raises(Stale) as refused:
        undo(world, confirmed)
    assert refused.value.by_name == world.person.name


def test_what_a_worker_noticed_is_not_undone(world: World) -> None:
    booked = world.book()
    LogEntry.objects.create(appointment=booked, at=NOW, verb=Verb.FLAG_OVERDUE, to_state=booked.state)
    with pytest.raises(Stale):
        undo(world, booked)


def test_an_own_note_does_not_stand_in_the_way(world: World) -> None:
    assert undo(world, note(world.book(), world.agent)).state == State.CANCELLED


def test_a_version_that_is_gone_is_not_undone(world: World) -> None:
    with pytest.raises(Stale):
        undo(world, note(world.book(), world.agent), version=1)


def test_specialists_undo_what_they_booked_for_themselves(world: World) -> None:
    booked = world.book(by=world.person)
    assert (booked.state, undo(world, booked, by=world.person).state) == (State.CONFIRMED, State.CANCELLED)


def test_a_customer_who_was_called_is_not_made_undone(world: World) -> None:
    called = operations.log_attempt(
        appointment=world.book(by=world.person),
        version=1,
        started_at=NOW,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(11),
        by=world.person,
        now=NOW,
    )
    with pytest.raises(Stale):
        undo(world, called, by=world.person)


def test_what_is_undone_cannot_be_undone_again(world: World) -> None:
    with pytest.raises(WrongState):
        undo(world, undo(world))
