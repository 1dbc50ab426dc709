"""The shared list of what needs a new time: who is on it, and what they do with it."""

import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from callbacks import operations
from callbacks.models import Appointment, Message
from callbacks.states import AttemptOutcome, MessageState, NextStep, State
from frontoffice.presenters import rows
from tests.factories import NOW, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of
from tests.frontoffice.test_work import references, shown


def declined(world: World, hour: int = 15) -> Appointment:
    """An appointment that stands on the worklist: nobody else could take it."""
    made = world.book(at(hour))
    return operations.decline(appointment=made, version=made.version, reason="Ziek", by=world.person, now=NOW)


def claim(appointment: Appointment, by: Any) -> Appointment:
    """Somebody takes it upon themselves."""
    return operations.claim(appointment=appointment, version=appointment.version, by=by, now=NOW)


def send(client: Client, seen: Appointment, slug: str, **given: Any) -> HttpResponse:
    """Press a button of the worklist's panel, as it was at the version seen."""
    form = {"version": seen.version, "back": f"/worklist/?open={seen.reference}", **given}
    return client.post(f"/appointments/{seen.reference}/{slug}/", form)  # type: ignore[return-value]


def refreshed(client: Client, shown_now: Appointment) -> str:
    """What a refresh of the rows answers while the panel shows an appointment."""
    address = f"/worklist/?open={shown_now.reference}&seen={shown_now.version}"
    headers = {"HX-Request": "true", "HX-Target": "live"}
    return client.get(address, headers=headers).content.decode()


def test_the_worklist_has_what_must_be_rebooked_and_undelivered(world: World, agent: Client) -> None:
    waiting, told = declined(world), world.book(at(11))
    message = Message.objects.filter(appointment=told).first()
    assert message
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, ended_at=NOW)
    page = shown(agent, "/worklist/")
    assert references(page) == [waiting.reference]
    assert f"Bel {told.customer} zelf" in text_of(page)


def test_a_customer_on_the_worklist_waits_since_it_came_there(world: World, agent: Client) -> None:
    made = world.book(at(9))
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=NOW,
        outcome=AttemptOutcome.WRONG_NUMBER,
        next_step=NextStep.FRONT_OFFICE,
        by=world.person,
        now=NOW,
    )
    assert "wacht sinds vandaag 09:00" in text_of(shown(agent, "/worklist/"))


def test_own_claims_come_first_then_what_is_free_then_the_colleagues(world: World, agent: Client) -> None:
    theirs, free, mine = (declined(world, hour) for hour in (13, 14, 15))
    claim(theirs, UserFactory.create(name="Bram Bel"))
    claim(mine, world.agent)
    page = shown(agent, "/worklist/")
    assert references(page) == [mine.reference, free.reference, theirs.reference]
    headings = re.findall(r"<h2>([^<]+?)\s*<span", unescape(page))
    assert headings == ["Door jou opgepakt", "Te verzetten", "Door collega's opgepakt"]


def test_own_claims_are_on_a_page_that_is_too_short_for_all(
    world: World, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 1)
    declined(world, 14)
    mine = claim(declined(world), world.agent)
    assert references(shown(agent, "/worklist/")) == [mine.reference]


def test_what_one_has_claimed_offers_no_second_claim(world: World, agent: Client) -> None:
    seen = claim(declined(world), world.agent)
    assert f"/appointments/{seen.reference}/claim/" not in shown(agent, "/worklist/")


def test_a_row_says_who_works_on_it_since_when(world: World, agent: Client) -> None:
    claim(declined(world), UserFactory.create(name="Bram Bel"))
    assert "bij Bram Bel sinds vandaag 09:00" in text_of(shown(agent, "/worklist/"))


def test_claiming_leaves_the_row_open_with_its_owner(world: World, agent: Client) -> None:
    seen = declined(world)
    declined(world, 14)
    response = send(agent, seen, "claim")
    assert response["Location"] == f"/worklist/?open={seen.reference}"
    page = shown(agent, response["Location"])
    assert "Door jou opgepakt sinds 09:00" in text_of(page)
    assert re.search(rf'id="row-{seen.reference}"[^>]*aria-current="true"', page)


def test_whoever_claims_second_is_told_on_the_list_who_was_first(world: World, agent: Client) -> None:
    seen = declined(world)
    claim(seen, UserFactory.create(name="Bram Bel"))
    response = send(agent, seen, "claim")
    page = text_of(shown(agent, response["Location"]))
    assert "Bram Bel was je voor: opgepakt" in page
    assert "Overnemen van Bram Bel" in page
    assert Appointment.objects.get().claimed_by != world.agent


def test_a_claim_can_be_taken_over_knowing_from_whom(world: World, agent: Client) -> None:
    seen = claim(declined(world), UserFactory.create(name="Bram Bel"))
    send(agent, seen, "claim")
    assert Appointment.objects.get().claimed_by == world.agent


def test_a_released_claim_is_free_for_everybody(world: World, agent: Client) -> None:
    send(agent, claim(declined(world), world.agent), "release")
    assert Appointment.objects.get().claimed_by is None
    assert "is weer voor iedereen" in text_of(shown(agent, "/worklist/"))


