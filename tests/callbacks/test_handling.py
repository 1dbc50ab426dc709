"""How long a booking takes."""

import datetime as dt
from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks import operations
from callbacks.metrics.agreements import BookingTimes
from callbacks.models import Appointment, Contact
from callbacks.queries.handling import booking_times
from callbacks.states import ContactResult
from tests.factories import NOW, TeamFactory, World, at

SINCE = NOW - dt.timedelta(days=7)
NOTHING = BookingTimes(0, None, None)


def booked(world: World, *seconds: int, now: dt.datetime = NOW) -> list[Appointment]:
    """Bookings that took so many seconds each."""
    return [
        world.book(at(9 + number, day=24), now=now, opened_at=now - dt.timedelta(seconds=took))
        for number, took in enumerate(seconds)
    ]


def times(world: World) -> BookingTimes:
    return booking_times(now=NOW, since=SINCE, teams=[world.team.pk])


def test_without_bookings_there_is_no_time(world: World) -> None:
    assert times(world) == NOTHING


def test_half_take_the_median_and_nine_in_ten_the_other(world: World) -> None:
    booked(world, 10, 30, 20)
    assert times(world) == BookingTimes(3, 20, 28)


def test_a_booking_of_unknown_beginning_does_not_count(world: World) -> None:
    world.book()
    assert times(world) == NOTHING


def test_a_booking_that_was_undone_does_not_count(world: World) -> None:
    (made,) = booked(world, 20)
    operations.undo(appointment=made, version=made.version, by=world.agent, now=NOW)
    assert times(world) == NOTHING


def test_what_needed_no_booking_does_not_count(world: World) -> None:
    opened_at = NOW - dt.timedelta(minutes=1)
    operations.register_contact(result=ContactResult.SOLVED, opened_at=opened_at, by=world.agent, now=NOW)
    assert times(world) == NOTHING


@pytest.mark.parametrize(("since", "now", "n"), [(0, 0, 1), (1, 2, 0), (-2, -1, 0)])
def test_only_bookings_of_the_period_count(world: World, since: int, now: int, n: int) -> None:
    booked(world, 20)
    start, end = (NOW + dt.timedelta(seconds=seconds) for seconds in (since, now))
    assert booking_times(since=start, now=end, teams=[world.team.pk]).n == n


def test_only_bookings_of_the_teams_count(world: World) -> None:
    booked(world, 20)
    assert booking_times(now=NOW, since=SINCE, teams=[world.team.pk]).n == 1
    assert booking_times(now=NOW, since=SINCE, teams=[TeamFactory.create().pk]) == NOTHING
    assert booking_times(now=NOW, since=SINCE, teams=[]) == NOTHING


def of_contact(made: Appointment, contact: Contact, reference: str) -> Appointment:
    """The same, made for another contact."""
    other = copy(made)
    other.pk, other.contact, other.reference = None, contact, reference
    return other


def test_it_takes_one_query_that_reads_the_period_alone(world: World) -> None:
    booked(world, 20)
    long_ago = NOW - dt.timedelta(days=400)
    (made,) = Appointment.objects.all()
    contacts = Contact.objects.bulk_create(
        Contact(agent=world.agent, result=ContactResult.CALLBACK, at=long_ago) for _ in range(2000)
    )
    Appointment.objects.bulk_create(
        of_contact(made, contact, f"T{number:07d}") for number, contact in enumerate(contacts)
    )
    with CaptureQueriesContext(connection) as captured:
        times(world)
    assert len(captured) == 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE callbacks_contact, callbacks_appointment")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        assert "contact_by_moment" in "\n".join(line for (line,) in cursor.fetchall())
