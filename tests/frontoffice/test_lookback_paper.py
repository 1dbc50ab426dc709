"""The look back on paper: a sheet for each team."""

from collections.abc import Callable

import pytest
import time_machine

from frontoffice.presenters.lookback.page import look_back, sheets
from tests.factories import TeamFactory, World
from tests.frontoffice.conftest import Enter, text_of
from tests.frontoffice.test_lookback import LATER, call

Read = Callable[..., str]


@pytest.fixture
def read(world: World, enter: Enter) -> Read:
    """What is on paper, a week later."""

    def page(query: str = "", *, by: str = "lead") -> str:
        with time_machine.travel(LATER, tick=False):
            response = enter(getattr(world, by)).get(f"/look-back/paper/{query}")
        assert response.status_code == 200
        return text_of(response.content.decode())

    return page


def test_each_team_has_its_own_figures(world: World, read: Read) -> None:
    call(world, 10)
    other = TeamFactory.create(name="Zorg")
    other.leads.add(world.lead)
    asked = {"weeks": "4"}
    found = sheets(look_back(user=world.lead, asked=asked, now=LATER), asked)
    assert [sheet.team for sheet in found] == [world.team, other]
    assert [sheet.figure("kept").finding.count("1 van 1") for sheet in found] == [1, 0]
    assert "Zorg: week 45" in read("?weeks=4").replace("\n", " ")


def test_each_team_has_the_weeks_of_its_own_time_zone(world: World, read: Read) -> None:
    call(world, 10)
    TeamFactory.create(name="Zorg", time_zone="America/New_York").leads.add(world.lead)
    assert "Zorg: week 45" in read("?weeks=4").replace("\n", " ")


def test_a_team_that_was_asked_for_has_the_only_sheet(world: World) -> None:
    TeamFactory.create().leads.add(world.lead)
    asked = {"team": world.team.slug}
    found = sheets(look_back(user=world.lead, asked=asked, now=LATER), asked)
    assert [sheet.team for sheet in found] == [world.team]


def test_a_sheet_says_what_the_screen_says(world: World, read: Read) -> None:
    call(world, 10)
    page, screen = read("?weeks=4"), look_back(user=world.lead, asked={"weeks": "4"}, now=LATER)
    assert [one.slug for one in screen.figures if one.finding not in page] == []


def test_what_narrows_the_figures_down_is_on_paper(world: World, read: Read) -> None:
    page = read(f"?half=am&topic={world.topic.slug}")
    assert f"Onderwerp: {world.topic.name}. Dagdeel: ochtend." in page
    assert "Kanaal:" not in page


def test_a_lead_without_teams_is_told_so(world: World, read: Read) -> None:
    world.team.leads.clear()
    assert "Je bent van geen team coördinator." in read()
