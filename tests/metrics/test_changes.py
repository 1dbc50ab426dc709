"""What changed most, and through which topic."""

import datetime as dt

import pytest

from callbacks.metrics.changes import Change, changes
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share
from callbacks.models import Promise
from callbacks.states import PromiseOutcome
from tests.factories import NOW, TopicFactory, World
from tests.metrics.test_capacity import refuse
from tests.metrics.test_forecast import before, promised

KEPT, BROKEN = PromiseOutcome.KEPT, PromiseOutcome.BROKEN
LAST_WEEK = dt.date(2026, 11, 16)


def found(world: World, *topics: int) -> dict[str, Change]:
    scope = Scope(monday=LAST_WEEK, weeks=1, teams=(world.team.pk,), zone=world.team.zone, now=NOW)
    return {one.figure: one for one in changes(scope, topics)}


def weeks(number: int, *, of: tuple[int, ...] = (2, 3, 4, 5)) -> list[int]:
    """So many in each of the weeks before the last one."""
    return [week for week in of for _ in range(number)]


def test_last_week_stands_beside_the_four_before_it(world: World) -> None:
    promised(world, *weeks(5))
    promised(world, *[1] * 6)
    promised(world, *[1] * 4, hour=11, outcome=BROKEN)
    # Too long ago, and this week.
    promised(world, 6, 0, outcome=BROKEN)
    kept = found(world)["kept"]
    assert (kept.now, kept.before, kept.is_clear) == (Share(6, 10), Share(20, 20), True)


def test_what_did_not_change_is_not_told(world: World) -> None:
    promised(world, *weeks(5), 1)
    assert found(world) == {}


def test_what_was_not_counted_before_is_no_change(world: World) -> None:
    promised(world, 1, outcome=BROKEN)
    assert found(world) == {}


def test_a_change_that_may_be_chance_is_not_clear(world: World) -> None:
    promised(world, *weeks(5))
    promised(world, *weeks(1), 1, 1, hour=11, outcome=BROKEN)
    assert not found(world)["kept"].is_clear


def test_the_clearest_comes_first_and_four_are_enough(world: World) -> None:
    promised(world, *weeks(5))
    promised(world, *[1] * 9, 1, outcome=BROKEN)
    for number in (2, 3, 4, 5):
        refuse(world, 1, at=before(number, 12))
    refuse(world, 30, at=before(1, 12))
    told = list(found(world).values())
    assert [one.figure for one in told][:2] == ["kept", "refused"]
    assert [one.distance for one in told] == sorted((one.distance for one in told), reverse=True)
    assert len(told) <= 4


def test_the_topic_that_accounts_for_half_of_it_is_named(world: World) -> None:
    other = TopicFactory.create(teams=[world.team])
    promised(world, *weeks(5))
    promised(world, *[1] * 10, outcome=BROKEN)
    moved = promised(world, *[1] * 8, hour=12, outcome=BROKEN)
    for one in moved:
        one.appointment.topic = other
        one.appointment.save()
    kept = found(world, world.topic.pk, other.pk)["kept"]
    assert (kept.topic, kept.there) == (world.topic.pk, Share(0, 10))


def test_no_topic_is_named_when_each_has_less_than_half(world: World) -> None:
    topics = [world.topic, *(TopicFactory.create(teams=[world.team]) for _ in range(2))]
    promised(world, *weeks(5))
    for number, one in enumerate(promised(world, *[1] * 9, outcome=BROKEN)):
        one.appointment.topic = topics[number % 3]
        one.appointment.save()
    kept = found(world, *(one.pk for one in topics))["kept"]
    assert (kept.topic, kept.there) == (0, Share())
    assert Promise.objects.filter(outcome=BROKEN).count() == 9


@pytest.mark.parametrize(
    ("now", "then", "distance"),
    [
        (Share(5, 10), Share(5, 10), 0),
        (Share(0, 10), Share(0, 10), 0),
        (Share(), Share(5, 10), 0),
        (Share(5, 10), Share(), 0),
        # Worked by hand: 0.2 over the root of 0.4 × 0.6 × (1/100 + 1/100).
        (Share(50, 100), Share(30, 100), 2.887),
    ],
)
def test_the_distance_is_that_of_two_proportions(now: Share, then: Share, distance: float) -> None:
    assert Change("kept", now, then).distance == pytest.approx(distance, abs=0.001)
