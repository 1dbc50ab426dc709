"""Another time is proposed to the front office; the promise stays until the customer agrees."""

import datetime as dt

import pytest
from django.db import IntegrityError

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, SlotNotOffered, SlotTaken
from callbacks.models import Appointment, LogEntry, Message, Promise, Reservation
from callbacks.states import MessageKind, State, Verb
from tests.factories import NOW, SpecialistFactory, World, at


def propose(world: World, appointment: Appointment, starts_at: dt.datetime, **fields: object) -> Appointment:
    """Propose another time as the first specialist."""
    values = {"by": world.person, "version": appointment.version, "now": NOW, **fields}
    return operations.propose(appointment=appointment, starts_at=starts_at, **values)  # type: ignore[arg-type]


def agree(world: World, appointment: Appointment, starts_at: dt.datetime) -> Appointment:
    """The front office agrees a time of the first specialist with the customer."""
    return operations.reschedule(
        appointment=appointment,
        version=appointment.version,
        starts_at=starts_at,
        specialist=world.specialists[0],
        customer_agreed=True,
        by=world.agent,
        now=NOW,
    )


def test_a_proposal_stands_on_the_worklist_and_the_promise_stays(world: World) -> None:
    proposed = propose(world, world.book(), at(14))
    assert (proposed.state, proposed.specialist) == (State.TO_REBOOK, None)
    assert (proposed.proposed_specialist, proposed.proposed_starts_at) == (world.specialists[0], at(14))
    assert Promise.objects.open().get().starts_at == at(10)
    assert not Reservation.objects.exists()


def test_a_proposal_is_logged_and_told_to_the_agent_who_booked(world: World) -> None:
    propose(world, world.book(), at(14), reason="Council meeting")
    entry = LogEntry.objects.get(verb=Verb.PROPOSE)
    assert (entry.by, entry.reason) == (world.person, "Council meeting")
    assert entry.details["proposed_starts_at"] == at(14).isoformat()
    assert (
        Message.objects.get(kind=MessageKind.AGENT_TO_REBOOK, channel="email").recipient == world.agent.email
    )


def test_the_customer_hears_nothing_before_somebody_asks(world: World) -> None:
    propose(world, world.book(), at(14))
    kinds = Message.objects.filter(kind__startswith="customer_").values_list("kind", flat=True)
    assert list(kinds) == [MessageKind.CUSTOMER_BOOKED]


def test_what_the_specialist_proposed_need_not_be_confirmed(world: World) -> None:
    agreed = agree(world, propose(world, world.book(), at(14)), at(14))
    assert (agreed.state, agreed.starts_at) == (State.CONFIRMED, at(14))
    assert (agreed.proposed_specialist, agreed.proposed_starts_at) == (None, None)


def test_another_time_than_the_proposed_one_is_confirmed_as_usual(world: World) -> None:
    agreed = agree(world, propose(world, world.book(), at(14)), at(15))
    assert (agreed.state, agreed.proposed_starts_at) == (State.SCHEDULED, None)


def test_a_proposal_reserves_nothing(world: World) -> None:
    proposed = propose(world, world.book(), at(14))
    world.book(at(14))
    with pytest.raises(SlotTaken):
        agree(world, proposed, at(14))


def test_a_time_that_overlaps_the_own_one_can_be_proposed(world: World) -> None:
    assert propose(world, world.book(), at(10, 15)).proposed_starts_at == at(10, 15)


def test_a_time_that_is_taken_cannot_be_proposed(world: World) -> None:
    world.book(at(14))
    with pytest.raises(SlotTaken):
        propose(world, world.book(), at(14))


def test_a_time_that_nobody_published_cannot_be_proposed(world: World) -> None:
    with pytest.raises(SlotNotOffered):
        propose(world, world.book(), at(20))


def test_the_promised_time_is_no_proposal(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        propose(world, world.book(), at(10))
    assert refused.value.field == "starts_at"


def test_a_reason_has_its_limit(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        propose(world, world.book(), at(14), reason="x" * 501)
    assert refused.value.field == "reason"


def test_the_front_office_and_other_teams_propose_nothing(world: World) -> None:
    for stranger in (world.agent, SpecialistFactory.create().user):
        with pytest.raises(Forbidden):
            propose(world, world.book(), at(14), by=stranger)
        world = World()


def test_a_proposal_is_kept_on_the_worklist_only(world: World) -> None:
    booked = world.book()
    with pytest.raises(IntegrityError):
        Appointment.objects.filter(pk=booked.pk).update(
            proposed_specialist=world.specialists[0], proposed_starts_at=at(14)
        )
