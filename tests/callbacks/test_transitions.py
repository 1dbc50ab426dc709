"""The whole matrix of states and verbs: what the table forbids, the doors refuse."""

import datetime as dt
from collections.abc import Callable

import pytest

from callbacks import operations
from callbacks.errors import WrongState
from callbacks.models import Appointment, LogEntry
from callbacks.states import CLOSED, OPEN, TRANSITIONS, AttemptOutcome, NextStep, State, Verb
from tests.factories import NOW, World, at

# Soon enough to undo what was booked at nine.
LATER = NOW + dt.timedelta(seconds=30)
Door = Callable[[World, Appointment], Appointment]


def confirm(world: World, appointment: Appointment) -> Appointment:
    return operations.confirm(appointment=appointment, version=appointment.version, by=world.admin, now=LATER)


def decline(world: World, appointment: Appointment) -> Appointment:
    return operations.decline(
        appointment=appointment, version=appointment.version, reason="Ill", by=world.admin, now=LATER
    )


def log_attempt(world: World, appointment: Appointment) -> Appointment:
    return operations.log_attempt(
        appointment=appointment,
        version=appointment.version,
        started_at=LATER,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.admin,
        now=LATER,
    )


def give_up(world: World, appointment: Appointment) -> Appointment:
    return operations.log_attempt(
        appointment=appointment,
        version=appointment.version,
        started_at=LATER,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.CLOSE,
        reason="Number out of service",
        by=world.admin,
        now=LATER,
    )


def reschedule(world: World, appointment: Appointment) -> Appointment:
    return operations.reschedule(
        appointment=appointment,
        version=appointment.version,
        starts_at=at(15),
        customer_agreed=True,
        by=world.admin,
        now=LATER,
    )


def reassign(world: World, appointment: Appointment) -> Appointment:
    return operations.reassign(
        appointment=appointment,
        version=appointment.version,
        specialist=world.specialist(),
        by=world.admin,
        now=LATER,
    )


def cancel(world: World, appointment: Appointment) -> Appointment:
    return operations.cancel(
        appointment=appointment,
        version=appointment.version,
        reason="Solved",
        by_customer=True,
        by=world.admin,
        now=LATER,
    )


def reopen(world: World, appointment: Appointment) -> Appointment:
    return operations.reopen(
        appointment=appointment, version=appointment.version, reason="Again", by=world.admin, now=LATER
    )


def undo(world: World, appointment: Appointment) -> Appointment:
    return operations.undo(appointment=appointment, version=appointment.version, by=world.admin, now=LATER)


def claim(world: World, appointment: Appointment) -> Appointment:
    return operations.claim(appointment=appointment, version=appointment.version, by=world.admin, now=LATER)


def release_claim(world: World, appointment: Appointment) -> Appointment:
    if appointment.state == State.TO_REBOOK:
        appointment = claim(world, appointment)
    return operations.release_claim(
        appointment=appointment, version=appointment.version, by=world.admin, now=LATER
    )


def add_note(world: World, appointment: Appointment) -> Appointment:
    return operations.add_note(
        appointment=appointment, version=appointment.version, note="Mind", by=world.admin, now=LATER
    )


def send_back(world: World, appointment: Appointment) -> Appointment:
    return operations.send_back(
        appointment=appointment, version=appointment.version, reason="Not ours", by=world.admin, now=LATER
    )


DOORS: dict[Verb, Door] = {
    Verb.CONFIRM: confirm,
    Verb.DECLINE: decline,
    Verb.LOG_ATTEMPT: log_attempt,
    Verb.RESCHEDULE: reschedule,
    Verb.REASSIGN: reassign,
    Verb.CANCEL: cancel,
    Verb.REOPEN: reopen,
    Verb.UNDO: undo,
    Verb.CLAIM: claim,
    Verb.RELEASE_CLAIM: release_claim,
    Verb.ADD_NOTE: add_note,
    Verb.SEND_BACK: send_back,
}
WAYS: dict[State, list[Door]] = {
    State.SCHEDULED: [],
    State.CONFIRMED: [confirm],
    State.TO_REBOOK: [decline],
    State.COMPLETED: [log_attempt],
    State.NOT_REACHED: [give_up],
    State.CANCELLED: [cancel],
}
CELLS = [(state, verb) for state in State for verb in DOORS]


def in_state(world: World, state: State) -> Appointment:
    """An appointment brought into a state through the doors."""
    appointment = world.book(by=world.admin)
    for door in WAYS[state]:
        appointment = door(world, appointment)
    assert appointment.state == state
    return appointment


@pytest.mark.parametrize(("state", "verb"), [cell for cell in CELLS if cell[0] in TRANSITIONS[cell[1]]])
def test_an_allowed_verb_leads_to_a_state_of_the_table(world: World, state: State, verb: Verb) -> None:
    changed = DOORS[verb](world, in_state(world, state))
    assert changed.state in TRANSITIONS[verb][state]
    assert LogEntry.objects.filter(appointment=changed, verb=verb, to_state=changed.state).exists()


@pytest.mark.parametrize(("state", "verb"), [cell for cell in CELLS if cell[0] not in TRANSITIONS[cell[1]]])
def test_a_forbidden_verb_is_refused_and_changes_nothing(world: World, state: State, verb: Verb) -> None:
    appointment = in_state(world, state)
    version, entries = appointment.version, LogEntry.objects.count()
    with pytest.raises(WrongState):
        DOORS[verb](world, appointment)
    assert Appointment.objects.get(pk=appointment.pk).version == version
    assert LogEntry.objects.count() == entries


def test_every_verb_of_a_person_is_in_the_matrix() -> None:
    by_workers = {Verb.FLAG_OVERDUE, Verb.FLAG_UNCONFIRMED, Verb.FLAG_AT_RISK, Verb.ESCALATE}
    assert set(DOORS) == set(TRANSITIONS) - by_workers


def test_every_state_is_either_open_or_closed() -> None:
    assert set(OPEN) | set(CLOSED) == set(State)
    assert not set(OPEN) & set(CLOSED)
