"""Changing availability in which appointments lie: all is decided, or nothing is done."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from availability.models import Absence, Specialist
from callbacks.errors import AppointmentsHit, Forbidden, Invalid, SlotTaken, Stale
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.operations.rearranging import Decision, rearrange
from callbacks.states import MessageKind, Remedy, State, Verb
from tests.factories import NOW, SpecialistFactory, World, at


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00–10:30, with the first specialist."""
    return world.book(specialist=world.specialists[0])


NINE, NOON = at(9), at(12)


def away(specialist: Specialist, start: dt.datetime = NINE, end: dt.datetime = NOON) -> Callable[[], Absence]:
    return lambda: Absence.objects.create(specialist=specialist, starts_at=start, ends_at=end)


def decide(
    appointments: Iterable[Appointment], remedy: Remedy, *, reason: str = "Ziek", to: Specialist | None = None
) -> dict[str, Decision]:
    return {
        one.reference: Decision(remedy=remedy, version=one.version, reason=reason, substitute=to)
        for one in appointments
    }


def go_away(world: World, decisions: dict[str, Decision] | None = None, **more: object) -> Absence:
    one = world.specialists[0]
    by = more.get("by", world.person)
    return rearrange(
        specialists=[one.pk],
        change=away(one),
        decisions=decisions or {},
        by=by,  # type: ignore[arg-type]
        now=NOW,
    )


def test_a_change_that_hits_nothing_is_made(world: World) -> None:
    go_away(world)
    assert Absence.objects.count() == 1


def test_a_change_that_hits_something_names_it_and_is_not_made(world: World, booked: Appointment) -> None:
    with pytest.raises(AppointmentsHit) as refused:
        go_away(world)
    assert [one.reference for one in refused.value.appointments] == [booked.reference]
    assert Absence.objects.count() == 0


def test_another_free_specialist_keeps_the_same_promise(world: World, booked: Appointment) -> None:
    colleague = world.specialist()
    go_away(world, decide([booked], Remedy.COLLEAGUE))
    booked.refresh_from_db()
    assert (booked.specialist, booked.starts_at, Promise.objects.count()) == (colleague, at(10), 1)


def test_without_a_free_colleague_it_goes_to_the_worklist(world: World, booked: Appointment) -> None:
    go_away(world, decide([booked], Remedy.COLLEAGUE))
    booked.refresh_from_db()
    assert booked.state == State.TO_REBOOK
    told = Message.objects.get(kind=MessageKind.TEAM_UNTAKEN, channel="email")
    assert told.recipient == world.team.mailbox


def test_the_front_office_gets_it_back_with_the_reason(world: World, booked: Appointment) -> None:
    go_away(world, decide([booked], Remedy.REBOOK))
    entry = LogEntry.objects.get(verb=Verb.SEND_BACK)
    assert (entry.to_state, entry.reason, Reservation.objects.count()) == (State.TO_REBOOK, "Ziek", 0)


@pytest.mark.parametrize("remedy", [Remedy.REBOOK, Remedy.COLLEAGUE])
def test_the_customer_hears_that_a_new_time_is_needed(
    world: World, booked: Appointment, remedy: Remedy
) -> None:
    go_away(world, decide([booked], remedy))
    told = Message.objects.get(kind=MessageKind.CUSTOMER_TO_REBOOK)
    assert (told.recipient, told.useful_until) == (booked.customer.email, booked.ends_at)


def test_a_customer_whose_time_stays_hears_nothing(world: World, booked: Appointment) -> None:
    world.specialist()
    go_away(world, decide([booked], Remedy.COLLEAGUE))
    assert not Message.objects.filter(kind=MessageKind.CUSTOMER_TO_REBOOK).exists()


def test_the_substitute_keeps_the_window_also_in_time_not_published(
    world: World, booked: Appointment
) -> None:
    substitute = SpecialistFactory.create(team=world.team)
    go_away(world, decide([booked], Remedy.SUBSTITUTE, to=substitute))
    booked.refresh_from_db()
    assert (booked.specialist, Reservation.objects.get().specialist) == (substitute, substitute)


