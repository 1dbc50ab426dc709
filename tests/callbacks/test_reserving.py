"""Taking time: who is chosen, what makes way, what is refused and what that costs."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from callbacks import operations
from callbacks.errors import SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Promise, Reservation
from callbacks.operations.reserving import Claim, Taken, in_one_transaction, take
from tests.factories import NOW, CustomerFactory, UserFactory, World, at

MINUTE = dt.timedelta(minutes=1)


def claim(world: World, **fields: Any) -> Claim:
    """Half past ten, for whoever of the team is free."""
    given = {
        "candidates": [one.pk for one in world.specialists],
        "starts_at": at(10, 30),
        "ends_at": at(11),
        "by": world.agent,
        "now": NOW,
    }
    return Claim(**{**given, **fields})


def took(world: World, **fields: Any) -> Taken:
    """What was taken, which must be something."""
    taken = take(claim(world, **fields))
    assert taken is not None
    return taken


def held(world: World, index: int = 0, **fields: Any) -> Reservation:
    """A hold on the first half of that time, by somebody else unless said otherwise."""
    given = {
        "specialist": world.specialists[index],
        "starts_at": at(10, 30),
        "ends_at": at(10, 45),
        "held_by": world.lead,
        "expires_at": NOW + MINUTE,
    }
    return Reservation.objects.create(**{**given, **fields})


def test_a_hold_is_what_was_claimed(world: World) -> None:
    taken = took(world, expires_at=NOW + MINUTE)
    one = Reservation.objects.get()
    assert (one.pk, one.specialist, one.held_by) == (
        taken.reservation_id,
        world.specialists[0],
        world.agent,
    )
    assert (one.starts_at, one.ends_at, one.expires_at) == (at(10, 30), at(11), NOW + MINUTE)


def test_who_is_taken_comes_with_user_and_team(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    specialist = took(world, expires_at=NOW + MINUTE).specialist
    with django_assert_num_queries(0):
        found = (specialist, specialist.user, specialist.team)
    assert found == (world.specialists[0], world.person, world.team)


def test_nobody_is_free_where_all_are_taken(world: World) -> None:
    hold = held(world)
    assert take(claim(world)) is None
    assert Reservation.objects.get() == hold


def test_nobody_can_be_taken_of_no_candidates(world: World) -> None:
    assert take(claim(world, candidates=[])) is None


def test_who_is_free_is_chosen_beside_who_is_not(db: None) -> None:
    world = World(capacity=3)
    held(world, 0)
    held(world, 2)
    assert took(world, expires_at=NOW + MINUTE).specialist == world.specialists[1]


def test_who_would_come_first_but_is_not_free_is_passed_over(db: None) -> None:
    world, customer = World(capacity=2), CustomerFactory.create()
    world.book(at(15), customer=customer, specialist=world.specialists[0])
    held(world, 0)
    taken = took(world, customer=customer, expires_at=NOW + MINUTE)
    assert taken.specialist == world.specialists[1]


@pytest.mark.parametrize(("starts_at", "ends_at"), [(at(10), at(10, 30)), (at(11), at(11, 30))])
def test_time_that_only_touches_is_free(world: World, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    held(world, starts_at=starts_at, ends_at=ends_at)
    assert took(world, expires_at=NOW + MINUTE)


def test_holds_that_block_for_no_reason_make_way(world: World) -> None:
    held(world, expires_at=NOW - MINUTE)
    held(world, held_by=world.agent, starts_at=at(10, 45), ends_at=at(11))
    taken = took(world, expires_at=NOW + MINUTE)
    assert [one.pk for one in Reservation.objects.all()] == [taken.reservation_id]


def test_holds_at_other_times_and_of_other_people_stay(db: None) -> None:
    world = World(capacity=2)
    later = held(world, starts_at=at(12), ends_at=at(13), expires_at=NOW - MINUTE)
    other = held(world, 1, expires_at=NOW - MINUTE)
    took(world, candidates=[world.specialists[0].pk], expires_at=NOW + MINUTE)
    assert Reservation.objects.filter(pk__in=[later.pk, other.pk]).count() == 2


def test_an_appointment_s_time_never_makes_way(world: World) -> None:
    appointment = world.book(at(10, 30))
    assert take(claim(world, by=world.person)) is None
    assert Reservation.objects.get().appointment == appointment


def test_who_has_the_appointment_keeps_it_when_free(db: None) -> None:
    world = World(capacity=4)
    appointment = world.book(at(9, 30))
    appointment.reservation.delete()
    assert took(world, appointment=appointment).specialist == appointment.specialist


def test_a_refused_move_leaves_everything_as_it_was(world: World) -> None:
    moved, _other = world.book(at(10)), world.book(at(11))
    before = list(Reservation.objects.order_by("pk").values_list())
    with pytest.raises(SlotTaken) as refused:
        operations.reschedule(
            appointment=moved, version=1, starts_at=at(11), customer_agreed=True, by=world.agent, now=NOW
        )
    assert list(Reservation.objects.order_by("pk").values_list()) == before
    assert Promise.objects.open().count() == 2
    assert at(10) not in [slot.starts_at for slot in refused.value.alternatives]


@pytest.mark.parametrize(("taken", "error"), [(at(10), SlotTaken), (at(18), SlotNotOffered)])
@pytest.mark.django_db(transaction=True)
def test_alternatives_are_looked_for_when_nobody_waits_for_us(
    taken: dt.datetime, error: type[SlotTaken | SlotNotOffered], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, in_transaction = World(), []
    world.book(at(10))
    monkeypatch.setattr(
        error, "__init__", lambda *_anything: in_transaction.append(connection.in_atomic_block)
    )
    with pytest.raises(error):
        world.book(taken)
    assert in_transaction == [False]


def test_a_booking_takes_four_statements(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Facts, customer, time, rows; a savepoint around them, for a test runs in a transaction itself."""
    caller = operations.CustomerData(name="Jo", phone="0612345678")
    with django_assert_num_queries(6):
        world.book(customer=caller)


def test_with_more_specialists_it_takes_no_more(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world, customer = World(capacity=4), CustomerFactory.create()
    with django_assert_num_queries(5):
        world.book(customer=customer)


def test_who_is_told_that_it_is_taken_cost_four_statements(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Facts and the try; after the savepoint is rolled back, facts and reserved time around it."""
    customer = world.book(at(10)).customer
    with django_assert_num_queries(7), pytest.raises(SlotTaken):
        world.book(at(10), customer=customer)


def test_a_door_within_a_door_is_a_part_of_it(world: World) -> None:
    @in_one_transaction
    def book_and_stumble() -> None:
        world.book()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book_and_stumble()
    assert not Appointment.objects.exists()


def test_after_a_door_that_failed_the_next_has_a_transaction_of_its_own(world: World) -> None:
    with pytest.raises(SlotNotOffered):
        world.book(at(18))
    with transaction.atomic():
        world.book()
        with pytest.raises(SlotTaken):
            world.book()
        assert world.book(at(11), by=UserFactory.create()).reference
