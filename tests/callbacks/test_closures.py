"""Closing days: entered by who is responsible, and never over appointments in silence."""

import datetime as dt
from typing import Any

import pytest

from availability.models import Closure, Team
from callbacks.errors import AppointmentsHit, Forbidden, Invalid
from callbacks.models import Appointment
from callbacks.operations.closures import close
from callbacks.operations.rearranging import Decision
from callbacks.queries.slots import free_slots
from callbacks.states import Remedy, State
from tests.factories import NOW, World, at

MONDAY = dt.date(2026, 11, 23)


def closed(team: Team | None, world: World, **given: Any) -> Closure:
    days: dict[str, Any] = {"first_day": MONDAY, "last_day": MONDAY, "name": "Studiedag", "by": world.admin}
    return close(team=team, now=NOW, **(days | given))


def rebook(appointment: Appointment) -> dict[str, Decision]:
    return {appointment.reference: Decision(remedy=Remedy.REBOOK, version=1, reason="Studiedag")}


def test_nothing_is_offered_on_a_closing_day(world: World) -> None:
    closed(world.team, world)
    assert free_slots(topic=world.topic, start=at(0), end=at(23), now=NOW) == []


@pytest.mark.parametrize("everybody", [True, False])
def test_a_day_with_appointments_is_asked_about(world: World, everybody: object) -> None:
    booked = world.book()
    with pytest.raises(AppointmentsHit) as refused:
        closed(None if everybody else world.team, world)
    assert [one.reference for one in refused.value.appointments] == [booked.reference]
    assert not Closure.objects.exists()


def test_what_was_decided_is_done_with_the_closing(world: World) -> None:
    booked = world.book()
    closed(world.team, world, decisions=rebook(booked))
    booked.refresh_from_db()
    assert (booked.state, Closure.objects.count()) == (State.TO_REBOOK, 1)


def test_the_appointments_of_another_team_are_not_asked_about(world: World) -> None:
    world.book()
    assert closed(World().team, world).pk


def test_all_teams_are_asked_about_when_everybody_closes(world: World) -> None:
    other = World()
    references = {world.book().reference, other.book().reference}
    with pytest.raises(AppointmentsHit) as refused:
        closed(None, world)
    assert {one.reference for one in refused.value.appointments} == references


def test_a_lead_closes_the_own_team(world: World) -> None:
    assert closed(world.team, world, by=world.lead).team == world.team


@pytest.mark.parametrize("who", ["agent", "person", "lead"])
def test_nobody_but_the_administrator_closes_everybody(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        closed(None, world, by=getattr(world, who))


@pytest.mark.parametrize("who", ["agent", "person"])
def test_others_close_no_team(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        closed(world.team, world, by=getattr(world, who))


def test_a_lead_does_not_close_another_team(world: World) -> None:
    with pytest.raises(Forbidden):
        closed(World().team, world, by=world.lead)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": MONDAY - dt.timedelta(days=1)}, "last_day"),
        ({"last_day": MONDAY + dt.timedelta(days=367)}, "last_day"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_what_makes_no_sense_is_named(world: World, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        closed(world.team, world, **wrong)
    assert (refused.value.field, Closure.objects.count()) == (field, 0)
