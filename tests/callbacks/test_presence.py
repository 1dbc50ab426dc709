"""Whether somebody can take a customer over now: the switch, calls, appointments and hours."""

import datetime as dt

import pytest

from availability.models import Absence, Specialist
from callbacks import operations
from callbacks.errors import Forbidden
from callbacks.models.appointments import CALL_LASTS
from callbacks.queries.first_line import free_for_transfer
from callbacks.queries.presence import Now, Presence, presence
from tests.factories import NOW, World, at


def where(world: World, now: dt.datetime = NOW) -> Now:
    return presence(specialist=Specialist.objects.get(pk=world.specialists[0].pk), now=now)


def transferable(world: World, now: dt.datetime) -> list[Specialist]:
    return [one.specialist for one in free_for_transfer(topic=world.topic, now=now)]


def put(world: World, by: str = "person", *, willing: bool) -> None:
    operations.take_transfers(specialist=world.specialists[0], willing=willing, by=getattr(world, by))


def test_who_is_there_and_willing_is_free_until_the_hours_end(world: World) -> None:
    assert where(world) == Now(Presence.FREE, until=at(17))


def test_the_switch_turns_it_off_and_on(world: World) -> None:
    put(world, willing=False)
    assert (where(world), transferable(world, NOW)) == (Now(Presence.OFF), [])
    put(world, willing=True)
    assert (where(world).presence, transferable(world, NOW)) == (Presence.FREE, world.specialists)


def test_pressing_twice_changes_once(world: World) -> None:
    put(world, willing=False)
    put(world, willing=False)
    assert Specialist.objects.get().version == world.specialists[0].version + 1


def test_an_appointment_switches_it_off_while_it_lasts(world: World) -> None:
    world.book(at(10))
    found = [where(world, moment) for moment in (at(9, 59), at(10), at(10, 29), at(10, 30))]
    assert [one.presence for one in found] == ["free", "occupied", "occupied", "free"]
    assert found[1].until == at(10, 30)


def test_a_running_call_switches_it_off_outside_the_appointment_too(world: World) -> None:
    made = world.book(at(10))
    operations.begin_call(appointment=made, version=1, by=world.person, now=at(11))
    assert where(world, at(11, 5)) == Now(Presence.CALLING, reference=made.reference)
    assert transferable(world, at(11, 5)) == []


def test_a_call_that_nobody_logged_ends_by_itself(world: World) -> None:
    operations.begin_call(appointment=world.book(at(10)), version=1, by=world.person, now=at(11))
    assert transferable(world, at(11) + CALL_LASTS) == world.specialists


def test_outside_the_hours_or_absent_it_is_off(world: World) -> None:
    Absence.objects.create(specialist=world.specialists[0], starts_at=at(12), ends_at=at(13))
    assert [where(world, moment).presence for moment in (at(12, 30), at(18))] == ["away", "away"]


@pytest.mark.parametrize("by", ["person", "lead", "admin"])
def test_the_specialist_and_the_lead_may_press_it(world: World, by: str) -> None:
    put(world, by, willing=False)
    assert where(world).presence == Presence.OFF


def test_nobody_else_may(world: World) -> None:
    with pytest.raises(Forbidden):
        put(world, "agent", willing=False)
