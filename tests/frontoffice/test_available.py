"""The switch for warm transfers on the specialist's own pages, and what the agent sees of it."""

import re
from html import unescape

import pytest
import time_machine
from django.test import Client

from availability.models import Specialist
from frontoffice.presenters import rows
from tests.factories import World, at
from tests.frontoffice.conftest import Enter, text_of


@pytest.mark.parametrize("address", ["/queue/", "/availability/"])
def test_both_own_pages_have_it_with_words(world: World, specialist: Client, address: str) -> None:
    page = specialist.get(address).content.decode()
    assert 'role="switch" aria-checked="true"' in " ".join(page.split())
    assert "aan: klanten kunnen naar je worden doorverbonden, tot 17:00" in text_of(page)


def test_pressing_it_comes_back_to_the_page_and_says_off(world: World, specialist: Client) -> None:
    answer = specialist.post("/available/", {"on": "0", "back": "/availability/"})
    page = specialist.get(answer["Location"]).content.decode()
    assert (answer["Location"], Specialist.objects.get().takes_transfers) == ("/availability/", False)
    assert 'aria-checked="false"' in page
    assert "uit: niemand wordt naar je doorverbonden" in text_of(page)


def back_in(page: str) -> str:
    """Where the switch on a page leads back to."""
    back = re.search(r'action="/available/".*?name="back" value="([^"]+)"', page, re.DOTALL)
    assert back
    return unescape(back[1])


def test_on_the_own_list_it_comes_back_to_the_row_and_the_page(
    world: World, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    made = [world.book(start) for start in (at(10), at(11))]
    here = f"/queue/?page=2&open={made[1].reference}"
    assert back_in(specialist.get("/queue/?page=2").content.decode()) == here
    assert specialist.post("/available/", {"on": "0", "back": here})["Location"] == here


def test_on_the_week_it_comes_back_to_that_week(specialist: Client) -> None:
    back = back_in(specialist.get("/availability/?week=2026-12-14").content.decode())
    assert "week=2026-12-14" in specialist.post("/available/", {"back": back})["Location"]


def test_the_refreshed_list_says_what_switched_it_off(world: World, specialist: Client) -> None:
    world.book(at(10))
    with time_machine.travel(at(10, 5), tick=False):
        part = specialist.get("/queue/?open=&seen=0", headers={"HX-Request": "true", "HX-Target": "live"})
    assert "vanzelf uit tijdens je afspraak, tot 10:30" in text_of(part.content.decode())


def test_the_agent_sees_nobody_who_is_off(world: World, specialist: Client, agent: Client) -> None:
    address = f"/desk/?topic={world.topic.slug}"
    assert str(world.person) in agent.get(address).content.decode()
    specialist.post("/available/", {"on": "0"})
    assert "Doorverbonden; nu is niemand vrij" in text_of(agent.get(address).content.decode())


def test_a_lead_has_no_switch_of_somebody_else(world: World, lead: Client) -> None:
    assert 'role="switch"' not in lead.get("/availability/").content.decode()


def test_who_takes_no_calls_has_none(world: World, agent: Client) -> None:
    assert agent.post("/available/", {"on": "1"}).status_code == 403


def test_elsewhere_it_does_not_lead(world: World, enter: Enter) -> None:
    answer = enter(world.person).post("/available/", {"on": "1", "back": "https://example.org/"})
    assert answer["Location"] == "/queue/"
