"""Which times the desk shows, and what it does with a wish for others."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from availability.models import Specialist
from callbacks import operations
from callbacks.models import Appointment
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import (
    NOW,
    CustomerFactory,
    SpecialistFactory,
    TeamFactory,
    TopicFactory,
    WindowFactory,
    World,
    at,
)
from tests.frontoffice.conftest import queries, text_of
from tests.frontoffice.test_desk import filled_in, part


def starts(html: str) -> list[str]:
    """The slots of a page."""
    return re.findall(r'name="starts_at"\s+value="([^"]+)"', html)


def slots(client: Client, world: World, **wish: Any) -> str:
    """What comes for the slots when the agent asks for other times."""
    asked = "&".join(f"{name}={value}" for name, value in {"topic": world.topic.slug, **wish}.items())
    return part(client, f"/desk/?{asked}", "slots")


def test_a_wish_in_words_moves_the_days_and_the_slots(world: World, agent: Client) -> None:
    page = slots(agent, world, when="do na 15")
    assert starts(page)[0] == at(15, day=26).isoformat()
    assert 'value="2026-11-26"' in page
    assert "Vanaf do 26 nov" in page


def test_an_hour_alone_counts_on_every_day(world: World, agent: Client) -> None:
    found = starts(slots(agent, world, when="na 16:15"))
    assert found[:3] == [at(16, 15).isoformat(), at(16, 30).isoformat(), at(16, 15, day=24).isoformat()]


def test_what_is_not_understood_says_so_and_shows_the_first_slots(world: World, agent: Client) -> None:
    page = slots(agent, world, when="ooit")
    assert "Niet begrepen" in page
    assert starts(page)[0] == at(9).isoformat()


@pytest.mark.parametrize(("which", "first"), [("morning", at(9)), ("afternoon", at(12))])
def test_a_part_of_the_day_leaves_the_other_part_out(
    world: World, agent: Client, which: str, first: dt.datetime
) -> None:
    found = starts(slots(agent, world, part=which))
    assert found[0] == first.isoformat()
    assert len(found) == 6


def test_a_day_shows_only_the_part_that_is_wanted(world: World, agent: Client) -> None:
    found = starts(slots(agent, world, part="afternoon", day="2026-11-25"))
    assert {one[:10] for one in found} == {"2026-11-25"}
    assert found[0] == at(12, day=25).isoformat()


@pytest.fixture
def colleague(world: World) -> Specialist:
    """A second specialist, there on Tuesdays only."""
    made = world.specialist()
    made.windows.exclude(weekday=2).delete()
    return made


def test_somebody_in_particular_has_only_their_own_slots(
    world: World, agent: Client, colleague: Specialist
) -> None:
    assert starts(slots(agent, world, specialist=colleague.pk))[0] == at(9, day=24).isoformat()


def test_somebody_in_particular_gets_the_appointment(
    world: World, agent: Client, colleague: Specialist
) -> None:
    chosen = at(9, day=24).isoformat()
    agent.post("/desk/", filled_in(world, specialist=colleague.pk, starts_at=chosen))
    assert Appointment.objects.get().specialist == colleague


@pytest.mark.parametrize("specialist", ["0", "x", "9" * 30])
def test_somebody_who_does_not_exist_narrows_nothing(world: World, agent: Client, specialist: str) -> None:
    assert starts(slots(agent, world, specialist=specialist))[0] == at(9).isoformat()


def test_who_knows_the_customer_is_marked_and_comes_first(
    world: World, agent: Client, colleague: Specialist
) -> None:
    customer = CustomerFactory.create()
    made = world.book(at(9, day=24), customer=customer, specialist=colleague)
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=NOW,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=colleague.user,
        now=NOW,
    )
    page = agent.get(
        f"/desk/?topic={world.topic.slug}&customer={customer.pk}&day=2026-11-24"
    ).content.decode()
    offered = re.findall(r'<option value="(\d+)"', page.split('id="id_specialist"')[1].split("</select>")[0])
    assert offered[0] == str(colleague.pk)
    assert "kent de klant" in text_of(page.split('id="id_starts_at"')[1])
    assert "kent de klant" not in text_of(agent.get(f"/desk/?topic={world.topic.slug}").content.decode())


def test_when_the_coming_days_are_full_the_first_later_day_is_shown(world: World, agent: Client) -> None:
    world.specialists[0].windows.update(valid_from=dt.date(2026, 12, 14))
    page = slots(agent, world)
    assert starts(page)[0] == dt.datetime(2026, 12, 14, 8, tzinfo=dt.UTC).astimezone(at(9).tzinfo).isoformat()
    assert "Vóór ma 14 dec is niets vrij" in page


def test_when_nothing_is_ever_free_it_says_so_and_offers_to_record_that(world: World, agent: Client) -> None:
    world.specialists[0].windows.all().delete()
    page = slots(agent, world)
    assert "nu niet en later niet" in page
    assert '<details class="endings refuse" open>' in page
    assert 'value="refused:nothing_free"' in page


def test_when_one_team_has_nothing_another_team_of_the_topic_calls(world: World, agent: Client) -> None:
    other = World()
    world.topic.teams.add(other.team)
    other.specialists[0].topics.add(world.topic)
    world.specialists[0].windows.all().delete()
    assert starts(slots(agent, world))[0] == at(9).isoformat()
    receipt = agent.get(agent.post("/desk/", filled_in(world))["Location"])
    assert Appointment.objects.get().team == other.team
    assert f"U wordt gebeld door {other.team}." in text_of(receipt.content.decode())


def test_a_day_that_is_past_is_next_year_s_and_says_so_when_nothing_is_free(
    world: World, agent: Client
) -> None:
    page = slots(agent, world, when="20-11")
    assert starts(page) == []
    assert (
        "Te ver weg: zaterdag 20 november 2027. Afspraken kunnen tot en met maandag 4 januari 2027." in page
    )


def test_a_day_within_reach_with_nothing_free_after_it_says_so(world: World, agent: Client) -> None:
    world.specialists[0].windows.update(valid_until=dt.date(2026, 12, 1))
    page = slots(agent, world, when="wk 50")
    assert "Vanaf maandag 7 december 2026 is niets vrij." in page


def test_a_wish_that_leaves_nothing_can_be_taken_back(world: World, agent: Client) -> None:
    page = slots(agent, world, when="voor 8")
    assert starts(page) == []
    assert "Er is niets vrij dat hierbij past, ook later niet." in page
    assert 'value="all"' in page
    shown = agent.post("/desk/", filled_in(world, when="voor 8", show="all", starts_at="")).content.decode()
    assert starts(shown)[0] == at(9).isoformat()


def shown_as(html: str) -> str:
    """The wish that the slots of a page belong to."""
    found = re.search(r'name="shown" value="([^"]*)"', html)
    assert found
    return found[1]


def test_slots_are_booked_only_under_the_wish_they_were_shown_for(world: World, agent: Client) -> None:
    shown = shown_as(agent.get(f"/desk/?topic={world.topic.slug}").content.decode())
    response = agent.post("/desk/", filled_in(world, shown=shown, when="do na 15"))
    assert response.status_code == 200
    assert starts(response.content.decode())[0] == at(15, day=26).isoformat()
    assert "Er ligt nog niets vast: dit zijn de tijden die je vroeg." in text_of(response.content.decode())
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("wish", [{}, {"when": "do na 15"}, {"day": "2026-11-25", "part": "morning"}])
def test_slots_are_booked_under_their_own_wish(world: World, agent: Client, wish: dict[str, str]) -> None:
    page = slots(agent, world, **wish)
    form = filled_in(world, starts_at=starts(page)[0], shown=shown_as(page), **wish)
    assert agent.post("/desk/", form).status_code == 302


def test_another_topic_shows_its_own_times_first(world: World, agent: Client) -> None:
    other = TopicFactory.create(teams=[world.team])
    world.specialists[0].topics.add(other)
    shown = shown_as(agent.get(f"/desk/?topic={world.topic.slug}").content.decode())
    assert agent.post("/desk/", filled_in(world, topic=other.slug, shown=shown)).status_code == 200
    assert not Appointment.objects.exists()


def test_more_people_take_no_more_queries(world: World, agent: Client) -> None:
    address = f"/desk/?topic={world.topic.slug}"
    queries(agent, address)
    before = queries(agent, address)
    for _ in range(2):
        world.specialist()
    assert queries(agent, address) == before


def test_what_a_team_has_no_room_for_another_team_of_the_topic_takes(world: World, agent: Client) -> None:
    second = TeamFactory.create(minimum_notice=0)
    world.topic.teams.add(second)
    colleague = SpecialistFactory.create(team=second, topics=[world.topic])
    WindowFactory.create(specialist=colleague, weekday=1, starts=dt.time(14), ends=dt.time(15))
    world.specialists[0].windows.all().delete()
    assert starts(slots(agent, world))[0] == at(14).isoformat()
    assert world.book(at(14)).team == second
