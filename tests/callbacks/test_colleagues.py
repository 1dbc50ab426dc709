"""Who could take appointments over: free time as it is, and what they have to do today."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from availability.models import Absence, BusyFeed, BusyTime, Closure, Specialist
from callbacks import operations
from callbacks.errors import SlotTaken
from callbacks.models import Appointment, Reservation
from callbacks.queries.colleagues import Colleague, Fit, colleagues
from callbacks.queries.lists import with_people
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import NOW, SpecialistFactory, TopicFactory, World, at


def ask(
    world: World, appointments: Sequence[Appointment], *, now: dt.datetime = NOW
) -> dict[Specialist, Colleague]:
    """Who could take these over, in order."""
    keys = [one.pk for one in appointments]
    found = with_people(Appointment.objects.filter(pk__in=keys)).order_by("starts_at", "pk")
    return {one.specialist: one for one in colleagues(list(found), by=world.lead, now=now)}


def of(world: World, colleague: Specialist, *appointments: Appointment, now: dt.datetime = NOW) -> list[Fit]:
    """How the appointments suit a colleague, sorted."""
    return sorted(ask(world, appointments, now=now)[colleague].fits.elements())


@pytest.fixture
def other(world: World) -> Specialist:
    """A second specialist of the team."""
    return world.specialist()


def mine(world: World, *starts: dt.datetime) -> list[Appointment]:
    """Appointments of the first specialist."""
    return [world.book(start, specialist=world.specialists[0], now=at(8)) for start in starts]


def test_who_published_the_time_and_has_it_free_is_free(world: World, other: Specialist) -> None:
    assert of(world, other, *mine(world, at(10), at(11))) == [Fit.FREE, Fit.FREE]


def test_who_has_an_appointment_then_is_occupied(world: World, other: Specialist) -> None:
    made = mine(world, at(10), at(11))
    world.book(at(10), specialist=other)
    assert of(world, other, *made) == [Fit.FREE, Fit.OCCUPIED]


def test_an_appointment_up_to_the_promised_time_is_no_hindrance(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    world.book(at(9, 30), specialist=other)
    world.book(at(10, 30), specialist=other)
    assert of(world, other, *made) == [Fit.FREE]


def test_the_buffer_must_be_free_too(db: None) -> None:
    world = World(buffer=15)
    other = world.specialist()
    made = mine(world, at(10))
    world.book(at(10, 30), specialist=other)
    assert of(world, other, *made) == [Fit.OCCUPIED]


def test_of_two_at_one_time_one_fits(world: World, other: Specialist) -> None:
    third = world.specialist()
    made = [*mine(world, at(10)), world.book(at(10), specialist=other, now=at(8))]
    assert of(world, third, *made) == [Fit.FREE, Fit.OCCUPIED]


def test_who_is_absent_or_closed_or_elsewhere_is_away(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    absence = Absence.objects.create(specialist=other, starts_at=at(10, 15), ends_at=at(11))
    assert of(world, other, *made) == [Fit.AWAY]
    absence.delete()
    feed = BusyFeed.objects.create(specialist=other, url="https://example.org/a.ics", look_at=NOW)
    busy = BusyTime.objects.create(feed=feed, starts_at=at(10, 15), ends_at=at(11))
    assert of(world, other, *made) == [Fit.AWAY]
    busy.delete()
    Closure.objects.create(team=world.team, name="Dicht", first_day=NOW.date(), last_day=NOW.date())
    assert of(world, other, *made) == [Fit.AWAY]


def test_who_published_nothing_or_does_not_know_the_topic_is_away(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    other.topics.set([TopicFactory.create(teams=[world.team])])
    assert of(world, other, *made) == [Fit.AWAY]
    other.topics.set([world.topic])
    other.windows.all().delete()
    assert of(world, other, *made) == [Fit.AWAY]


def test_ones_own_hold_is_no_hindrance(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    Reservation.objects.create(
        specialist=other, starts_at=at(10), ends_at=at(10, 30), held_by=world.lead, expires_at=at(9, 5)
    )
    assert of(world, other, *made) == [Fit.FREE]
    Reservation.objects.filter(specialist=other).update(held_by=world.agent)
    assert of(world, other, *made) == [Fit.OCCUPIED]


def test_what_is_late_comes_one_after_the_other_from_now_on(world: World, other: Specialist) -> None:
    made = mine(world, at(9), at(9, 30), at(10))
    world.book(at(13), specialist=other)
    assert of(world, other, *made, now=at(12)) == [Fit.FREE, Fit.FREE, Fit.OCCUPIED]


def test_what_is_late_does_not_fit_after_hours(world: World, other: Specialist) -> None:
    assert of(world, other, *mine(world, at(9), at(9, 30)), now=at(16, 30)) == [Fit.AWAY, Fit.FREE]


def test_a_planned_next_call_is_made_at_its_time(world: World, other: Specialist) -> None:
    (made,) = mine(world, at(9))
    operations.log_attempt(
        appointment=made,
        version=made.version,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(11),
        by=world.person,
        now=NOW,
    )
    world.book(at(11), specialist=other)
    assert of(world, other, made) == [Fit.OCCUPIED]


def test_who_has_all_of_them_is_no_colleague_and_who_has_one_has_one(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    assert list(ask(world, made)) == [other]
    both = [*made, world.book(at(11), specialist=other)]
    assert of(world, other, *both) == [Fit.FREE, Fit.OWN]


def test_of_another_team_is_elsewhere(world: World) -> None:
    stranger = World()
    both = [*mine(world, at(10)), stranger.book(at(11), specialist=stranger.specialists[0])]
    assert of(world, world.specialists[0], *both) == [Fit.ELSEWHERE, Fit.OWN]


def test_who_does_not_work_any_more_is_left_out(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    Specialist.objects.filter(pk=other.pk).update(is_active=False)
    left = world.specialist()
    left.user.is_active = False
    left.user.save()
    assert ask(world, made) == {}


def test_nothing_asked_for_is_nobody_found(world: World) -> None:
    assert ask(world, []) == {}


def test_calls_left_are_those_of_today_and_what_is_late(world: World, other: Specialist) -> None:
    made = mine(world, at(10))
    for start in (at(8, day=20), at(16, day=23), at(9, day=24)):
        world.specialists[0].windows.update(starts=dt.time(8))
        other.windows.update(starts=dt.time(8))
        world.book(start, specialist=other, now=at(7, day=20))
    done = world.book(at(9), specialist=other)
    operations.cancel(appointment=done, version=1, reason="Klaar", by_customer=True, by=world.agent, now=NOW)
    assert ask(world, made)[other].left_today == 2


def test_the_most_suitable_come_first(world: World) -> None:
    made = mine(world, at(10), at(11))
    busy, away, half, loaded, free = (world.specialist() for _ in range(5))
    for start in (at(10), at(11)):
        world.book(start, specialist=busy)
    away.windows.all().delete()
    world.book(at(10), specialist=half)
    world.book(at(14), specialist=loaded)
    assert list(ask(world, made)) == [free, loaded, half, away, busy]


def test_what_is_said_to_fit_is_what_the_door_grants(world: World, other: Specialist) -> None:
    made = mine(world, at(10), at(11), at(12))
    world.book(at(11), specialist=other)
    told = of(world, other, *made)
    assert told == [Fit.FREE, Fit.FREE, Fit.OCCUPIED]
    for one in made[::2]:
        operations.reassign(appointment=one, version=1, specialist=other, by=world.lead, now=NOW)
    with pytest.raises(SlotTaken):
        operations.reassign(appointment=made[1], version=1, specialist=other, by=world.lead, now=NOW)


def test_it_takes_as_many_queries_for_many_as_for_one(world: World) -> None:
    made = mine(world, at(10))
    SpecialistFactory.create(team=world.team, topics=[world.topic])
    with CaptureQueriesContext(connection) as few:
        ask(world, made)
    made += mine(world, at(11), at(12), at(13))
    for _ in range(4):
        world.specialist()
    with CaptureQueriesContext(connection) as many:
        ask(world, made)
    assert len(many) == len(few)
