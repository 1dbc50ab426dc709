"""The specialist's own list: who is on it with you, dialling, several at once, and proposals."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from callbacks import operations
from callbacks.models import Appointment, LogEntry
from callbacks.states import AttemptOutcome, NextStep, State, Verb
from frontoffice import watching
from frontoffice.presenters import rows
from tests.factories import NOW, SpecialistFactory, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of
from tests.frontoffice.test_work import references, shown

SCRIPT = {"HX-Request": "true"}


def dial(client: Client, seen: Appointment, **how: Any) -> HttpResponse:
    """Follow the number, from the list as it was at the version seen."""
    form = {"version": seen.version, "back": f"/queue/?open={seen.reference}"}
    return client.post(f"/appointments/{seen.reference}/call/", form, **how)  # type: ignore[return-value]


def confirm(client: Client, *seen: Appointment) -> str:
    """Confirm a selection; gives what the list says afterwards."""
    chosen = [f"{one.reference}.{one.version}" for one in seen]
    response = client.post("/queue/confirm/", {"appointment": chosen}, follow=True)
    return text_of(response.content.decode())


def test_a_selection_comes_back_to_the_page_it_was_made_on(
    world: World, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    made = [world.book(start) for start in (at(10), at(11))]
    page = shown(specialist, "/queue/?page=2")
    form = re.search(r'id="selection">.*?name="back" value="([^"]+)"', page, re.DOTALL)
    assert form
    chosen = {"appointment": f"{made[1].reference}.1", "back": unescape(form[1])}
    after = specialist.post("/queue/confirm/", chosen, follow=True)
    assert references(after.content.decode()) == [made[1].reference]
    assert Appointment.objects.get(pk=made[1].pk).state == State.CONFIRMED


def test_a_selection_leads_nowhere_else(specialist: Client) -> None:
    answer = specialist.post("/queue/confirm/", {"back": "https://example.org/"})
    assert answer["Location"] == "/queue/"


def missed(world: World) -> Appointment:
    """Called at nine in vain; the call planned for half past nine did not come."""
    made = world.book(at(9))
    return operations.log_attempt(
        appointment=made,
        version=made.version,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(9, 30),
        by=world.person,
        now=NOW,
    )


def test_a_row_says_everything_about_the_call(world: World, specialist: Client) -> None:
    made = world.book(at(9, 30), question="Waarom is het afgewezen?\nEn nu?")
    page = text_of(shown(specialist, "/queue/"))
    for words in (
        "○ gepland",
        "over 30 min",
        str(made.customer),
        str(world.topic),
        "belpoging 1 van 3",
        "Waarom is het afgewezen?",
        f"vandaag 09:30–10:00 {world.specialists[0]}",
    ):
        assert words in page


def test_a_planned_call_that_did_not_come_is_late(world: World, enter: Enter) -> None:
    missed(world)
    with time_machine.travel(at(9, 48), tick=False):
        page = text_of(shown(enter(world.person), "/queue/"))
    assert re.search(r"Te laat \(1\) ▲ te laat 18 min te laat", page)
    assert "belpoging 2 van 3" in page


def test_a_row_says_who_else_has_it_open(world: World, specialist: Client, enter: Enter) -> None:
    world.book(at(10))
    assert "open bij" not in text_of(shown(specialist, "/queue/"))
    page = text_of(shown(enter(world.lead), "/board/?tile=at_risk"))
    made = Appointment.objects.get()
    shown(enter(world.admin), f"/appointments/{made.reference}/")
    assert "open bij Ad Min" in text_of(shown(specialist, "/queue/"))
    assert "open bij" not in page


def test_who_does_not_look_any_more_is_gone_after_half_a_minute(world: World) -> None:
    watching.watch("AAA-0001", user=world.admin, now=NOW)
    later = NOW + dt.timedelta(seconds=29)
    assert watching.watchers(["AAA-0001"], user=world.person, now=later) == {"AAA-0001": ["Ad Min"]}
    assert watching.watchers(["AAA-0001"], user=world.admin, now=later) == {}
    gone = NOW + dt.timedelta(seconds=30)
    assert watching.watchers(["AAA-0001"], user=world.person, now=gone) == {}


def test_a_lost_cache_loses_nothing_else(world: World, specialist: Client, settings: Any) -> None:
    made = world.book(at(10))
    lost = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": lost}
    assert references(shown(specialist, "/queue/")) == [made.reference]


def test_dialling_stamps_the_beginning_and_shows_the_number(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    response = dial(specialist, made)
    assert response["Location"] == f"/queue/?open={made.reference}"
    assert Appointment.objects.get().calling_since == NOW
    page = squashed(shown(specialist, response["Location"]))
    assert "Je gesprek begon om 09:00. Volg nu het nummer." in page
    assert re.search(r'<p data-number><a class="[^"]+" href="tel:\+44', page)


def test_the_script_is_answered_with_the_time(world: World, specialist: Client) -> None:
    response = dial(specialist, world.book(at(9)), headers=SCRIPT)
    assert (response.status_code, response.content.decode()) == (200, "09:00")


def test_a_second_person_is_told_before_dialling(world: World, specialist: Client, enter: Enter) -> None:
    made = world.book(at(9))
    dial(specialist, made)
    response = dial(enter(world.admin), made, headers=SCRIPT)
    assert response.status_code == 409
    assert response.content.decode() == f"{world.person} belt deze klant sinds 09:00."
    page = text_of(shown(enter(world.lead), "/board/?tile=at_risk"))
    assert f"{world.person} belt sinds 09:00" in page


def test_without_the_script_the_second_person_reads_it_on_the_page(
    world: World, specialist: Client, enter: Enter
) -> None:
    made = world.book(at(9))
    dial(specialist, made)
    response = dial(enter(world.admin), made, follow=True)
    assert "belt deze klant sinds 09:00" in response.content.decode()


def test_what_was_seen_long_ago_is_not_dialled(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    operations.confirm(appointment=made, version=made.version, by=world.lead, now=NOW)
    response = dial(specialist, made, headers=SCRIPT)
    assert response.status_code == 409
    assert "Lea Lead was je voor" in response.content.decode()


def test_the_measured_time_takes_the_place_of_the_typed_one(world: World, enter: Enter) -> None:
    made = world.book(at(9))
    dial(enter(world.person), made)
    with time_machine.travel(at(9, 20), tick=False):
        form = {"version": made.version, "outcome": "busy", "started_at": "09:19"}
        enter(world.person).post(f"/appointments/{made.reference}/attempt/", form)
    assert made.attempts.get().started_at == NOW


def test_a_refresh_says_that_a_colleague_is_calling_whom_the_panel_shows(
    world: World, specialist: Client
) -> None:
    made = world.book(at(9))
    operations.begin_call(appointment=made, version=made.version, by=world.lead, now=NOW)
    headers = {**SCRIPT, "HX-Target": "live"}
    answer = specialist.get(f"/queue/?open={made.reference}&seen={made.version}", headers=headers)
    note = answer.content.decode().split("hx-swap-oob")[1]
    assert "Lea Lead belt sinds 09:00." in text_of(note)


def test_a_selection_is_confirmed_at_once(world: World, specialist: Client) -> None:
    made = [world.book(at(hour)) for hour in (10, 11, 12)]
    page = confirm(specialist, *made[:2])
    assert "2 afspraken zijn bevestigd." in page
    states = Appointment.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == [State.CONFIRMED, State.CONFIRMED, State.SCHEDULED]


def test_each_of_a_selection_succeeds_or_is_told_why_not(world: World, specialist: Client) -> None:
    first, second = (world.book(at(hour)) for hour in (10, 11))
    operations.add_note(appointment=first, version=first.version, note="Belt terug", by=world.agent, now=NOW)
    page = confirm(specialist, first, second)
    assert "1 afspraak is bevestigd." in page
    assert f"{first.reference}: Anna Agent was je voor: notitie toegevoegd" in page
    assert Appointment.objects.get(pk=first.pk).state == State.SCHEDULED


def test_nothing_selected_is_said(specialist: Client) -> None:
    assert "Selecteer eerst de afspraken." in confirm(specialist)


@pytest.mark.parametrize("seen", ["", "x", "٣", "9" * 40])
def test_a_selection_without_a_version_is_stale(world: World, specialist: Client, seen: str) -> None:
    made = world.book(at(10))
    specialist.post("/queue/confirm/", {"appointment": f"{made.reference}.{seen}"})
    assert Appointment.objects.get().state == State.SCHEDULED


def test_others_appointments_cannot_be_selected(world: World, enter: Enter) -> None:
    made = world.book(at(10))
    confirm(enter(SpecialistFactory.create().user), made)
    assert Appointment.objects.get().state == State.SCHEDULED


def test_only_what_can_be_confirmed_has_a_box(world: World, specialist: Client) -> None:
    first, second = (world.book(at(hour)) for hour in (10, 11))
    operations.confirm(appointment=first, version=first.version, by=world.person, now=NOW)
    page = shown(specialist, "/queue/")
    assert re.findall(r'value="([^"]+)"\s+id="select-', page) == [f"{second.reference}.1"]


def test_another_time_is_proposed_from_the_panel(world: World, specialist: Client, agent: Client) -> None:
    made = world.book(at(10))
    assert f'value="{at(9, 30).isoformat()}"' in shown(specialist, "/queue/")
    form = {"version": made.version, "starts_at": at(14).isoformat(), "reason": "Raad", "back": "/queue/"}
    specialist.post(f"/appointments/{made.reference}/propose/", form)
    page = text_of(shown(agent, "/worklist/"))
    assert f"voorgesteld: vandaag 14:00 bij {world.specialists[0]}" in page
    assert "Laatst: andere tijd voorgesteld" in page


def test_a_proposal_without_a_time_asks_for_it(world: World, specialist: Client) -> None:
    made = world.book(at(10))
    form = {"version": made.version, "reason": "Raad"}
    response = specialist.post(f"/appointments/{made.reference}/propose/", form)
    assert response.status_code == 422
    page = response.content.decode()
    assert '<a href="#id_propose_starts_at">Kies een tijd.</a>' in page
    assert 'value="Raad"' in page


def test_a_proposal_for_what_a_colleague_changed_names_the_colleague(
    world: World, specialist: Client
) -> None:
    made = world.book(at(10))
    operations.add_note(appointment=made, version=1, note="Belt liever later", by=world.lead, now=NOW)
    form = {"version": made.version, "starts_at": at(14).isoformat(), "reason": "Raad"}
    response = specialist.post(f"/appointments/{made.reference}/propose/", form)
    assert response.status_code == 409
    assert "Lea Lead heeft deze afspraak om 09:00 gewijzigd" in text_of(response.content.decode())


def propose(world: World) -> Appointment:
    made = world.book(at(10))
    return operations.propose(
        appointment=made, version=made.version, starts_at=at(14), by=world.person, now=NOW
    )


def agree(client: Client, seen: Appointment) -> str:
    form = {"version": seen.version, "back": "/worklist/"}
    response = client.post(f"/appointments/{seen.reference}/agree/", form, follow=True)
    return text_of(response.content.decode())


def test_one_button_books_what_was_proposed(world: World, agent: Client) -> None:
    agree(agent, propose(world))
    made = Appointment.objects.get()
    assert (made.state, made.starts_at, made.specialist) == (State.CONFIRMED, at(14), world.specialists[0])
    assert LogEntry.objects.filter(verb=Verb.RESCHEDULE, by=world.agent).count() == 1


def test_a_proposal_that_was_taken_meanwhile_is_told_on_the_worklist(world: World, agent: Client) -> None:
    seen = propose(world)
    world.book(at(14))
    assert "Dit tijdslot is net bezet." in agree(agent, seen)
    assert Appointment.objects.get(pk=seen.pk).state == State.TO_REBOOK


def test_a_proposal_is_agreed_once_and_the_second_agent_is_told(
    world: World, agent: Client, enter: Enter
) -> None:
    seen = propose(world)
    agree(agent, seen)
    assert "Anna Agent was je voor" in agree(enter(UserFactory.create()), seen)
    assert LogEntry.objects.filter(verb=Verb.RESCHEDULE).count() == 1


def test_without_a_proposal_there_is_nothing_to_agree(world: World, agent: Client) -> None:
    made = world.book(at(10))
    operations.send_back(appointment=made, version=made.version, reason="Ziek", by=world.person, now=NOW)
    assert "/agree/" not in shown(agent, "/worklist/")


def test_the_list_takes_no_more_queries_with_calls_and_watchers(world: World, specialist: Client) -> None:
    counts = []
    for hour in (10, 11, 12):
        made = world.book(at(hour))
        operations.begin_call(appointment=made, version=made.version, by=world.admin, now=NOW)
        watching.watch(made.reference, user=UserFactory.create(), now=NOW)
        counts.append(queries(specialist, "/queue/"))
    assert counts[0] == counts[2]


def log(client: Client, seen: Appointment, **given: Any) -> HttpResponse:
    """Log a call from the panel, as it was at the version seen."""
    form = {"version": seen.version, "outcome": "no_answer", "back": "/queue/", **given}
    return client.post(f"/appointments/{seen.reference}/attempt/", form)  # type: ignore[return-value]


def test_the_next_attempt_is_proposed_in_words(world: World, specialist: Client) -> None:
    world.book(at(9))
    page = text_of(shown(specialist, "/queue/"))
    assert "Voorstel: vandaag 09:10: nog een keer binnen de afgesproken tijd" in page
    assert "De klant weet het: beloof vandaag 10:30" in page


def test_a_customer_who_was_told_has_a_new_promise(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    told = re.search(r'name="told"\s+value="([^"]+)"', shown(specialist, "/queue/"))
    assert told
    log(specialist, made, outcome="voicemail", next_step="try_again", told=told[1])
    stored = Appointment.objects.get()
    assert (stored.starts_at, stored.state) == (at(10, 30), State.CONFIRMED)
    assert [one.outcome for one in made.promises.all()] == ["kept", ""]


def test_what_the_customer_was_told_but_is_taken_keeps_the_input(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    world.book(at(10, 30))
    response = log(specialist, made, told=at(10, 30).isoformat(), note="Ingesproken")
    assert response.status_code == 409
    assert "Ingesproken" in response.content.decode()
    assert not made.attempts.exists()


def test_after_the_last_attempt_closing_is_the_usual_step(world: World, specialist: Client) -> None:
    world.team.max_attempts = 1
    world.team.save(update_fields=["max_attempts"])
    made = world.book(at(9))
    assert "Dit is de laatste belpoging" in text_of(shown(specialist, "/queue/"))
    log(specialist, made)
    assert Appointment.objects.get().state == State.NOT_REACHED


def test_a_second_click_logs_nothing_and_says_who_was_first(world: World, specialist: Client) -> None:
    made = world.book(at(9))
    log(specialist, made)
    response = log(specialist, made)
    assert response.status_code == 409
    assert f"{world.person} heeft deze afspraak om 09:00 gewijzigd: belpoging" in text_of(
        response.content.decode()
    )
    assert made.attempts.count() == 1
