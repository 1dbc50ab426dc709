"""Which messages are still true in which state of their appointment."""

import pytest

from callbacks import operations
from callbacks.messages.rules import RULES, is_still_true
from callbacks.models import Appointment, Message, Promise
from callbacks.states import OPEN, OWNED, MessageKind, State
from tests.factories import NOW, World, at

K, S = MessageKind, State
TRUE_IN: dict[MessageKind, set[State]] = {
    K.CUSTOMER_BOOKED: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_MOVED: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_CANCELLED: {S.CANCELLED},
    K.CUSTOMER_NOT_REACHED: {S.NOT_REACHED},
    K.CUSTOMER_DAY_BEFORE: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_HOUR_BEFORE: {S.SCHEDULED, S.CONFIRMED},
    K.SPECIALIST_CONFIRM: {S.SCHEDULED},
    K.SPECIALIST_UNCONFIRMED: {S.SCHEDULED},
    K.SPECIALIST_REMINDER: {S.SCHEDULED, S.CONFIRMED},
    K.SPECIALIST_OVERDUE: {S.SCHEDULED, S.CONFIRMED},
    K.LEAD_UNCONFIRMED: {S.SCHEDULED},
    K.LEAD_OVERDUE: {S.SCHEDULED, S.CONFIRMED, S.TO_REBOOK},
    K.AGENT_TO_REBOOK: {S.TO_REBOOK},
}


def message_about(appointment: Appointment, kind: MessageKind, recipient: str = "") -> Message:
    promise = Promise.objects.filter(appointment=appointment).last()
    return Message(appointment=appointment, promise=promise, kind=kind, recipient=recipient)


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(TRUE_IN) == set(MessageKind)


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_is_true_in_these_states_only(world: World, kind: MessageKind) -> None:
    message = message_about(world.book(), kind, world.person.email)
    true_in = set()
    for state in State:
        message.appointment.state = state
        if is_still_true(message):
            true_in.add(state)
    assert true_in == TRUE_IN[kind]


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if RULES[kind].promise_open])
def test_a_promise_that_ended_is_not_spoken_of(world: World, kind: MessageKind) -> None:
    message = message_about(world.book(), kind, world.person.email)
    assert message.promise is not None
    message.promise.ended_at = NOW
    assert not is_still_true(message)


def test_a_cancellation_speaks_of_an_ended_promise(world: World) -> None:
    appointment = world.book()
    gone = operations.cancel(
        appointment=appointment,
        version=appointment.version,
        reason="solved",
        by_customer=True,
        by=world.agent,
        now=NOW,
    )
    assert is_still_true(message_about(gone, MessageKind.CUSTOMER_CANCELLED))


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if RULES[kind].for_caller])
def test_a_request_is_only_for_who_must_call(world: World, kind: MessageKind) -> None:
    appointment = world.book(at(10))
    assert is_still_true(message_about(appointment, kind, world.person.email))
    assert not is_still_true(message_about(appointment, kind, "somebody.else@example.org"))


def test_a_specialist_without_address_reads_the_teams_mailbox(world: World) -> None:
    appointment = world.book()
    world.person.email = ""
    world.person.save(update_fields=["email"])
    appointment = Appointment.objects.get(pk=appointment.pk)
    assert is_still_true(message_about(appointment, MessageKind.SPECIALIST_REMINDER, world.team.mailbox))


def test_states_in_rules_are_states_of_the_life_cycle() -> None:
    assert {rule.states for rule in RULES.values()} <= {
        OWNED,
        OPEN,
        (State.CANCELLED,),
        (State.NOT_REACHED,),
        (State.SCHEDULED,),
        (State.TO_REBOOK,),
    }
