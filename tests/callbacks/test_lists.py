"""The lists people work from; every tile of the board counts exactly the rows behind it."""

import datetime as dt

import pytest

from callbacks import operations
from callbacks.models import Appointment, Message
from callbacks.queries import lists
from callbacks.states import AttemptOutcome, MessageKind, MessageState, NextStep, State
from tests.factories import NOW, TeamFactory, World, at


def confirm(world: World, appointment: Appointment) -> Appointment:
    """The first specialist confirms."""
    return operations.confirm(appointment=appointment, version=appointment.version, by=world.person, now=NOW)


def call(world: World, appointment: Appointment, started_at: dt.datetime) -> Appointment:
    """The first specialist speaks to the customer, and that is that."""
    return operations.log_attempt(
        appointment=appointment,
        version=appointment.version,
        started_at=started_at,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=started_at,
    )


def test_the_own_list_is_in_order_of_what_must_be_done_first(world: World) -> None:
    later, first = world.book(at(15)), world.book(at(10))
    assert list(lists.own_list(specialist=world.specialists[0], now=NOW)) == [first, later]


def test_the_own_list_leaves_out_what_is_closed_or_somebody_elses(db: None) -> None:
    world = World(capacity=2)
    mine = world.book(specialist=world.specialists[0])
    world.book(specialist=world.specialists[1])
    call(world, mine, at(10))
    assert not lists.own_list(specialist=world.specialists[0], now=NOW).exists()


def test_a_promise_is_late_from_the_moment_its_grace_is_over(world: World) -> None:
    world.book()
    assert lists.board(user=world.lead, now=at(10, 40)).late_now == 0
    slipped = lists.board(user=world.lead, now=at(10, 40) + dt.timedelta(seconds=1))
    assert (slipped.late_now, slipped.oldest_due_at) == (1, at(10, 40))


def test_what_nobody_confirmed_is_at_risk_half_an_hour_before(world: World) -> None:
    world.book()
    assert lists.board(user=world.lead, now=at(9, 29)).at_risk == 0
    assert lists.board(user=world.lead, now=at(9, 30)).at_risk == 1
    assert lists.board(user=world.lead, now=at(10, 20)).at_risk == 1
    assert lists.board(user=world.lead, now=at(11)).at_risk == 0


def test_what_is_confirmed_is_not_at_risk(world: World) -> None:
    confirm(world, world.book())
    assert lists.board(user=world.lead, now=at(9, 45)).at_risk == 0


def test_kept_counts_of_the_promises_settled_or_overdue_today(world: World) -> None:
    call(world, world.book(at(10)), at(10))
    world.book(at(11))
    world.book(at(16))
    board = lists.board(user=world.lead, now=at(12))
    assert (board.kept, board.due_today) == (1, 2)


def test_unconfirmed_counts_what_passed_the_teams_term(world: World) -> None:
    world.book(at(16))
    term = NOW + dt.timedelta(minutes=world.team.confirm_within)
    assert lists.board(user=world.lead, now=term).unconfirmed == 0
    assert lists.board(user=world.lead, now=term + dt.timedelta(seconds=1)).unconfirmed == 1


@pytest.mark.parametrize("tile", lists.TILES)
def test_each_tile_counts_exactly_its_rows(world: World, tile: str) -> None:
    call(world, world.book(at(9, 15)), at(9, 15))
    for start in (at(9, 45), at(12), at(12, 30), at(16)):
        world.book(start)
    operations.decline(appointment=world.book(at(15)), version=1, reason="Ill", by=world.person, now=NOW)
    now = at(13, 5)
    board = lists.board(user=world.lead, now=now)
    counted = board.late_now if tile == "late" else getattr(board, tile)
    rows = list(lists.board_rows(user=world.lead, now=now, tile=tile))
    assert counted == len(rows) > 0


def test_room_left_is_what_still_fits_today(world: World) -> None:
    assert lists.board(user=world.lead, now=at(15)).room_left == 4
    world.book(at(16), now=at(15))
    assert lists.board(user=world.lead, now=at(15)).room_left == 3


def test_a_lead_sees_the_own_teams_an_administrator_all(world: World) -> None:
    world.book()
    other = TeamFactory.create()
    other.leads.add(lead := World().lead)
    assert lists.board(user=lead, now=at(11)).late_now == 0
    assert lists.board(user=world.admin, now=at(11)).late_now == 1
    assert lists.board(user=world.admin, now=at(11), team=other).late_now == 0


