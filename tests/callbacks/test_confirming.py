"""The specialist confirms or declines; declining never drops the promise."""

import datetime as dt

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Stale, WrongState
from callbacks.models import LogEntry, Message, Promise, Reservation
from callbacks.states import MessageKind, State, Verb
from tests.factories import NOW, SpecialistFactory, World, at


def test_confirming_is_logged_and_makes_a_new_version(world: World) -> None:
    booked = world.book()
    confirmed = operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    assert (confirmed.state, confirmed.version) == (State.CONFIRMED, 2)
    assert LogEntry.objects.filter(verb=Verb.CONFIRM, by=world.person).count() == 1


def test_confirming_what_somebody_changed_first_says_who_and_what(world: World) -> None:
    booked = world.book()
    operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    with pytest.raises(Stale) as refused:
        operations.confirm(appointment=booked, version=1, by=world.admin, now=NOW)
    assert (refused.value.by_name, refused.value.current_version) == (world.person.name, 2)


def test_a_version_that_changed_after_reading_is_stale_too(world: World) -> None:
    booked = world.book()
    read_before = type(booked).objects.get(pk=booked.pk)
    operations.confirm(appointment=booked, version=1, by=world.person, now=NOW)
    with pytest.raises(Stale):
        operations.confirm(appointment=read_before, version=1, by=world.person, now=NOW)


def test_confirming_twice_does_not_fit_the_state(world: World) -> None:
    booked = operations.confirm(appointment=world.book(), version=1, by=world.person, now=NOW)
    with pytest.raises(WrongState):
        operations.confirm(appointment=booked, version=2, by=world.person, now=NOW)


def test_people_of_another_team_cannot_confirm(world: World) -> None:
    stranger = SpecialistFactory.create().user
    with pytest.raises(Forbidden):
        operations.confirm(appointment=world.book(), version=1, by=stranger, now=NOW)


def test_declining_gives_the_same_window_to_a_free_colleague(db: None) -> None:
    world = World(capacity=2)
    booked = world.book()
    first = booked.specialist
    assert first is not None
    declined = operations.decline(appointment=booked, version=1, reason="Ill", by=first.user, now=NOW)
    assert declined.state == State.SCHEDULED
    assert declined.specialist not in {first, None}
    assert Reservation.objects.get().specialist == declined.specialist
    assert Promise.objects.open().get().starts_at == at(10)


def test_the_colleague_is_asked_to_confirm(db: None) -> None:
    world = World(capacity=2)
    booked = world.book()
    assert booked.specialist is not None
    operations.decline(appointment=booked, version=1, reason="Ill", by=booked.specialist.user, now=NOW)
    asked = Message.objects.filter(kind__startswith="specialist_", channel="email").order_by("pk")
    first, second = (one.user for one in sorted(world.specialists, key=lambda one: one != booked.specialist))
    assert list(asked.values_list("kind", "recipient")) == [
        (MessageKind.SPECIALIST_CONFIRM, first.email),
        (MessageKind.SPECIALIST_GIVEN, second.email),
    ]


def test_a_colleague_takes_over_at_shorter_notice_than_a_booking_needs(db: None) -> None:
    world = World(capacity=2)
    world.team.minimum_notice = 30
    world.team.save(update_fields=["minimum_notice"])
    booked = world.book()
    assert booked.specialist is not None
    declined = operations.decline(
        appointment=booked, version=1, reason="Ill", by=booked.specialist.user, now=at(9, 50)
    )
    assert declined.state == State.SCHEDULED


def test_without_a_free_colleague_it_stands_on_the_worklist_and_the_promise_stays(world: World) -> None:
    declined = operations.decline(appointment=world.book(), version=1, reason="Ill", by=world.person, now=NOW)
    assert (declined.state, declined.specialist, declined.next_action_at) == (State.TO_REBOOK, None, NOW)
    assert Promise.objects.open().get().starts_at == at(10)
    assert not Reservation.objects.exists()


def test_the_agent_who_booked_is_told_that_it_needs_a_new_time(world: World) -> None:
    operations.decline(appointment=world.book(), version=1, reason="Ill", by=world.person, now=NOW)
    message = Message.objects.get(kind=MessageKind.AGENT_TO_REBOOK, channel="email")
    assert message.recipient == world.agent.email


def test_declining_after_the_start_goes_to_the_worklist(db: None) -> None:
    world = World(capacity=2)
    booked = world.book()
    assert booked.specialist is not None
    late = at(10) + dt.timedelta(minutes=1)
    declined = operations.decline(
        appointment=booked, version=1, reason="Forgot", by=booked.specialist.user, now=late
    )
    assert declined.state == State.TO_REBOOK


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_declining_needs_a_reason_within_its_limit(world: World, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.decline(appointment=world.book(), version=1, reason=reason, by=world.person, now=NOW)
    assert refused.value.field == "reason"


def test_who_declined_a_promise_does_not_get_it_back(db: None) -> None:
    world = World(capacity=2)
    appointment = world.book()
    for version in (1, 2):
        assert appointment.specialist is not None
        appointment = operations.decline(
            appointment=appointment, version=version, reason="Ill", by=appointment.specialist.user, now=NOW
        )
    assert appointment.state == State.TO_REBOOK