def test_a_substitute_who_is_taken_stops_everything(world: World, booked: Appointment) -> None:
    substitute = world.specialist()
    world.book(specialist=substitute)
    with pytest.raises(SlotTaken):
        go_away(world, decide([booked], Remedy.SUBSTITUTE, to=substitute))
    booked.refresh_from_db()
    assert (booked.specialist, Absence.objects.count()) == (world.specialists[0], 0)


@pytest.mark.parametrize("who", ["nobody", "stranger", "inactive"])
def test_a_substitute_is_an_active_member_of_the_team(world: World, booked: Appointment, who: str) -> None:
    people: dict[str, Callable[[], Any]] = {
        "nobody": lambda: None,
        "stranger": SpecialistFactory.create,
        "inactive": lambda: SpecialistFactory.create(team=world.team, is_active=False),
    }
    with pytest.raises(Invalid):
        go_away(world, decide([booked], Remedy.SUBSTITUTE, to=people[who]()))


def test_what_is_kept_stays_with_its_reason_in_the_log(world: World, booked: Appointment) -> None:
    go_away(world, decide([booked], Remedy.KEEP, reason="Ik bel vanaf huis"))
    booked.refresh_from_db()
    assert (booked.specialist, booked.state) == (world.specialists[0], State.SCHEDULED)
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "Ik bel vanaf huis"


def test_what_was_kept_is_not_asked_about_again(world: World, booked: Appointment) -> None:
    go_away(world, decide([booked], Remedy.KEEP))
    one = world.specialists[0]
    rearrange(specialists=[one.pk], change=away(one, at(13), at(14)), decisions={}, by=world.person, now=NOW)
    assert Absence.objects.count() == 2


@pytest.mark.parametrize("remedy", Remedy)
def test_nothing_is_decided_without_a_reason(world: World, booked: Appointment, remedy: Remedy) -> None:
    to = world.specialist() if remedy == Remedy.SUBSTITUTE else None
    with pytest.raises(Invalid):
        go_away(world, decide([booked], remedy, reason=" ", to=to))
    assert Absence.objects.count() == 0


def test_nine_appointments_are_settled_in_one_go(world: World) -> None:
    world.topic.duration = 15
    world.topic.save(update_fields=["duration"])
    booked = [world.book(at(9, 30) + n * dt.timedelta(minutes=15)) for n in range(9)]
    colleague = world.specialist()
    go_away(world, decide(booked[:6], Remedy.COLLEAGUE) | decide(booked[6:], Remedy.REBOOK))
    now = {one.reference: one.specialist for one in Appointment.objects.all()}
    assert [now[one.reference] for one in booked] == [*[colleague] * 6, None, None, None]


def test_one_decision_that_fails_undoes_all(world: World, booked: Appointment) -> None:
    second = world.book(at(11), specialist=world.specialists[0])
    world.specialist()
    good = decide([booked], Remedy.COLLEAGUE)
    stale = {second.reference: Decision(remedy=Remedy.REBOOK, version=7, reason="Ziek")}
    with pytest.raises(Stale):
        go_away(world, good | stale)
    booked.refresh_from_db()
    assert (booked.specialist, booked.version, Absence.objects.count()) == (world.specialists[0], 1, 0)


def test_one_appointment_left_out_stops_all(world: World, booked: Appointment) -> None:
    world.book(at(11), specialist=world.specialists[0])
    with pytest.raises(AppointmentsHit):
        go_away(world, decide([booked], Remedy.REBOOK))
    booked.refresh_from_db()
    assert booked.state == State.SCHEDULED


@pytest.mark.parametrize("remedy", Remedy)
def test_a_stranger_decides_nothing(world: World, booked: Appointment, remedy: Remedy) -> None:
    with pytest.raises(Forbidden):
        go_away(world, decide([booked], remedy, to=world.specialists[0]), by=World().person)