def test_a_lead_without_teams_sees_zeros(world: World) -> None:
    world.team.leads.clear()
    board = lists.board(user=world.lead, now=at(11))
    assert (board.late_now, board.due_today, board.room_left) == (0, 0, 0)


def test_the_worklist_shows_who_waits_longest_first(world: World) -> None:
    first, second = world.book(at(10)), world.book(at(11))
    for minute, one in enumerate((first, second)):
        now = NOW + dt.timedelta(minutes=minute)
        operations.decline(appointment=one, version=1, reason="Ill", by=world.person, now=now)
    assert list(lists.worklist(user=world.agent)) == [first, second]


def test_a_specialist_sees_the_own_team_an_agent_everything(world: World) -> None:
    booked = world.book()
    stranger = World().person
    visible = Appointment.objects.visible_to
    assert list(visible(world.person)) == list(visible(world.agent)) == list(visible(world.lead)) == [booked]
    assert not visible(stranger).exists()


def test_a_planned_call_that_did_not_come_is_late(world: World) -> None:
    operations.log_attempt(
        appointment=world.book(),
        version=1,
        started_at=at(10),
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(14),
        by=world.person,
        now=at(10, 5),
    )
    assert lists.board(user=world.lead, now=at(14)).late_now == 0
    missed = lists.board(user=world.lead, now=at(14, 1))
    assert (missed.late_now, missed.oldest_due_at) == (1, at(14))


def test_a_failed_cancellation_is_somebodys_task_for_a_week(world: World) -> None:
    operations.cancel(
        appointment=world.book(), version=1, reason="Ill", by_customer=False, by=world.agent, now=NOW
    )
    Message.objects.filter(kind=MessageKind.CUSTOMER_CANCELLED).update(
        state=MessageState.FAILED, ended_at=NOW
    )
    assert lists.undelivered(user=world.agent, now=NOW).count() == 1
    assert lists.undelivered(user=world.agent, now=NOW + dt.timedelta(days=8)).count() == 0


def test_that_a_matter_is_closed_is_told_by_a_person_when_no_message_says_so(world: World) -> None:
    booked = world.book()
    operations.log_attempt(
        appointment=booked,
        version=1,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=at(10),
    )
    told = Message.objects.filter(kind=MessageKind.CUSTOMER_CLOSED)
    told.update(state=MessageState.FAILED, ended_at=NOW)
    assert list(lists.undelivered(user=world.agent, now=NOW)) == [told.get()]
    assert lists.undelivered(user=world.agent, now=NOW + dt.timedelta(days=8)).count() == 0


def test_that_somebody_was_not_reached_is_told_by_a_person_when_no_message_says_so(world: World) -> None:
    booked = world.book()
    operations.log_attempt(
        appointment=booked,
        version=1,
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.CLOSE,
        reason="Moved away",
        by=world.person,
        now=at(10),
    )
    told = Message.objects.filter(kind=MessageKind.CUSTOMER_NOT_REACHED)
    told.update(state=MessageState.FAILED, ended_at=NOW)
    assert list(lists.undelivered(user=world.agent, now=NOW)) == [told.get()]
    assert lists.undelivered(user=world.agent, now=NOW + dt.timedelta(days=8)).count() == 0
    Appointment.objects.update(state=State.COMPLETED)
    assert lists.undelivered(user=world.agent, now=NOW).count() == 0


def test_an_owner_keeps_seeing_what_they_must_call_after_changing_teams(world: World) -> None:
    booked, owner = world.book(), world.specialists[0]
    owner.team = TeamFactory.create()
    owner.save(update_fields=["team"])
    assert list(Appointment.objects.visible_to(owner.user)) == [booked]
    assert confirm(world, booked).state == State.CONFIRMED


def test_who_is_no_specialist_any_more_sees_the_team_no_more(db: None) -> None:
    world = World(capacity=2)
    world.book(specialist=world.specialists[0])
    former = world.specialists[1]
    former.is_active = False
    former.save(update_fields=["is_active"])
    assert not Appointment.objects.visible_to(former.user).exists()


def test_room_is_counted_with_the_team_that_has_it(world: World) -> None:
    other = World()
    other.team.topics.add(world.topic)
    other.specialists[0].topics.add(world.topic)
    assert lists.board(user=world.lead, now=at(15)).room_left == 4
    assert lists.board(user=world.admin, now=at(15)).room_left == 8
