"""What the figures about capacity say."""

import datetime as dt

import pytest
import time_machine

from callbacks import operations
from callbacks.metrics.capacity import Cell
from frontoffice.presenters.lookback.capacity import heat
from frontoffice.presenters.lookback.figures import Figure, Table
from frontoffice.presenters.lookback.page import look_back
from tests.factories import NOW, World, at
from tests.frontoffice.conftest import Enter, text_of
from tests.metrics.test_capacity import refuse

LATER = NOW + dt.timedelta(days=7)


def figure(world: World, slug: str, *, now: dt.datetime = LATER) -> Figure:
    return look_back(user=world.lead, asked={"weeks": "1"}, now=now).figure(slug)


def test_the_week_is_a_map_with_what_was_booked_and_refused(world: World) -> None:
    world.book(at(9))
    refuse(world, 2, hour=18)
    found = figure(world, "capacity")
    assert found.finding == "1% (1 van 80) van de aangeboden halve uren was geboekt; 2 bellers kregen niets"
    assert found.heat
    assert found.heat.days == ["ma", "di", "wo", "do", "vr"]
    assert [time for time, _tiles in found.heat.rows][:: len(found.heat.rows) - 1] == ["09:00", "18:00"]
    first, last = found.heat.rows[0][1][0], found.heat.rows[-1][1][0]
    assert (first.booked, first.offered, first.refused, first.shade) == ("1", "1", "", 4)
    assert (last.booked, last.offered, last.refused, last.shade) == ("0", "0", "2", None)
    assert found.table.rows[0] == ["maandag 09:00", "1,0", "1,0", "100%", "0"]


@pytest.mark.parametrize(("offered", "is_wide"), [(421, False), (1085, True)])
def test_a_map_of_long_numbers_takes_the_whole_width(*, offered: int, is_wide: bool) -> None:
    cells = {(1, 18): Cell(offered=offered, booked=110), (5, 18): Cell(offered=1)}
    assert heat(cells, "").is_wide is is_wide
    table = Table(("", ""), [])
    assert Figure("capacity", "", "", "", table, heat=heat(cells, "")).is_wide is is_wide


def test_it_says_where_to_publish_more(world: World) -> None:
    world.specialists[0].windows.all().delete()
    refuse(world, 6)
    found = figure(world, "capacity")
    assert found.advice == [f"{world.topic}: maandag, ochtend, 6 tijdsloten per week te weinig"]


def test_what_to_do_is_on_the_page_and_on_paper(world: World, enter: Enter) -> None:
    world.specialists[0].windows.all().delete()
    refuse(world, 6)
    for address in ("/look-back/?weeks=1", "/look-back/paper/?weeks=1"):
        with time_machine.travel(LATER, tick=False):
            page = text_of(enter(world.lead).get(address).content.decode())
        assert "6 tijdsloten per week te weinig" in page


def test_nothing_offered_and_nobody_refused_is_no_map(world: World) -> None:
    world.specialists[0].windows.all().delete()
    found = figure(world, "capacity")
    assert (found.heat, found.finding) == (None, "niets te tellen")


def test_the_weeks_ahead_say_how_full_they_are(world: World) -> None:
    booked = world.book(at(10, day=30))
    found = figure(world, "ahead", now=NOW)
    # Christmas is one of the days.
    assert found.finding == "0% (0 van 152) van de gepubliceerde uren is geboekt"
    assert found.table.rows[0] == [f"{world.team}, wk 49", "40,0", "0,5", "1%"]
    operations.cancel(
        appointment=booked, version=booked.version, reason="x", by_customer=True, by=world.lead, now=NOW
    )
    assert figure(world, "ahead", now=NOW).table.rows[0][2] == "0,0"
