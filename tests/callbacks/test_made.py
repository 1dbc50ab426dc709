"""What somebody made, and what of it is news to them."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks import operations
from callbacks.models import Appointment
from callbacks.queries import made as queries
from callbacks.queries.made import made_by, unread_count
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import NOW, UserFactory, World, at

LATER = NOW + dt.timedelta(minutes=5)


def call(made: Appointment, outcome: AttemptOutcome, step: NextStep, **fields: Any) -> None:
    """The specialist calls five minutes later."""
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=LATER,
        outcome=outcome,
        next_step=step,
        by=made.specialist.user if made.specialist else made.created_by,
        now=LATER,
        **fields,
    )


def done(made: Appointment) -> None:
    """The specialist speaks to the customer, and that is that."""
    call(made, AttemptOutcome.SPOKEN_DONE, NextStep.CLOSE)


def unread(world: World, now: dt.datetime = LATER) -> list[Appointment]:
    """What is news to the agent."""
    return [one for one in made_by(user=world.agent, now=now) if vars(one)["is_unread"]]


def test_a_booking_is_no_news_to_whoever_made_it(world: World) -> None:
    world.book()
    assert unread(world) == []


def test_what_somebody_else_booked_is_not_listed(world: World) -> None:
    world.book(by=UserFactory.create())
    assert not made_by(user=world.agent, now=NOW).exists()


def test_a_call_is_news(world: World) -> None:
    made = world.book()
    done(made)
    assert [(one.pk, vars(one)["news_at"]) for one in unread(world)] == [(made.pk, LATER)]


def test_a_call_that_reached_nobody_is_news(world: World) -> None:
    call(world.book(), AttemptOutcome.NO_ANSWER, NextStep.TRY_AGAIN, next_at=at(11))
    assert len(unread(world)) == 1


def test_needing_a_new_time_is_news(world: World) -> None:
    made = world.book()
    operations.decline(appointment=made, version=made.version, reason="x", by=world.person, now=LATER)
    assert len(unread(world)) == 1


def test_a_lead_who_sends_it_back_is_news(world: World) -> None:
    made = world.book()
    operations.send_back(appointment=made, version=made.version, reason="x", by=world.lead, now=LATER)
    assert len(unread(world)) == 1


def test_that_a_colleague_took_over_is_no_news(db: None) -> None:
    world = World(capacity=2)
    made = world.book()
    assert made.specialist
    decliner = made.specialist.user
    operations.decline(appointment=made, version=made.version, reason="x", by=decliner, now=LATER)
    assert unread(world) == []


def test_confirming_is_no_news(world: World) -> None:
    made = world.book()
    operations.confirm(appointment=made, version=made.version, by=world.person, now=LATER)
    assert unread(world) == []


def test_a_note_or_a_claim_is_no_news(world: World) -> None:
    made = world.book()
    operations.add_note(appointment=made, version=made.version, note="x", by=world.lead, now=LATER)
    assert unread(world) == []


def test_a_broken_promise_is_news_from_that_second_on_whether_or_not_a_worker_saw_it(world: World) -> None:
    world.book()
    assert unread(world, now=at(10, 40)) == []
    assert len(unread(world, now=at(10, 40) + dt.timedelta(seconds=1))) == 1
    assert unread_count(user=world.agent, now=at(10, 41)) == 1


def test_a_broken_promise_that_was_read_is_no_news_any_more(world: World) -> None:
    made = world.book()
    operations.mark_read(appointments=[made.pk], by=world.agent, now=at(10, 41))
    assert unread(world, now=at(11)) == []
    assert unread_count(user=world.agent, now=at(11)) == 0


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_cancelling_is_news_unless_one_did_it_oneself(world: World, who: str) -> None:
    made = world.book()
    by = getattr(world, who)
    operations.cancel(appointment=made, version=made.version, reason="x", by_customer=True, by=by, now=LATER)
    assert len(unread(world)) == (who == "lead")


def test_what_was_read_is_no_news_until_something_happens_again(world: World) -> None:
    made = world.book()
    call(made, AttemptOutcome.NO_ANSWER, NextStep.TRY_AGAIN, next_at=at(11))
    operations.mark_read(appointments=[made.pk], by=world.agent, now=LATER)
    assert unread(world) == []
    made.refresh_from_db()
    operations.cancel(
        appointment=made, version=made.version, reason="x", by_customer=True, by=world.lead, now=at(11)
    )
    assert unread(world, now=at(11)) == [made]


def test_what_is_new_comes_first_then_the_newest(world: World) -> None:
    old, middle, new = (world.book(at(hour), now=NOW + dt.timedelta(seconds=hour)) for hour in (10, 11, 12))
    done(old)
    assert list(made_by(user=world.agent, now=LATER)) == [old, new, middle]


@pytest.mark.parametrize(("seconds", "listed"), [(0, True), (1, False)])
def test_two_weeks_are_shown(world: World, seconds: int, *, listed: bool) -> None:
    done(world.book())
    now = NOW + dt.timedelta(days=14, seconds=seconds)
    assert made_by(user=world.agent, now=now).exists() is listed
    assert unread_count(user=world.agent, now=now) == listed


def test_the_count_is_that_of_the_list(world: World) -> None:
    for hour in (10, 11):
        done(world.book(at(hour)))
    world.book(at(12))
    assert unread_count(user=world.agent, now=LATER) == len(unread(world)) == 2
    assert set(queries.unread(user=world.agent, now=LATER)) == set(unread(world))


def test_counting_takes_one_query(world: World) -> None:
    done(world.book())
    with CaptureQueriesContext(connection) as captured:
        unread_count(user=world.agent, now=LATER)
    assert len(captured) == 1
