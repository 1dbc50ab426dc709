"""The page of one appointment, and the verbs on it."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from callbacks import operations
from callbacks.models import Appointment, CustomerLink
from callbacks.states import AttemptOutcome, NextStep, State
from tests.factories import NOW, SpecialistFactory, WindowFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of


def send(client: Client, made: Appointment, slug: str, **given: Any) -> HttpResponse:
    """Send a form of the appointment's page, as somebody sees it now."""
    form = {"version": made.version, **given}
    return client.post(f"/appointments/{made.reference}/{slug}/", form)  # type: ignore[return-value]


def after(made: Appointment) -> Appointment:
    """The appointment as it is stored now."""
    return Appointment.objects.get(pk=made.pk)


def test_the_page_tells_facts_promises_calls_and_log(world: World, agent: Client) -> None:
    made = world.book(at(9), question="Waarom?")
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=NOW,
        outcome=AttemptOutcome.VOICEMAIL,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(11),
        note="Ingesproken",
        by=world.person,
        now=NOW,
    )
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    for words in (
        "Waarom?",
        "nagekomen maandag 23 november 2026 09:00–09:30",
        "1. voicemail ingesproken",
        "Ingesproken",
        "vervolg: opnieuw bellen, om 23-11-2026 11:00",
        "geboekt Anna Agent",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("slug", "field", "given"),
    [
        ("cancel", "reason", {}),
        ("decline", "reason", {}),
        ("note", "note", {}),
        ("attempt", "note", {"outcome": "no_answer"}),
        ("attempt", "result_for_agent", {"outcome": "spoken_done"}),
    ],
)
def test_what_may_be_a_bsn_is_stored_in_no_text_unless_it_is_said_to_be_none(
    world: World, specialist: Client, slug: str, field: str, given: dict[str, str]
) -> None:
    made = world.book()
    typed = {**given, field: "BSN 123456782"}
    page = send(specialist, made, slug, **typed).content.decode()
    assert "123456782 kan een BSN zijn" in text_of(page)
    assert page.count('name="not_bsn"') == 1
    assert after(made).version == made.version
    assert send(specialist, made, slug, **typed, not_bsn="on").status_code == 302
    assert after(made).version == made.version + 1


def test_confirming_leads_back_to_the_list(world: World, specialist: Client) -> None:
    made = world.book()
    response = send(specialist, made, "confirm", back="/queue/")
    assert response["Location"] == "/queue/"
    assert after(made).state == State.CONFIRMED
    assert f"{made.reference} is bevestigd." in specialist.get("/queue/").content.decode()


def test_who_moves_an_appointment_to_another_team_hears_which_and_goes_home(
    world: World, specialist: Client
) -> None:
    made, other = world.book(), World().team
    made.topic.teams.add(other)
    colleague = SpecialistFactory.create(team=other, topics=[made.topic])
    WindowFactory.create(specialist=colleague, weekday=2)
    given = {"starts_at": at(10, day=24).isoformat(), "customer_agreed": "on"}
    world.specialists[0].windows.all().delete()
    response = send(specialist, made, "reschedule", **given)
    assert response["Location"] == "/"
    page = text_of(specialist.get("/", follow=True).content.decode())
    assert f"{made.reference} ligt nu bij het team {other}." in page


@pytest.mark.parametrize("typed", ["{0}", " {0}", "{0}-"])
def test_a_reference_in_another_notation_leads_to_its_address(
    world: World, agent: Client, typed: str
) -> None:
    made = world.book()
    written = typed.format(made.reference.replace("-", "").lower())
    response = agent.get(f"/appointments/{written}/")
    assert response["Location"] == f"/appointments/{made.reference}/"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", ""])
def test_going_back_never_leaves_the_site(world: World, specialist: Client, back: str) -> None:
    made = world.book()
    response = send(specialist, made, "confirm", back=back)
    assert response["Location"] == f"/appointments/{made.reference}/"


def test_declining_asks_for_a_reason(world: World, specialist: Client) -> None:
    made = world.book()
    response = send(specialist, made, "decline", reason="")
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Fout:" in squashed(page)
    assert '<a href="#id_decline_reason">' in page
    assert re.search(r'<details id="decline"\s+open>', page)


