"""Dialling stamps the start of an attempt: punctuality is measured, and colleagues see who is calling."""

import datetime as dt

import pytest
from django.db import IntegrityError

from callbacks import operations
from callbacks.errors import BeingCalled, Forbidden, Stale
from callbacks.models import Appointment, Attempt, LogEntry, Promise
from callbacks.states import AttemptOutcome, NextStep, PromiseOutcome, State, Verb
from tests.factories import NOW, SpecialistFactory, World, at


def dial(world: World, appointment: Appointment, now: dt.datetime, **fields: object) -> Appointment:
    """Begin a call; by default as the first specialist."""
    values = {"by": world.person, "version": appointment.version, **fields}
    return operations.begin_call(appointment=appointment, now=now, **values)  # type: ignore[arg-type]


def hang_up(world: World, appointment: Appointment, now: dt.datetime, **fields: object) -> Appointment:
    """Log that the customer was spoken to."""
    values = {"by": world.person, "version": appointment.version, **fields}
    return operations.log_attempt(
        appointment=appointment,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        now=now,
        **values,  # type: ignore[arg-type]
    )


def test_a_call_that_was_begun_makes_no_new_version(world: World) -> None:
    begun = dial(world, world.book(), at(10))
    stored = Appointment.objects.get()
    assert (begun.version, stored.version) == (1, 1)
    assert (stored.calling_by, stored.calling_since) == (world.person, at(10))


def test_beginning_is_logged_once_however_often_one_dials(world: World) -> None:
    begun = dial(world, world.book(), at(10))
    dial(world, begun, at(10, 20))
    assert Appointment.objects.get().calling_since == at(10)
    assert LogEntry.objects.filter(verb=Verb.BEGIN_CALL, by=world.person).count() == 1


def test_the_measured_start_decides_whatever_was_typed(world: World) -> None:
    begun = dial(world, world.book(), at(10, 35))
    hang_up(world, begun, at(11), started_at=at(10, 59))
    assert Attempt.objects.get().started_at == at(10, 35)
    assert Promise.objects.get().outcome == PromiseOutcome.KEPT
    assert LogEntry.objects.get(verb=Verb.LOG_ATTEMPT).details["measured"] is True


def test_a_call_by_somebody_else_is_not_the_start_of_mine(world: World) -> None:
    begun = dial(world, world.book(), at(10), by=world.admin)
    hang_up(world, begun, at(11))
    assert Attempt.objects.get().started_at == at(11)
    assert LogEntry.objects.get(verb=Verb.LOG_ATTEMPT).details["measured"] is False


def test_what_was_dialled_yesterday_is_not_the_start_of_todays_call(world: World) -> None:
    begun = dial(world, world.book(at(10, day=24)), at(9, 30))
    hang_up(world, begun, at(10, day=24))
    assert Attempt.objects.get().started_at == at(10, day=24)


def test_a_second_person_is_told_who_is_calling_since_when(world: World) -> None:
    booked = world.book()
    dial(world, booked, at(10, 3))
    with pytest.raises(BeingCalled) as refused:
        dial(world, booked, at(10, 5), by=world.admin)
    assert (refused.value.by_name, refused.value.since) == (world.person.name, at(10, 3))
    assert Appointment.objects.get().calling_by == world.person


def test_after_an_hour_somebody_else_can_call(world: World) -> None:
    booked = world.book()
    dial(world, booked, at(10))
    dial(world, booked, at(11), by=world.admin)
    assert Appointment.objects.get().calling_by == world.admin


def test_logging_the_call_ends_it(world: World) -> None:
    begun = dial(world, world.book(), at(10))
    done = hang_up(world, begun, at(10, 5))
    assert (done.state, done.calling_by, done.calling_since) == (State.COMPLETED, None, None)


def test_a_note_in_between_does_not_end_the_call(world: World) -> None:
    begun = dial(world, world.book(), at(10))
    noted = operations.add_note(
        appointment=begun, version=1, note="Rings back", by=world.agent, now=at(10, 1)
    )
    hang_up(world, noted, at(10, 5))
    assert Attempt.objects.get().started_at == at(10)


def test_who_looked_at_an_older_version_is_told_before_dialling(world: World) -> None:
    booked = world.book()
    operations.confirm(appointment=booked, version=1, by=world.admin, now=NOW)
    with pytest.raises(Stale) as refused:
        dial(world, booked, at(10))
    assert refused.value.by_name == world.admin.name


def test_a_call_that_began_is_not_what_made_a_version_stale(world: World) -> None:
    booked = world.book()
    confirmed = operations.confirm(appointment=booked, version=1, by=world.admin, now=NOW)
    dial(world, confirmed, at(10))
    with pytest.raises(Stale) as refused:
        operations.confirm(appointment=booked, version=1, by=world.person, now=at(10, 1))
    assert refused.value.verb_label == str(Verb.CONFIRM.label)


def test_people_of_another_team_do_not_call(world: World) -> None:
    with pytest.raises(Forbidden):
        dial(world, world.book(), at(10), by=SpecialistFactory.create().user)


def test_nobody_calls_about_a_closed_appointment(world: World) -> None:
    done = hang_up(world, world.book(), at(10, 5))
    with pytest.raises(IntegrityError):
        Appointment.objects.filter(pk=done.pk).update(calling_by=world.person, calling_since=at(11))
