"""Whoever booked says that they have seen what came of it."""

import datetime as dt

from callbacks import operations
from callbacks.models import Appointment, LogEntry
from tests.factories import NOW, UserFactory, World, at

LATER = NOW + dt.timedelta(hours=1)


def read_at(appointment: Appointment) -> dt.datetime | None:
    return Appointment.objects.get(pk=appointment.pk).read_by_booker_at


def test_own_appointments_are_marked(world: World) -> None:
    mine, unread = world.book(), world.book(at(11))
    assert operations.mark_read(appointments=[mine.pk], by=world.agent, now=LATER) == 1
    assert (read_at(mine), read_at(unread)) == (LATER, None)


def test_those_of_others_are_passed_over(world: World) -> None:
    mine, other = world.book(), world.book(at(11), by=UserFactory.create())
    assert operations.mark_read(appointments=[mine.pk, other.pk], by=world.agent, now=LATER) == 1
    assert read_at(other) is None


def test_reading_makes_nobody_stale_and_is_not_logged(world: World) -> None:
    mine = world.book()
    operations.mark_read(appointments=[mine.pk], by=world.agent, now=LATER)
    assert Appointment.objects.get().version == mine.version
    assert LogEntry.objects.count() == 1


def test_what_was_read_later_stays_read(world: World) -> None:
    mine = world.book()
    operations.mark_read(appointments=[mine.pk], by=world.agent, now=LATER)
    assert operations.mark_read(appointments=[mine.pk], by=world.agent, now=NOW) == 0
    assert read_at(mine) == LATER


def test_what_is_not_there_and_nothing_are_none(world: World) -> None:
    assert operations.mark_read(appointments=[0, 10**12], by=world.agent, now=LATER) == 0
    assert operations.mark_read(appointments=[], by=world.agent, now=LATER) == 0
