"""What was offered, booked and refused through the week, and where more should be published."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from availability.coverage import worked
from availability.models import Absence, Closure, Specialist, Window, WindowException
from availability.queries import published_by
from callbacks import operations
from callbacks.metrics import capacity
from callbacks.metrics.capacity import Cell, Place, Shortage
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from callbacks.models import Contact, Promise
from callbacks.states import ContactResult, RefusalReason
from tests.factories import NOW, SpecialistFactory, TeamFactory, TopicFactory, WindowFactory, World, at
from tests.metrics.histories import DAY, MINUTE, ZONE, History
from tests.metrics.test_recount import NARROWER, SEEDS

QUARTER = 15 * MINUTE
MONDAY = dt.date(2026, 11, 23)
LATER = NOW + 7 * DAY


def some_calendar(rng: Random, world: World) -> None:
    """Windows that end, change, overlap and are cancelled, absences beside each other, a day closed."""
    other = world.specialist()
    for one in (world.specialists[0], other):
        WindowFactory.create(
            specialist=one,
            weekday=rng.randint(6, 7),
            starts=dt.time(rng.randint(0, 8), 15),
            ends=rng.choice([dt.time(10), dt.time(23, 45), dt.time(0)]),
        )
        for window in rng.sample(list(one.windows.all()), 3):
            day = NOW.date() + (window.weekday - 1 - 7 * rng.randrange(3)) * DAY
            hours = rng.choice([(None, None), (dt.time(7, 30), dt.time(20, 15))])
            WindowException.objects.create(window=window, day=day, starts=hours[0], ends=hours[1])
        for _ in range(3):
            starts = NOW + rng.randrange(-14 * 96, 7 * 96) * QUARTER
            Absence.objects.create(
                specialist=one, starts_at=starts, ends_at=starts + rng.randrange(1, 200) * QUARTER
            )
    day = NOW.date() - rng.randrange(14) * DAY
    Closure.objects.create(team=rng.choice([world.team, None]), first_day=day, last_day=day, name="Dicht")


def is_published(person: Specialist, closures: list[Closure], moment: dt.datetime) -> bool:
    """Whether somebody can be booked for the quarter that begins then, one rule after the other."""
    local = moment.astimezone(ZONE)
    if any(one.first_day <= local.date() <= one.last_day for one in closures):
        return False
    if any(one.starts_at <= moment < one.ends_at for one in person.absences.all()):
        return False
    return any(
        hours[0] <= local.time() and (hours[1] == dt.time(0) or local.time() < hours[1])
        for hours in (hours_of(one, local.date()) for one in person.windows.all())
        if hours
    )


def hours_of(window: Window, day: dt.date) -> tuple[dt.time, dt.time] | None:
    """The hours of a window on a day."""
    if window.weekday != day.isoweekday() or day < window.valid_from:
        return None
    change = next((one for one in window.exceptions.all() if one.day == day), None)
    if not change:
        return window.starts, window.ends
    return (change.starts, change.ends) if change.starts and change.ends else None


def place_of(moment: dt.datetime) -> Place:
    """The place of the week in which an instant lies."""
    local = moment.astimezone(ZONE)
    return local.isoweekday(), local.hour * 2 + local.minute // 30


def recounted(history: History, scope: Scope) -> dict[Place, Cell]:
    """The same heat map, quarter by quarter, minute by minute, caller by caller."""
    cells: defaultdict[Place, Cell] = defaultdict(Cell)
    people = Specialist.objects.filter(
        team__in=scope.teams, **({"topics": scope.topic} if scope.topic else {})
    )
    closures = list(Closure.objects.all())
    for moment, one in product(quarters(scope), people.prefetch_related("absences", "windows__exceptions")):
        if is_published(one, closures, moment):
            cells[place_of(moment)].offered += 0.5
    for promise in history.due(replace(scope, topic=None, channel="", half="")):
        if not scope.topic or promise.appointment.specialist in people:
            for number in range((promise.ends_at - promise.starts_at) // MINUTE):
                cells[place_of(promise.starts_at + number * MINUTE)].booked += 1 / 30
    for contact in history.made(replace(scope, channel="", half="")):
        if contact.result == ContactResult.REFUSED and contact.refusal_reason != RefusalReason.WITHDREW:
            cells[place_of(contact.at)].refused += 1
    return {key: one for key, one in cells.items() if scope.half in {"", "am" if key[1] < 24 else "pm"}}


def quarters(scope: Scope) -> list[dt.datetime]:
    """The quarters of the scope that are over."""
    number = (min(scope.end, NOW) - scope.start) // QUARTER
    return [scope.start + QUARTER * place for place in range(number)]


class TestRecount(TestCase):
    """Against the database, each with a history of its own."""

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from([*NARROWER, {"topic": True}]))
    def test_heat_map(self, seed: int, narrower: dict[str, Any]) -> None:
        rng = Random(seed)
        history = History(rng)
        some_calendar(rng, history.world)
        world = history.world
        stranger = SpecialistFactory.create(team=world.team)
        for made in history.appointments:
            made.specialist = rng.choice([world.specialists[0], stranger, None])
            made.save()
        if "topic" in narrower:
            narrower = {"topic": world.topic.pk}
        scope = history.scope(**narrower)
        found, expected = capacity.capacity(scope).cells, recounted(history, scope)
        assert found.keys() == expected.keys()
        for place, cell in expected.items():
            got = found[place]
            assert (got.offered, got.refused) == (cell.offered, cell.refused), place
            assert got.booked == pytest.approx(cell.booked)


def scope_of(world: World, *, weeks: int = 1, **narrower: Any) -> Scope:
    return Scope(
        monday=MONDAY, weeks=weeks, teams=(world.team.pk,), zone=world.team.zone, now=LATER, **narrower
    )


def refuse(world: World, n: int, *, hour: int = 10, **fields: Any) -> None:
    """So many callers for whom no time was found."""
    for _ in range(n):
        Contact.objects.create(
            agent=world.agent,
            **{
                "topic": world.topic,
                "result": ContactResult.REFUSED,
                "refusal_reason": RefusalReason.NOTHING_FREE,
                "at": at(hour),
                **fields,
            },
        )


def test_pieces_are_what_is_published_without_absences(world: World) -> None:
    one = world.specialists[0]
    for start, end in ((10, 12), (11, 13), (16, 18)):
        Absence.objects.create(specialist=one, starts_at=at(start), ends_at=at(end))
    person = published_by(specialists=[one.pk], start=at(0), end=at(23))[one.pk]
    assert list(worked(person, at(9, 30), at(23))) == [(at(9, 30), at(10)), (at(13), at(16))]


def test_a_topic_is_short_by_what_was_refused_and_would_not_have_fitted(world: World) -> None:
    # Six half-hours before noon, five of them free.
    world.book(at(9))
    refuse(world, 7)
    assert capacity.capacity(scope_of(world)).shortages == [Shortage(world.topic.pk, 1, "am", 2)]


def test_what_ends_at_midnight_is_booked_on_the_day_on_which_it_begins(world: World) -> None:
    one = world.specialists[0]
    one.windows.all().delete()
    WindowFactory.create(specialist=one, weekday=1, starts=dt.time(23, 30), ends=dt.time(0))
    world.book(at(23, 30))
    refuse(world, 2, hour=15)
    assert Promise.objects.get().due_at >= at(0, day=24)
    assert capacity.capacity(scope_of(world)).shortages == [Shortage(world.topic.pk, 1, "pm", 2)]


def test_whoever_is_booked_for_more_than_they_offer_takes_nothing_from_others(world: World) -> None:
    for hour in (9, 10, 11):
        world.book(at(hour))
    world.specialists[0].windows.update(ends=dt.time(9, 30))
    world.specialist()
    refuse(world, 7)
    assert capacity.capacity(scope_of(world)).shortages == [Shortage(world.topic.pk, 1, "am", 1)]


def test_whoever_is_booked_outside_their_hours_has_less_of_them_free(world: World) -> None:
    world.book(at(9))
    world.specialists[0].windows.update(starts=dt.time(10))
    refuse(world, 5)
    # Four half-hours before noon, and one of that half is taken.
    assert capacity.capacity(scope_of(world)).shortages == [Shortage(world.topic.pk, 1, "am", 2)]


def test_whoever_did_not_want_one_any_more_lacked_nothing(world: World) -> None:
    refuse(world, 9, refusal_reason=RefusalReason.WITHDREW)
    found = capacity.capacity(scope_of(world))
    assert (found.shortages, found.refused) == ([], 0)


def test_time_of_those_who_do_not_know_the_topic_does_not_count_as_free(world: World) -> None:
    other = TopicFactory.create(teams=[world.team])
    refuse(world, 3, topic=other)
    assert capacity.capacity(scope_of(world)).shortages == [Shortage(other.pk, 1, "am", 3)]


def test_a_shortage_is_by_the_week(world: World) -> None:
    refuse(world, 8, hour=18)
    world.specialists[0].windows.all().delete()
    scope = replace(scope_of(world, weeks=4), monday=MONDAY - 21 * DAY)
    assert [one.slots for one in capacity.capacity(scope).shortages] == [2]
    assert capacity.capacity(replace(scope, half="am")).shortages == []


def test_a_week_that_has_just_begun_is_no_fraction_of_one(world: World) -> None:
    world.specialists[0].windows.all().delete()
    refuse(world, 2, hour=8)
    found = capacity.capacity(replace(scope_of(world), now=at(9))).shortages
    assert [one.slots for one in found] == [2]


def test_a_shortage_of_less_than_half_a_slot_a_week_is_none(world: World) -> None:
    world.specialists[0].windows.all().delete()
    refuse(world, 1)
    scope = replace(scope_of(world, weeks=4), monday=MONDAY - 21 * DAY)
    assert capacity.capacity(scope).shortages == []


def test_the_worst_comes_first(world: World) -> None:
    world.specialists[0].windows.all().delete()
    refuse(world, 2)
    refuse(world, 3, hour=14)
    assert [one.half for one in capacity.capacity(scope_of(world)).shortages] == ["pm", "am"]


def test_weeks_ahead_are_as_full_as_what_is_booked_of_them(world: World) -> None:
    world.book(at(10, day=30))
    found = capacity.ahead(replace(scope_of(world), now=NOW))
    monday = MONDAY + 7 * DAY
    assert found[world.team.pk, monday] == Share(30, 5 * 8 * 60)
    assert [key[1] for key in found] == [monday + 7 * number * DAY for number in range(4)]
    assert sum(one.met for one in found.values()) == 30


def test_what_is_only_held_fills_no_week(world: World) -> None:
    operations.hold(topic=world.topic, starts_at=at(10, day=30), by=world.agent, now=NOW, specialist=None)
    found = capacity.ahead(replace(scope_of(world), now=NOW))
    assert sum(one.met for one in found.values()) == 0


def test_another_team_has_its_own_weeks(world: World) -> None:
    world.book(at(10, day=30))
    other = TeamFactory.create()
    found = capacity.ahead(replace(scope_of(world), now=NOW, teams=(other.pk,)))
    assert Counter(found.values()) == {Share(): 4}


def test_the_number_of_statements_does_not_grow(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        world.specialist()
    refuse(world, 3)
    with django_assert_num_queries(8):
        capacity.capacity(scope_of(world))
    with django_assert_num_queries(3):
        capacity.ahead(replace(scope_of(world), now=NOW))
