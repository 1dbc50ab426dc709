"""What teams did of what they agreed, month by month."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction
from pytest_django import DjangoAssertNumQueries

from availability.models import AgreedTerms, Team
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
    with django_assert_num_queries(7):
        months(world)


def noted(world: World) -> list[tuple[Any, Any]]:
    return list(AgreedTerms.objects.filter(team=world.team).order_by("pk").values_list("hours", "kept"))


def test_every_change_of_what_is_agreed_is_noted(world: World) -> None:
    world.team.agreed_hours, world.team.agreed_kept = Decimal(40), 90
    world.team.save()
    world.team.name = "Another name"
    world.team.save()
    Team.objects.update(agreed_kept=95)
    assert noted(world) == [(None, None), (40, 90), (40, 95)]


def test_what_was_agreed_is_not_rewritten(world: World) -> None:
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        AgreedTerms.objects.update(hours=1)


def agreed(found: list[Month]) -> list[tuple[Any, Any]]:
    return [(one.agreed_hours, one.agreed_kept) for one in found]


def test_a_month_is_held_against_what_was_agreed_when_it_ended(world: World) -> None:
    AgreedTerms.objects.all().delete()
    AgreedTerms.objects.bulk_create(
        AgreedTerms(
            team=world.team, since=dt.datetime(2026, month, day, tzinfo=dt.UTC), hours=hours, kept=kept
        )
        for month, day, hours, kept in [(9, 20, 30, 80), (10, 5, 32, 85), (11, 9, 36, None)]
    )
    found = months(world, monday=dt.date(2026, 9, 7)) + months(world, monday=dt.date(2026, 10, 19))
    assert agreed(found) == [(30, 80), (32, 85), (32, 85), (36, None)]


def test_before_it_was_noted_the_first_that_was_holds(world: World) -> None:
    AgreedTerms.objects.all().delete()
    AgreedTerms.objects.create(team=world.team, since=NOW, hours=30, kept=80)
    assert agreed(months(world, monday=dt.date(2026, 10, 19))) == 2 * [(30, 80)]
