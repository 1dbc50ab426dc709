"""The whole matrix of states, verbs and roles, made from the table: what it forbids, the doors refuse."""

import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Role, User
from callbacks import operations
from callbacks.errors import Forbidden, WrongState
from callbacks.models import Appointment, LogEntry
from callbacks.states import CLOSED, OPEN, OWNED, TRANSITIONS, AttemptOutcome, NextStep, State, Verb
from tests.factories import NOW, SpecialistFactory, UserFactory, World, at

# Soon enough to undo what was booked at nine.
LATER = NOW + dt.timedelta(seconds=30)
# What workers record, and what is done to messages: neither is a verb of a person on an appointment.
ELSEWHERE = {
    Verb.FLAG_OVERDUE,
    Verb.FLAG_UNCONFIRMED,
    Verb.FLAG_AT_RISK,
    Verb.ESCALATE,
    Verb.TELL,
    Verb.RETRY,
}
DONE = {"started_at": LATER, "outcome": AttemptOutcome.SPOKEN_DONE, "next_step": NextStep.CLOSE}
GIVEN_UP = DONE | {"outcome": AttemptOutcome.NO_ANSWER, "reason": "Number out of service"}
# What each door is given besides the appointment, its version, who does it and the clock.
GIVEN: dict[Verb, Callable[[World], dict[str, Any]]] = {
    Verb.CONFIRM: lambda _: {},
    Verb.DECLINE: lambda _: {"reason": "Ill"},
    Verb.PROPOSE: lambda _: {"starts_at": at(15)},
    Verb.BEGIN_CALL: lambda _: {},
    Verb.LOG_ATTEMPT: lambda _: DONE,
    Verb.RESCHEDULE: lambda _: {"starts_at": at(15), "customer_agreed": True},
    Verb.REASSIGN: lambda world: {"specialist": world.specialists[1]},
    Verb.CANCEL: lambda _: {"reason": "Solved", "by_customer": True},
    Verb.REOPEN: lambda _: {"reason": "Again"},
    Verb.UNDO: lambda _: {},
    Verb.CLAIM: lambda _: {},
    Verb.RELEASE_CLAIM: lambda _: {},
    Verb.ADD_NOTE: lambda _: {"note": "Mind"},
    Verb.SEND_BACK: lambda _: {"reason": "Not ours"},
    Verb.FORWARD: lambda world: {"to": world.specialists[1], "reason": "Hers"},
    Verb.CORRECT_PHONE: lambda _: {"phone": "06 1234 5678"},
    Verb.WITHDRAW_LINK: lambda _: {},
}
TEAM = {"specialist", "colleague", "lead", "administrator"}
# Who may, when the state fits; the administrator made the booking.
WHO: dict[Verb, set[str]] = {
    Verb.CONFIRM: TEAM,
    Verb.DECLINE: TEAM,
    Verb.PROPOSE: TEAM,
    Verb.BEGIN_CALL: TEAM,
    Verb.LOG_ATTEMPT: TEAM,
    Verb.RESCHEDULE: TEAM | {"agent"},
    Verb.REASSIGN: {"lead", "administrator"},
    Verb.CANCEL: TEAM | {"agent"},
    Verb.REOPEN: TEAM | {"agent"},
    Verb.UNDO: {"administrator"},
    Verb.CLAIM: TEAM | {"agent"},
    Verb.RELEASE_CLAIM: TEAM | {"agent"},
    Verb.ADD_NOTE: TEAM | {"agent"},
    Verb.SEND_BACK: TEAM,
    Verb.FORWARD: TEAM,
    Verb.CORRECT_PHONE: TEAM | {"agent"},
    Verb.WITHDRAW_LINK: TEAM | {"agent"},
}
# What stands on the worklist is the front office's to forward too.
ALSO = {(Verb.FORWARD, State.TO_REBOOK): {"agent"}}
WAYS: dict[State, list[tuple[Verb, dict[str, Any]]]] = {
    State.SCHEDULED: [],
    State.CONFIRMED: [(Verb.CONFIRM, {})],
    State.TO_REBOOK: [(Verb.SEND_BACK, {"reason": "Ill"}), (Verb.CLAIM, {})],
    State.COMPLETED: [(Verb.LOG_ATTEMPT, DONE)],
    State.NOT_REACHED: [(Verb.LOG_ATTEMPT, GIVEN_UP)],
    State.CANCELLED: [(Verb.CANCEL, {"reason": "Solved", "by_customer": True})],
}
CELLS = [(state, verb) for state in State for verb in GIVEN]


