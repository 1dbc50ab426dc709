"""A team's numbers on a wall."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from callbacks.models import Wallboard
from callbacks.queries import lists
from tests.administration import filled_in, page
from tests.factories import TeamFactory, World, at
from tests.frontoffice.conftest import Enter, queries, text_of

NOW = at(11)
Look = Callable[..., HttpResponse]


@pytest.fixture
def key(world: World) -> str:
    """The secret of the team's wallboard, for the tests' own address."""
    board = Wallboard(name="Balie", team=world.team, networks="127.0.0.0/8")
    key = board.renew()
    board.save()
    return key


@pytest.fixture
def look(client: Client, key: str) -> Look:
    """Open it without signing in, at eleven."""

    def opened(secret: str = key, **how: str) -> HttpResponse:
        with time_machine.travel(NOW, tick=False):
            return client.get("/wallboard/", {"key": secret}, headers=how)  # type: ignore[return-value]

    return opened


def numbers(response: HttpResponse) -> list[int]:
    found = re.findall(r"tile__number[^>]*>(\d+)<", response.content.decode())
    return [int(one) for one in found]


def test_it_has_the_numbers_of_the_leads_board(world: World, look: Look) -> None:
    for hour in (9, 10, 14):
        world.book(at(hour))
    counts = lists.board(user=world.lead, now=NOW, team=world.team)
    assert counts.late_now == 2
    assert numbers(look()) == [
        counts.late_now,
        counts.at_risk,
        counts.kept,
        counts.unconfirmed,
        counts.to_rebook,
        counts.room_left,
    ]


def test_another_team_is_not_on_it(world: World, look: Look) -> None:
    world.book(at(9))
    Wallboard.objects.update(team=TeamFactory.create())
    assert numbers(look())[0] == 0


def test_nobody_is_named(world: World, look: Look) -> None:
    shown = world.book(at(9))
    text = text_of(look().content.decode())
    people = [str(world.person), str(world.agent), shown.customer.name, shown.reference, shown.phone]
    assert [one for one in people if one in text] == []


def test_it_says_when_it_was_brought_up_to_date(look: Look) -> None:
    assert "Bijgewerkt 11:00:00" in text_of(look().content.decode())


@pytest.mark.parametrize("secret", ["", "another"])
def test_another_secret_shows_nothing(look: Look, secret: str) -> None:
    response = look(secret)
    assert response.status_code == 404
    assert "Geen wandbord" in text_of(response.content.decode())


def test_another_place_gets_the_same_answer(look: Look) -> None:
    Wallboard.objects.update(networks="192.0.2.0/24")
    elsewhere, wrong = look(), look("another")
    assert (elsewhere.status_code, elsewhere.content) == (404, wrong.content)


def test_the_place_is_what_a_trusted_proxy_says(look: Look, settings: Settings) -> None:
    Wallboard.objects.update(networks="192.0.2.0/24")
    claimed = {"x-forwarded-for": "127.0.0.1, 192.0.2.7"}
    assert look(**claimed).status_code == 404
    settings.TRUST_PROXY = True
    assert look(**claimed).status_code == 200


def test_it_is_read_and_never_kept_or_passed_on(client: Client, look: Look, key: str) -> None:
    response = look()
    assert "no-store" in response["Cache-Control"]
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("strict-origin", "noindex, nofollow")
    assert client.post(f"/wallboard/?key={key}").status_code == 405


def test_as_many_queries_for_one_row_as_for_three(world: World, client: Client, key: str) -> None:
    counted = []
    for hours in ([9], [10, 14]):
        for hour in hours:
            world.book(at(hour))
        with time_machine.travel(NOW, tick=False):
            counted.append(queries(client, f"/wallboard/?key={key}"))
    assert counted[0] == counted[1]


def test_an_administrator_sees_its_address_once(world: World, enter: Enter, client: Client) -> None:
    browser = enter(world.admin)
    assert "een nieuw adres" not in browser.get(page(Wallboard, "add")).content.decode()
    form = {"name": "Hal", "team": world.team.pk, "networks": "127.0.0.1", "is_active": "on"}
    said = text_of(browser.post(page(Wallboard, "add"), form, follow=True).content.decode())
    found = re.search(r"/wallboard/\?key=([\w-]{32})", said)
    assert found is not None
    assert client.get(found[0]).status_code == 200
    assert found[1] not in browser.get(page(Wallboard, "change", Wallboard.objects.get().pk)).content.decode()


@pytest.mark.parametrize(("given", "status"), [({}, 200), ({"renewed": "on"}, 404)])
def test_a_change_leaves_the_address_unless_another_is_wanted(
    world: World, enter: Enter, look: Look, given: dict[str, str], status: int
) -> None:
    browser, address = enter(world.admin), page(Wallboard, "change", Wallboard.objects.get().pk)
    browser.post(address, filled_in(browser, address) | {"name": "Hal"} | given)
    assert Wallboard.objects.get().name == "Hal"
    assert look().status_code == status
