"""The day list on paper, from the form to the sheet."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from callbacks.models import DayListPrint
from tests.factories import NOW, CustomerFactory, World, at
from tests.frontoffice.conftest import Enter, queries, text_of

TODAY = "2026-11-23"


def make(client: Client, of: str, **given: Any) -> HttpResponse:
    return client.post("/day-list/", {"day": TODAY, "of": of, **given})  # type: ignore[return-value]


def sheet(client: Client, of: str, **given: Any) -> str:
    """The list as it goes on paper."""
    return text_of(client.get(make(client, of, **given)["Location"]).content.decode())


@pytest.fixture
def own(world: World) -> str:
    return f"person-{world.specialists[0].pk}"


def test_the_sheet_has_time_name_number_and_boxes(world: World, specialist: Client, own: str) -> None:
    made = world.book(at(10), customer=CustomerFactory.create(name="Jo Jansen", phone="+31612345678"))
    page = sheet(specialist, own)
    for words in ("10:00–10:30", "Jo Jansen", "06 1234 5678", made.reference, "gepland", "1 2 3"):
        assert words in page


@pytest.mark.parametrize("asked", [True, False])
def test_questions_and_notes_only_when_asked(
    world: World, specialist: Client, own: str, *, asked: bool
) -> None:
    world.book(question="Over mijn schulden", internal_note="kwetsbaar", reach_note="na drie uur")
    page = sheet(specialist, own, **({"with_notes": "on"} if asked else {}))
    assert [words in page for words in ("schulden", "kwetsbaar", "na drie uur")] == [asked] * 3
    assert DayListPrint.objects.get().with_notes is asked


def test_looking_at_the_form_keeps_nothing(world: World, specialist: Client) -> None:
    specialist.get("/day-list/")
    assert not DayListPrint.objects.exists()


def test_a_lead_makes_the_team_s_list_by_person(world: World, lead: Client) -> None:
    colleague = world.specialist()
    world.book(at(10), specialist=world.specialists[0])
    world.book(at(11), specialist=colleague)
    page = sheet(lead, f"team-{world.team.pk}")
    assert str(world.person) in page
    assert str(colleague) in page


def test_a_specialist_cannot_make_a_colleague_s(world: World, specialist: Client) -> None:
    answer = make(specialist, f"person-{world.specialist().pk}")
    assert answer.status_code == 422
    assert "Kies een team of een persoon." in answer.content.decode()


def test_a_day_that_is_past_is_refused_with_the_input_kept(specialist: Client, own: str) -> None:
    answer = make(specialist, own, day="2026-11-22", with_notes="on")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2026-11-22"' in page
    assert "checked" in page


def test_a_sheet_opens_for_its_maker_only(world: World, specialist: Client, lead: Client, own: str) -> None:
    address = make(specialist, own)["Location"]
    assert (specialist.get(address).status_code, lead.get(address).status_code) == (200, 404)


def test_a_sheet_opens_for_ten_minutes(specialist: Client, own: str) -> None:
    address = make(specialist, own)["Location"]
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert specialist.get(address).status_code == 404


def test_the_page_tells_what_was_made_before(
    world: World, specialist: Client, lead: Client, own: str
) -> None:
    make(specialist, own, with_notes="on")
    assert f"{world.person}: {world.person} , 23-11-2026 (met vragen en toelichtingen)" in text_of(
        lead.get("/day-list/").content.decode()
    )


def test_who_calls_for_nobody_has_no_list(world: World, agent: Client) -> None:
    assert agent.get("/day-list/").status_code == 403


@pytest.mark.parametrize("address", ["/queue/", "/board/"])
def test_the_lists_lead_to_paper(world: World, enter: Enter, address: str) -> None:
    person = world.person if address == "/queue/" else world.lead
    assert 'href="/day-list/"' in enter(person).get(address).content.decode()


def test_a_sheet_takes_as_many_queries_for_three_as_for_one(
    world: World, specialist: Client, own: str
) -> None:
    world.book(at(9))
    address = make(specialist, own)["Location"]
    one = queries(specialist, address)
    world.book(at(10))
    world.book(at(11))
    assert queries(specialist, address) == one