def act(appointment: Appointment, verb: Verb, given: dict[str, Any], by: User) -> Appointment:
    """Go through the door of a verb, which has its name."""
    door = getattr(operations, verb)
    done: Appointment = door(appointment=appointment, version=appointment.version, by=by, now=LATER, **given)
    return done


def in_state(world: World, state: State) -> Appointment:
    """An appointment brought into a state through the doors; on the worklist the lead has claimed it.

    The customer has a link to it.
    """
    appointment = world.book(by=world.admin, specialist=world.specialists[0])
    operations.link_token(appointment=appointment, now=LATER)
    for verb, given in WAYS[state]:
        appointment = act(appointment, verb, given, world.lead if verb == Verb.CLAIM else world.admin)
    assert appointment.state == state
    return appointment


@pytest.fixture
def world(db: None) -> World:
    return World(capacity=2)


@pytest.fixture
def people(world: World) -> dict[str, User]:
    other_lead = UserFactory.create(role=Role.LEAD)
    stranger = SpecialistFactory.create()
    stranger.team.leads.add(other_lead)
    return {
        "agent": world.agent,
        "specialist": world.person,
        "colleague": world.specialists[1].user,
        "stranger": stranger.user,
        "lead": world.lead,
        "other lead": other_lead,
        "administrator": world.admin,
    }


def came_of(appointment: Appointment, verb: Verb, given: dict[str, Any], by: User) -> str:
    """What a door answers: the refusal's name, or ``done``. Its effect is taken back."""
    with transaction.atomic():
        try:
            act(appointment, verb, given, by)
        except (Forbidden, WrongState) as error:
            return type(error).__name__
        finally:
            transaction.set_rollback(True)
    return "done"


def wanted(state: State, verb: Verb, role: str) -> str:
    """What the table and the list of who may say of a cell."""
    if role not in WHO[verb] | ALSO.get((verb, state), set()):
        return "Forbidden"
    return "done" if state in TRANSITIONS[verb] else "WrongState"


@pytest.mark.parametrize("state", State)
def test_every_cell_of_state_verb_and_role(world: World, people: dict[str, User], state: State) -> None:
    appointment = in_state(world, state)
    cells = [(verb, role) for verb in GIVEN for role in people]
    found = {
        (verb, role): came_of(appointment, verb, GIVEN[verb](world), people[role]) for verb, role in cells
    }
    assert found == {(verb, role): wanted(state, verb, role) for verb, role in cells}


@pytest.mark.parametrize(("state", "verb"), [cell for cell in CELLS if cell[0] in TRANSITIONS[cell[1]]])
def test_an_allowed_verb_leads_to_a_state_of_the_table(world: World, state: State, verb: Verb) -> None:
    changed = act(in_state(world, state), verb, GIVEN[verb](world), world.admin)
    assert changed.state in TRANSITIONS[verb][state]
    assert LogEntry.objects.filter(appointment=changed, verb=verb, to_state=changed.state).exists()


@pytest.mark.parametrize(("state", "verb"), [cell for cell in CELLS if cell[0] not in TRANSITIONS[cell[1]]])
def test_a_forbidden_verb_is_refused_and_changes_nothing(world: World, state: State, verb: Verb) -> None:
    appointment = in_state(world, state)
    version, entries = appointment.version, LogEntry.objects.count()
    with pytest.raises(WrongState):
        act(appointment, verb, GIVEN[verb](world), world.admin)
    assert Appointment.objects.get(pk=appointment.pk).version == version
    assert LogEntry.objects.count() == entries


def test_every_verb_of_a_person_is_in_the_matrix() -> None:
    assert set(GIVEN) == set(WHO) == set(TRANSITIONS) - ELSEWHERE


def test_every_door_that_changes_an_appointment_is_a_verb_of_the_table() -> None:
    doors = {name: inspect.signature(getattr(operations, name)) for name in operations.__all__}
    changing = {name for name, one in doors.items() if {"appointment", "version"} <= set(one.parameters)}
    assert changing == {str(verb) for verb in set(TRANSITIONS) - ELSEWHERE}


def test_every_state_is_either_open_or_closed() -> None:
    assert set(OPEN) | set(CLOSED) == set(State)
    assert not set(OPEN) & set(CLOSED)
    assert set(OWNED) < set(OPEN)
