"""Appointments that lie outside what is published."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from availability.models import Absence, BusyFeed, BusyTime, Closure, WindowException
from callbacks import operations
from callbacks.models import Appointment
from callbacks.queries.uncovered import uncovered
from tests.factories import NOW, World, at


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00–10:30."""
    return world.book()


def found(world: World, now: dt.datetime = NOW) -> list[str]:
    people = [one.pk for one in world.specialists]
    return [one.reference for one in uncovered(specialists=people, now=now)]


def test_what_was_booked_in_a_window_is_covered(world: World, booked: Appointment) -> None:
    assert found(world) == []


def test_a_window_that_ends_too_early_uncovers(world: World, booked: Appointment) -> None:
    world.specialists[0].windows.filter(weekday=1).update(ends=dt.time(10, 15))
    assert found(world) == [booked.reference]


def test_a_window_that_just_fits_covers(world: World, booked: Appointment) -> None:
    world.specialists[0].windows.filter(weekday=1).update(starts=dt.time(10), ends=dt.time(10, 30))
    assert found(world) == []


def test_the_buffer_belongs_to_the_time_that_is_needed(world: World, booked: Appointment) -> None:
    world.topic.buffer = 5
    world.topic.save(update_fields=["buffer"])
    world.specialists[0].windows.filter(weekday=1).update(ends=dt.time(10, 30))
    assert found(world) == [booked.reference]


def test_an_exception_uncovers(world: World, booked: Appointment) -> None:
    WindowException.objects.create(window=world.specialists[0].windows.get(weekday=1), day=at(10).date())
    assert found(world) == [booked.reference]


@pytest.mark.parametrize(("start", "hit"), [(at(10, 29), True), (at(10, 30), False)])
def test_an_absence_uncovers_what_it_touches(
    world: World, booked: Appointment, start: dt.datetime, hit: object
) -> None:
    Absence.objects.create(specialist=world.specialists[0], starts_at=start, ends_at=at(17))
    assert bool(found(world)) == hit


def test_a_closing_day_uncovers(world: World, booked: Appointment) -> None:
    Closure.objects.create(name="Studiedag", first_day=at(10).date(), last_day=at(10).date())
    assert found(world) == [booked.reference]


def test_the_day_of_another_team_does_not(world: World, booked: Appointment) -> None:
    other = World()
    Closure.objects.create(team=other.team, name="Uitje", first_day=at(10).date(), last_day=at(10).date())
    assert found(world) == []


def test_a_busy_calendar_elsewhere_does_not(world: World, booked: Appointment) -> None:
    feed = BusyFeed.objects.create(specialist=world.specialists[0], url="https://x.example.org", look_at=NOW)
    BusyTime.objects.create(feed=feed, starts_at=at(9), ends_at=at(12))
    assert found(world) == []


@pytest.mark.parametrize("who", ["specialist", "account"])
def test_whoever_works_no_more_covers_nothing(world: World, booked: Appointment, who: str) -> None:
    gone = world.specialists[0] if who == "specialist" else world.person
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert found(world) == [booked.reference]


def test_what_has_begun_is_not_asked_about(world: World, booked: Appointment) -> None:
    world.specialists[0].windows.all().delete()
    assert found(world, now=at(10)) == []


def test_what_is_closed_is_not_asked_about(world: World, booked: Appointment) -> None:
    operations.cancel(
        appointment=booked, version=1, reason="Opgelost", by_customer=True, by=world.agent, now=NOW
    )
    world.specialists[0].windows.all().delete()
    assert found(world) == []


def test_it_takes_two_queries_however_many_there_are(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in (10, 11, 13):
        world.book(at(hour))
    world.specialists[0].windows.all().delete()
    with django_assert_num_queries(2):
        assert len(found(world)) == 3


def test_without_appointments_there_is_nothing_to_read(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert found(world) == []
