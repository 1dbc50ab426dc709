"""Contacts that end without a booking."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from availability.models import Specialist
from callbacks.models import AvoidableReason, Contact
from callbacks.states import ContactResult
from tests.factories import NOW, CustomerFactory, World
from tests.frontoffice.conftest import Enter, text_of

HTMX = {"HX-Request": "true"}


def said(ends: str, **typed: Any) -> dict[str, Any]:
    """The desk's form as one of the buttons sends it."""
    return {"ends": ends, "token": str(uuid.uuid4()), "channel": "phone", "phone": "", "name": "", **typed}


def register(client: Client, ends: str, **typed: Any) -> Contact:
    """Press a button and read what was registered."""
    response = client.post("/desk/contact/", said(ends, **typed))
    assert response.status_code == 302, text_of(response.content.decode())
    return Contact.objects.latest("pk")


def test_one_button_says_solved(world: World, agent: Client) -> None:
    contact = register(agent, "solved", topic=world.topic.slug)
    assert (contact.result, contact.topic, contact.agent, contact.customer) == (
        ContactResult.SOLVED,
        world.topic,
        world.agent,
        None,
    )


def test_the_desk_is_ready_for_the_next_caller(world: World, agent: Client) -> None:
    response = agent.post("/desk/contact/", said("solved"), follow=True)
    page = response.content.decode()
    assert "Geregistreerd: zelfstandig afgehandeld." in text_of(page)
    assert 'id="search"' in page
    assert response.redirect_chain[0][0] == "/desk/"


def test_the_next_contact_comes_in_the_same_way(agent: Client) -> None:
    response = agent.post("/desk/contact/", said("solved", channel="chat"))
    assert response["Location"] == "/desk/?channel=chat"


@pytest.mark.parametrize(("word", "reached"), [("reached", True), ("missed", False)])
def test_a_transfer_names_the_colleague_and_whether_they_were_reached(
    world: World, agent: Client, word: str, *, reached: bool
) -> None:
    contact = register(agent, f"{word}:{world.specialists[0].pk}")
    assert (contact.result, contact.transferred_to, contact.reached) == (
        ContactResult.TRANSFERRED,
        world.specialists[0],
        reached,
    )


def test_a_transfer_to_somebody_else_names_nobody(agent: Client) -> None:
    contact = register(agent, "reached:0")
    assert (contact.transferred_to, contact.reached) == (None, True)