def test_declining_keeps_the_promise(world: World, specialist: Client) -> None:
    made = world.book()
    send(specialist, made, "decline", reason="Ziek")
    assert after(made).state == State.TO_REBOOK


def test_an_attempt_needs_its_outcome_only(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    assert send(specialist, made, "attempt", outcome="no_answer").status_code == 302
    attempt = made.attempts.get()
    assert (attempt.started_at, attempt.next_step) == (NOW, NextStep.TRY_AGAIN)
    assert after(made).next_action_at == at(9, 10)


def test_an_attempt_takes_everything_typed(world: World, specialist: Client) -> None:
    made = world.book(at(9), now=at(8))
    given = {"started_at": "08:45", "note": "Druk", "next_step": "try_again", "next_at": "2026-11-23T15:00"}
    assert send(specialist, made, "attempt", outcome="busy", **given).status_code == 302
    attempt = made.attempts.get()
    assert (attempt.started_at, attempt.note) == (at(8, 45), "Druk")
    assert after(made).next_action_at == at(15)


def test_what_came_of_a_call_is_kept_for_customer_and_front_office(
    world: World, specialist: Client, agent: Client
) -> None:
    made = world.book(at(9))
    told = {"result_for_customer": "Uw aanslag vervalt.", "result_for_agent": "Brief volgt vrijdag."}
    assert send(specialist, made, "attempt", outcome="spoken_done", **told).status_code == 302
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert "Voor de klant: Uw aanslag vervalt." in page
    assert "Voor het KCC: Brief volgt vrijdag." in page


def test_a_result_typed_before_the_outcome_changed_is_not_kept(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    send(specialist, made, "attempt", outcome="busy", result_for_customer="Opgelost")
    assert made.attempts.get().result_for_customer == ""


@pytest.mark.parametrize("field", ["result_for_customer", "result_for_agent"])
def test_a_result_that_is_too_long_is_an_error_at_its_field_with_the_input_kept(
    world: World, specialist: Client, field: str
) -> None:
    made = world.book(at(9))
    response = send(specialist, made, "attempt", outcome="spoken_done", **{field: "x" * 1001})
    assert response.status_code == 422
    assert f'<a href="#id_attempt_{field}">' in response.content.decode()
    assert "x" * 1001 in response.content.decode()


def test_results_show_their_limit(world: World, specialist: Client) -> None:
    page = specialist.get(f"/appointments/{world.book(at(9)).reference}/").content.decode()
    assert page.count('data-count="1000"') == 2


def test_a_note_can_be_added_to_a_closed_appointment(world: World, agent: Client) -> None:
    made = world.book()
    made = operations.cancel(
        appointment=made, version=made.version, reason="x", by_customer=True, by=world.agent, now=NOW
    )
    send(agent, made, "note", note="Klant belde nog eens")
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert "notitie toegevoegd Anna Agent Klant belde nog eens" in page


def test_the_page_tells_how_else_to_reach_the_customer(world: World, agent: Client) -> None:
    made = world.book()
    Appointment.objects.update(second_phone="+31612345678", second_phone_note="dochter", case_number="Z-1")
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert "Tweede telefoonnummer 06 1234 5678 dochter" in page
    assert "Zaaknummer Z-1" in page


def test_an_attempt_can_agree_a_new_time(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    given = {"next_step": "new_promise", "starts_at": at(14).isoformat()}
    send(specialist, made, "attempt", outcome="other_time", **given)
    assert after(made).starts_at == at(14)


def test_a_new_time_is_chosen_by_somebody(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    page = specialist.get(f"/appointments/{made.reference}/").content.decode()
    times = page.split('id="id_attempt_starts_at"')[1].split("</select>")[0]
    assert "selected" not in times
    assert squashed(times).startswith('><option value="">Kies een tijd</option>')
    response = send(specialist, made, "attempt", outcome="other_time", starts_at="")
    assert response.status_code == 422
    assert '<a href="#id_attempt_starts_at">Kies een tijd.</a>' in response.content.decode()


@pytest.mark.parametrize(
    ("now", "typed", "started"),
    [(at(0, 5, day=24), "23:58", at(23, 58)), (at(0, 5, day=24), "00:05", at(0, 5, day=24))],
)
def test_a_call_before_midnight_can_be_logged_after_it(
    world: World, enter: Enter, now: dt.datetime, typed: str, started: dt.datetime
) -> None:
    made = world.book(at(10))
    with time_machine.travel(now, tick=False):
        send(enter(world.person), made, "attempt", outcome="spoken_done", started_at=typed)
    assert made.attempts.get().started_at == started


def test_a_call_later_today_is_refused(world: World, specialist: Client) -> None:
    made = world.book(at(10), now=at(8, day=20))
    response = send(specialist, made, "attempt", outcome="spoken_done", started_at="09:10")
    assert '<a href="#id_attempt_started_at">' in response.content.decode()


def test_an_attempt_without_an_outcome_asks_for_it(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    response = send(specialist, made, "attempt", note="Getypt")
    assert response.status_code == 422
    assert "Getypt" in response.content.decode()


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize(("step", "field"), [("try_again", "next_at"), ("new_promise", "starts_at")])
def test_a_year_beyond_reckoning_is_an_error_at_its_field(
    world: World, specialist: Client, year: str, step: str, field: str
) -> None:
    made = world.book(at(9))
    given = {"next_step": step, field: f"{year}-01-01T00:00"}
    response = send(specialist, made, "attempt", outcome="other_time", **given)
    assert response.status_code == 422
    assert f'<a href="#id_attempt_{field}">' in response.content.decode()


def test_giving_up_early_asks_for_a_reason_at_its_field(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    response = send(specialist, made, "attempt", outcome="no_answer", next_step="close")
    assert 'id="id_attempt_reason_error"' in response.content.decode()


def test_rescheduling_makes_a_new_promise(world: World, agent: Client) -> None:
    made = world.book()
    given = {"starts_at": at(14).isoformat(), "customer_agreed": "on"}
    send(agent, made, "reschedule", **given)
    outcomes = [promise.outcome for promise in made.promises.order_by("pk")]
    assert (after(made).starts_at, outcomes) == (at(14), ["withdrawn", ""])


def test_a_slot_lost_while_rescheduling_offers_others_in_focus(world: World, agent: Client) -> None:
    made = world.book()
    world.book(at(14))
    response = send(agent, made, "reschedule", starts_at=at(14).isoformat(), reason="Klant belde")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Klant belde" in page
    assert re.search(r'name="starts_at"[^>]*checked\s+autofocus', page)


def test_another_day_can_be_opened_for_rescheduling(world: World, agent: Client) -> None:
    made = world.book()
    address = f"/appointments/{made.reference}/?day=2026-11-25"
    part = agent.get(address, headers={"HX-Request": "true", "HX-Target": "slots"}).content.decode()
    assert f'value="{at(9, day=25).isoformat()}"' in part
    alone = squashed(part).split('<p id="when-read" hx-swap-oob')[0]
    assert alone in squashed(agent.get(address).content.decode())


@pytest.mark.parametrize(
    ("when", "first"),
    [("wk 50", "2026-12-07T08:00:00+00:00"), ("15-12 na 14", "2026-12-15T13:00:00+00:00")],
)
def test_a_day_far_ahead_is_said_in_words(world: World, agent: Client, when: str, first: str) -> None:
    made = world.book()
    page = agent.get(f"/appointments/{made.reference}/", {"when": when}).content.decode()
    assert re.findall(r'name="starts_at" value="([^"]+)"', squashed(page))[0] == first


def test_a_slot_of_other_times_than_those_asked_for_is_not_taken(world: World, agent: Client) -> None:
    made = world.book()
    typed = {"topic": world.topic.slug, "shown": f"{world.topic.slug}||||", "when": "wk 50"}
    response = send(agent, made, "reschedule", starts_at=at(14).isoformat(), **typed)
    assert response.status_code == 200
    assert 'value="2026-12-07T08:00:00+00:00"' in response.content.decode()
    assert after(made).version == made.version


def test_without_the_script_a_button_shows_another_day(world: World, agent: Client) -> None:
    made = world.book()
    response = send(agent, made, "reschedule", show="day", day="2026-11-25")
    assert response.status_code == 200
    assert f'value="{at(9, day=25).isoformat()}"' in response.content.decode()
    assert after(made).version == made.version


def test_a_lead_reassigns(world: World, lead: Client) -> None:
    made, colleague = world.book(), world.specialist()
    send(lead, made, "reassign", specialist=colleague.pk)
    assert after(made).specialist == colleague


def test_somebody_of_another_team_cannot_be_chosen(world: World, lead: Client) -> None:
    made, stranger = world.book(), World().specialists[0]
    assert send(lead, made, "reassign", specialist=stranger.pk).status_code == 422


def test_cancelling_tells_who_wished_so(world: World, agent: Client) -> None:
    made = world.book()
    send(agent, made, "cancel", reason="Opgelost", by_customer="on")
    assert after(made).state == State.CANCELLED
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert "op verzoek van de klant" in page
    assert "Reden: Opgelost" in page


def test_a_closed_appointment_can_be_reopened(world: World, agent: Client) -> None:
    made = world.book()
    made = operations.cancel(
        appointment=made, version=made.version, reason="x", by_customer=True, by=world.agent, now=NOW
    )
    send(agent, made, "reopen", reason="Toch niet")
    assert after(made).state == State.TO_REBOOK


def test_a_stale_form_says_who_was_first_and_keeps_the_input(world: World, specialist: Client) -> None:
    made = world.book()
    seen = made.version
    operations.reassign(appointment=made, version=seen, specialist=world.specialist(), by=world.lead, now=NOW)
    response = specialist.post(
        f"/appointments/{made.reference}/decline/", {"version": seen, "reason": "Ziek"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Lea Lead heeft deze afspraak om 09:00 gewijzigd: hertoegewezen" in text_of(page)
    assert 'value="Ziek"' in page
    form = page.split(f'action="/appointments/{made.reference}/decline/"')[1]
    assert f'name="version" value="{after(made).version}"' in form.split("</form>")[0]


def test_input_that_fits_nothing_any_more_is_shown_to_copy(world: World, specialist: Client) -> None:
    made = world.book()
    seen = made.version
    operations.cancel(appointment=made, version=seen, reason="x", by_customer=True, by=world.agent, now=NOW)
    form = {"version": seen, "outcome": "busy", "note": "Lang verhaal"}
    response = specialist.post(f"/appointments/{made.reference}/attempt/", form)
    assert "Je typte: Lang verhaal" in text_of(response.content.decode())


def test_a_verb_that_is_not_allowed_is_refused_with_its_sentence(world: World, agent: Client) -> None:
    made = world.book()
    response = send(agent, made, "confirm")
    assert response.status_code == 403
    assert "Alleen het team van deze afspraak" in text_of(response.content.decode())


def test_a_page_offers_only_the_verbs_of_the_person(world: World, agent: Client) -> None:
    page = agent.get(f"/appointments/{world.book().reference}/").content.decode()
    slugs = set(re.findall(r'action="/appointments/[^/]+/(\w+)/"', page))
    assert slugs == {"reschedule", "cancel", "note", "number"}


def test_looking_at_a_verb_leads_to_the_page(world: World, agent: Client) -> None:
    made = world.book()
    response = agent.get(f"/appointments/{made.reference}/cancel/")
    assert response["Location"] == f"/appointments/{made.reference}/"


def test_history_takes_no_more_queries_when_it_grows(world: World, enter: Enter) -> None:
    made = world.book()
    client, address = enter(world.admin), f"/appointments/{made.reference}/"
    before = queries(client, address)
    for hour in (11, 12):
        made = operations.reschedule(
            appointment=made,
            version=made.version,
            starts_at=at(hour),
            customer_agreed=True,
            by=world.agent,
            now=NOW,
        )
    assert queries(client, address) == before


def test_forwarding_to_a_team_tells_who_takes_it_over(world: World, specialist: Client) -> None:
    made, other = world.book(), World().team
    made.topic.teams.add(other)
    receiver = SpecialistFactory.create(team=other, topics=[made.topic])
    WindowFactory.create(specialist=receiver)
    response = send(specialist, made, "forward", to=f"team-{other.pk}", reason="Voor hen")
    assert (response["Location"], after(made).specialist) == ("/", receiver)
    page = text_of(specialist.get("/", follow=True).content.decode())
    assert f"{made.reference} is doorgestuurd. {receiver} neemt dezelfde tijd over." in page


def test_forwarding_to_a_person_without_time_says_that_a_new_one_is_agreed(
    world: World, specialist: Client
) -> None:
    made = world.book(specialist=world.specialists[0])
    busy = SpecialistFactory.create(team=world.team, topics=[world.topic])
    send(specialist, made, "forward", to=f"person-{busy.pk}", reason="Van haar")
    assert after(made).state == State.TO_REBOOK
    assert "Daar heeft niemand deze tijd vrij" in text_of(specialist.get("/queue/").content.decode())


@pytest.mark.parametrize("to", ["", "team-0", "person-x", "nobody"])
def test_forwarding_to_nobody_keeps_what_was_typed(world: World, specialist: Client, to: str) -> None:
    page = send(specialist, world.book(), "forward", to=to, reason="Voor parkeren")
    assert page.status_code == 422
    assert "Kies een team of een persoon." in page.content.decode()
    assert 'value="Voor parkeren"' in page.content.decode()


def test_a_team_without_the_topic_is_told_at_the_topic(world: World, specialist: Client) -> None:
    page = send(specialist, world.book(), "forward", to=f"team-{World().team.pk}", reason="Voor hen")
    assert 'href="#id_forward_topic"' in page.content.decode()


def test_returning_it_puts_it_on_the_front_office_s_worklist(world: World, specialist: Client) -> None:
    made = world.book()
    send(specialist, made, "return", reason="Geen vraag voor ons", back="/queue/")
    assert after(made).state == State.TO_REBOOK
    assert f"{made.reference} is teruggegeven aan het KCC." in text_of(
        specialist.get("/queue/").content.decode()
    )


def test_the_list_shows_returning_and_where_to_forward(world: World, specialist: Client) -> None:
    made = world.book()
    page = specialist.get("/queue/").content.decode()
    assert f'action="/appointments/{made.reference}/return/"' in page
    assert f'href="/appointments/{made.reference}/#forward"' in page


def test_the_history_tells_to_whom_it_was_forwarded(world: World, lead: Client) -> None:
    made, colleague = world.book(specialist=world.specialists[0]), world.specialist()
    send(lead, made, "forward", to=f"person-{colleague.pk}", reason="Van haar")
    page = text_of(lead.get(f"/appointments/{made.reference}/").content.decode())
    for words in ("doorgestuurd Lea Lead", f"behandelaar: {colleague}", f"in plaats van {world.person}"):
        assert words in page


def test_a_number_is_corrected_in_any_notation(world: World, agent: Client) -> None:
    made = world.book()
    send(agent, made, "number", phone="020-123 45 67")
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert after(made).phone == "+31201234567"
    assert "nummer verbeterd Anna Agent" in page
    assert "eindigt op 567" in page


def test_a_wrong_number_is_kept_to_be_mended(world: World, agent: Client) -> None:
    made = world.book()
    response = send(agent, made, "number", phone="06 12")
    assert (response.status_code, after(made).phone) == (422, made.phone)
    assert 'value="06 12"' in response.content.decode()


def test_a_link_can_be_withdrawn_when_there_is_one(world: World, agent: Client) -> None:
    made = world.book()
    page = f"/appointments/{made.reference}/"
    assert "/link/" not in agent.get(page).content.decode()
    operations.link_token(appointment=made, now=NOW)
    assert "/link/" in agent.get(page).content.decode()
    send(agent, made, "link")
    assert "/link/" not in agent.get(page).content.decode()
    assert not CustomerLink.objects.live().exists()


def test_the_log_names_the_customer_as_such(world: World, agent: Client) -> None:
    made = world.book()
    operations.reschedule(
        appointment=made, version=1, starts_at=at(14), customer_agreed=True, by=made.customer, now=NOW
    )
    page = text_of(agent.get(f"/appointments/{made.reference}/").content.decode())
    assert "verzet De klant" in page
    assert "door de klant" in page
