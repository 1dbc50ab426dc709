"""A note stands in the log, whatever state the appointment is in."""

import pytest

from accounts.models import Role, User
from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Stale
from callbacks.models import Appointment, LogEntry, Message
from callbacks.states import Verb
from tests.factories import NOW, UserFactory, World


def add_note(
    world: World,
    note: str = "Speaks Frisian",
    *,
    appointment: Appointment | None = None,
    by: User | None = None,
) -> Appointment:
    """Add a note of the agent to a new appointment, unless said otherwise."""
    return operations.add_note(
        appointment=appointment or world.book(), version=1, note=note, by=by or world.agent, now=NOW
    )


def test_a_note_is_in_the_log_with_its_writer(world: World) -> None:
    add_note(world, " Speaks Frisian ")
    entry = LogEntry.objects.get(verb=Verb.ADD_NOTE)
    assert (entry.by, entry.at, entry.reason) == (world.agent, NOW, "Speaks Frisian")


def test_who_was_about_to_act_reads_the_note_first(world: World) -> None:
    noted = add_note(world)
    with pytest.raises(Stale) as refused:
        operations.confirm(appointment=noted, version=1, by=world.person, now=NOW)
    assert (refused.value.by_name, refused.value.current_version) == ("Anna Agent", 2)


def test_a_note_changes_nothing_else(world: World) -> None:
    booked = world.book()
    noted = add_note(world, appointment=booked)
    changed = {
        field.name
        for field in Appointment._meta.concrete_fields
        if getattr(noted, field.attname) != getattr(booked, field.attname)
    }
    assert changed == {"version"}


def test_nobody_gets_mail_about_a_note(world: World) -> None:
    booked = world.book()
    before = Message.objects.count()
    add_note(world, appointment=booked)
    assert Message.objects.count() == before


@pytest.mark.parametrize("note", ["", " \n", "x" * 501])
def test_a_note_says_something_and_has_a_limit(world: World, note: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_note(world, note)
    assert refused.value.field == "note"


def test_a_note_of_the_full_length_is_kept(world: World) -> None:
    add_note(world, "x" * 500)
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "x" * 500


@pytest.mark.parametrize("person", ["agent", "person", "lead", "admin"])
def test_front_office_and_team_write_notes(world: World, person: str) -> None:
    assert add_note(world, by=getattr(world, person)).version == 2


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.LEAD])
def test_another_team_does_not(world: World, role: Role) -> None:
    with pytest.raises(Forbidden):
        add_note(world, by=UserFactory.create(role=role))
