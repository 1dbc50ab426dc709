"""What a team agreed beside what it does: each number equals a plain count."""

import datetime as dt
from random import Random
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from availability.models import Absence, Closure, Specialist, Window, WindowException
from callbacks import operations
from callbacks.metrics.statistics import Share
from callbacks.models import Appointment, LogEntry, Promise
from callbacks.queries.agreements import agreement
from callbacks.states import AttemptOutcome, NextStep, State
from tests.factories import NOW, World, at

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
MONDAYS = [dt.date(2026, 11, 30) + 7 * DAY * week for week in range(4)]


def hours(world: World, now: dt.datetime = NOW) -> list[float]:
    return [one.hours for one in agreement(world.team, now=now).weeks]


def recounted(world: World, monday: dt.date) -> float:
    """Every minute of a week for every specialist, one by one: nothing clever."""
    start = dt.datetime.combine(monday, dt.time(0), world.team.zone).astimezone(dt.UTC)
    end = dt.datetime.combine(monday + 7 * DAY, dt.time(0), world.team.zone).astimezone(dt.UTC)
    quarters = [start + 15 * MINUTE * n for n in range((end - start) // (15 * MINUTE))]
    people = Specialist.objects.filter(team=world.team, is_active=True, user__is_active=True)
    stored = people.select_related("team").prefetch_related("absences", "windows__exceptions")
    closures = list(Closure.objects.all())
    return sum(works(one, quarter, closures) for one in stored for quarter in quarters) / 4


def works(one: Specialist, moment: dt.datetime, closures: list[Closure]) -> bool:
    local = moment.astimezone(one.team.zone)
    if any(each.first_day <= local.date() <= each.last_day for each in closures):
        return False
    if any(each.starts_at <= moment < each.ends_at for each in one.absences.all()):
        return False
    return any(holds(window, local) for window in one.windows.all())


def holds(window: Window, local: dt.datetime) -> bool:
    day = local.date()
    if window.weekday != day.isoweekday() or day < window.valid_from:
        return False
    if window.valid_until and day > window.valid_until:
        return False
    change = next((one for one in window.exceptions.all() if one.day == day), None)
    starts, ends = (change.starts, change.ends) if change else (window.starts, window.ends)
    return bool(starts and ends and starts <= local.time() < ends)


def test_the_weeks_are_those_after_this_one(world: World) -> None:
    assert [one.monday for one in agreement(world.team, now=NOW).weeks] == MONDAYS


def test_on_sunday_the_next_week_is_the_first(world: World) -> None:
    assert agreement(world.team, now=at(23, 59, day=29)).weeks[0].monday == MONDAYS[0]


def test_a_week_holds_what_is_published_and_christmas_nothing(world: World) -> None:
    assert hours(world) == [40, 40, 40, 32]


def test_colleagues_add_up(world: World) -> None:
    world.specialist()
    assert hours(world)[0] == 80


@pytest.mark.parametrize("who", ["specialist", "account"])
def test_whoever_works_no_more_publishes_nothing(world: World, who: str) -> None:
    gone = world.specialists[0] if who == "specialist" else world.person
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert hours(world)[0] == 0


def test_what_is_booked_was_published(world: World) -> None:
    world.book(at(10, day=30))
    assert hours(world)[0] == 40


def test_the_night_in_which_the_clock_goes_back_has_an_hour_more(world: World) -> None:
    Window.objects.all().delete()
    Window.objects.create(
        specialist=world.specialists[0],
        weekday=7,
        starts=dt.time(0),
        ends=dt.time(0),
        valid_from=dt.date(2027, 10, 1),
    )
    assert hours(world, now=dt.datetime(2027, 10, 11, tzinfo=dt.UTC))[:3] == [24, 25, 24]


@pytest.mark.parametrize("seed", range(4))
def test_the_hours_equal_a_count_of_every_quarter(world: World, seed: int) -> None:
    rng = Random(seed)
    world.specialist()
    for one in Specialist.objects.all():
        start = at(0, day=30) + rng.randrange(20 * 24) * HOUR
        Absence.objects.create(specialist=one, starts_at=start, ends_at=start + rng.randrange(1, 90) * HOUR)
        window = rng.choice(list(one.windows.all()))
        day = MONDAYS[rng.randrange(4)] + (window.weekday - 1) * DAY
        changed = rng.choice([(None, None), (dt.time(7), dt.time(21))])
        WindowException.objects.create(window=window, day=day, starts=changed[0], ends=changed[1])
        # A second window that the exception makes overlap.
        Window.objects.create(
            specialist=one,
            weekday=window.weekday,
            starts=dt.time(18),
            ends=dt.time(20),
            valid_from=MONDAYS[0],
            valid_until=MONDAYS[2],
        )
    closed = MONDAYS[rng.randrange(3)] + rng.randrange(7) * DAY
    Closure.objects.create(team=None, first_day=closed, last_day=closed, name="Dicht")
    assert hours(world)[:3] == [recounted(world, monday) for monday in MONDAYS[:3]]


def test_nothing_done_is_nothing_to_count(world: World) -> None:
    found = agreement(world.team, now=NOW)
    assert (found.agreed, found.confirmed, found.kept) == (None, Share(0, 0), Share(0, 0))


def test_confirmed_in_time_counts_and_too_late_does_not(world: World) -> None:
    early, late, never = (world.book(at(hour)) for hour in (14, 15, 16))
    operations.confirm(appointment=early, version=1, by=world.person, now=early.confirm_by)
    operations.confirm(appointment=late, version=1, by=world.person, now=late.confirm_by + MINUTE)
    assert agreement(world.team, now=at(17)).confirmed == Share(1, 3)
    assert never.state == State.SCHEDULED


def test_what_was_cancelled_before_the_term_ended_does_not_count(world: World) -> None:
    operations.cancel(
        appointment=world.book(at(14)),
        version=1,
        reason="Opgelost",
        by_customer=True,
        by=world.agent,
        now=NOW,
    )
    assert agreement(world.team, now=at(17)).confirmed == Share(0, 0)


def test_what_is_still_to_come_does_not_count(world: World) -> None:
    world.book(at(14))
    assert agreement(world.team, now=at(13)).confirmed == Share(0, 0)


def test_another_team_does_not_count(world: World) -> None:
    World().book(at(14))
    found = agreement(world.team, now=at(17))
    assert (found.confirmed, found.kept) == (Share(0, 0), Share(0, 0))


def test_what_is_longer_ago_than_four_weeks_does_not_count(world: World) -> None:
    world.book(at(14))
    found = agreement(world.team, now=at(14, 31) + 28 * DAY + HOUR)
    assert (found.confirmed.n, found.kept.n) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_the_shares_equal_a_plain_count(world: World, seed: int) -> None:
    rng = Random(seed)
    for day in (23, 24, 25):
        for hour in range(10, 16):
            live(rng, world, world.book(at(hour, day=day)))
    now = at(12, day=25)
    found = agreement(world.team, now=now)
    assert (found.confirmed, found.kept) == (confirmed_in_time(now), kept(now))
    assert found.confirmed.n > found.confirmed.met > 0


def live(rng: Random, world: World, appointment: Appointment) -> None:
    """What may happen to an appointment, at moments that may be in time or not."""
    moment = rng.choice([NOW, appointment.confirm_by, appointment.confirm_by + MINUTE])
    called = appointment.starts_at + rng.choice([1, 60]) * MINUTE
    common: dict[str, Any] = {"appointment": appointment, "version": 1, "by": world.person, "now": moment}
    verbs = {
        "confirm": lambda: operations.confirm(**common),
        "cancel": lambda: operations.cancel(**common, reason="Opgelost", by_customer=True),
        "call": lambda: operations.log_attempt(
            **common | {"now": called},
            started_at=called,
            outcome=AttemptOutcome.SPOKEN_DONE,
            next_step=NextStep.CLOSE,
        ),
        "nothing": lambda: None,
    }
    verbs[rng.choice(sorted(verbs))]()


def confirmed_in_time(now: dt.datetime) -> Share:
    states = []
    for one in Appointment.objects.filter(starts_at__lt=now):
        until = LogEntry.objects.filter(appointment=one, at__lte=one.confirm_by).order_by("at", "pk")
        states.append([entry.to_state for entry in until][-1])
    return Share(states.count("confirmed"), states.count("confirmed") + states.count("scheduled"))


def kept(now: dt.datetime) -> Share:
    outcomes = [one.outcome for one in Promise.objects.all() if one.due_at < now]
    return Share(outcomes.count("kept"), len(outcomes) - outcomes.count("withdrawn"))


@pytest.mark.parametrize("capacity", [1, 3])
def test_it_takes_four_queries_however_many_people_there_are(
    db: None, capacity: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = World(capacity=capacity)
    for hour in range(10, 10 + capacity):
        world.book(at(hour))
    with django_assert_num_queries(4):
        agreement(world.team, now=at(17))
