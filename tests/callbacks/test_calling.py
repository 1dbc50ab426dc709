"""A logged call settles the promise, and something always follows."""

import datetime as dt

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, SlotTaken
from callbacks.models import Appointment, Attempt, Promise, Reservation
from callbacks.states import AttemptOutcome, NextStep, PromiseOutcome, State
from tests.factories import World, at

DONE = {"outcome": AttemptOutcome.SPOKEN_DONE, "next_step": NextStep.CLOSE}
AGAIN = {"outcome": AttemptOutcome.NO_ANSWER, "next_step": NextStep.TRY_AGAIN, "next_at": at(15)}


def call(world: World, appointment: Appointment, started_at: dt.datetime, **fields: object) -> Appointment:
    """Log a call that ended five minutes after it started."""
    now = started_at + dt.timedelta(minutes=5)
    values = {"by": world.person, "version": appointment.version, "now": now, **fields}
    return operations.log_attempt(appointment=appointment, started_at=started_at, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("started_at", "outcome"),
    [
        (at(9, 59), PromiseOutcome.WITHDRAWN),
        (at(10), PromiseOutcome.KEPT),
        (at(10, 40), PromiseOutcome.KEPT),
        (at(10, 40) + dt.timedelta(seconds=1), PromiseOutcome.LATE),
    ],
)
def test_the_start_of_a_call_that_reaches_the_customer_decides(
    world: World, started_at: dt.datetime, outcome: PromiseOutcome
) -> None:
    call(world, world.book(), started_at, **DONE)
    assert Promise.objects.get().outcome == outcome


def test_a_call_before_the_window_that_reaches_nobody_leaves_the_promise_open(world: World) -> None:
    call(world, world.book(), at(9, 30), **AGAIN)
    assert Promise.objects.get().ended_at is None


def test_the_first_call_in_the_window_keeps_the_promise_though_nobody_answers(world: World) -> None:
    first = call(world, world.book(), at(10, 5), **AGAIN)
    call(world, first, at(15), **DONE)
    assert Promise.objects.get().outcome == PromiseOutcome.KEPT


def test_the_early_minutes_of_the_team_count_as_inside_the_window(world: World) -> None:
    world.team.early = 5
    world.team.save(update_fields=["early"])
    call(world, world.book(), at(9, 55), **DONE)
    assert Promise.objects.get().outcome == PromiseOutcome.KEPT


def test_spoken_and_done_completes_and_frees_the_time(world: World) -> None:
    done = call(world, world.book(), at(10, 5), **DONE)
    assert (done.state, done.next_action_at) == (State.COMPLETED, None)
    assert not Reservation.objects.exists()


def test_calls_are_numbered_and_remember_their_promise(world: World) -> None:
    first = call(world, world.book(), at(10, 5), **AGAIN)
    call(world, first, at(15), **DONE)
    assert [(one.number, one.promise_id is not None) for one in Attempt.objects.all()] == [
        (1, True),
        (2, False),
    ]


def test_calling_again_plans_the_next_attempt_with_the_same_owner(world: World) -> None:
    planned = call(world, world.book(), at(10, 5), **AGAIN)
    assert (planned.state, planned.next_action_at, planned.specialist) == (
        State.CONFIRMED,
        at(15),
        world.specialists[0],
    )


def test_a_new_agreed_time_is_a_new_promise_that_its_maker_has_confirmed(world: World) -> None:
    moved = call(
        world,
        world.book(),
        at(10, 5),
        outcome=AttemptOutcome.OTHER_TIME,
        next_step=NextStep.NEW_PROMISE,
        next_at=at(14),
    )
    assert (moved.state, moved.starts_at) == (State.CONFIRMED, at(14))
    assert [one.outcome for one in Promise.objects.all()] == [PromiseOutcome.KEPT, ""]
    assert Reservation.objects.get().starts_at == at(14)


