"""Finding the caller from the desk."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from callbacks.models import Appointment
from tests.factories import CustomerFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of


def search(client: Client, *, typing: bool = False, **asked: Any) -> str:
    """What the script gets for a search; while ``typing`` it is the field that asks."""
    headers = {"HX-Request": "true", "HX-Target": "callers"} | ({"HX-Trigger": "search"} if typing else {})
    response = client.get("/desk/callers/", asked, headers=headers)
    assert response.status_code == 200
    return squashed(response.content.decode())


@pytest.fixture
def several(db: None) -> None:
    """Nine people with one name."""
    for number in range(9):
        CustomerFactory.create(name=f"Kees Known {number}")


@pytest.fixture
def kees(world: World) -> Appointment:
    """Tomorrow at ten, for Kees."""
    return world.book(at(10, day=24), customer=CustomerFactory.create(name="Kees Known"))


def test_how_many_were_found_is_said(agent: Client) -> None:
    for name in ("Kees Known", "Kees Knopper"):
        CustomerFactory.create(name=name)
    assert "2 gevonden" in text_of(search(agent, q="kees"))


@pytest.mark.usefixtures("several")
def test_more_than_eight_ask_for_more_of_the_name(agent: Client) -> None:
    page = search(agent, q="kees")
    assert "Meer dan 8 gevonden: typ er meer van." in text_of(page)
    assert page.count('class="found"') == 8


@pytest.mark.usefixtures("several")
def test_the_first_of_several_gets_the_focus(agent: Client) -> None:
    assert 'data-focus="found-1"' in search(agent, q="kees")


@pytest.mark.usefixtures("several")
def test_while_typing_the_focus_stays(agent: Client) -> None:
    assert "data-focus" not in search(agent, typing=True, q="kees")


def test_the_only_one_found_is_chosen(agent: Client, kees: Appointment) -> None:
    page = search(agent, q="kees")
    assert f'data-focus="open-{kees.reference}"' in page
    assert 'value="Kees Known"' in page


def test_while_typing_nobody_is_chosen(agent: Client, kees: Appointment) -> None:
    page = search(agent, typing=True, q="kees")
    assert 'class="found"' in page
    assert 'id="customer"' not in page


def test_a_chosen_caller_fills_the_form(agent: Client, kees: Appointment) -> None:
    page = search(agent, customer=kees.customer_id)
    assert 'value="Kees Known"' in page
    assert kees.reference in page


def test_a_caller_without_open_appointments_leads_to_the_topic(agent: Client) -> None:
    page = search(agent, customer=CustomerFactory.create().pk)
    assert 'data-focus="id_topic"' in page
    assert "data-focus" not in page.replace('data-focus="id_topic"', "")


def test_of_several_nobody_fills_the_form(agent: Client) -> None:
    CustomerFactory.create_batch(2, name="Kees Known")
    assert 'id="customer"' not in search(agent, q="kees")


def test_an_unknown_number_goes_into_the_form(agent: Client) -> None:
    page = search(agent, q="06-12345678")
    assert "Niemand bekend" in text_of(page)
    assert 'value="06 1234 5678"' in page


def test_a_reference_leads_to_its_appointment(world: World, agent: Client, kees: Appointment) -> None:
    later = world.book(at(11, day=25), customer=kees.customer)
    assert f'data-focus="open-{later.reference}"' in search(agent, q=later.reference.lower())


@pytest.mark.parametrize("text", ["", "k"])
def test_less_than_two_characters_find_nobody(agent: Client, kees: Appointment, text: str) -> None:
    assert kees.reference not in search(agent, q=text)


@pytest.mark.parametrize("customer", ["0", "x", "9" * 30])
def test_a_caller_who_does_not_exist_is_nobody(agent: Client, customer: str) -> None:
    assert 'id="story"' not in search(agent, customer=customer)


def test_finding_three_takes_as_many_queries_as_two(world: World, agent: Client) -> None:
    address = "/desk/callers/?q=Kees"
    for hour, name in ((10, "Kees de Vries"), (11, "Kees de Wit")):
        world.book(at(hour), customer=CustomerFactory.create(name=name))
    two = queries(agent, address)
    world.book(at(12), customer=CustomerFactory.create(name="Kees Jansen"))
    assert queries(agent, address) == two


def test_appointments_of_other_teams_are_not_shown(enter: Enter, kees: Appointment) -> None:
    stranger = enter(World().person)
    assert kees.reference not in search(stranger, q="kees")


@pytest.mark.parametrize("asked", ["q=kees", "q=kees&customer={customer}", "customer={customer}", "q=zzzz"])
def test_the_part_is_the_same_as_in_a_fresh_page(agent: Client, kees: Appointment, asked: str) -> None:
    CustomerFactory.create(name="Kees Knopper")
    query = asked.format(customer=kees.customer_id)
    asked_for: dict[str, Any] = QueryDict(query).dict()
    part = search(agent, **asked_for)
    start, end = part.index('<div id="callers"'), part.index('<p id="caller-said"')
    fresh = squashed(agent.get(f"/desk/?{query}").content.decode())
    assert text_of(part[start:end]).strip() in text_of(fresh)


def test_a_screen_pop_shows_the_story(agent: Client, kees: Appointment) -> None:
    number = kees.customer.phone.replace("+", "00")
    page = agent.get(f"/desk/?phone={number}&name=kees+known&channel=chat").content.decode()
    assert f'id="open-{kees.reference}"' in page


@pytest.mark.parametrize("phone", ["", "&phone=anonymous", "&phone=+"])
def test_who_writes_or_withholds_the_number_is_looked_up_by_name(
    agent: Client, kees: Appointment, phone: str
) -> None:
    page = agent.get(f"/desk/?name=kees+known{phone}&channel=chat").content.decode()
    assert f'id="open-{kees.reference}"' in page


def test_a_withheld_number_is_left_for_the_agent_to_ask(agent: Client) -> None:
    page = agent.get("/desk/?phone=anonymous&name=Jo").content.decode()
    assert 'value="Jo"' in page
    assert 'value="anonymous"' not in page


def test_of_a_household_the_one_named_is_chosen(agent: Client, kees: Appointment) -> None:
    CustomerFactory.create(name="Jo Known", phone=kees.customer.phone)
    page = agent.get("/desk/", {"phone": kees.customer.phone, "name": "Kees Known"}).content.decode()
    assert f'id="open-{kees.reference}"' in page


def test_a_screen_pop_of_somebody_else_at_the_same_number_lists_who_is_known(
    agent: Client, kees: Appointment
) -> None:
    number = kees.customer.phone.replace("+", "00")
    page = agent.get(f"/desk/?phone={number}&name=Jo").content.decode()
    assert 'id="story"' not in page
    assert "Kees Known" in page
