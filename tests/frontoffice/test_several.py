"""Several appointments of the board are given to one colleague; what cannot be is said, with the reason."""

import datetime as dt
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Role
from availability.models import Specialist
from callbacks import operations
from callbacks.models import Appointment, LogEntry
from callbacks.models.appointments import REASON_LIMIT
from callbacks.states import Verb
from frontoffice.presenters import rows
from tests.factories import NOW, UserFactory, World, at
from tests.frontoffice.conftest import Enter, queries, squashed, text_of
from tests.frontoffice.test_work import shown

ADDRESS = "/board/reassign/"


def seen(*appointments: Appointment) -> list[str]:
    """The appointments as a page showed them."""
    return [f"{one.reference}.{one.version}" for one in appointments]


def look(client: Client, *appointments: Appointment) -> str:
    """The page that asks whom to give these."""
    response = client.get(ADDRESS, {"appointment": seen(*appointments)})
    assert response.status_code == 200
    return response.content.decode()


def give(client: Client, to: Specialist, *appointments: Appointment, **more: Any) -> HttpResponse:
    """Give these, as they were seen, to somebody."""
    form = {"appointment": seen(*appointments), "specialist": to.pk, "reason": "Ziek", **more}
    return client.post(ADDRESS, form, follow=True)  # type: ignore[return-value]


def said(response: HttpResponse) -> str:
    """What the answer says."""
    return text_of(response.content.decode())


def holders(*appointments: Appointment) -> list[Specialist | None]:
    """Who has these now."""
    return [Appointment.objects.get(pk=one.pk).specialist for one in appointments]


@pytest.fixture
def made(world: World) -> list[Appointment]:
    """Three appointments of the first specialist."""
    return [world.book(start) for start in (at(9), at(10), at(11))]


@pytest.fixture
def other(world: World, made: list[Appointment]) -> Specialist:
    """A colleague with a free day."""
    return world.specialist(user__name="Piet Paulusma")


def test_rows_of_the_board_that_can_be_given_away_have_a_box(world: World, lead: Client) -> None:
    made = world.book(at(9))
    box = f'value="{made.reference}.1" id="select-{made.reference}" form="selection"'
    page = squashed(shown(lead, "/board/?tile=at_risk"))
    assert box in page
    assert f'<form action="{ADDRESS}" class="row" id="selection">' in page


def test_what_is_closed_has_no_box_on_the_board(world: World, lead: Client) -> None:
    world.specialists[0].windows.update(starts=dt.time(8))
    kept = world.book(at(8), now=at(7))
    operations.cancel(
        appointment=kept, version=1, reason="Klaar", by_customer=True, by=world.agent, now=at(7)
    )
    kept.promises.update(outcome="kept")
    page = shown(lead, "/board/?tile=kept")
    assert kept.reference in page
    assert "data-select" not in page


def test_the_page_asks_for_what_was_ticked_and_suggests_who_is_free(
    world: World, lead: Client, made: list[Appointment], other: Specialist
) -> None:
    busy = world.specialist(user__name="Bea Bezet")
    world.book(at(10), specialist=busy)
    page = text_of(look(lead, *made))
    assert "3 afspraken hertoewijzen" in page
    assert re.search(
        r"Piet Paulusma vrij voor alle 3 vandaag nog 0 te bellen"
        r" +Bea Bezet vrij voor 2 van 3, bezet voor 1 vandaag nog 1 te bellen",
        page,
    )
    assert f"Hoogstens {REASON_LIMIT} tekens." in page


def test_the_most_suitable_is_chosen_already(
    lead: Client, made: list[Appointment], other: Specialist
) -> None:
    assert f'value="{other.pk}" checked' in squashed(look(lead, *made))


def test_looking_changes_nothing(lead: Client, made: list[Appointment], other: Specialist) -> None:
    look(lead, *made)
    assert not LogEntry.objects.filter(verb=Verb.REASSIGN).exists()


def test_all_are_given_and_the_board_says_so(
    lead: Client, made: list[Appointment], other: Specialist
) -> None:
    answer = give(lead, other, *made, back="/board/?tile=at_risk")
    assert holders(*made) == [other] * 3
    assert "3 afspraken staan nu bij Piet Paulusma." in said(answer)
    assert answer.redirect_chain == [("/board/?tile=at_risk", 302)]  # type: ignore[attr-defined]
    assert {one.reason for one in LogEntry.objects.filter(verb=Verb.REASSIGN)} == {"Ziek"}


def test_what_somebody_else_changed_is_refused_by_name_and_the_others_go_on(
    world: World, lead: Client, made: list[Appointment], other: Specialist
) -> None:
    third = world.specialist(user__name="Truus Derde")
    operations.reassign(appointment=made[1], version=1, specialist=third, by=world.admin, now=NOW)
    made[1].version = 1
    answer = give(lead, other, *made)
    assert answer.status_code == 409
    assert holders(*made) == [other, third, other]
    page = said(answer)
    assert "2 afspraken staan nu bij Piet Paulusma." in page
    assert f"{made[1].reference} {made[1].customer}: Ad Min was je voor: hertoegewezen." in page


def test_what_somebody_else_changed_is_not_ticked_again(
    world: World, lead: Client, made: list[Appointment], other: Specialist
) -> None:
    operations.confirm(appointment=made[0], version=1, by=world.person, now=NOW)
    made[0].version = 1
    page = squashed(give(lead, other, made[0]).content.decode())
    assert f'value="{made[0].reference}.2">' in page


