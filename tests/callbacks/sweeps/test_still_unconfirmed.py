"""Not confirmed in time: the specialist is reminded, then the team's policy is carried out, once."""

import datetime as dt

import pytest

from availability.models import UnconfirmedPolicy
from callbacks import operations
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.states import MessageKind, State, Verb
from callbacks.sweeps import SWEEPS
from tests.factories import NOW, World, at

SECOND = dt.timedelta(seconds=1)
HALF_AN_HOUR = dt.timedelta(minutes=30)


def set_policy(world: World, policy: UnconfirmedPolicy) -> None:
    world.team.unconfirmed_policy = policy
    world.team.save(update_fields=["unconfirmed_policy"])


def remind(appointment: Appointment) -> dt.datetime:
    """Let the term for confirming pass; gives when the reminder went out."""
    reminded = appointment.confirm_by + SECOND
    assert SWEEPS["unconfirmed"].run_batch(now=reminded) == 1
    return reminded


def lapse(appointment: Appointment) -> Appointment:
    """Let the reminder be in vain too."""
    assert SWEEPS["still_unconfirmed"].run_batch(now=remind(appointment) + HALF_AN_HOUR) == 1
    return Appointment.objects.get(pk=appointment.pk)


def told_leads() -> int:
    return Message.objects.filter(kind=MessageKind.LEAD_UNCONFIRMED, channel="email").count()


def test_a_reminder_has_half_an_hour_to_help(world: World) -> None:
    reminded = remind(world.book(at(16)))
    assert SWEEPS["still_unconfirmed"].run_batch(now=reminded + HALF_AN_HOUR - SECOND) == 0
    assert SWEEPS["still_unconfirmed"].run_batch(now=reminded + HALF_AN_HOUR) == 1
    assert SWEEPS["still_unconfirmed"].run_batch(now=reminded + HALF_AN_HOUR) == 0


def test_a_reminder_shortly_before_the_call_has_half_of_what_is_left(world: World) -> None:
    made = world.book(at(13, 30))
    reminded = remind(made)
    made.refresh_from_db()
    assert made.reminded_until == reminded + (at(13, 30) - reminded) / 2


def test_what_was_confirmed_after_the_reminder_is_left_alone(world: World) -> None:
    made = world.book(at(16))
    reminded = remind(made)
    operations.confirm(appointment=made, version=made.version, by=world.person, now=reminded)
    assert SWEEPS["still_unconfirmed"].run_batch(now=reminded + HALF_AN_HOUR) == 0
    assert told_leads() == 0


def test_it_is_not_taken_from_whoever_is_calling_now(world: World) -> None:
    set_policy(world, UnconfirmedPolicy.COLLEAGUE)
    made = world.book(at(16))
    world.specialist()
    lapses = remind(made) + HALF_AN_HOUR
    operations.begin_call(appointment=made, version=made.version, by=world.person, now=lapses - SECOND)
    counts = [SWEEPS["still_unconfirmed"].run_batch(now=lapses + SECOND * n) for n in range(2)]
    assert counts == [1, 0]
    assert Appointment.objects.get().specialist == world.specialists[0]


def test_without_another_policy_it_stays_and_the_lead_is_told_once(world: World) -> None:
    made = world.book(at(16))
    after = lapse(made)
    assert (after.state, after.specialist, after.version) == (State.SCHEDULED, made.specialist, made.version)
    assert told_leads() == 1


def test_it_may_count_as_confirmed(world: World) -> None:
    set_policy(world, UnconfirmedPolicy.CONFIRMED)
    assert lapse(world.book(at(16))).state == State.CONFIRMED
    entry = LogEntry.objects.get(verb=Verb.CONFIRM)
    assert (entry.by, entry.from_state, bool(entry.reason)) == (None, State.SCHEDULED, True)
    assert told_leads() == 0


def test_it_may_go_to_a_free_colleague_with_the_promise(db: None) -> None:
    world = World(capacity=2)
    set_policy(world, UnconfirmedPolicy.COLLEAGUE)
    first, second = world.specialists
    after = lapse(world.book(at(16), specialist=first))
    assert (after.specialist, after.state, after.starts_at) == (second, State.SCHEDULED, at(16))
    assert Reservation.objects.get().specialist == second
    assert Promise.objects.open().get().starts_at == at(16)
    assert LogEntry.objects.get(verb=Verb.DECLINE).reason == f"{first} heeft niet op tijd bevestigd."
    assert told_leads() == 0


def test_the_colleague_is_asked_anew_and_it_never_comes_back(db: None) -> None:
    world = World(capacity=2)
    set_policy(world, UnconfirmedPolicy.COLLEAGUE)
    after = lapse(world.book(at(16), specialist=world.specialists[0]))
    kinds = [MessageKind.SPECIALIST_CONFIRM, MessageKind.SPECIALIST_GIVEN]
    asked = Message.objects.filter(kind__in=kinds, channel="email").values_list("recipient", flat=True)
    assert set(asked) == {one.user.email for one in world.specialists}
    reminded = after.confirm_by + SECOND
    SWEEPS["unconfirmed"].run_batch(now=reminded)
    SWEEPS["still_unconfirmed"].run_batch(now=reminded + HALF_AN_HOUR)
    assert Appointment.objects.get().specialist == world.specialists[1]
    assert told_leads() == 1


def test_without_a_free_colleague_it_stays_with_its_time_and_the_lead_is_told(world: World) -> None:
    set_policy(world, UnconfirmedPolicy.COLLEAGUE)
    made = world.book(at(16))
    after = lapse(made)
    assert (after.specialist, after.state, after.version) == (made.specialist, State.SCHEDULED, 1)
    assert Reservation.objects.get().specialist == made.specialist
    assert not LogEntry.objects.filter(verb=Verb.DECLINE).exists()
    assert told_leads() == 1


@pytest.mark.parametrize("policy", UnconfirmedPolicy)
def test_a_second_worker_finds_nothing_left(world: World, policy: UnconfirmedPolicy) -> None:
    set_policy(world, policy)
    made = world.book(at(16), now=NOW)
    late = remind(made) + HALF_AN_HOUR
    counts = [operations.settle_unconfirmed(appointment_ids=[made.pk], now=late) for _ in range(2)]
    assert counts == [1, 0]
