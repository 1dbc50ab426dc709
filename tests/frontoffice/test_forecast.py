"""The forecast: what may be asked, what is answered, and what is refused."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from tests.factories import NOW, TeamFactory, World
from tests.frontoffice.conftest import queries, text_of
from tests.metrics.test_forecast import promised

MONDAY = "2026-11-30"


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(client: Client, status: int = 200, **given: str) -> str:
    response = client.get(f"/look-back/forecast/?{urlencode(given)}")
    assert response.status_code == status
    return text_of(response.content.decode())


def test_each_week_says_what_is_expected_and_what_there_is_for_it(world: World, lead: Client) -> None:
    promised(world, *range(1, 14))
    text = page(lead)
    assert "Er is ruimte voor alle verwachte terugbelafspraken" in text
    assert f"{world.team}, wk 49 1,0 0,0 80 79 over" in text
    assert "De meeste terugbelafspraken worden verwacht op maandag: 1,0" in text
    assert "had dit er per dag 0% naast gezeten, en het herhalen van de week ervoor 0%" in text


def test_what_is_short_is_said_first(world: World, lead: Client) -> None:
    promised(world, *[number for number in range(1, 14) for _ in range(3)])
    world.specialists[0].windows.update(ends="09:30")
    assert f"{world.team}, wk 52: 0 " not in page(lead)
    world.specialists[0].windows.filter(weekday__gt=2).delete()
    assert f"{world.team}, wk 49: 1 tijdslot te weinig" in page(lead)


def test_who_would_be_away_takes_their_time_and_appointments(world: World, lead: Client) -> None:
    promised(world, *range(1, 14))
    world.book(NOW.replace(day=30, hour=10))
    text = page(lead, day=MONDAY, away="1")
    assert "maandag 30 november 2026" in text
    assert f"{world.team}: 1 tijdslot te weinig; 1 afspraak moet naar iemand anders" in text
    assert f"{world.team} 1,0 0,0 0 1 te weinig 1" in text


def test_more_demand_is_added(world: World, lead: Client) -> None:
    promised(world, *range(1, 14))
    assert f"{world.team}, wk 49 1,5 " in page(lead, more="50")


def test_nothing_known_is_no_zero(lead: Client) -> None:
    text = page(lead)
    assert "niets te tellen" in text
    assert "0% naast" not in text


def test_another_leads_team_cannot_be_chosen(lead: Client) -> None:
    other = TeamFactory.create(name="Van een ander")
    text = page(lead, 422, team=other.slug)
    assert "Van een ander" not in text
    assert "Er klopt nog iets niet" in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"away": "2"}, "Kies de dag waarop zij afwezig zijn."),
        ({"away": "51", "day": MONDAY}, "vul een heel getal in van 0 tot en met 50"),
        ({"more": "201"}, "vul een heel getal in van -50 tot en met 200"),
        ({"more": "veel"}, "vul een heel getal in van -50 tot en met 200"),
        ({"day": "2026-11-23"}, "2026-11-23"),
    ],
)
def test_what_cannot_be_reckoned_with_is_said(lead: Client, asked: dict[str, str], said: str) -> None:
    assert said in page(lead, 422, **asked)


def test_a_lead_without_teams_is_told_so(world: World, lead: Client) -> None:
    world.team.leads.clear()
    assert "Je bent van geen team coördinator." in page(lead)


def test_as_many_queries_for_one_topic_as_for_three(world: World, lead: Client) -> None:
    promised(world, *range(1, 14))
    few = queries(lead, "/look-back/forecast/")
    for _ in range(2):
        world.specialist()
    promised(world, *range(1, 14), hour=12)
    assert queries(lead, "/look-back/forecast/") == few
