"""Two agents hold and book one place at the same moment: never both, and a hold blocks others alone."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import connection

from accounts.models import User
from callbacks import operations
from callbacks.errors import SlotTaken
from callbacks.models import Appointment, Reservation
from callbacks.operations.holding import HOLD
from tests.factories import NOW, CustomerFactory, UserFactory, World, at
from tests.races.test_booking_races import Action, race

ROUNDS = 200

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_no_deadlock")]


@pytest.fixture
def _no_deadlock(db: None) -> Iterator[None]:
    """A deadlock's victim tries again, so that only a second's delay would tell; the server counts them."""
    before = deadlocks()
    yield
    assert deadlocks() == before


def deadlocks() -> int:
    """How many deadlocks the server has broken up in this database, once all contenders are gone."""
    with connection.cursor() as cursor:
        for _try in range(100):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            if cursor.fetchone()[0] == 1:
                break
            time.sleep(0.05)
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def slots(count: int) -> list[dt.datetime]:
    """Half-hours that do not overlap, sixteen on every working day from Tuesday on."""
    days = [at(9, day=24) + dt.timedelta(days=ahead) for ahead in range(21)]
    half_hours = [
        day + n * dt.timedelta(minutes=30) for day in days if day.isoweekday() <= 5 for n in range(16)
    ]
    return half_hours[:count]


def hold(world: World, by: User, *, starts_at: dt.datetime, now: dt.datetime = NOW) -> None:
    operations.hold(topic=world.topic, starts_at=starts_at, by=by, now=now)


def hold_alone(world: World, by: User, now: dt.datetime) -> None:
    """Hold the one place, and see that nobody else has it."""
    hold(world, by, starts_at=at(10, day=24), now=now)
    assert Reservation.objects.get().held_by == by


def hold_and_book(world: World, by: User, starts_at: dt.datetime) -> None:
    """Book whether or not the place could be held; an own hold must not be what stands in the way."""
    try:
        hold(world, by, starts_at=starts_at)
    except SlotTaken:
        world.book(starts_at, by=by)
        raise AssertionError("Booked what somebody else held.") from None
    assert world.book(starts_at, by=by)


def test_of_two_agents_who_hold_one_place_one_gets_it_and_the_other_alternatives() -> None:
    world, agents = World(), UserFactory.create_batch(2)
    # Each round begins when the hold of the round before has just expired.
    moments = [NOW + n * (HOLD + dt.timedelta(seconds=1)) for n in range(ROUNDS)]
    rounds: list[list[Action]] = [
        [partial(hold_alone, world, agent, now) for agent in agents] for now in moments
    ]
    assert race(rounds) == [Counter(won=1, taken=1)] * ROUNDS
    assert Reservation.objects.count() == 1


def test_who_holds_a_place_books_it() -> None:
    world, agents = World(), UserFactory.create_batch(2)
    rounds: list[list[Action]] = [
        [partial(hold_and_book, world, agent, when) for agent in agents] for when in slots(ROUNDS)
    ]
    assert race(rounds) == [Counter(won=1, taken=1)] * ROUNDS
    assert Appointment.objects.count() == Reservation.objects.count() == ROUNDS


def test_when_a_hold_has_expired_the_booking_decides() -> None:
    world, agents = World(), UserFactory.create_batch(2)
    rounds: list[list[Action]] = []
    for when in slots(40):
        hold(world, agents[0], starts_at=when)
        late = NOW + HOLD + dt.timedelta(seconds=1)
        customer = CustomerFactory.create()
        rounds.append([partial(world.book, when, by=one, customer=customer, now=late) for one in agents])
    assert race(rounds) == [Counter(won=1, taken=1)] * 40
    assert Appointment.objects.count() == 40


def test_agents_who_want_each_others_place_do_not_lock_each_other_up() -> None:
    world, (one, other) = World(), UserFactory.create_batch(2)
    here, there = slots(2)
    wanted = [(here, there), *[(there, here), (here, there)] * 50]
    rounds: list[list[Action]] = [
        [partial(hold, world, one, starts_at=mine), partial(hold, world, other, starts_at=theirs)]
        for mine, theirs in wanted
    ]
    # Anything else would be raised: a deadlock, or a second hold in one place.
    assert {outcome for outcomes in race(rounds) for outcome in outcomes} <= {"won", "taken"}
    assert Reservation.objects.count() == 2


def test_without_the_constraint_several_agents_would_hold_one_place() -> None:
    """The race is real: only the database keeps the second agent out."""
    world, agents = World(), UserFactory.create_batch(16)
    constraint = next(one for one in Reservation._meta.constraints if one.name == "reservation_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reservation, constraint)
    try:
        rounds = [[partial(hold, world, agent, starts_at=when) for agent in agents] for when in slots(10)]
        assert max(outcomes["won"] for outcomes in race(rounds)) > 1
    finally:
        Reservation.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reservation, constraint)