def test_who_was_not_reached_leaves_the_caller_and_the_topic_on_the_desk(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known")
    typed = {"caller": customer.pk, "name": "Kees Known", "topic": world.topic.slug}
    response = agent.post("/desk/contact/", said("missed:0", **typed))
    assert response["Location"] == f"/desk/?customer={customer.pk}&topic={world.topic.slug}"


def test_the_script_goes_on_to_the_slots_when_nobody_was_reached(world: World, agent: Client) -> None:
    response = agent.post("/desk/contact/", said("missed:0", topic=world.topic.slug), headers=HTMX)
    assert 'data-focus="id_starts_at"' in response.content.decode()


def test_a_referral_names_the_channel(agent: Client) -> None:
    assert register(agent, "referred:webcare").referred_to == "webcare"


def test_asking_for_the_callback_counts_for_its_customer_and_topic(world: World, agent: Client) -> None:
    made = world.book()
    contact = register(agent, f"status:{made.reference}", phone="06 1234 5678", name="Wrong Person")
    assert (contact.result, contact.about, contact.customer, contact.topic) == (
        ContactResult.STATUS,
        made,
        made.customer,
        world.topic,
    )


def test_the_script_gets_the_story_with_what_was_counted(world: World, agent: Client) -> None:
    made = world.book()
    response = agent.post("/desk/contact/", said(f"status:{made.reference}"), headers=HTMX)
    text = text_of(response.content.decode())
    assert "Geteld: de klant vroeg waar de terugbelafspraak blijft." in text
    assert "1 keer naar gevraagd" in text
    assert "Lees dit voor" in text


def test_an_appointment_of_another_team_cannot_be_asked_about(world: World, enter: Enter) -> None:
    made = world.book()
    response = enter(World().person).post("/desk/contact/", said(f"status:{made.reference}"))
    assert response.status_code == 422
    assert Contact.objects.filter(result=ContactResult.STATUS).count() == 0


def test_the_customer_who_was_found_is_the_contact_s(agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known")
    contact = register(agent, "solved", caller=customer.pk, name="kees known", phone="06 9999 9999")
    assert contact.customer == customer


def test_another_name_than_the_found_customer_s_is_somebody_else(agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known")
    contact = register(agent, "solved", caller=customer.pk, name="Jo", phone="06 1234 5678")
    assert contact.customer
    assert (contact.customer.name, contact.customer.phone) == ("Jo", "+31612345678")


def test_who_leaves_no_number_stays_unknown(agent: Client) -> None:
    assert register(agent, "solved", name="Jo").customer is None


def test_what_was_asked_stays_as_a_note(agent: Client) -> None:
    assert register(agent, "solved", question="Wanneer komt de aanslag?").note == "Wanneer komt de aanslag?"


def test_a_number_that_may_be_a_bsn_is_not_kept(agent: Client) -> None:
    response = agent.post("/desk/contact/", said("solved", question="Mijn nummer is 111222333"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "111222333 kan een BSN zijn" in text_of(page)
    assert 'name="not_bsn"' in page
    assert 'id="id_question_error"' in page
    assert not Contact.objects.exists()


def test_a_number_that_is_said_to_be_no_bsn_is_kept(agent: Client) -> None:
    typed = {"question": "Zaak 111222333", "not_bsn": "on"}
    assert register(agent, "solved", **typed).note == "Zaak 111222333"


def test_asking_for_the_callback_does_not_mind_what_is_half_typed(world: World, agent: Client) -> None:
    typed = {"phone": "06", "topic": "nowhere", "question": "x" * 501}
    contact = register(agent, f"status:{world.book().reference}", **typed)
    assert (contact.result, contact.note) == (ContactResult.STATUS, "")


@pytest.mark.parametrize(("answer", "stored"), [("yes", True), ("no", False), ("", None)])
def test_searched_online_is_yes_no_or_not_asked(agent: Client, answer: str, *, stored: bool | None) -> None:
    assert register(agent, "solved", searched_online=answer).searched_online is stored


def test_a_reason_says_that_the_contact_was_avoidable(agent: Client) -> None:
    reason = AvoidableReason.objects.create(name="Brief onduidelijk")
    contact = register(agent, "solved", avoidable=str(reason.pk))
    assert (contact.avoidable, contact.avoidable_reason) == (True, reason)


@pytest.mark.parametrize(("answer", "stored"), [("yes", True), ("no", False), ("", None)])
def test_avoidable_needs_no_reason(agent: Client, answer: str, *, stored: bool | None) -> None:
    contact = register(agent, "solved", avoidable=answer)
    assert (contact.avoidable, contact.avoidable_reason) == (stored, None)


def test_how_long_it_took_is_kept(agent: Client) -> None:
    opened = NOW - dt.timedelta(minutes=2)
    assert register(agent, "solved", opened_at=opened.isoformat()).opened_at == opened


@pytest.mark.parametrize("opened", ["", "gisteren", "2026-13-45T99:00", "2026-11-23T08:00:00"])
def test_a_moment_that_is_none_is_left_out(agent: Client, opened: str) -> None:
    assert register(agent, "solved", opened_at=opened).opened_at is None


def test_the_same_press_twice_is_one_contact(agent: Client) -> None:
    form = said("solved")
    first, second = agent.post("/desk/contact/", form), agent.post("/desk/contact/", form)
    assert first["Location"] == second["Location"]
    assert Contact.objects.count() == 1


def test_two_colleagues_can_be_missed_from_one_form(world: World, agent: Client) -> None:
    form = said("missed:0")
    agent.post("/desk/contact/", form)
    agent.post("/desk/contact/", form | {"ends": f"missed:{world.specialists[0].pk}"})
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    "ends",
    [
        "",
        "booked",
        "callback",
        "undone",
        "refused",
        "referred:",
        "referred:fax",
        "reached:",
        "reached:x",
        "missed:99999999999999999999",
        "reached:999999",
        "status:",
        "status:AAA-AAAA",
    ],
)
def test_what_no_button_says_is_refused(agent: Client, ends: str) -> None:
    assert agent.post("/desk/contact/", said(ends)).status_code == 422
    assert not Contact.objects.exists()


def test_a_colleague_who_left_cannot_be_transferred_to(world: World, agent: Client) -> None:
    Specialist.objects.update(is_active=False)
    assert agent.post("/desk/contact/", said(f"reached:{world.specialists[0].pk}")).status_code == 422


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("phone", "12"),
        ("topic", "nowhere"),
        ("channel", "fax"),
        ("question", "x" * 501),
        ("avoidable", "999"),
        ("searched_online", "maybe"),
        ("token", "nonsense"),
        ("caller", "x"),
    ],
)
def test_what_is_wrong_is_said_with_all_input_kept(agent: Client, field: str, wrong: str) -> None:
    typed = {"name": "Kees Known", "question": "Waarom?", field: wrong}
    response = agent.post("/desk/contact/", said("solved", **typed))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Er klopt nog iets niet" in text_of(page)
    assert 'value="Kees Known"' in page
    assert typed["question"] in page
    assert not Contact.objects.exists()


def test_what_is_wrong_is_said_in_its_place_by_the_script(agent: Client) -> None:
    response = agent.post("/desk/contact/", said("solved", phone="12"), headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#endings-refused")
    assert '<a href="#id_phone">' in response.content.decode()


def test_a_closed_topic_cannot_be_chosen(world: World, agent: Client) -> None:
    world.topic.is_active = False
    world.topic.save()
    assert agent.post("/desk/contact/", said("solved", topic=world.topic.slug)).status_code == 422


def test_coming_back_from_signing_in_opens_the_desk(agent: Client) -> None:
    assert agent.get("/desk/contact/")["Location"] == "/desk/"


def test_nobody_registers_without_signing_in(db: None, client: Client) -> None:
    response = client.post("/desk/contact/", said("solved"))
    assert response["Location"] == "/sign-in/?next=/desk/contact/"
    assert not Contact.objects.exists()


def test_everybody_who_talks_with_customers_registers_contacts(world: World, enter: Enter) -> None:
    for user in (world.agent, world.person, world.lead, world.admin):
        assert register(enter(user), "solved").agent == user
