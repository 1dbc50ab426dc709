"""Booking promises a time and reserves it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from callbacks import operations
from callbacks.errors import Invalid, SlotNotOffered, SlotTaken
from callbacks.models import (
    Appointment,
    AvoidableReason,
    Contact,
    Customer,
    LogEntry,
    Message,
    Promise,
    Reservation,
)
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.operations import CustomerData
from callbacks.states import AttemptOutcome, ContactResult, MessageKind, NextStep, State, Verb
from tests.factories import NOW, CustomerFactory, World, at

CALLER = CustomerData(name="Jo Jansen", phone="06-1234 5678")


def test_booking_reserves_the_period_and_the_buffer(db: None) -> None:
    world = World(buffer=10)
    appointment = world.book()
    reservation = Reservation.objects.get(appointment=appointment)
    assert (reservation.starts_at, reservation.ends_at) == (at(10), at(10, 40))


def test_booking_promises_the_period_under_the_teams_rules(world: World) -> None:
    world.team.early, world.team.grace = 5, 20
    world.team.save(update_fields=["early", "grace"])
    promise = Promise.objects.get(appointment=world.book())
    assert (promise.starts_at, promise.ends_at) == (at(10), at(10, 30))
    assert (promise.counts_from, promise.due_at) == (at(9, 55), at(10, 50))
    assert (promise.made_at, promise.made_by, promise.ended_at) == (NOW, world.agent, None)


def test_booking_is_scheduled_and_logged(world: World) -> None:
    appointment = world.book()
    entry = LogEntry.objects.get(appointment=appointment)
    assert appointment.state == State.SCHEDULED
    assert (entry.verb, entry.by, entry.by_name, entry.at) == (Verb.BOOK, world.agent, "Anna Agent", NOW)
    assert entry.details["specialist"] == world.person.name


def test_booking_is_a_contact_with_a_callback_as_result(world: World) -> None:
    world.book(channel="chat")
    contact = Contact.objects.get()
    assert (contact.result, contact.channel, contact.topic) == (ContactResult.CALLBACK, "chat", world.topic)


def test_booking_queues_a_message_to_customer_and_specialist(world: World) -> None:
    appointment = world.book()
    told = {(one.kind, one.channel, one.recipient) for one in Message.objects.all()}
    assert told == {
        (MessageKind.CUSTOMER_BOOKED, "email", appointment.customer.email),
        (MessageKind.SPECIALIST_CONFIRM, "email", world.person.email),
        (MessageKind.SPECIALIST_CONFIRM, "app", world.person.name),
    }


def test_a_specialist_who_books_their_own_time_has_confirmed_it(world: World) -> None:
    appointment = world.book(by=world.person)
    assert appointment.state == State.CONFIRMED
    assert not Message.objects.filter(kind=MessageKind.SPECIALIST_CONFIRM).exists()


def test_a_taken_slot_is_refused_with_the_nearest_alternatives(world: World) -> None:
    world.book()
    with pytest.raises(SlotTaken) as refused:
        world.book()
    assert [slot.starts_at for slot in refused.value.alternatives] == [at(9, 15), at(9, 30), at(10, 30)]


def test_a_time_nobody_published_is_refused_with_alternatives(world: World) -> None:
    with pytest.raises(SlotNotOffered) as refused:
        world.book(at(18))
    assert refused.value.alternatives


def test_a_time_off_the_grid_is_not_offered(world: World) -> None:
    with pytest.raises(SlotNotOffered):
        world.book(at(10, 7))


def test_a_refused_booking_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(SlotNotOffered):
        world.book(at(18), customer=operations.CustomerData(name="New", phone="06 1234 5678"))
    assert not Contact.objects.exists()


def test_the_specialist_with_the_least_booked_time_that_day_gets_it(db: None) -> None:
    world = World(capacity=2)
    first = world.book(at(9, 30))
    assert world.book(at(11)).specialist != first.specialist


def test_the_specialist_who_knows_the_customer_comes_first(db: None) -> None:
    world = World(capacity=3)
    customer = CustomerFactory.create()
    known = world.book(at(9, 30), customer=customer).specialist
    assert world.book(at(11), customer=customer).specialist == known


def test_whom_the_agent_holds_goes_before_who_knows_the_customer(db: None) -> None:
    world = World(capacity=3)
    customer = CustomerFactory.create()
    world.book(at(9, 30), customer=customer, specialist=world.specialists[0])
    held = operations.hold(
        topic=world.topic, starts_at=at(11), by=world.agent, now=NOW, specialist=world.specialists[1]
    )
    assert world.book(at(11), customer=customer).specialist == held.specialist


def test_on_equal_days_the_specialist_with_the_quieter_week_gets_it(db: None) -> None:
    world = World(capacity=2)
    busy = world.book(at(9, 30)).specialist
    assert world.book(at(9, 30, day=24)).specialist != busy


def test_a_specialist_asked_for_gets_it_or_nobody(db: None) -> None:
    world = World(capacity=2)
    wanted = world.specialists[1]
    assert world.book(specialist=wanted).specialist == wanted
    with pytest.raises(SlotTaken):
        world.book(specialist=wanted)


def test_the_same_caller_is_one_customer(world: World) -> None:
    caller = operations.CustomerData(name="Piet Proef", phone="06-12345678")
    first = world.book(at(10), customer=caller)
    again = world.book(at(11), customer=operations.CustomerData(name="piet proef", phone="0031 6 1234 5678"))
    assert first.customer == again.customer


def test_a_customer_number_finds_the_customer_on_another_phone(world: World) -> None:
    known = CustomerFactory.create(customer_number="K-1")
    caller = operations.CustomerData(name="X", phone="0612345678", customer_number="K-1")
    appointment = world.book(customer=caller)
    assert (appointment.customer, appointment.phone) == (known, "+31612345678")


@pytest.mark.parametrize(("field", "size"), [("question", 1001), ("internal_note", 2001)])
def test_texts_beyond_their_limit_are_refused(world: World, field: str, size: int) -> None:
    with pytest.raises(Invalid) as refused:
        world.book(at(10), now=NOW, **{field: "x" * size})
    assert refused.value.field == field


def test_confirmation_is_asked_within_the_teams_term_at_the_latest_before_the_start(world: World) -> None:
    assert world.book(at(10)).confirm_by == at(10)
    assert world.book(at(16)).confirm_by == NOW + dt.timedelta(minutes=world.team.confirm_within)


def test_an_agents_own_hold_does_not_block_their_booking(world: World) -> None:
    operations.hold(topic=world.topic, starts_at=at(10), by=world.agent, now=NOW)
    assert world.book().specialist == world.specialists[0]


def test_somebody_elses_hold_blocks_until_it_expires(world: World) -> None:
    operations.hold(topic=world.topic, starts_at=at(10), by=world.lead, now=NOW)
    with pytest.raises(SlotTaken):
        world.book()
    assert world.book(now=NOW + dt.timedelta(minutes=2)).state == State.SCHEDULED


def test_a_new_hold_replaces_the_old_one_and_release_lets_go(world: World) -> None:
    operations.hold(topic=world.topic, starts_at=at(10), by=world.agent, now=NOW)
    operations.hold(topic=world.topic, starts_at=at(11), by=world.agent, now=NOW)
    assert [one.starts_at for one in Reservation.objects.all()] == [at(11)]
    operations.release(by=world.agent)
    assert not Reservation.objects.exists()


def test_a_hold_that_is_renewed_stays_with_its_specialist(db: None) -> None:
    world = World(capacity=5)
    held = {
        operations.hold(topic=world.topic, starts_at=at(10), by=world.agent, now=NOW).specialist
        for _time in range(6)
    }
    assert len(held) == 1


def test_an_address_that_is_given_replaces_the_one_known(world: World) -> None:
    known = CustomerFactory.create(customer_number="K-1", email="old@example.org")
    caller = operations.CustomerData(
        name="X", phone="0612345678", customer_number="K-1", email="new@example.org"
    )
    world.book(customer=caller)
    known.refresh_from_db()
    assert known.email == "new@example.org"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "x" * 101}, "name"),
        ({"email": "x" * 201}, "email"),
        ({"customer_number": "1" * 31}, "customer_number"),
        ({"phone": "nobody"}, "phone"),
    ],
)
def test_what_a_caller_says_has_limits(world: World, fields: dict[str, Any], field: str) -> None:
    caller = operations.CustomerData(**{"name": "X", "phone": "0612345678", **fields})
    with pytest.raises(Invalid) as refused:
        world.book(customer=caller)
    assert refused.value.field == field


def test_calls_already_done_count_for_who_is_next(db: None) -> None:
    world = World(capacity=2)
    busy = world.book(at(9, 15))
    assert busy.specialist is not None
    operations.log_attempt(
        appointment=busy,
        version=1,
        started_at=at(9, 15),
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=busy.specialist.user,
        now=at(9, 20),
    )
    assert world.book(at(11), now=at(9, 20)).specialist != busy.specialist


def test_the_customer_is_told_when_the_booking_can_no_longer_be_undone(world: World) -> None:
    booked = world.book()
    waiting = booked.messages.get(kind=MessageKind.CUSTOMER_BOOKED).look_at - booked.created_at
    assert waiting == UNDO_WITHIN


def test_the_specialist_is_asked_at_once(world: World) -> None:
    booked = world.book()
    asked = booked.messages.filter(kind=MessageKind.SPECIALIST_CONFIRM)
    assert set(asked.values_list("look_at", flat=True)) == {booked.created_at}


def test_what_the_agent_writes_down_is_kept(world: World) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear")
    booked = world.book(
        second_phone="020-123 45 67",
        second_phone_note="Her office",
        reach_note="After three",
        case_number=" Z-2026-17 ",
        searched_online=True,
        avoidable=True,
        avoidable_reason=reason,
        opened_at=NOW - dt.timedelta(seconds=25),
    )
    kept = Appointment.objects.get(pk=booked.pk)
    assert (kept.second_phone, kept.second_phone_note) == ("+31201234567", "Her office")
    assert (kept.reach_note, kept.case_number) == ("After three", "Z-2026-17")
    contact = kept.contact
    assert (contact.searched_online, contact.avoidable, contact.avoidable_reason) == (True, True, reason)
    assert contact.opened_at == NOW - dt.timedelta(seconds=25)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("second_phone", "call me"),
        ("second_phone_note", "x" * 61),
        ("reach_note", "x" * 201),
        ("case_number", "x" * 31),
        ("avoidable_reason", AvoidableReason(name="Without being avoidable")),
    ],
)
def test_a_detail_that_does_not_fit_is_named(world: World, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        world.book(**{field: value})
    assert refused.value.field == field


def test_a_customer_speaks_dutch_unless_said_otherwise(world: World) -> None:
    assert world.book(customer=CALLER).customer.language == "nl"


def test_the_language_that_is_given_is_remembered(world: World) -> None:
    world.book(customer=CALLER)
    world.book(at(11), customer=replace(CALLER, language="en"))
    world.book(at(12), customer=CALLER)
    assert Customer.objects.get(phone="+31612345678").language == "en"


def test_an_unknown_language_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.book(customer=replace(CALLER, language="xx"))
    assert refused.value.field == "language"
