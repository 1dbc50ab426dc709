"""Rescheduling ends one promise and makes another; reassigning keeps the window."""

import datetime as dt

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, SlotNotOffered, SlotTaken, WrongState
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.states import MessageKind, PromiseOutcome, State, Verb
from tests.factories import NOW, SpecialistFactory, World, at


def reschedule(world: World, appointment: Appointment, **fields: object) -> Appointment:
    """Move to Monday 14:00 with the customer's agreement, unless said otherwise."""
    values = {"starts_at": at(14), "customer_agreed": True, "by": world.agent, "now": NOW, **fields}
    return operations.reschedule(appointment=appointment, version=appointment.version, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("customer_agreed", "now", "outcome"),
    [
        (True, NOW, PromiseOutcome.WITHDRAWN),
        (False, NOW, PromiseOutcome.BROKEN),
        (True, at(10), PromiseOutcome.BROKEN),
        (True, at(11), PromiseOutcome.BROKEN),
    ],
)
def test_only_the_customer_before_the_window_withdraws_a_promise(
    world: World, customer_agreed: object, now: dt.datetime, outcome: PromiseOutcome
) -> None:
    reschedule(world, world.book(), customer_agreed=customer_agreed, now=now)
    assert [one.outcome for one in Promise.objects.all()] == [outcome, ""]


def test_a_move_keeps_record_and_reference_and_makes_a_new_promise(world: World) -> None:
    booked = world.book()
    moved = reschedule(world, booked)
    assert (moved.pk, moved.reference, moved.starts_at) == (booked.pk, booked.reference, at(14))
    assert Promise.objects.open().get().starts_at == at(14)
    assert Reservation.objects.get().starts_at == at(14)


def test_a_move_may_overlap_the_old_time(world: World) -> None:
    assert reschedule(world, world.book(), starts_at=at(10, 15)).starts_at == at(10, 15)


def test_the_specialist_stays_when_free(db: None) -> None:
    world = World(capacity=4)
    booked = world.book()
    before = booked.specialist
    assert reschedule(world, booked).specialist == before


def test_a_move_to_a_taken_time_changes_nothing(world: World) -> None:
    booked = world.book()
    world.book(at(14))
    with pytest.raises(SlotTaken):
        reschedule(world, booked)
    assert (booked.starts_at, booked.version) == (at(10), 1)
    assert Appointment.objects.get(pk=booked.pk).version == 1
    assert Promise.objects.open().count() == 2
    assert set(Reservation.objects.values_list("starts_at", flat=True)) == {at(10), at(14)}


def test_the_customer_is_told_the_new_time(world: World) -> None:
    reschedule(world, world.book())
    assert Message.objects.filter(kind=MessageKind.CUSTOMER_MOVED).count() == 1


def test_what_waits_for_a_new_time_gets_one(world: World) -> None:
    waiting = operations.decline(appointment=world.book(), version=1, reason="Ill", by=world.person, now=NOW)
    assert reschedule(world, waiting).state == State.SCHEDULED


def test_a_closed_appointment_cannot_be_moved(world: World) -> None:
    closed = operations.cancel(
        appointment=world.book(), version=1, reason="No need", by_customer=True, by=world.agent, now=NOW
    )
    with pytest.raises(WrongState):
        reschedule(world, closed)


def test_the_lead_gives_the_window_to_a_colleague(db: None) -> None:
    world = World(capacity=2)
    booked = world.book()
    other = next(one for one in world.specialists if one != booked.specialist)
    given = operations.reassign(appointment=booked, version=1, specialist=other, by=world.lead, now=NOW)
    assert (given.specialist, given.starts_at, given.state) == (other, at(10), State.SCHEDULED)
    assert Reservation.objects.get().specialist == other
    entry = LogEntry.objects.get(verb=Verb.REASSIGN)
    assert entry.details["specialist"] == other.user.name


def test_a_lead_may_use_time_that_was_not_published(world: World) -> None:
    unpublished = SpecialistFactory.create(team=world.team, topics=[world.topic])
    given = operations.reassign(
        appointment=world.book(), version=1, specialist=unpublished, by=world.lead, now=NOW
    )
    assert given.specialist == unpublished


def test_a_busy_colleague_cannot_get_it(db: None) -> None:
    world = World(capacity=2)
    booked, other = world.book(), world.book()
    assert other.specialist is not None
    with pytest.raises(SlotTaken):
        operations.reassign(
            appointment=booked, version=1, specialist=other.specialist, by=world.lead, now=NOW
        )
    assert Reservation.objects.count() == 2


def test_an_overdue_appointment_is_given_without_reserving_past_time(db: None) -> None:
    world = World(capacity=2)
    booked, other = world.book(), world.book()
    assert other.specialist is not None
    given = operations.reassign(
        appointment=booked, version=1, specialist=other.specialist, by=world.lead, now=at(12)
    )
    assert (given.specialist, given.next_action_at) == (other.specialist, at(12))
    assert not Reservation.objects.filter(appointment=given).exists()


def test_somebody_of_another_team_cannot_get_it(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        operations.reassign(
            appointment=world.book(), version=1, specialist=SpecialistFactory.create(), by=world.lead, now=NOW
        )
    assert refused.value.field == "specialist"


def test_only_the_lead_reassigns(db: None) -> None:
    world = World(capacity=2)
    with pytest.raises(Forbidden):
        operations.reassign(
            appointment=world.book(), version=1, specialist=world.specialists[1], by=world.agent, now=NOW
        )


def test_what_was_reopened_needs_a_new_time_before_it_gets_an_owner(db: None) -> None:
    world = World(capacity=2)
    closed = operations.cancel(
        appointment=world.book(), version=1, reason="No need", by_customer=True, by=world.agent, now=NOW
    )
    reopened = operations.reopen(appointment=closed, version=2, reason="Need", by=world.agent, now=NOW)
    with pytest.raises(WrongState):
        operations.reassign(
            appointment=reopened, version=3, specialist=world.specialists[1], by=world.lead, now=NOW
        )


def test_who_gets_an_overdue_appointment_has_the_teams_term_to_confirm(db: None) -> None:
    world = World(capacity=2)
    booked = world.book()
    other = next(one for one in world.specialists if one != booked.specialist)
    given = operations.reassign(appointment=booked, version=1, specialist=other, by=world.lead, now=at(12))
    assert given.confirm_by == at(12) + dt.timedelta(minutes=world.team.confirm_within)


def test_a_reason_beyond_its_limit_is_refused_when_moving(world: World) -> None:
    booked = world.book()
    with pytest.raises(Invalid) as refused:
        reschedule(world, booked, reason="x" * 501)
    assert refused.value.field == "reason"


def test_a_reason_beyond_its_limit_is_refused_when_reassigning(world: World) -> None:
    booked, other = world.book(), world.specialist()
    with pytest.raises(Invalid) as refused:
        operations.reassign(
            appointment=booked, version=1, specialist=other, reason="x" * 501, by=world.lead, now=NOW
        )
    assert refused.value.field == "reason"


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_end_of_the_calendar_is_not_offered(world: World, year: int) -> None:
    with pytest.raises(SlotNotOffered):
        reschedule(world, world.book(), starts_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC))
