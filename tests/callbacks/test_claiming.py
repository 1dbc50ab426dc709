"""Who works on what of the worklist: one person at a time, and everybody sees who."""

import pytest

from accounts.models import Role, User
from callbacks import operations
from callbacks.errors import Forbidden, Stale, WrongState
from callbacks.models import Appointment, LogEntry
from callbacks.states import AttemptOutcome, NextStep, State, Verb
from tests.factories import NOW, UserFactory, World, at


@pytest.fixture
def declined(world: World) -> Appointment:
    """On the worklist, at version 2."""
    return operations.decline(
        appointment=world.book(), version=1, reason="Ill", by=world.person, now=at(9, 5)
    )


@pytest.fixture
def claimed(world: World, declined: Appointment) -> Appointment:
    """Claimed by the agent, at version 3."""
    return claim(declined, world.agent)


def claim(appointment: Appointment, by: User, version: int | None = None) -> Appointment:
    seen = version or appointment.version
    return operations.claim(appointment=appointment, version=seen, by=by, now=at(9, 10))


def release(appointment: Appointment, by: User) -> Appointment:
    return operations.release_claim(
        appointment=appointment, version=appointment.version, by=by, now=at(9, 20)
    )


def test_a_claim_says_who_and_since_when(world: World, claimed: Appointment) -> None:
    stored = Appointment.objects.get(pk=claimed.pk)
    assert (stored.claimed_by, stored.claimed_at, stored.version) == (world.agent, at(9, 10), 3)


def test_a_claim_changes_nothing_else(declined: Appointment, claimed: Appointment) -> None:
    same = ("state", "next_action_at", "specialist_id", "starts_at")
    assert [getattr(claimed, name) for name in same] == [getattr(declined, name) for name in same]


def test_who_comes_second_is_told_who_was_first(claimed: Appointment) -> None:
    with pytest.raises(Stale) as refused:
        claim(claimed, UserFactory.create(), version=2)
    assert (refused.value.by_name, refused.value.verb_label) == ("Anna Agent", str(Verb.CLAIM.label))


def test_a_claim_that_one_has_seen_can_be_taken_over(claimed: Appointment) -> None:
    colleague = UserFactory.create()
    assert claim(claimed, colleague).claimed_by == colleague
    entry = LogEntry.objects.filter(verb=Verb.CLAIM).latest("pk")
    assert (entry.by, entry.details["previous"]) == (colleague, "Anna Agent")


def test_claiming_ones_own_again_changes_nothing(world: World, claimed: Appointment) -> None:
    assert claim(claimed, world.agent).version == claimed.version
    assert LogEntry.objects.filter(verb=Verb.CLAIM).count() == 1


def test_a_released_appointment_is_everybodys_again(world: World, claimed: Appointment) -> None:
    release(claimed, world.agent)
    stored = Appointment.objects.get(pk=claimed.pk)
    assert (stored.claimed_by, stored.claimed_at, stored.state) == (None, None, State.TO_REBOOK)


def test_a_colleague_can_release_for_who_went_home(claimed: Appointment) -> None:
    colleague = UserFactory.create()
    assert release(claimed, colleague).claimed_by is None
    entry = LogEntry.objects.get(verb=Verb.RELEASE_CLAIM)
    assert (entry.by, entry.details["previous"]) == (colleague, "Anna Agent")


def test_what_nobody_has_cannot_be_released(world: World, declined: Appointment) -> None:
    with pytest.raises(WrongState):
        release(declined, world.agent)


def test_a_new_time_ends_the_claim(world: World, claimed: Appointment) -> None:
    moved = operations.reschedule(
        appointment=claimed, version=3, starts_at=at(15), customer_agreed=True, by=world.agent, now=at(9, 30)
    )
    assert Appointment.objects.get(pk=moved.pk).claimed_by is None


def test_a_call_that_leaves_it_on_the_worklist_leaves_the_claim(world: World, claimed: Appointment) -> None:
    called = operations.log_attempt(
        appointment=claimed,
        version=3,
        started_at=at(9, 30),
        outcome=AttemptOutcome.NO_ANSWER,
        next_step=NextStep.TRY_AGAIN,
        next_at=at(11),
        by=world.admin,
        now=at(9, 35),
    )
    assert (called.state, called.claimed_by) == (State.TO_REBOOK, world.agent)


@pytest.mark.parametrize("person", ["agent", "person", "lead", "admin"])
def test_front_office_and_team_claim(world: World, declined: Appointment, person: str) -> None:
    user = getattr(world, person)
    assert release(claim(declined, user), user).claimed_by is None


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.LEAD])
def test_another_team_does_not(claimed: Appointment, role: Role) -> None:
    stranger = UserFactory.create(role=role)
    with pytest.raises(Forbidden):
        claim(claimed, stranger)
    with pytest.raises(Forbidden):
        release(claimed, stranger)


def test_only_what_needs_a_new_time_is_claimed(world: World) -> None:
    with pytest.raises(WrongState):
        operations.claim(appointment=world.book(), version=1, by=world.agent, now=NOW)
