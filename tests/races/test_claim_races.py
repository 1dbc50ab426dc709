"""Two agents claim one appointment at the same moment: one has it, the other hears who."""

from collections import Counter
from functools import partial

import pytest

from accounts.models import User
from callbacks import operations
from callbacks.errors import Stale
from callbacks.models import Appointment, LogEntry
from callbacks.states import Verb
from tests.factories import NOW, UserFactory, World, at
from tests.races.test_booking_races import Action, race

ROUNDS = 100

pytestmark = pytest.mark.django_db(transaction=True)


def on_worklist(world: World) -> list[int]:
    """The keys of appointments that need a new time; each declined, so that the slot is free again."""
    keys = []
    for _round in range(ROUNDS):
        declined = operations.decline(
            appointment=world.book(at(10)), version=1, reason="Ill", by=world.person, now=NOW
        )
        keys.append(declined.pk)
    return keys


def claim(outcomes: Counter[str], key: int, by: User) -> None:
    appointment = Appointment.objects.get(pk=key)
    # Both have seen the page before anybody claimed.
    appointment.version = 2
    try:
        operations.claim(appointment=appointment, version=2, by=by, now=NOW)
    except Stale as refused:
        outcomes[f"told of {refused.by_name}"] += 1
    else:
        outcomes[f"{by.name} has it"] += 1


def test_of_two_agents_who_claim_at_once_one_has_it_and_the_other_hears_who() -> None:
    world, (one, other) = World(), UserFactory.create_batch(2)
    outcomes: Counter[str] = Counter()
    keys = on_worklist(world)
    rounds: list[list[Action]] = [[partial(claim, outcomes, key, by) for by in (one, other)] for key in keys]
    race(rounds)
    won = outcomes[f"{one.name} has it"], outcomes[f"{other.name} has it"]
    assert sum(won) == ROUNDS
    assert (outcomes[f"told of {one.name}"], outcomes[f"told of {other.name}"]) == won
    assert LogEntry.objects.filter(verb=Verb.CLAIM).count() == ROUNDS
    claims = dict(LogEntry.objects.filter(verb=Verb.CLAIM).values_list("appointment", "by"))
    assert claims == dict(Appointment.objects.values_list("pk", "claimed_by"))