def test_a_new_time_that_is_taken_keeps_everything_as_it_was(world: World) -> None:
    booked = world.book()
    world.book(at(14))
    with pytest.raises(SlotTaken):
        call(
            world,
            booked,
            at(10, 5),
            outcome=AttemptOutcome.OTHER_TIME,
            next_step=NextStep.NEW_PROMISE,
            next_at=at(14),
        )
    assert not Attempt.objects.exists()
    assert Reservation.objects.count() == 2


def test_back_to_the_front_office_stands_on_the_worklist(world: World) -> None:
    returned = call(
        world,
        world.book(),
        at(10, 5),
        outcome=AttemptOutcome.WRONG_NUMBER,
        next_step=NextStep.FRONT_OFFICE,
    )
    assert (returned.state, returned.specialist) == (State.TO_REBOOK, None)


def test_giving_up_early_needs_a_written_reason(world: World) -> None:
    booked = world.book()
    with pytest.raises(Invalid) as refused:
        call(world, booked, at(10, 5), outcome=AttemptOutcome.NO_ANSWER, next_step=NextStep.CLOSE)
    assert refused.value.field == "reason"


def test_giving_up_after_the_teams_number_of_attempts_needs_none(world: World) -> None:
    world.team.max_attempts = 2
    world.team.save(update_fields=["max_attempts"])
    first = call(world, world.book(), at(10, 5), **AGAIN)
    closed = call(world, first, at(15), outcome=AttemptOutcome.BUSY, next_step=NextStep.CLOSE)
    assert closed.state == State.NOT_REACHED


def test_giving_up_before_the_window_breaks_the_promise(world: World) -> None:
    call(
        world,
        world.book(),
        at(9, 30),
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.CLOSE,
        reason="Moved abroad",
    )
    assert Promise.objects.get().outcome == PromiseOutcome.BROKEN


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": AttemptOutcome.SPOKEN_DONE, "next_step": NextStep.TRY_AGAIN}, "next_step"),
        ({"outcome": AttemptOutcome.NO_ANSWER, "next_step": NextStep.TRY_AGAIN}, "next_at"),
        ({**AGAIN, "next_at": at(9)}, "next_at"),
        ({**DONE, "now": at(10)}, "started_at"),
        ({**DONE, "note": "x" * 2001}, "note"),
    ],
)
def test_input_that_does_not_fit_is_refused_with_its_field(
    world: World, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        call(world, world.book(), at(10, 5), **fields)
    assert refused.value.field == field


def test_the_front_office_does_not_log_calls(world: World) -> None:
    with pytest.raises(Forbidden):
        call(world, world.book(), at(10, 5), **DONE, by=world.agent)


def test_whoever_called_need_not_confirm_any_more(world: World) -> None:
    assert call(world, world.book(), at(10, 5), **AGAIN).state == State.CONFIRMED


def test_the_time_is_free_again_while_the_next_call_is_planned(world: World) -> None:
    call(world, world.book(), at(10, 5), **AGAIN)
    assert not Reservation.objects.exists()


def test_a_next_call_is_planned_within_the_teams_horizon(world: World) -> None:
    late = at(15) + dt.timedelta(days=world.team.horizon_days)
    with pytest.raises(Invalid) as refused:
        call(world, world.book(), at(10, 5), **{**AGAIN, "next_at": late})
    assert refused.value.field == "next_at"


def test_what_came_of_the_call_is_kept_for_the_customer_and_for_the_front_office(world: World) -> None:
    results = {"result_for_customer": "The permit comes on Friday.", "result_for_agent": "Fee waived."}
    call(world, world.book(), at(10, 5), **DONE, **results)
    attempt = Attempt.objects.get()
    assert (attempt.result_for_customer, attempt.result_for_agent) == tuple(results.values())


@pytest.mark.parametrize("field", ["result_for_customer", "result_for_agent"])
def test_a_result_has_a_limit(world: World, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        call(world, world.book(), at(10, 5), **DONE, **{field: "x" * 1001})
    assert refused.value.field == field
