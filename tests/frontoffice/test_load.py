"""The load of today on the board: numbers by half-hour that agree with the tiles."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.test import Client

from availability.models import Closure
from callbacks import operations
from callbacks.queries import lists
from callbacks.queries.load import HalfHour, Load, load_today
from callbacks.states import AttemptOutcome, NextStep
from frontoffice.presenters.load import table
from tests.factories import NOW, TeamFactory, World, at
from tests.frontoffice.conftest import Enter, queries, text_of
from tests.frontoffice.test_work import shown


def loads(world: World, now: dt.datetime = NOW) -> list[Load]:
    """The loads of the lead's teams."""
    return load_today(lists.board(user=world.lead, now=now).rooms, now=now)


def lines(page: str) -> list[list[str]]:
    """The cells of all tables of the day, row by row."""
    found = re.findall(r'<div class="load".*?</table>', page, re.DOTALL)
    rows = [row for one in found for row in re.findall(r"<tr>(.*?)</tr>", one, re.DOTALL)]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[text_of(unescape(cell)).strip() for cell in row] for row in cells]


@pytest.fixture
def short(world: World) -> World:
    """A world in which work is from nine to eleven."""
    world.specialists[0].windows.update(ends=dt.time(11))
    return world


def test_the_day_is_a_table_of_half_hours(short: World, lead: Client) -> None:
    short.book(at(9, 30))
    assert lines(shown(lead, "/board/")) == [
        ["", "hele dag", "09:00 ◂ nu", "09:30", "10:00", "10:30"],
        ["aangeboden", "4", "1", "1", "1", "1"],
        ["geboekt", "1", "0", "1", "0", "0"],
        ["nog vrij", "3", "1", "0", "1", "1"],
    ]


def test_what_is_over_has_no_free_places_but_a_dash(short: World, enter: Enter) -> None:
    short.book(at(9))
    with time_machine.travel(at(10), tick=False):
        *_others, booked, free = lines(shown(enter(short.lead), "/board/"))
    assert booked == ["geboekt", "1", "1", "0", "0", "0"]
    assert free == ["nog vrij", "2", "–", "–", "1", "1"]


def test_where_nothing_is_published_stands_a_dash(short: World, lead: Client) -> None:
    early, late = short.specialists[0], short.specialist()
    early.windows.update(ends=dt.time(9, 30))
    late.windows.update(starts=dt.time(10, 30), ends=dt.time(11))
    assert [row[2:] for row in lines(shown(lead, "/board/"))] == [
        ["09:00 ◂ nu", "09:30", "10:00", "10:30"],
        ["1", "–", "–", "1"],
        ["0", "–", "–", "0"],
        ["1", "–", "–", "1"],
    ]


def test_a_closed_day_says_so(world: World, lead: Client) -> None:
    Closure.objects.create(team=world.team, name="Dicht", first_day=NOW.date(), last_day=NOW.date())
    assert "Vandaag is er niets gepubliceerd of geboekt." in text_of(shown(lead, "/board/"))


def test_what_is_done_counts_as_booked_and_what_is_given_up_does_not(short: World) -> None:
    done, cancelled, declined = (short.book(start) for start in (at(9), at(9, 30), at(10)))
    operations.log_attempt(
        appointment=done,
        version=1,
        started_at=NOW,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=short.person,
        now=NOW,
    )
    operations.cancel(
        appointment=cancelled, version=1, reason="Klaar", by_customer=True, by=short.agent, now=NOW
    )
    operations.decline(appointment=declined, version=1, reason="Ziek", by=short.person, now=NOW)
    (load,) = loads(short)
    assert [one.booked for one in load.half_hours] == [1, 0, 0, 0]


def test_the_whole_day_was_offered_whatever_the_notice(short: World) -> None:
    short.team.minimum_notice = 10 * 60
    short.team.save()
    (load,) = loads(short)
    assert [(one.offered, one.free) for one in load.half_hours] == [(1, 0)] * 4


def test_places_are_those_of_the_team_alone(short: World) -> None:
    other = World()
    other.team.topics.add(short.topic)
    other.specialists[0].topics.add(short.topic)
    (load,) = loads(short)
    assert [one.offered for one in load.half_hours] == [1, 1, 1, 1]


def test_every_team_has_its_own_day(short: World, lead: Client) -> None:
    second = World()
    second.team.leads.add(short.lead)
    second.specialists[0].windows.update(starts=dt.time(13), ends=dt.time(14))
    page = shown(lead, "/board/")
    assert re.findall(r'id="load-([^"]+)"', page) == [short.team.slug, second.team.slug]
    assert lines(page)[4] == ["", "hele dag", "13:00", "13:30"]
    assert lines(shown(lead, f"/board/?team={second.team.slug}")) == lines(page)[4:]


def test_a_lead_sees_no_day_of_other_teams(short: World, lead: Client) -> None:
    World()
    assert len(lines(shown(lead, "/board/"))) == 4


def test_days_are_those_of_the_team(world: World, lead: Client) -> None:
    world.team.time_zone = "Pacific/Auckland"
    world.team.save()
    # Nine in the morning in Amsterdam is nine in the evening there: today is over.
    (load,) = loads(world)
    assert load.half_hours[0].starts_at == dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)
    assert sum(one.free for one in load.half_hours) == 0


def test_what_is_free_adds_up_to_the_tile(world: World, lead: Client) -> None:
    second = World(capacity=2)
    second.team.leads.add(world.lead)
    for start in (at(9), at(10, 15), at(13)):
        world.book(start)
        second.book(start)
    page = shown(lead, "/board/")
    tile = re.search(r'id="tile-room".*?tile__number numbers">(\d+)', page, re.DOTALL)
    assert tile
    assert sum(int(row[1]) for row in lines(page) if row[0] == "nog vrij") == int(tile[1])


def test_a_refresh_brings_the_day_along(world: World, lead: Client) -> None:
    live = lead.get("/board/", headers={"HX-Request": "true", "HX-Target": "live"}).content.decode()
    assert lines(live) == lines(shown(lead, "/board/"))


def test_a_full_day_takes_as_many_queries_as_an_empty_one(world: World, lead: Client) -> None:
    world.book(at(9), now=at(8))
    few = queries(lead, "/board/?tile=room")
    for hour in range(10, 16):
        world.book(at(hour))
    world.specialist()
    assert queries(lead, "/board/?tile=room") == few


def test_a_lead_without_teams_has_no_day(world: World, enter: Enter) -> None:
    TeamFactory.create()
    world.team.leads.clear()
    page = shown(enter(world.lead), "/board/")
    assert lines(page) == []


@pytest.mark.parametrize(
    ("booked", "offered", "shade"),
    [(0, 4, 0), (1, 4, 1), (1, 3, 2), (3, 4, 3), (4, 4, 4), (5, 4, 4), (1, 0, 4)],
)
def test_the_shade_says_how_full(world: World, booked: int, offered: int, shade: int) -> None:
    load = Load(world.team, world.topic, [HalfHour(NOW, offered, booked, 0)])
    assert table(load, NOW).lines[1].cells[0].shade == shade
