"""The story of a customer, and what is done from it."""

import re
from typing import Any

import pytest
from django.test import Client

from callbacks import operations
from callbacks.models import Appointment, LogEntry
from callbacks.queries.spoken import sentence
from callbacks.states import AttemptOutcome, NextStep, State, Verb
from tests.factories import NOW, CustomerFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of

HTMX = {"HX-Request": "true", "HX-Target": "story"}


@pytest.fixture
def appointment(world: World) -> Appointment:
    """Tomorrow at ten, for a customer with a name."""
    return world.book(at(10, day=24), customer=CustomerFactory.create(name="Kees Known"))


def story(client: Client, appointment: Appointment, **asked: str) -> str:
    """The story of an appointment's customer."""
    response = client.get(f"/desk/customers/{appointment.customer_id}/", asked)
    assert response.status_code == 200
    return response.content.decode()


def do(client: Client, appointment: Appointment, slug: str, **typed: Any) -> Any:
    """Send a form of the story as the page does."""
    address = f"/desk/appointments/{appointment.reference}/{slug}/"
    return client.post(address, {"version": appointment.version, **typed}, headers=HTMX)


def test_the_story_says_when_about_what_and_by_whom(
    world: World, agent: Client, appointment: Appointment
) -> None:
    text = text_of(story(agent, appointment))
    assert "morgen 10:00–10:30" in text
    assert world.topic.name in text
    assert f"{world.person}, nog niet bevestigd" in text


def test_a_confirmed_appointment_names_who_confirmed(
    world: World, agent: Client, appointment: Appointment
) -> None:
    operations.confirm(appointment=appointment, version=1, by=world.person, now=NOW)
    assert f"bevestigd door {world.person}" in text_of(story(agent, appointment))


def test_what_was_found_out_is_there_to_read_out(
    world: World, agent: Client, appointment: Appointment
) -> None:
    operations.log_attempt(
        appointment=appointment,
        version=1,
        outcome=AttemptOutcome.SPOKEN_DONE,
        started_at=NOW,
        next_step=NextStep.CLOSE,
        result_for_customer="De aanslag klopt.",
        result_for_agent="Zaak gesloten.",
        by=world.person,
        now=NOW,
    )
    text = text_of(story(agent, appointment))
    assert "De aanslag klopt." in text
    assert "Zaak gesloten." in text


def test_kept_and_broken_promises_are_counted(world: World, agent: Client, appointment: Appointment) -> None:
    operations.log_attempt(
        appointment=appointment,
        version=1,
        outcome=AttemptOutcome.SPOKEN_DONE,
        started_at=at(10, 5, day=24),
        next_step=NextStep.CLOSE,
        by=world.person,
        now=at(10, 6, day=24),
    )
    assert "1 nagekomen" in text_of(story(agent, appointment))


def test_earlier_contacts_are_listed(world: World, agent: Client, appointment: Appointment) -> None:
    operations.register_contact(
        result="referred", referred_to="chat", customer=appointment.customer, by=world.agent, now=NOW
    )
    assert "doorverwezen: chat" in text_of(story(agent, appointment))


def test_a_customer_who_is_not_there_is_not_found(agent: Client) -> None:
    assert agent.get("/desk/customers/1/").status_code == 404
    assert agent.get(f"/desk/customers/{10**30}/").status_code == 404


def test_a_story_asks_as_often_for_three_appointments_as_for_one(world: World, agent: Client) -> None:
    first = world.book(at(10))
    address = f"/desk/customers/{first.customer_id}/"
    agent.get(address)
    one = queries(agent, address)
    for hour in (11, 12):
        world.book(at(hour), customer=first.customer)
    assert queries(agent, address) == one


def test_a_specialist_of_another_team_sees_none_of_it(enter: Enter, appointment: Appointment) -> None:
    elsewhere = enter(World().person)
    page = story(elsewhere, appointment)
    assert appointment.reference not in page
    # Nor is it said that there is none.
    for shown in (page, elsewhere.get("/desk/?q=kees+kn").content.decode()):
        assert "Geen open afspraken met jouw teams" in text_of(shown)