@pytest.mark.parametrize(("who", "may"), [("agent", False), ("lead", True), ("admin", True)])
def test_only_who_leads_frees_the_claim_of_somebody_else(
    world: World, enter: Enter, who: str, *, may: bool
) -> None:
    seen = claim(declined(world), UserFactory.create())
    page = shown(enter(getattr(world, who)), "/worklist/")
    assert (f"/appointments/{seen.reference}/release/" in page) is may


def test_a_new_time_is_agreed_from_the_panel(world: World, agent: Client) -> None:
    seen = declined(world)
    page = shown(agent, "/worklist/")
    assert f'value="{at(9).isoformat()}"' in page
    response = send(agent, seen, "reschedule", starts_at=at(14).isoformat(), customer_agreed="on")
    assert response["Location"].startswith("/worklist/")
    assert Appointment.objects.get().state == State.SCHEDULED
    assert references(shown(agent, response["Location"])) == []


def test_a_note_from_the_panel_is_the_last_thing_the_next_one_reads(world: World, agent: Client) -> None:
    seen = declined(world)
    response = send(agent, seen, "note", note="Gebeld om 14:03: geen gehoor")
    page = text_of(shown(agent, response["Location"]))
    assert "notitie toegevoegd Anna Agent, 23-11-2026 09:00 Gebeld om 14:03: geen gehoor" in page


def test_an_empty_note_is_an_error_at_its_field(world: World, agent: Client) -> None:
    response = send(agent, declined(world), "note", note=" ")
    assert response.status_code == 422
    assert '<a href="#id_note_note">Schrijf een notitie.</a>' in response.content.decode()


def test_calling_leaves_its_time_in_the_note(world: World, agent: Client) -> None:
    declined(world)
    page = shown(agent, "/worklist/")
    assert 'data-calls="id_note_note"' in page
    assert 'data-called="Gebeld om {time}: "' in page


def test_the_panel_says_why_it_waits_and_how_to_reach_the_customer(world: World, agent: Client) -> None:
    seen = declined(world)
    Appointment.objects.filter(pk=seen.pk).update(
        second_phone="+31612345678", second_phone_note="dochter", reach_note="na 17 uur", case_number="Z-1"
    )
    page = text_of(shown(agent, "/worklist/"))
    for words in (f"afgewezen {world.person}", "Ziek", "06 1234 5678 dochter", "na 17 uur", "Z-1"):
        assert words in page


def test_a_refresh_says_that_the_open_appointment_was_changed_and_by_whom(
    world: World, agent: Client
) -> None:
    seen = declined(world)
    now = claim(seen, UserFactory.create(name="Bram Bel"))
    answer = refreshed(agent, seen)
    assert "Bram Bel heeft deze afspraak gewijzigd (23-11-2026 09:00): opgepakt." in text_of(answer)
    assert f'hx-get="/worklist/?open={seen.reference}&amp;seen={now.version}"' in answer


def test_a_refresh_says_that_the_open_appointment_left_the_list(world: World, agent: Client) -> None:
    seen, other = declined(world), declined(world, 14)
    operations.cancel(
        appointment=seen, version=seen.version, reason="x", by_customer=True, by=world.lead, now=NOW
    )
    answer = refreshed(agent, seen)
    assert "Deze afspraak staat niet meer op de lijst" in text_of(answer)
    assert "aria-current" not in answer
    assert references(answer) == [other.reference]


def test_a_refresh_without_changes_says_nothing(world: World, agent: Client) -> None:
    seen = declined(world)
    assert "hx-swap-oob" not in refreshed(agent, seen)
    page = squashed(shown(agent, "/worklist/"))
    assert squashed(refreshed(agent, seen)) in page


@pytest.mark.parametrize("seen", ["x", "-1", "٣", "9" * 400, ""])
def test_a_version_that_is_none_is_taken_for_a_fresh_page(world: World, agent: Client, seen: str) -> None:
    first = declined(world)
    page = shown(agent, f"/worklist/?open=nonsense&seen={seen}")
    assert re.search(rf'id="row-{first.reference}"[^>]*aria-current="true"', page)


def test_a_refresh_makes_no_forms(world: World, agent: Client) -> None:
    declined(world)
    whole = queries(agent, "/worklist/")
    headers = {"HX-Request": "true", "HX-Target": "live"}
    assert queries(agent, "/worklist/", headers=headers) <= whole - 8


def test_the_list_takes_no_more_queries_when_more_are_claimed(world: World, agent: Client) -> None:
    counts = []
    for hour in (13, 14, 15):
        claim(declined(world, hour), UserFactory.create())
        counts.append(queries(agent, "/worklist/"))
    assert counts[0] == counts[2]


def test_the_reason_stays_on_the_panel_after_somebody_claimed_it(world: World, agent: Client) -> None:
    claim(declined(world), world.agent)
    assert f"Laatst: afgewezen {world.person}" in text_of(shown(agent, "/worklist/"))