def test_what_the_colleague_has_no_time_for_stays_for_the_next(
    world: World, lead: Client, made: list[Appointment], other: Specialist
) -> None:
    third = world.specialist(user__name="Truus Derde")
    world.book(at(10), specialist=other)
    answer = give(lead, other, *made)
    assert holders(*made) == [other, world.specialists[0], other]
    assert f"{made[1].reference} {made[1].customer}: Piet Paulusma is dan bezet." in said(answer)
    page = squashed(answer.content.decode())
    assert f'value="{made[1].reference}.1" checked' in page
    assert f'value="{third.pk}" checked' in page
    assert 'value="Ziek"' in page


def test_who_has_one_already_keeps_it(world: World, lead: Client, made: list[Appointment]) -> None:
    other = world.specialist()
    theirs = world.book(at(14), specialist=other)
    answer = give(lead, other, made[0], theirs)
    assert holders(made[0], theirs) == [other, other]
    assert f"{theirs.reference} {theirs.customer}: Deze behandelaar heeft de afspraak al." in said(answer)


def test_pressing_twice_is_pressing_once(lead: Client, made: list[Appointment], other: Specialist) -> None:
    give(lead, other, *made)
    answer = give(lead, other, *made)
    assert answer.status_code == 200
    assert "3 afspraken staan nu bij Piet Paulusma." in said(answer)
    assert LogEntry.objects.filter(verb=Verb.REASSIGN).count() == 3


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "Geef een reden."), ("x" * (REASON_LIMIT + 1), f"{REASON_LIMIT}"), ("123456782", "BSN")],
)
def test_a_reason_is_needed_and_has_a_limit(
    lead: Client, made: list[Appointment], other: Specialist, reason: str, sentence: str
) -> None:
    answer = give(lead, other, *made, reason=reason)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert f'value="{other.pk}" checked' in squashed(answer.content.decode())
    assert other not in holders(*made)


def test_somebody_must_be_chosen(lead: Client, made: list[Appointment], other: Specialist) -> None:
    answer = give(lead, other, *made, specialist="")
    assert answer.status_code == 422
    assert "Kies een behandelaar." in said(answer)


def test_nothing_ticked_is_said_to_be_nothing(world: World, lead: Client) -> None:
    assert "Selecteer eerst de afspraken." in text_of(look(lead))
    assert "Selecteer eerst de afspraken." in said(give(lead, world.specialists[0]))


def test_a_team_of_one_has_nobody_else(lead: Client, made: list[Appointment]) -> None:
    assert "Er is niemand anders in dit team." in text_of(look(lead, *made))


@pytest.mark.usefixtures("other")
def test_what_other_teams_have_is_neither_shown_nor_given(enter: Enter, made: list[Appointment]) -> None:
    stranger = World()
    client = enter(stranger.lead)
    assert str(made[0].customer) not in look(client, *made)
    give(client, stranger.specialists[0], *made)
    assert stranger.specialists[0] not in holders(*made)


def test_nobody_of_another_team_can_be_chosen(lead: Client, made: list[Appointment]) -> None:
    stranger = World().specialists[0]
    assert give(lead, stranger, *made).status_code == 422
    assert stranger not in holders(*made)


def test_who_leads_two_teams_gives_each_team_its_own(
    world: World, lead: Client, made: list[Appointment], other: Specialist
) -> None:
    second = World()
    second.team.leads.add(world.lead)
    theirs = second.book(at(10))
    colleague = second.specialist(user__name="Elders")
    page = text_of(look(lead, *made, theirs))
    assert "Piet Paulusma vrij voor 3 van 4, 1 van een ander team" in page
    answer = give(lead, other, *made, theirs)
    assert holders(*made, theirs) == [other, other, other, second.specialists[0]]
    assert f"{theirs.reference} {theirs.customer}: Kies een actieve behandelaar van dit team." in said(answer)
    give(lead, colleague, theirs)
    assert holders(theirs) == [colleague]


def test_of_one_it_is_said_in_a_word(world: World, lead: Client, made: list[Appointment]) -> None:
    world.specialist(user__name="Vrij")
    world.specialist(user__name="Weg").windows.all().delete()
    world.book(at(10), specialist=world.specialist(user__name="Bezet"))
    page = text_of(look(lead, made[1]))
    assert re.search(r"Vrij vrij vandaag .* Weg niet beschikbaar vandaag .* Bezet bezet vandaag", page)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST])
def test_nobody_but_leads_gives_anything(
    world: World, enter: Enter, made: list[Appointment], other: Specialist, role: Role
) -> None:
    somebody = UserFactory.create(role=role)
    world.team.leads.add(somebody)
    assert give(enter(somebody), other, *made).status_code == 403
    assert other not in holders(*made)


def test_no_more_than_a_page_is_taken(
    lead: Client, made: list[Appointment], other: Specialist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 2)
    assert "2 afspraken hertoewijzen" in text_of(look(lead, *made))


@pytest.mark.parametrize("value", ["", "x", "x.1", "AAA-0001.", "AAA-0001.99999999999"])
def test_what_makes_no_sense_is_nothing(lead: Client, value: str) -> None:
    assert lead.post(ADDRESS, {"appointment": value}).status_code == 422
    assert lead.get(ADDRESS, {"appointment": value, "back": "https://example.org"}).status_code == 200


def test_it_leads_nowhere_else(lead: Client, made: list[Appointment], other: Specialist) -> None:
    answer = give(lead, other, *made, back="https://example.org/")
    assert answer.redirect_chain == [("/board/", 302)]  # type: ignore[attr-defined]


def test_the_page_takes_as_many_queries_for_three_as_for_one(
    lead: Client, made: list[Appointment], other: Specialist
) -> None:
    few, many = (
        queries(lead, f"{ADDRESS}?appointment=" + "&appointment=".join(seen(*some)))
        for some in (made[:1], made)
    )
    assert many == few