@pytest.mark.parametrize("slug", ["reschedule", "cancel", "note"])
def test_a_form_opens_in_the_story(agent: Client, appointment: Appointment, slug: str) -> None:
    page = story(agent, appointment, act=slug, on=appointment.reference)
    assert f'action="/desk/appointments/{appointment.reference}/{slug}/"' in page
    assert 'name="version" value="1"' in page


def test_moving_offers_the_first_free_slots_of_the_topic(agent: Client, appointment: Appointment) -> None:
    page = story(agent, appointment, act="reschedule", on=appointment.reference)
    assert page.count('name="starts_at"') == 6


def test_moving_offers_every_other_time_but_the_one_it_has(
    world: World, agent: Client, appointment: Appointment
) -> None:
    asked = {"act": "reschedule", "on": appointment.reference, "day": "2026-11-24"}
    for _alone_and_with_a_free_colleague in range(2):
        starts = re.findall(r'name="starts_at" value="([^"]+)"', squashed(story(agent, appointment, **asked)))
        beside = [at(9, 45, day=24), at(10, day=24), at(10, 15, day=24)]
        assert [one.isoformat() in starts for one in beside] == [True, False, True]
        world.specialist()


def test_to_the_time_it_has_nothing_is_moved(world: World, agent: Client, appointment: Appointment) -> None:
    world.specialist()
    response = do(
        agent, appointment, "reschedule", starts_at=at(10, day=24).isoformat(), customer_agreed="on"
    )
    assert response.status_code == 422
    assert "Deze tijd is al afgesproken." in text_of(response.content.decode())
    assert Appointment.objects.get().version == 1


def test_moving_offers_another_day(agent: Client, appointment: Appointment) -> None:
    page = story(agent, appointment, act="reschedule", on=appointment.reference, day="2026-11-25")
    starts = re.findall(r'name="starts_at" value="([^"]+)"', squashed(page))
    assert starts[0] == at(9, day=25).isoformat()


def test_moving_offers_a_day_that_is_said_in_words(agent: Client, appointment: Appointment) -> None:
    page = story(agent, appointment, act="reschedule", on=appointment.reference, when="wk 50 na 14")
    starts = re.findall(r'name="starts_at" value="([^"]+)"', squashed(page))
    assert starts[0] == "2026-12-07T13:00:00+00:00"


def test_a_day_that_is_not_understood_is_said_at_its_field(agent: Client, appointment: Appointment) -> None:
    page = story(agent, appointment, act="reschedule", on=appointment.reference, when="ooit")
    assert "Niet begrepen." in text_of(page)
    assert 'value="ooit"' in page


def test_of_other_times_than_those_asked_for_none_is_taken(
    world: World, agent: Client, appointment: Appointment
) -> None:
    typed = {"topic": world.topic.slug, "shown": f"{world.topic.slug}||||", "when": "wk 50"}
    response = do(agent, appointment, "reschedule", starts_at=at(11).isoformat(), **typed)
    assert response.status_code == 200
    assert 'value="2026-12-07T08:00:00+00:00"' in response.content.decode()
    assert Appointment.objects.get().version == 1


def test_without_the_script_a_button_shows_the_times_of_another_day(
    agent: Client, appointment: Appointment
) -> None:
    typed = {"starts_at": at(11).isoformat(), "show": "times", "day": "2026-11-25"}
    response = do(agent, appointment, "reschedule", **typed)
    assert response.status_code == 200
    assert f'value="{at(9, day=25).isoformat()}"' in response.content.decode()
    assert Appointment.objects.get().version == 1


def test_the_form_of_somebody_else_s_appointment_is_not_found(
    world: World, agent: Client, appointment: Appointment
) -> None:
    other = world.book(at(14))
    address = f"/desk/customers/{appointment.customer_id}/?act=note&on={other.reference}"
    assert agent.get(address).status_code == 404


