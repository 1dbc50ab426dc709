"""Many real connections want the same time: one gets it, the others are told and offered alternatives."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from callbacks import operations
from callbacks.errors import SlotTaken
from callbacks.models import Appointment, Promise, Reservation
from tests.factories import NOW, CustomerFactory, World, at

CALLERS = 64
ROUNDS = 50
Action = Callable[[], object]

pytestmark = pytest.mark.django_db(transaction=True)


def race(rounds: Sequence[Sequence[Action]]) -> list[Counter[str]]:
    """Run the actions of each round at the same moment, each on a connection of its own.

    Gives how often each outcome came, a counter per round.
    """
    start_together = Barrier(len(rounds[0]))

    def contender(number: int) -> list[str]:
        try:
            outcomes = []
            for actions in rounds:
                start_together.wait(timeout=60)
                outcomes.append(outcome_of(actions[number]))
            return outcomes
        finally:
            connection.close()

    with ThreadPoolExecutor(len(rounds[0])) as pool:
        return [
            Counter(outcomes) for outcomes in zip(*pool.map(contender, range(len(rounds[0]))), strict=True)
        ]


def outcome_of(action: Action) -> str:
    """One word for how an action ended."""
    try:
        action()
    except SlotTaken as error:
        return "taken" if error.alternatives else "taken, nothing else offered"
    return "won"


def starts(count: int) -> list[dt.datetime]:
    """Half-hours of the coming weeks that do not overlap, ten a working day."""
    weekdays = [24, 25, 26, 27, 30]
    return [at(9 + n // 2, 30 * (n % 2), day=day) for day in weekdays for n in range(10)][:count]


def bookings(world: World, when: dt.datetime, count: int) -> list[Action]:
    """That many callers who want the same start."""
    customer = CustomerFactory.create()
    return [partial(world.book, when, customer=customer) for _ in range(count)]


@pytest.mark.long
@pytest.mark.parametrize("share", range(4))
def test_of_64_callers_on_one_slot_one_wins_and_63_get_alternatives(share: int) -> None:
    world = World()
    rounds = [bookings(world, when, CALLERS) for when in starts(ROUNDS)]
    outcomes = race(rounds)
    assert outcomes == [Counter(won=1, taken=CALLERS - 1)] * ROUNDS
    assert Reservation.objects.count() == Appointment.objects.count() == ROUNDS


def test_with_room_for_three_three_callers_win() -> None:
    world = World(capacity=3)
    assert race([bookings(world, at(10), 16)]) == [Counter(won=3, taken=13)]


@pytest.mark.parametrize("share", range(4))
def test_booking_moving_and_reassigning_to_one_place_has_one_winner(share: int) -> None:
    world = World(capacity=5)
    outcomes = race([contest(world, when) for when in starts(ROUNDS)])
    assert outcomes == [Counter(won=1, taken=8)] * ROUNDS
    assert Promise.objects.open().count() == Appointment.objects.count()


def contest(world: World, when: dt.datetime) -> list[Action]:
    """Four who book, four who move and one lead who reassigns: all want one specialist at one time."""
    wanted, *others = world.specialists
    customer, elsewhere = CustomerFactory.create(), when + dt.timedelta(days=14)
    book = [partial(world.book, when, customer=customer, specialist=wanted) for _ in others]
    move = [
        partial(
            operations.reschedule,
            appointment=world.book(elsewhere, specialist=other),
            version=1,
            starts_at=when,
            customer_agreed=True,
            by=world.agent,
            now=NOW,
            specialist=wanted,
        )
        for other in others
    ]
    reassign = partial(
        operations.reassign,
        appointment=world.book(when, specialist=others[0]),
        version=1,
        specialist=wanted,
        by=world.lead,
        now=NOW,
    )
    return [*book, *move, reassign]


def test_without_the_constraint_several_callers_would_win() -> None:
    """The race is real: only the database keeps the second caller out."""
    world = World()
    constraint = next(one for one in Reservation._meta.constraints if one.name == "reservation_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reservation, constraint)
    try:
        rounds = [bookings(world, when, 16) for when in starts(10)]
        assert max(outcomes["won"] for outcomes in race(rounds)) > 1
    finally:
        Reservation.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reservation, constraint)
