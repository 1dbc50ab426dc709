"""Leads hear in the morning which days ahead are full."""

import datetime as dt

import pytest
from django.utils import translation

from availability.models import Team
from callbacks.messages.wording import words_of
from callbacks.models import Message
from callbacks.states import MessageKind
from callbacks.sweeps import SWEEPS
from tests.factories import World, at

MORNING = at(7, 30)


@pytest.fixture
def team(world: World) -> World:
    """There only from nine to ten, so that two calls of half an hour fill a day."""
    world.specialists[0].windows.update(ends=dt.time(10))
    Team.objects.update(look_ahead_at=MORNING)
    return world


def look(now: dt.datetime = MORNING) -> list[str]:
    """What leads have been told after a look."""
    SWEEPS["full_days"].run_batch(now=now)
    told = Message.objects.filter(kind=MessageKind.LEAD_FULL_DAYS, channel="app").order_by("pk")
    return [details["days"] for details in told.values_list("details", flat=True)]


def fill(world: World, day: int) -> None:
    for minute in (0, 30):
        world.book(at(9, minute, day=day))


def test_a_day_with_room_is_not_told(team: World) -> None:
    team.book(at(9, day=24))
    assert look() == []


def test_full_days_are_told_together(team: World) -> None:
    fill(team, 24)
    fill(team, 26)
    assert look() == ["2026-11-24,2026-11-26"]


def test_today_and_what_was_not_published_are_not_told(team: World) -> None:
    fill(team, 23)
    assert look() == []


def test_it_is_looked_at_once_a_morning(team: World) -> None:
    look()
    assert Team.objects.get().look_ahead_at == MORNING + dt.timedelta(days=1)


def test_the_same_days_are_told_once(team: World) -> None:
    fill(team, 25)
    assert look() == ["2026-11-25"]
    assert look(MORNING + dt.timedelta(days=1)) == ["2026-11-25"]


def test_the_days_are_said_in_the_readers_language(team: World) -> None:
    fill(team, 24)
    look()
    message = Message.objects.filter(kind=MessageKind.LEAD_FULL_DAYS).first()
    assert message is not None
    with translation.override("en"):
        assert words_of(message).subject == "Full: Tuesday 24 November 2026"
