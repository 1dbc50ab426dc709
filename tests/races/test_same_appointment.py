"""Two people act on one appointment at the same moment: one does it, the other is told who was first."""

from collections import Counter
from itertools import combinations_with_replacement

import pytest

from callbacks import operations
from callbacks.errors import Stale, WrongState
from callbacks.models import Appointment, LogEntry, Reservation
from callbacks.states import TRANSITIONS, WITHOUT_VERSION, State, Verb
from tests.callbacks.test_transitions import GIVEN, act
from tests.factories import NOW, World
from tests.races.test_booking_races import race

VERBS = [verb for verb in GIVEN if State.SCHEDULED in TRANSITIONS[verb] and verb not in WITHOUT_VERSION]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("pair", list(combinations_with_replacement(VERBS, 2)), ids="-".join)
def test_of_two_who_act_at_once_the_second_is_told(pair: tuple[Verb, Verb]) -> None:
    world = World(capacity=3)
    appointment = world.book(by=world.admin, specialist=world.specialists[0])
    operations.link_token(appointment=appointment, now=NOW)
    outcomes: Counter[str] = Counter()

    def attempt(verb: Verb) -> None:
        copy = Appointment.objects.get(pk=appointment.pk)
        copy.version = 1
        try:
            act(copy, verb, GIVEN[verb](world), world.admin)
        except Stale:
            outcomes["stale"] += 1
        else:
            outcomes["done"] += 1

    race([[lambda verb=verb: attempt(verb) for verb in pair]])  # type: ignore[misc]
    assert outcomes == Counter(done=1, stale=1)
    assert LogEntry.objects.filter(appointment=appointment).count() == 2
    assert Reservation.objects.filter(appointment=appointment).count() <= 1


def test_a_version_that_is_read_late_does_not_make_up_for_the_state(db: None) -> None:
    world = World()
    appointment = world.book()
    act(appointment, Verb.CONFIRM, {}, world.admin)
    current = Appointment.objects.get(pk=appointment.pk)
    with pytest.raises(WrongState):
        act(current, Verb.CONFIRM, {}, world.admin)
