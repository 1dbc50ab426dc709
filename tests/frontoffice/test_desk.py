"""The booking desk."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from callbacks.models import Appointment, Customer
from callbacks.queries.spoken import sentence
from tests.factories import CustomerFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of


def filled_in(world: World, **given: Any) -> dict[str, Any]:
    """A form with the three required fields."""
    return {
        "token": str(uuid.uuid4()),
        "topic": world.topic.slug,
        "starts_at": at(10).isoformat(),
        "phone": "06 1234 5678",
        "channel": "phone",
        **given,
    }


def part(client: Client, address: str, target: str) -> str:
    """What htmx gets for the element it replaces."""
    response = client.get(address, headers={"HX-Request": "true", "HX-Target": target})
    return squashed(response.content.decode())


def test_three_fields_book(world: World, agent: Client) -> None:
    response = agent.post("/desk/", filled_in(world))
    appointment = Appointment.objects.get()
    assert response["Location"] == f"/desk/?booked={appointment.reference}"
    assert (appointment.starts_at, appointment.phone) == (at(10), "+31612345678")


def test_everything_typed_is_booked(world: World, agent: Client) -> None:
    given = {"name": "Jo", "email": "jo@example.org", "question": "Waarom?", "channel": "chat"}
    agent.post("/desk/", filled_in(world, **given))
    made = Appointment.objects.get()
    assert (made.customer.name, made.customer.email, made.question, made.contact.channel) == (
        "Jo",
        "jo@example.org",
        "Waarom?",
        "chat",
    )


def test_after_booking_the_sentence_is_read_aloud(world: World, agent: Client) -> None:
    made = world.book()
    page = agent.get(f"/desk/?booked={made.reference}").content.decode()
    assert sentence(made) in text_of(page)


def test_who_books_for_another_team_gets_the_receipt_without_the_appointment(
    world: World, enter: Enter
) -> None:
    stranger = enter(World().person)
    receipt = stranger.post("/desk/", filled_in(world), follow=True)
    made = Appointment.objects.get()
    assert sentence(made) in text_of(receipt.content.decode())
    assert f'href="/appointments/{made.reference}/"' not in receipt.content.decode()


def test_the_receipt_of_somebody_else_of_another_team_is_not_found(world: World, enter: Enter) -> None:
    assert enter(World().person).get(f"/desk/?booked={world.book().reference}").status_code == 404


def test_the_same_form_sent_twice_books_once(world: World, agent: Client) -> None:
    form = filled_in(world)
    first, second = agent.post("/desk/", form), agent.post("/desk/", form)
    assert second["Location"] == first["Location"]
    assert Appointment.objects.count() == 1


def test_a_used_form_with_other_input_is_kept_and_can_be_sent_again(world: World, agent: Client) -> None:
    form = filled_in(world)
    agent.post("/desk/", form)
    response = agent.post("/desk/", form | {"starts_at": at(11).isoformat(), "question": "Waarom?"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Dit formulier is al gebruikt." in text_of(page)
    assert "Waarom?" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    again = form | {"starts_at": at(11).isoformat(), "token": token[1], "another": "on"}
    assert agent.post("/desk/", again).status_code == 302
    assert Appointment.objects.count() == 2


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_form_without_a_token_comes_back_with_one(world: World, agent: Client, token: str) -> None:
    page = agent.post("/desk/", filled_in(world, token=token)).content.decode()
    renewed = re.search(r'name="token" value="([^"]+)"', page)
    assert renewed
    assert agent.post("/desk/", filled_in(world, token=renewed[1])).status_code == 302


@pytest.mark.parametrize(
    ("year", "offset"), [("0001", ""), ("9999", ""), ("0001", "+00:00"), ("9999", "+00:00")]
)
def test_a_slot_in_a_year_beyond_reckoning_is_an_error(
    world: World, agent: Client, year: str, offset: str
) -> None:
    response = agent.post("/desk/", filled_in(world, starts_at=f"{year}-12-31T23:59:00{offset}"))
    assert response.status_code == 422
    assert "van 2000 tot en met 2199" in text_of(response.content.decode())


def test_another_name_than_the_found_customer_s_is_somebody_else(world: World, agent: Client) -> None:
    CustomerFactory.create(name="Kees Known", customer_number="K1")
    agent.post("/desk/", filled_in(world, name="Jo", customer_number="K1"))
    assert Appointment.objects.get().customer.name == "Jo"


def test_the_found_customer_is_known_in_any_case_of_the_name(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known", customer_number="K1")
    agent.post("/desk/", filled_in(world, name="kees known", customer_number="K1"))
    assert Appointment.objects.get().customer == customer


def test_the_found_customer_is_called_on_the_number_of_today(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+447700900111", customer_number=None)
    agent.post("/desk/", filled_in(world, name="Kees Known", caller=customer.pk))
    made = Appointment.objects.get()
    assert (made.customer, made.phone) == (customer, "+31612345678")


@pytest.mark.parametrize("name", ["Jo", ""])
def test_another_name_than_the_chosen_caller_s_is_somebody_else(
    world: World, agent: Client, name: str
) -> None:
    customer = CustomerFactory.create(name="Kees Known", customer_number=None)
    agent.post("/desk/", filled_in(world, name=name, caller=customer.pk))
    assert Appointment.objects.get().customer.name == name


def test_a_caller_without_a_name_gets_the_one_that_is_typed(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="", phone="+31612345678", customer_number=None)
    agent.post("/desk/", filled_in(world, name="Jo", caller=customer.pk))
    assert list(Customer.objects.values_list("pk", "name")) == [(customer.pk, "Jo")]


def test_what_the_found_customer_has_open_is_told_whatever_the_number(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+447700900111", customer_number=None)
    made = world.book(at(11), customer=customer)
    said = {"name": "Kees Known", "caller": str(customer.pk)}
    shown = part(agent, f"/desk/?{urlencode({'topic': world.topic.slug, 'phone': '06', **said})}", "times")
    assert made.reference in shown
    response = agent.post("/desk/", filled_in(world, **said))
    assert response.status_code == 409
    assert made.reference in response.content.decode()


def test_a_form_that_was_refused_can_be_sent_again(world: World, agent: Client) -> None:
    world.book(at(10))
    form = filled_in(world)
    assert agent.post("/desk/", form).status_code == 409
    assert agent.post("/desk/", form | {"starts_at": at(11).isoformat()}).status_code == 302


def test_a_lost_slot_keeps_the_input_and_offers_the_nearest(world: World, agent: Client) -> None:
    world.book(at(10))
    response = agent.post("/desk/", filled_in(world, question="Waarom?"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Waarom?" in page
    chosen = re.search(r'name="starts_at"\s+value="([^"]+)"[^>]*checked[^>]*autofocus', page)
    assert chosen
    assert agent.post("/desk/", filled_in(world, starts_at=chosen[1])).status_code == 302


def test_errors_stand_on_top_in_the_title_and_at_the_field(world: World, agent: Client) -> None:
    response = agent.post("/desk/", filled_in(world, phone="12", name="Jo"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Fout:" in squashed(page)
    assert '<a href="#id_phone">' in page
    assert 'id="id_phone_error"' in page
    assert 'aria-describedby="id_phone_error"' in page
    assert 'value="Jo"' in page


@pytest.mark.parametrize("field", ["topic", "starts_at", "phone"])
def test_a_required_field_is_asked_for(world: World, agent: Client, field: str) -> None:
    page = agent.post("/desk/", filled_in(world, **{field: ""})).content.decode()
    assert f'<a href="#id_{field}">' in page
    assert not Appointment.objects.exists()


def test_without_the_script_a_button_shows_the_times(world: World, agent: Client) -> None:
    response = agent.post("/desk/", filled_in(world, starts_at="", phone="", show="topic"))
    page = response.content.decode()
    assert (response.status_code, 'name="starts_at"' in page, "Fout:" in page) == (200, True, False)


def test_a_topic_shows_guidance_six_slots_and_ten_days(world: World, agent: Client) -> None:
    world.topic.guidance = "Vraag eerst naar het zaaknummer."
    world.topic.save(update_fields=["guidance"])
    page = agent.get(f"/desk/?topic={world.topic.slug}").content.decode()
    assert "Vraag eerst naar het zaaknummer." in page
    assert [page.count('name="starts_at"'), page.count('name="day"')] == [6, 10]
    assert re.findall(r'data-digit="(\d)"[^>]*checked', page) == ["1"]


def test_a_day_opens_its_slots(world: World, agent: Client) -> None:
    page = part(agent, f"/desk/?topic={world.topic.slug}&day=2026-11-25", "slots")
    starts = re.findall(r'name="starts_at" value="([^"]+)"', page)
    assert starts[0] == at(9, day=25).isoformat()
    assert len(starts) > 6


@pytest.mark.parametrize("day", ["2026-13-45", "gisteren", "2020-01-01"])
def test_a_day_that_is_none_opens_the_first_slots(world: World, agent: Client, day: str) -> None:
    page = part(agent, f"/desk/?topic={world.topic.slug}&day={day}", "slots")
    assert page.count('name="starts_at"') == 6


def test_a_screen_pop_fills_in_the_caller(world: World, agent: Client) -> None:
    page = agent.get("/desk/?phone=0031612345678&name=Jo&channel=chat").content.decode()
    assert 'value="06 1234 5678"' in page
    assert 'value="Jo"' in page
    assert '<option value="chat" selected>' in page


def test_a_known_caller_is_shown_with_what_is_open(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678", customer_number="K1")
    made = world.book(customer=customer)
    page = agent.get("/desk/?q=06-12345678").content.decode()
    assert made.reference in page
    assert 'name="customer_number" value="K1"' in page


def test_somebody_else_on_the_same_number_is_a_new_customer(world: World, agent: Client) -> None:
    CustomerFactory.create(name="Kees Known", phone="+31612345678", customer_number="K1")
    page = agent.get("/desk/?phone=0612345678&name=Jo").content.decode()
    assert 'value="K1"' not in page


def test_a_number_that_nobody_has_offers_who_has_the_name(world: World, agent: Client) -> None:
    CustomerFactory.create(name="Kees Known", phone="+31687654321")
    page = agent.get("/desk/?phone=0612345678&name=Kees+Known").content.decode()
    assert "Hiermee is niemand bekend. Wel met deze naam: Kees Known" in text_of(page)
    # Many share a name: it stays for the agent to say that it is this one.
    assert 'value="06 1234 5678"' in page
    assert 'name="caller" id="id_caller"' in page


def test_a_number_and_a_name_that_nobody_has_find_nobody(world: World, agent: Client) -> None:
    CustomerFactory.create(name="Kees Knowe")
    page = text_of(agent.get("/desk/?phone=0612345678&name=Kees+Known").content.decode())
    assert "Niemand bekend met dit gegeven." in page


@pytest.mark.parametrize("asked", ["q=jo@example.org", "email=jo@example.org&channel=email"])
def test_an_e_mail_address_that_nobody_has_stands_in_its_field(agent: Client, asked: str) -> None:
    page = agent.get(f"/desk/?{asked}").content.decode()
    assert re.search(r'name="email" value="jo@example.org"', page)
    assert not re.search(r'name="name" value=', page)


def test_whoever_wrote_is_found_by_their_address(world: World, agent: Client) -> None:
    CustomerFactory.create(name="Kees Known", email="kees@example.org")
    page = agent.get("/desk/?email=Kees@example.org&channel=email").content.decode()
    assert re.search(r'name="name" value="Kees Known"', page)


def test_the_channel_of_a_screen_pop_is_read_in_any_case(agent: Client) -> None:
    page = agent.get("/desk/?phone=0612345678&channel=Webcare").content.decode()
    assert re.search(r'<option value="webcare"\s+selected', page)


def test_a_chosen_caller_fills_the_form(world: World, agent: Client) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678")
    page = agent.get(f"/desk/?customer={customer.pk}").content.decode()
    assert re.search(r'name="name"\s+value="Kees Known"', page)


@pytest.mark.parametrize("customer", ["0", "x", "9" * 30])
def test_a_caller_who_does_not_exist_fills_nothing(agent: Client, customer: str) -> None:
    assert agent.get(f"/desk/?customer={customer}").status_code == 200


def test_nobody_found_says_so(agent: Client) -> None:
    assert "Niemand bekend" in text_of(agent.get("/desk/?q=zzzzzz").content.decode())


@pytest.mark.parametrize(("target", "query"), [("times", "topic={slug}"), ("slots", "topic={slug}")])
def test_a_part_is_the_same_as_in_a_fresh_page(world: World, agent: Client, target: str, query: str) -> None:
    address = f"/desk/?{query.format(slug=world.topic.slug)}"
    fresh, alone = squashed(agent.get(address).content.decode()), part(agent, address, target)
    # What belongs elsewhere on the page comes along behind it.
    assert re.split(r'<(?:p|div) id="[\w-]+"[^>]* hx-swap-oob', alone)[0] in fresh


def test_searching_takes_as_many_queries_for_three_callers_as_for_two(world: World, agent: Client) -> None:
    taken = []
    for hour, name in enumerate(("Kees de Vries", "Kees de Wit", "Kees Jansen"), start=10):
        world.book(at(hour), customer=CustomerFactory.create(name=name))
        taken.append(queries(agent, "/desk/?q=Kees"))
    assert taken[1] == taken[2]


def test_a_customer_is_not_made_twice(world: World, agent: Client) -> None:
    agent.post("/desk/", filled_in(world, name="Jo"))
    agent.post("/desk/", filled_in(world, name="Jo", starts_at=at(11).isoformat(), another="on"))
    assert Customer.objects.count() == 1


def test_the_limit_of_the_question_is_shown(agent: Client) -> None:
    assert "Hoogstens 1000 tekens" in text_of(agent.get("/desk/").content.decode())
