"""After booking: what the agent reads and hears, and taking it back."""

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from callbacks.models import Appointment, Contact
from callbacks.states import ContactResult, State
from tests.factories import NOW, CustomerFactory, UserFactory, World, at
from tests.frontoffice.conftest import Enter, text_of
from tests.frontoffice.test_desk import filled_in


@pytest.fixture
def made(world: World) -> Appointment:
    """Booked by the agent just now."""
    return world.book(customer=CustomerFactory.create(name="Jo", email="jo@example.org"))


def take_back(client: Client, made: Appointment, **given: Any) -> Any:
    """Press undo."""
    return client.post(f"/appointments/{made.reference}/undo/", {"version": made.version, **given})


def test_the_receipt_says_where_the_confirmation_goes(agent: Client, made: Appointment) -> None:
    page = text_of(agent.get(f"/desk/?booked={made.reference}").content.decode())
    assert "bevestiging per e-mail op jo@example.org" in page


def test_the_receipt_says_that_nothing_reaches_the_customer(world: World, agent: Client) -> None:
    made = world.book(customer=CustomerFactory.create(email=""))
    page = text_of(agent.get(f"/desk/?booked={made.reference}").content.decode())
    assert "De klant is niet te bereiken met een bericht" in page
    assert f"De groepsmailbox {world.team.mailbox} krijgt de bevestiging" in page


def test_the_receipt_says_which_number_gets_an_sms(world: World, agent: Client, settings: Settings) -> None:
    settings.SMS_URL = "json://sms.example.org/{phone}"
    made = world.book(customer=CustomerFactory.create(email="", phone="+447700900123"))
    page = text_of(agent.get(f"/desk/?booked={made.reference}").content.decode())
    assert "een bevestiging per sms op +44 7700 900123" in page


def test_undoing_takes_the_booking_back(world: World, agent: Client, made: Appointment) -> None:
    response = take_back(agent, made)
    again = f"customer={made.customer_id}&topic={world.topic.slug}&again={made.reference}"
    assert response["Location"] == f"/desk/?{again}"
    made.refresh_from_db()
    assert (made.state, Contact.objects.get().result) == (State.CANCELLED, ContactResult.UNDONE)
    assert "ongedaan gemaakt" in text_of(agent.get(response["Location"]).content.decode())


def test_after_undoing_nothing_is_typed_again(
    world: World, agent: Client, enter: Enter, made: Appointment
) -> None:
    texts = {"question": "Waarom?", "reach_note": "Niet op dinsdag", "case_number": "Z-1"}
    phones = {"phone": "+31612345678", "second_phone": "+31687654321", "second_phone_note": "Werk"}
    Appointment.objects.filter(pk=made.pk).update(**texts, **phones)
    again = take_back(agent, made)["Location"]
    page = agent.get(again).content.decode()
    for typed in (*texts.values(), "06 1234 5678", "06 8765 4321", "Werk"):
        assert typed in page
    # Whoever else has the address does not.
    assert "Waarom?" not in enter(UserFactory.create()).get(again).content.decode()


def test_after_a_minute_the_button_is_gone_and_pressing_it_says_why(
    world: World, agent: Client, made: Appointment
) -> None:
    with time_machine.travel(NOW + dt.timedelta(seconds=61), tick=False):
        assert 'id="undo"' not in agent.get(f"/desk/?booked={made.reference}").content.decode()
        response = take_back(agent, made)
    assert response.status_code == 422
    assert "ongedaan" in text_of(response.content.decode()).lower()
    made.refresh_from_db()
    assert made.state == State.SCHEDULED


@pytest.mark.parametrize("version", ["", "x", "0", "99"])
def test_undoing_what_changed_meanwhile_is_refused(agent: Client, made: Appointment, version: str) -> None:
    assert take_back(agent, made, version=version).status_code == 409


def test_nobody_else_undoes_it(world: World, enter: Enter, made: Appointment) -> None:
    other = enter(world.admin)
    assert 'id="undo"' not in other.get(f"/desk/?booked={made.reference}").content.decode()
    assert take_back(other, made).status_code == 403


def test_who_had_to_sign_in_before_undoing_comes_back_to_the_receipt(
    agent: Client, made: Appointment
) -> None:
    response = agent.get(f"/appointments/{made.reference}/undo/")
    assert response["Location"] == f"/desk/?booked={made.reference}"


def test_what_is_undone_is_not_read_aloud(agent: Client, made: Appointment) -> None:
    take_back(agent, made)
    page = text_of(agent.get(f"/desk/?booked={made.reference}").content.decode())
    assert "Lees dit voor" not in page
    assert "geannuleerd" in page


def test_the_next_customer_comes_by_the_same_channel(world: World, agent: Client) -> None:
    made = world.book(channel="webcare")
    assert 'href="/desk/?channel=webcare"' in agent.get(f"/desk/?booked={made.reference}").content.decode()


def test_a_form_s_token_tells_what_it_led_to(world: World, agent: Client) -> None:
    form = filled_in(world)
    agent.post("/desk/", form)
    reference = Appointment.objects.get().reference
    found = agent.get(f"/desk/booked-with/{form['token']}/").json()
    assert found == {"reference": reference, "address": f"/desk/?booked={reference}"}


def test_a_token_that_led_to_nothing_says_so(world: World, agent: Client) -> None:
    world.book(at(10))
    form = filled_in(world)
    assert agent.post("/desk/", form).status_code == 409
    for token in (form["token"], uuid.uuid4()):
        found = agent.get(f"/desk/booked-with/{token}/").json()
        assert found == {"reference": None, "address": None}


def test_a_token_of_somebody_else_says_nothing(world: World, agent: Client, enter: Enter) -> None:
    form = filled_in(world)
    agent.post("/desk/", form)
    found = enter(world.admin).get(f"/desk/booked-with/{form['token']}/").json()
    assert found == {"reference": None, "address": None}
