"""After a call in vain the team's policy proposes the next one, and the last one ends with a message."""

import datetime as dt

import pytest

from availability.models import Absence, Closure
from callbacks import operations
from callbacks.errors import Invalid
from callbacks.models import Appointment, Message
from callbacks.queries.retries import Retries, retries
from callbacks.retrying import Why
from callbacks.states import AttemptOutcome, MessageKind, NextStep, State
from tests.factories import NOW, World, at


def proposed(appointment: Appointment, number: int, now: dt.datetime) -> tuple[dt.datetime, str]:
    """The planned next attempt."""
    found = retries(appointment, number=number, now=now)
    assert found.planned
    return found.planned


def fail(appointment: Appointment, world: World, now: dt.datetime, **fields: object) -> Appointment:
    """Nobody answers."""
    values = {"next_step": NextStep.TRY_AGAIN, "next_at": now + dt.timedelta(hours=1), **fields}
    return operations.log_attempt(
        appointment=appointment,
        version=appointment.version,
        outcome=AttemptOutcome.NO_ANSWER,
        by=world.person,
        now=now,
        **values,  # type: ignore[arg-type]
    )


def test_the_first_time_it_is_tried_once_more_inside_the_window(world: World) -> None:
    assert proposed(world.book(at(10)), 1, at(10, 2)) == (at(10, 15), Why.INSIDE)


def test_a_call_before_the_window_is_followed_by_one_inside_it(world: World) -> None:
    assert proposed(world.book(at(10)), 1, at(9, 30)) == (at(10), Why.INSIDE)


@pytest.mark.parametrize("number", [1, 2])
def test_without_time_left_it_is_the_same_day_after_the_teams_spacing(world: World, number: int) -> None:
    now = at(10, 25) if number == 1 else at(10, 2)
    expected = at(12) if number == 1 else at(11, 45)
    assert proposed(world.book(at(10)), number, now) == (expected, Why.SAME_DAY)


def test_late_in_the_day_it_is_the_next_morning(world: World) -> None:
    assert proposed(world.book(at(16)), 2, at(16, 10)) == (at(9, day=24), Why.OTHER_DAY)


def test_after_a_morning_it_is_the_next_afternoon(world: World) -> None:
    world.specialists[0].windows.filter(weekday=1).update(ends=dt.time(11))
    assert proposed(world.book(at(10)), 2, at(10, 10)) == (at(12, day=24), Why.OTHER_DAY)


def test_closing_days_absences_and_weekends_are_passed_over(world: World) -> None:
    made = world.book(at(16, day=26))
    Closure.objects.create(team=world.team, first_day="2026-11-27", last_day="2026-11-27", name="Stocktaking")
    Absence.objects.create(specialist=world.specialists[0], starts_at=at(0, day=30), ends_at=at(10, day=30))
    assert proposed(made, 2, at(16, 10, day=26)) == (at(10, day=30), Why.OTHER_DAY)


def test_public_holidays_are_passed_over(world: World) -> None:
    eve = dt.datetime(2026, 12, 24, 15, tzinfo=dt.UTC)
    made = world.book(eve)
    monday = dt.datetime(2026, 12, 28, 8, tzinfo=dt.UTC)
    assert proposed(made, 2, eve) == (monday, Why.OTHER_DAY)


def test_time_of_others_is_not_proposed(world: World) -> None:
    made = world.book(at(10))
    world.book(at(11, 30))
    assert proposed(made, 2, at(10))[0] == at(12)


def test_what_the_customer_was_told_respects_the_teams_notice(world: World) -> None:
    made = world.book(at(10))
    world.team.minimum_notice = 240
    world.team.save(update_fields=["minimum_notice"])
    made.refresh_from_db()
    found = retries(made, number=2, now=at(10))
    assert found.planned
    assert found.promised
    assert (found.planned.at, found.promised.at) == (at(11, 30), at(14))


def test_where_nobody_works_any_more_nothing_is_proposed(world: World) -> None:
    made = world.book(at(10))
    world.specialists[0].windows.all().delete()
    assert retries(made, number=2, now=at(10)) == Retries(None, None)


def test_after_the_last_attempt_in_vain_nobody_tries_just_once_more(world: World) -> None:
    world.team.max_attempts = 2
    world.team.save(update_fields=["max_attempts"])
    first = fail(world.book(at(10)), world, at(10))
    with pytest.raises(Invalid) as refused:
        fail(first, world, at(11))
    assert refused.value.field == "next_step"


def test_closing_after_the_last_attempt_tells_the_customer(world: World) -> None:
    world.team.max_attempts = 1
    world.team.save(update_fields=["max_attempts"])
    made = world.book(at(10))
    closed = fail(made, world, at(10), next_step=NextStep.CLOSE, next_at=None)
    assert closed.state == State.NOT_REACHED
    message = Message.objects.get(kind=MessageKind.CUSTOMER_NOT_REACHED)
    assert message.recipient == made.customer.email


def test_who_was_spoken_to_is_not_told_that_we_tried(world: World) -> None:
    made = world.book(at(10))
    operations.log_attempt(
        appointment=made,
        version=made.version,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=NOW + dt.timedelta(hours=1),
    )
    assert not Message.objects.filter(kind=MessageKind.CUSTOMER_NOT_REACHED).exists()