def test_an_unknown_verb_opens_nothing(agent: Client, appointment: Appointment) -> None:
    assert "<form" in story(agent, appointment, act="reassign", on=appointment.reference)
    assert agent.post(f"/desk/appointments/{appointment.reference}/reassign/").status_code == 404


def test_an_appointment_is_moved_and_the_new_time_read_out(agent: Client, appointment: Appointment) -> None:
    response = do(agent, appointment, "reschedule", starts_at=at(11).isoformat(), customer_agreed="on")
    moved = Appointment.objects.get()
    assert moved.starts_at == at(11)
    assert sentence(moved) in text_of(response.content.decode())


def test_an_appointment_is_cancelled(agent: Client, appointment: Appointment) -> None:
    do(agent, appointment, "cancel", reason="Opgelost", by_customer="on")
    assert Appointment.objects.get().state == State.CANCELLED


def test_a_note_is_added(agent: Client, appointment: Appointment) -> None:
    response = do(agent, appointment, "note", note="Belt liever na drieën")
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "Belt liever na drieën"
    assert f'data-focus="open-{appointment.reference}"' in response.content.decode()


def test_without_the_script_the_desk_comes_back_with_the_caller(
    agent: Client, appointment: Appointment
) -> None:
    address = f"/desk/appointments/{appointment.reference}/note/"
    response = agent.post(address, {"version": 1, "note": "Let op"})
    assert response["Location"] == f"/desk/?customer={appointment.customer_id}"


def test_a_stale_version_is_told_and_the_input_kept(
    world: World, agent: Client, appointment: Appointment
) -> None:
    operations.confirm(appointment=appointment, version=1, by=world.person, now=NOW)
    response = do(agent, appointment, "cancel", reason="Opgelost", by_customer="on")
    page = response.content.decode()
    assert response.status_code == 409
    assert f"{world.person} was je voor" in text_of(page)
    assert 'value="Opgelost"' in page
    assert 'name="version" value="2"' in page


def test_a_slot_just_taken_offers_the_nearest(world: World, agent: Client, appointment: Appointment) -> None:
    world.book(at(11))
    response = do(agent, appointment, "reschedule", starts_at=at(11).isoformat(), customer_agreed="on")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Dit tijdslot is net bezet." in text_of(page)
    assert page.count('name="starts_at"') == 3


def test_what_is_missing_is_asked_for_in_the_story(agent: Client, appointment: Appointment) -> None:
    response = do(agent, appointment, "cancel", reason="")
    assert response.status_code == 422
    assert "Geef een reden." in text_of(response.content.decode())
    assert Appointment.objects.get().state == State.SCHEDULED


def test_what_somebody_else_closed_meanwhile_is_said(
    world: World, agent: Client, appointment: Appointment
) -> None:
    operations.cancel(
        appointment=appointment, version=1, reason="Opgelost", by_customer=True, by=world.agent, now=NOW
    )
    response = do(agent, appointment, "note", note="Let op")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Let op" in page


def test_coming_back_from_signing_in_opens_the_form(agent: Client, appointment: Appointment) -> None:
    response = agent.get(f"/desk/appointments/{appointment.reference}/cancel/")
    assert response["Location"] == (
        f"/desk/customers/{appointment.customer_id}/?act=cancel&on={appointment.reference}"
    )


def test_a_refreshed_story_is_the_same_as_in_a_fresh_page(agent: Client, appointment: Appointment) -> None:
    address = f"/desk/customers/{appointment.customer_id}/"
    part = agent.get(address, headers=HTMX).content.decode()
    fresh = squashed(agent.get(address).content.decode())
    assert squashed(re.sub(r' data-focus="[^"]*"|<p id="caller-said".*', "", part)) in fresh


@pytest.mark.parametrize(
    "path", ["customers/{customer}", "appointments/{reference}/note", "callers", "first-line"]
)
def test_who_is_not_signed_in_signs_in_and_comes_back(
    client: Client, appointment: Appointment, path: str
) -> None:
    named = {"customer": appointment.customer_id, "reference": appointment.reference}
    address = f"/desk/{path.format(**named)}/"
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"
