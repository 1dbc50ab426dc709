"""What each sweep does with what is due, through the real doors."""

import datetime as dt

from django.contrib.sessions.models import Session

from accounts.models import User
from callbacks import operations
from callbacks.models import Appointment, IdempotentRequest, LogEntry, Message, Promise, Reservation, StuckRow
from callbacks.states import MessageKind, Verb
from callbacks.sweeps import SWEEPS
from tests.factories import NOW, World, at

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def kinds() -> set[str]:
    return set(Message.objects.values_list("kind", flat=True))


def test_an_overdue_promise_is_flagged_and_told_once(world: World) -> None:
    world.book(at(10))
    due_at = Promise.objects.get().due_at
    overdue = SWEEPS["overdue"]
    assert overdue.run_batch(now=due_at) == 0
    assert overdue.run_batch(now=due_at + SECOND) == 1
    assert overdue.run_batch(now=due_at + SECOND) == 0
    assert LogEntry.objects.filter(verb=Verb.FLAG_OVERDUE).count() == 1
    told = Message.objects.filter(kind__in=[MessageKind.SPECIALIST_OVERDUE, MessageKind.LEAD_OVERDUE])
    mailed = told.filter(channel="email").values_list("recipient", flat=True)
    assert sorted(mailed) == sorted([world.person.email, world.lead.email])
    listed = told.filter(channel="app").values_list("reader", flat=True)
    assert sorted(listed) == sorted([world.person.pk, world.lead.pk])


def test_a_promise_that_cannot_be_told_stops_no_other(db: None) -> None:
    world = World(capacity=2)
    stuck, told = (world.book(at(10), specialist=one) for one in world.specialists)
    # Longer than a message can be addressed to.
    User.objects.filter(pk=world.person.pk).update(email=f"{'x' * 190}@example.org")
    assert SWEEPS["overdue"].run_batch(now=at(12)) == 2
    assert StuckRow.objects.get().row == str(stuck.promises.get().pk)
    assert LogEntry.objects.get(verb=Verb.FLAG_OVERDUE).appointment == told


def test_readers_are_told_once_even_if_a_flag_is_lost(world: World) -> None:
    world.book(at(10))
    for _ in range(2):
        Promise.objects.update(overdue_flagged_at=None)
        SWEEPS["overdue"].run_batch(now=at(12))
    assert Message.objects.filter(kind=MessageKind.LEAD_OVERDUE, channel="email").count() == 1


def test_an_unconfirmed_appointment_is_flagged_once(world: World) -> None:
    confirm_by = world.book(at(16)).confirm_by
    unconfirmed = SWEEPS["unconfirmed"]
    assert unconfirmed.run_batch(now=confirm_by) == 0
    assert unconfirmed.run_batch(now=confirm_by + SECOND) == 1
    assert unconfirmed.run_batch(now=confirm_by + SECOND) == 0
    assert MessageKind.SPECIALIST_UNCONFIRMED in kinds()
    assert MessageKind.LEAD_UNCONFIRMED not in kinds()


def test_a_confirmed_appointment_is_not_flagged(world: World) -> None:
    appointment = world.book(at(16))
    operations.confirm(appointment=appointment, version=appointment.version, by=world.person, now=NOW)
    assert SWEEPS["unconfirmed"].run_batch(now=at(17)) == 0


def test_reminders_come_one_after_the_other(world: World) -> None:
    world.book(at(10, day=25))
    moments = [at(10, day=24), at(9, day=25), at(9, 45, day=25)]
    reminders = SWEEPS["reminders"]
    assert [reminders.run_batch(now=moment - SECOND) for moment in moments[:1]] == [0]
    assert [reminders.run_batch(now=moment) for moment in moments] == [1, 1, 1]
    assert reminders.run_batch(now=at(9, 59, day=25)) == 0
    assert {
        MessageKind.CUSTOMER_DAY_BEFORE,
        MessageKind.CUSTOMER_HOUR_BEFORE,
        MessageKind.SPECIALIST_REMINDER,
    } <= kinds()


def test_an_expired_hold_is_free_again(world: World) -> None:
    hold = operations.hold(topic=world.topic, starts_at=at(10), by=world.agent, now=NOW)
    appointment = world.book(at(11))
    assert hold.expires_at is not None
    assert SWEEPS["holds"].run_batch(now=hold.expires_at - SECOND) == 0
    assert SWEEPS["holds"].run_batch(now=hold.expires_at) == 1
    assert list(Reservation.objects.values_list("appointment", flat=True)) == [appointment.pk]


def test_answers_to_repeated_requests_are_kept_for_a_day(world: World) -> None:
    for key, age in (("old", DAY + SECOND), ("young", DAY)):
        IdempotentRequest.objects.create(
            user=world.agent, key=key, fingerprint="f", status=201, body={}, created_at=NOW - age
        )
    SWEEPS["answers"].run_batch(now=NOW)
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["young"]


def test_expired_sessions_go(db: None) -> None:
    for key, moment in (("old", NOW - SECOND), ("young", NOW + SECOND)):
        Session.objects.create(session_key=key, session_data="", expire_date=moment)
    SWEEPS["sessions"].run_batch(now=NOW)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


def test_what_was_not_tried_again_for_an_hour_is_settled(db: None) -> None:
    for row, retry_at in (("old", NOW - DAY), ("young", NOW)):
        StuckRow.objects.create(sweep="overdue", row=row, retry_at=retry_at, error="x")
    SWEEPS["settled"].run_batch(now=NOW)
    assert list(StuckRow.objects.values_list("row", flat=True)) == ["young"]


def test_a_sweep_with_nothing_due_changes_nothing(world: World) -> None:
    world.book(at(10, day=25))
    before = list(Appointment.objects.values()), list(Promise.objects.values())
    assert {name: sweep.run_batch(now=NOW - DAY) for name, sweep in SWEEPS.items()} == dict.fromkeys(
        SWEEPS, 0
    )
    assert (list(Appointment.objects.values()), list(Promise.objects.values())) == before
