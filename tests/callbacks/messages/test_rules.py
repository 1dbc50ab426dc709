"""Which messages are still true in which state of their appointment."""

import pytest

from callbacks import operations
from callbacks.kinds import KINDS, Reader
from callbacks.messages.rules import is_still_true
from callbacks.models import Appointment, Message, Promise
from callbacks.states import CLOSED, OPEN, OWNED, MessageChannel, MessageKind, State
from tests.factories import NOW, World, at

K, S = MessageKind, State
TRUE_IN: dict[MessageKind, set[State]] = {
    K.CUSTOMER_BOOKED: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_MOVED: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_CANCELLED: {S.CANCELLED},
    K.CUSTOMER_TO_REBOOK: {S.TO_REBOOK},
    K.CUSTOMER_NOT_REACHED: {S.SCHEDULED, S.CONFIRMED, S.TO_REBOOK, S.NOT_REACHED},
    K.CUSTOMER_CLOSED: {S.COMPLETED},
    K.CUSTOMER_DAY_BEFORE: {S.SCHEDULED, S.CONFIRMED},
    K.CUSTOMER_HOUR_BEFORE: {S.SCHEDULED, S.CONFIRMED},
    K.SPECIALIST_CONFIRM: {S.SCHEDULED},
    K.SPECIALIST_UNCONFIRMED: {S.SCHEDULED},
    K.SPECIALIST_REMINDER: {S.SCHEDULED, S.CONFIRMED},
    K.SPECIALIST_AT_RISK: {S.SCHEDULED, S.TO_REBOOK},
    K.SPECIALIST_GIVEN: {S.SCHEDULED},
    K.SPECIALIST_RELIEVED: {S.SCHEDULED, S.CONFIRMED, S.TO_REBOOK},
    K.SPECIALIST_OVERDUE: {S.SCHEDULED, S.CONFIRMED},
    K.LEAD_UNCONFIRMED: {S.SCHEDULED},
    K.LEAD_OVERDUE: {S.SCHEDULED, S.CONFIRMED, S.TO_REBOOK},
    K.TEAM_UNTAKEN: {S.TO_REBOOK},
    K.AGENT_KEPT: set(S),
    K.AGENT_BROKEN: set(S),
    K.AGENT_TO_REBOOK: {S.TO_REBOOK},
}
OF_TEAM = {K.LEAD_FULL_DAYS, K.LEAD_WEEK, K.LEAD_CHANNEL_DOWN}


def message_about(appointment: Appointment, kind: MessageKind, recipient: str = "") -> Message:
    promise = Promise.objects.filter(appointment=appointment).last()
    return Message(appointment=appointment, promise=promise, kind=kind, recipient=recipient)


def test_every_kind_has_a_rule() -> None:
    assert set(KINDS) == set(TRUE_IN) | OF_TEAM == set(MessageKind)


@pytest.mark.parametrize("kind", TRUE_IN)
def test_a_message_is_true_in_these_states_only(world: World, kind: MessageKind) -> None:
    reader = "former@example.org" if KINDS[kind].for_caller is False else world.person.email
    if KINDS[kind].reader == Reader.TEAM:
        reader = world.team.mailbox
    appointment, true_in = world.book(), set()
    message = message_about(appointment, kind, reader)
    for state in State:
        appointment.state = state
        if is_still_true(message):
            true_in.add(state)
    assert true_in == TRUE_IN[kind]


@pytest.mark.parametrize("kind", [kind for kind in TRUE_IN if KINDS[kind].promise_open])
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


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if KINDS[kind].for_caller])
def test_a_request_is_only_for_who_must_call(world: World, kind: MessageKind) -> None:
    appointment = world.book(at(10))
    assert is_still_true(message_about(appointment, kind, world.person.email))
    assert not is_still_true(message_about(appointment, kind, "somebody.else@example.org"))


def test_who_was_relieved_and_has_it_again_is_not_told_otherwise(world: World) -> None:
    message = message_about(world.book(), MessageKind.SPECIALIST_RELIEVED, world.person.email)
    assert not is_still_true(message)


@pytest.mark.parametrize("channel", [MessageChannel.CHAT, MessageChannel.WEBHOOK])
def test_what_everybody_hears_is_for_nobody_in_particular(world: World, channel: MessageChannel) -> None:
    message = message_about(world.book(), MessageKind.SPECIALIST_AT_RISK, "chat")
    message.channel = channel
    assert is_still_true(message)


@pytest.mark.parametrize("kind", sorted(OF_TEAM))
def test_what_is_told_of_a_team_stays_true(world: World, kind: MessageKind) -> None:
    assert is_still_true(Message(team=world.team, kind=kind, recipient=world.lead.email))


def test_a_specialist_without_address_reads_the_teams_mailbox(world: World) -> None:
    appointment = world.book()
    world.person.email = ""
    world.person.save(update_fields=["email"])
    appointment = Appointment.objects.get(pk=appointment.pk)
    assert is_still_true(message_about(appointment, MessageKind.SPECIALIST_REMINDER, world.team.mailbox))


def test_states_in_rules_are_states_of_the_life_cycle() -> None:
    assert {row.states for row in KINDS.values()} <= {
        OWNED,
        OPEN,
        (*OPEN, *CLOSED),
        (*OPEN, State.NOT_REACHED),
        (State.CANCELLED,),
        (State.COMPLETED,),
        (State.SCHEDULED,),
        (State.SCHEDULED, State.TO_REBOOK),
        (State.TO_REBOOK,),
    }
