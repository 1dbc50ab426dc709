"""Cancelling ends a promise; reopening asks for a new time."""

import pytest

from callbacks import operations
from callbacks.errors import Invalid, WrongState
from callbacks.models import Appointment, Message, Promise, Reservation
from callbacks.states import MessageKind, MessageState, PromiseOutcome, State
from tests.factories import NOW, World, at


def cancel(world: World, booked: Appointment | None = None, **fields: object) -> Appointment:
    """Cancel a new appointment of Monday 10:00 on the customer's wish, unless said otherwise."""
    values = {"reason": "Solved", "by_customer": True, "by": world.agent, "now": NOW, **fields}
    return operations.cancel(appointment=booked or world.book(), version=1, **values)  # type: ignore[arg-type]


def test_cancelling_frees_the_time_and_leaves_nothing_to_do(world: World) -> None:
    cancelled = cancel(world)
    assert (cancelled.state, cancelled.next_action_at) == (State.CANCELLED, None)
    assert not Reservation.objects.exists()


def test_what_a_worker_is_sending_is_left_to_that_worker(world: World) -> None:
    booked = world.book()
    booked.messages.filter(kind=MessageKind.CUSTOMER_BOOKED).update(tries=1)
    cancel(world, booked)
    assert booked.messages.get(kind=MessageKind.CUSTOMER_BOOKED).state == MessageState.PENDING


def test_a_customer_who_cancels_before_the_window_withdraws_the_promise(world: World) -> None:
    cancel(world)
    assert Promise.objects.get().outcome == PromiseOutcome.WITHDRAWN


def test_cancelling_without_the_customer_breaks_the_promise(world: World) -> None:
    cancel(world, by_customer=False)
    assert Promise.objects.get().outcome == PromiseOutcome.BROKEN


def test_cancelling_what_is_overdue_does_not_wash_the_promise(world: World) -> None:
    cancel(world, now=at(12))
    assert Promise.objects.get().outcome == PromiseOutcome.BROKEN


def cancellations() -> list[str]:
    """To whom a cancellation is going out."""
    going_out = Message.objects.filter(kind=MessageKind.CUSTOMER_CANCELLED, state=MessageState.PENDING)
    return list(going_out.values_list("recipient", flat=True))


def test_a_customer_who_did_not_ask_for_it_is_told(world: World) -> None:
    cancelled = cancel(world, by_customer=False)
    assert cancellations() == [cancelled.customer.email]


def test_a_customer_who_has_a_confirmation_is_told(world: World) -> None:
    booked = world.book()
    booked.messages.update(state=MessageState.SENT, tries=1)
    cancel(world, booked)
    assert cancellations() == [booked.customer.email]


def test_a_customer_whose_confirmation_is_on_its_way_is_told(world: World) -> None:
    booked = world.book()
    booked.messages.update(tries=1)
    cancel(world, booked)
    assert cancellations() == [booked.customer.email]


def test_a_customer_who_cancels_before_anything_was_sent_hears_nothing(world: World) -> None:
    cancelled = cancel(world)
    assert set(cancelled.messages.values_list("state", flat=True)) == {MessageState.SUPERSEDED}


def test_cancelling_needs_a_reason(world: World) -> None:
    with pytest.raises(Invalid):
        cancel(world, reason=" ")


def test_reopening_puts_it_on_the_worklist(world: World) -> None:
    reopened = operations.reopen(
        appointment=cancel(world), version=2, reason="Still a question", by=world.agent, now=at(12)
    )
    assert (reopened.state, reopened.next_action_at) == (State.TO_REBOOK, at(12))


def test_an_open_appointment_cannot_be_reopened(world: World) -> None:
    with pytest.raises(WrongState):
        operations.reopen(appointment=world.book(), version=1, reason="Oops", by=world.agent, now=NOW)
