"""What is filled in at the desk besides topic, slot and phone."""

import re
from typing import Any

import pytest
from django.test import Client

from callbacks.models import Appointment, AvoidableReason, Contact
from callbacks.states import ContactResult
from tests.factories import NOW, CustomerFactory, World, at
from tests.frontoffice.conftest import Enter, text_of
from tests.frontoffice.test_desk import filled_in

BSN = "123456782"


def test_the_optional_row_is_booked(world: World, agent: Client) -> None:
    given = {
        "second_phone": "020 123 4567",
        "second_phone_note": "zoon",
        "reach_note": "na vieren",
        "case_number": " Z-1 ",
        "language": "en",
    }
    agent.post("/desk/", filled_in(world, **given))
    made = Appointment.objects.get()
    assert (made.second_phone, made.second_phone_note) == ("+31201234567", "zoon")
    assert (made.reach_note, made.case_number, made.customer.language) == ("na vieren", "Z-1", "en")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("second_phone", "12"),
        ("reach_note", "x" * 201),
        ("case_number", "1" * 31),
        ("second_phone_note", BSN),
    ],
)
def test_what_is_wrong_in_the_optional_row_opens_it(
    world: World, agent: Client, field: str, text: str
) -> None:
    response = agent.post("/desk/", filled_in(world, **{field: text}))
    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#id_{field}">' in page
    assert re.search(r'<details class="more" id="more"\s+open', page)


def test_how_the_contact_went_is_recorded_with_the_booking(world: World, agent: Client) -> None:
    reason = AvoidableReason.objects.create(name="Brief onduidelijk")
    given = {"searched_online": "yes", "avoidable": str(reason.pk), "opened_at": NOW.isoformat()}
    agent.post("/desk/", filled_in(world, **given))
    contact = Contact.objects.get()
    assert (contact.searched_online, contact.avoidable_reason, contact.opened_at) == (True, reason, NOW)


@pytest.mark.parametrize("opened_at", ["", "gisteren", "2026-11-23T09:00:00", "9999-99-99"])
def test_a_beginning_that_is_no_moment_is_left_out(world: World, agent: Client, opened_at: str) -> None:
    assert agent.post("/desk/", filled_in(world, opened_at=opened_at)).status_code == 302
    assert Contact.objects.get().opened_at is None


def test_a_fresh_desk_knows_when_it_was_opened(agent: Client) -> None:
    assert f'name="opened_at" value="{NOW.isoformat()}"' in agent.get("/desk/").content.decode()


@pytest.mark.parametrize("field", ["question", "reach_note", "second_phone_note"])
def test_a_number_that_may_be_a_bsn_is_asked_to_be_removed(world: World, agent: Client, field: str) -> None:
    response = agent.post("/desk/", filled_in(world, **{field: f"Mijn nummer is {BSN}."}))
    page = response.content.decode()
    assert response.status_code == 422
    assert f"{BSN} kan een BSN zijn" in text_of(page)
    assert f'<a href="#id_{field}">' in page
    assert 'name="not_bsn"' in page
    assert not Appointment.objects.exists()


def test_what_is_said_to_be_no_bsn_is_booked(world: World, agent: Client) -> None:
    agent.post("/desk/", filled_in(world, question=BSN, not_bsn="on"))
    assert Appointment.objects.get().question == BSN


def test_the_caller_s_own_phone_is_no_bsn(world: World, agent: Client) -> None:
    form = filled_in(world, phone=f"+31{BSN}", question=f"Bel {BSN}")
    assert agent.post("/desk/", form).status_code == 302


def test_while_typing_the_same_is_noticed(world: World, agent: Client) -> None:
    answer = agent.post("/desk/texts/", filled_in(world, question=f"bsn {BSN}")).content.decode()
    assert f"{BSN} kan een BSN zijn" in answer
    assert 'name="not_bsn"' in answer


@pytest.mark.parametrize("text", ["bsn onbekend", "123456789", ""])
def test_while_typing_other_texts_are_left_alone(world: World, agent: Client, text: str) -> None:
    assert agent.post("/desk/texts/", filled_in(world, question=text)).content.decode().strip() == ""


def test_while_typing_nothing_is_kept(world: World, agent: Client) -> None:
    agent.post("/desk/texts/", filled_in(world, question=BSN))
    assert (Appointment.objects.count(), Contact.objects.count()) == (0, 0)


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """What is typed for a customer who has an open appointment on the topic."""
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678")
    world.book(at(10, day=24), customer=customer)
    return filled_in(world, name="Kees Known", question="Waarom?")


def test_an_open_appointment_on_the_topic_is_asked_about(
    world: World, agent: Client, known: dict[str, Any]
) -> None:
    response = agent.post("/desk/", known)
    page = response.content.decode()
    assert response.status_code == 409
    assert re.search(r'name="another"\s+value="on"\s+autofocus', page)
    assert Appointment.objects.get().reference in page
    assert "Waarom?" in page


def test_another_one_is_booked_when_that_is_said(world: World, agent: Client, known: dict[str, Any]) -> None:
    assert agent.post("/desk/", known | {"another": "on"}).status_code == 302
    assert Appointment.objects.count() == 2


def test_the_form_that_made_an_appointment_does_not_find_it_in_its_way(world: World, agent: Client) -> None:
    form = filled_in(world)
    first = agent.post("/desk/", form)
    assert agent.post("/desk/", form)["Location"] == first["Location"]


def test_an_open_appointment_is_told_of_with_the_times(
    world: World, agent: Client, known: dict[str, Any]
) -> None:
    page = agent.get(f"/desk/?topic={world.topic.slug}&phone=0612345678").content.decode()
    assert "Er is al een open afspraak" in text_of(page)


def test_who_may_not_open_it_gets_no_link_to_it(world: World, enter: Enter, known: dict[str, Any]) -> None:
    page = enter(World().person).post("/desk/", known).content.decode()
    reference = Appointment.objects.get().reference
    assert reference in page
    assert f'href="/appointments/{reference}/"' not in page


def test_a_refusal_is_recorded_as_unmet_demand(world: World, agent: Client) -> None:
    given = filled_in(world, ends="refused:no_time_suits", starts_at="", name="Jo")
    assert agent.post("/desk/contact/", given).status_code == 302
    contact = Contact.objects.get()
    assert (contact.result, contact.refusal_reason) == (ContactResult.REFUSED, "no_time_suits")
    assert (contact.topic, contact.customer and contact.customer.name) == (world.topic, "Jo")


def test_a_refusal_for_no_reason_is_refused(world: World, agent: Client) -> None:
    assert agent.post("/desk/contact/", filled_in(world, ends="refused:")).status_code == 422
    assert not Contact.objects.exists()


def test_the_last_topics_are_at_hand(world: World, agent: Client) -> None:
    world.book()
    page = agent.get("/desk/").content.decode()
    assert re.findall(r'data-chip="([^"]+)"', page) == [world.topic.slug]


def test_a_name_nobody_has_is_filled_in(agent: Client) -> None:
    page = agent.get("/desk/?q=Jo Jansen").content.decode()
    assert re.search(r'name="name"\s+value="Jo Jansen"', page)


def test_a_case_number_nobody_has_is_no_name(agent: Client) -> None:
    assert 'value="Z-2026"' not in agent.get("/desk/?q=Z-2026").content.decode().split('id="customer"')[1]
