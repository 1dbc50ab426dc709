"""Contacts around an improvement, and the time that topics take, equal a recount in plain Python."""

import datetime as dt
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from callbacks.metrics import contacts
from callbacks.metrics.contacts import Handled
from callbacks.metrics.improvement import WEEKS, Turn, Weekly, before_and_after
from callbacks.metrics.scope import A_WEEK, monday_of
from callbacks.models import Contact
from callbacks.states import ContactResult
from tests.factories import NOW, World
from tests.metrics.histories import DAY, MINUTE, ZONE, History
from tests.metrics.test_recount import NARROWER, SEEDS

PRESENT = monday_of(NOW, ZONE)


def counted(world: World, turn: dt.datetime, *, now: dt.datetime = NOW) -> tuple[Weekly, Weekly]:
    return before_and_after({1: Turn(world.topic.pk, turn)}, zone=ZONE, now=now)[1]


def contact(world: World, at: dt.datetime, result: str = ContactResult.SOLVED) -> None:
    Contact.objects.create(agent=world.agent, topic=world.topic, result=result, at=at)


class TestRecount(TestCase):
    """Against the database, each with a history of its own."""

    @SEEDS
    @given(seed=st.integers(0, 10**6))
    def test_before_and_after(self, seed: int) -> None:
        rng = Random(seed)
        history = History(rng)
        for _ in range(40):
            history.contact(ContactResult.SOLVED, NOW - rng.randrange(20 * 7 * 1440) * MINUTE)
        turns = {
            key: Turn(rng.choice(history.topics).pk, NOW - rng.randrange(22 * 7 * 1440) * MINUTE)
            for key in range(6)
        }
        first = monday_of(min(one.at for one in history.contacts), ZONE) + A_WEEK
        found = before_and_after(turns, zone=ZONE, now=NOW)
        for key, turn in turns.items():
            monday = monday_of(turn.at, ZONE)
            around = [monday + A_WEEK * step for step in range(-WEEKS, WEEKS + 1) if step]
            known = [week for week in around if first <= week < PRESENT]
            weeks = [
                monday_of(one.at, ZONE)
                for one in history.contacts
                if one.topic_id == turn.topic and one.result != ContactResult.UNDONE
            ]
            for side, of in zip(
                found[key], ([w for w in known if w < monday], [w for w in known if w > monday]), strict=True
            ):
                assert side == Weekly(sum(weeks.count(week) for week in of), len(of))

    @SEEDS
    @given(seed=st.integers(0, 10**6), narrower=st.sampled_from(NARROWER))
    def test_time_that_topics_take(self, seed: int, narrower: dict[str, str]) -> None:
        rng = Random(seed)
        history = History(rng)
        for one in history.contacts:
            one.opened_at = rng.choice([None, one.at - rng.randrange(600) * dt.timedelta(seconds=1)])
            one.save()
        scope = history.scope(**narrower)
        made = history.made(scope)
        found = contacts.handled(scope)
        assert set(found) == {one.topic_id for one in made}
        for topic, handled in found.items():
            own = [one for one in made if one.topic_id == topic]
            took = [(one.at - one.opened_at).total_seconds() for one in own if one.opened_at]
            assert handled == Handled(len(own), len(took), sum(took))


def test_time_follows_from_the_mean_of_those_of_which_it_is_known() -> None:
    assert (Handled(10, 4, 200.0).mean, Handled(10, 4, 200.0).work) == (50.0, 500.0)
    assert (Handled(10).mean, Handled(10).work) == (None, None)


def test_the_week_of_the_turn_counts_on_neither_side(world: World) -> None:
    monday = dt.datetime.combine(PRESENT - 3 * A_WEEK, dt.time(0), ZONE)
    for days in (-70, -1, 0, 6, 7, 20):
        contact(world, monday + days * DAY + MINUTE)
    assert counted(world, monday + 2 * DAY) == (Weekly(1, 8), Weekly(2, 2))


def test_no_whole_week_after_is_too_early_to_tell(world: World) -> None:
    contact(world, NOW - 100 * DAY)
    assert counted(world, NOW - 7 * DAY)[1] == Weekly(0, 0)
    assert counted(world, NOW - 14 * DAY)[1] == Weekly(0, 1)
    assert Weekly().mean is None


def test_at_most_eight_weeks_are_compared(world: World) -> None:
    contact(world, NOW - 400 * DAY)
    assert [one.weeks for one in counted(world, NOW - 200 * DAY)] == [8, 8]


def test_weeks_of_which_nothing_is_known_are_left_out(world: World) -> None:
    assert counted(world, NOW - 60 * DAY) == (Weekly(), Weekly())
    contact(world, NOW - 30 * DAY)
    assert [one.weeks for one in counted(world, NOW - 14 * DAY)] == [2, 1]


def test_what_was_undone_does_not_count(world: World) -> None:
    contact(world, NOW - 100 * DAY)
    contact(world, NOW - 8 * DAY, ContactResult.UNDONE)
    assert counted(world, NOW)[0] == Weekly(0, 8)


@pytest.mark.parametrize("number", [0, 3])
def test_all_are_counted_at_once(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    turns = {key: Turn(world.topic.pk, NOW - key * 7 * DAY) for key in range(number)}
    with django_assert_num_queries(2):
        before_and_after(turns, zone=ZONE, now=NOW)


def test_only_the_contacts_of_those_weeks_are_read(world: World) -> None:
    contact(world, NOW - 100 * DAY)
    with CaptureQueriesContext(connection) as captured:
        counted(world, NOW - 14 * DAY)
    with connection.cursor() as cursor:
        # In a small table reading all of it is quickest.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "contact_on_topic" in plan
