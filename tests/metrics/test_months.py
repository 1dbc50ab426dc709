"""What teams did of what they agreed, month by month."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from callbacks import operations
from callbacks.metrics import agreements
from callbacks.metrics.agreements import Month
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from tests.factories import NOW, TeamFactory, World, at

MONDAY = dt.date(2026, 11, 2)
EVENING = at(17)
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


def months(world: World, *, monday: dt.date = MONDAY, now: dt.datetime = EVENING) -> list[Month]:
    scope = Scope(monday=monday, weeks=4, teams=(world.team.pk,), zone=world.team.zone, now=now)
    return agreements.by_month(scope)


def test_the_months_are_those_that_the_weeks_touch(world: World) -> None:
    assert [one.first for one in months(world)] == [NOVEMBER]
    assert [one.first for one in months(world, monday=dt.date(2026, 10, 26))] == [OCTOBER, NOVEMBER]


def test_a_month_holds_what_was_published_by_the_week(world: World) -> None:
    assert [one.hours for one in months(world)] == [40]


def test_a_week_belongs_to_the_month_of_its_thursday(world: World) -> None:
    # The first of October is a Thursday, and the thirty-first of December: its week is the last of the year.
    found = [one.hours for one in months(world, monday=dt.date(2026, 12, 28))]
    assert found == [(3 * 40 + 2 * 32) / 5, 40]


def test_whoever_left_had_published(world: World) -> None:
    before = months(world)
    world.specialists[0].is_active = False
    world.specialists[0].save()
    assert months(world) == before


def test_a_month_says_what_was_confirmed_in_time(world: World) -> None:
    booked = world.book(at(14))
    world.book(at(15))
    operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    assert [one.confirmed for one in months(world)] == [Share(1, 2)]


def test_what_is_still_to_come_is_not_counted(world: World) -> None:
    world.book(at(14))
    assert [(one.confirmed.n, one.kept.n) for one in months(world, now=at(13))] == [(0, 0)]


def test_another_team_has_its_own(world: World) -> None:
    world.book(at(14))
    team = TeamFactory.create()
    scope = Scope(monday=MONDAY, weeks=4, teams=(team.pk,), zone=team.zone, now=EVENING)
    assert agreements.by_month(scope) == [Month(team.pk, NOVEMBER, 0.0, Share(0, 0), Share(0, 0))]


@pytest.mark.parametrize("capacity", [1, 3])
def test_as_many_queries_for_one_person_as_for_three(
    db: None, capacity: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = World(capacity=capacity)
    with django_assert_num_queries(6):
        months(world)
