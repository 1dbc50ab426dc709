"""Every contact is registered with what came of it, and with nothing that does not belong to it."""

import datetime as dt
from typing import Any

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid
from callbacks.models import AvoidableReason, Contact, Customer, LogEntry
from callbacks.operations import CustomerData
from callbacks.states import ContactResult, RefusalReason
from tests.factories import NOW, CustomerFactory, TopicFactory, World

CALLER = CustomerData(name="Jo Jansen", phone="06-1234 5678")
# What each result needs.
OWN: dict[ContactResult, dict[str, Any]] = {
    ContactResult.SOLVED: {},
    ContactResult.TRANSFERRED: {"reached": False},
    ContactResult.REFERRED: {"referred_to": "email"},
    ContactResult.REFUSED: {"refusal_reason": RefusalReason.NOTHING_FREE},
}


def register(world: World, result: str = ContactResult.SOLVED, **fields: Any) -> Contact:
    """Register a contact of the agent, and read it back."""
    values: dict[str, Any] = {"by": world.agent, "now": NOW, **fields}
    made = operations.register_contact(result=result, **values)
    return Contact.objects.get(pk=made.pk)


def refused_field(world: World, result: str = ContactResult.SOLVED, **fields: Any) -> str:
    """The field that a registration is refused for."""
    with pytest.raises(Invalid) as refused:
        register(world, result, **fields)
    assert not Contact.objects.exclude(result=ContactResult.CALLBACK).exists()
    return refused.value.field


@pytest.mark.parametrize("result", OWN)
def test_a_contact_is_registered_with_what_its_result_needs(world: World, result: ContactResult) -> None:
    contact = register(world, result, **OWN[result])
    assert (contact.result, contact.agent, contact.at) == (result, world.agent, NOW)


def test_a_caller_who_did_not_say_who_they_are_is_nobody(world: World) -> None:
    assert register(world).customer is None
    assert not Customer.objects.exists()


def test_a_known_customer_has_the_contact(world: World) -> None:
    customer = CustomerFactory.create()
    assert register(world, customer=customer).customer == customer


def test_a_caller_is_found_again_or_made(world: World) -> None:
    first, second = register(world, customer=CALLER), register(world, customer=CALLER)
    assert first.customer == second.customer == Customer.objects.get(phone="+31612345678")


def test_a_wrong_phone_number_is_named_and_nothing_is_stored(world: World) -> None:
    assert refused_field(world, customer=CustomerData(name="Jo", phone="call me")) == "phone"
    assert not Customer.objects.exists()


def test_the_channel_topic_and_note_are_kept(world: World) -> None:
    contact = register(world, channel="webcare", topic=world.topic, note=" Sent the link ")
    assert (contact.channel, contact.topic, contact.note) == ("webcare", world.topic, "Sent the link")


def test_a_transfer_says_to_whom_and_whether_they_were_reached(world: World) -> None:
    colleague = world.specialists[0]
    contact = register(world, ContactResult.TRANSFERRED, transferred_to=colleague, reached=True)
    assert (contact.transferred_to, contact.reached) == (colleague, True)


def test_a_transfer_goes_to_nobody_who_has_left(world: World) -> None:
    left = world.specialist(is_active=False)
    assert refused_field(world, ContactResult.TRANSFERRED, transferred_to=left, reached=True) == (
        "transferred_to"
    )


def test_who_asks_where_the_callback_is_counts_for_that_appointment(world: World) -> None:
    appointment = world.book()
    contact = register(world, ContactResult.STATUS, about=appointment)
    assert list(appointment.enquiries.all()) == [contact]
    assert (contact.customer, contact.topic) == (appointment.customer, appointment.topic)


def test_somebody_else_may_ask_about_an_appointment(world: World) -> None:
    partner, other = CustomerFactory.create(), TopicFactory.create()
    contact = register(world, ContactResult.STATUS, about=world.book(), customer=partner, topic=other)
    assert (contact.customer, contact.topic) == (partner, other)


def test_asking_about_an_appointment_does_not_change_it(world: World) -> None:
    appointment = world.book()
    register(world, ContactResult.STATUS, about=appointment)
    appointment.refresh_from_db()
    assert (appointment.version, LogEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (ContactResult.TRANSFERRED, "reached"),
        (ContactResult.REFERRED, "referred_to"),
        (ContactResult.REFUSED, "refusal_reason"),
        (ContactResult.STATUS, "about"),
    ],
)
def test_a_result_without_its_fact_is_refused(world: World, result: ContactResult, field: str) -> None:
    assert refused_field(world, result) == field


@pytest.mark.parametrize("result", OWN)
@pytest.mark.parametrize("fact", ["reached", "transferred_to", "referred_to", "refusal_reason"])
def test_a_fact_of_another_result_is_refused(world: World, result: ContactResult, fact: str) -> None:
    value = {
        "reached": True,
        "transferred_to": world.specialists[0],
        "referred_to": "desk",
        "refusal_reason": RefusalReason.TOO_LATE,
    }[fact]
    if fact in OWN[result] or (fact, result) == ("transferred_to", ContactResult.TRANSFERRED):
        assert register(world, result, **OWN[result] | {fact: value})
    else:
        assert refused_field(world, result, **OWN[result] | {fact: value}) == fact


@pytest.mark.parametrize("result", [ContactResult.CALLBACK, ContactResult.UNDONE, "", "lost"])
def test_what_only_booking_makes_cannot_be_registered(world: World, result: str) -> None:
    assert refused_field(world, result) == "result"


@pytest.mark.parametrize(
    ("result", "fact", "value"),
    [
        (ContactResult.SOLVED, "channel", "pigeon"),
        (ContactResult.REFERRED, "referred_to", "pigeon"),
        (ContactResult.REFUSED, "refusal_reason", "rain"),
        (ContactResult.SOLVED, "note", "x" * 501),
    ],
)
def test_what_is_unknown_or_too_long_is_refused(
    world: World, result: ContactResult, fact: str, value: str
) -> None:
    assert refused_field(world, result, **OWN[result] | {fact: value}) == fact


def test_an_avoidable_contact_has_a_reason(world: World) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear")
    contact = register(world, avoidable=True, avoidable_reason=reason, searched_online=False)
    assert (contact.avoidable, contact.avoidable_reason, contact.searched_online) == (True, reason, False)


@pytest.mark.parametrize("avoidable", [None, False])
def test_a_contact_that_was_needed_has_no_such_reason(world: World, avoidable: object) -> None:
    reason = AvoidableReason.objects.create(name="Letter unclear")
    assert refused_field(world, avoidable=avoidable, avoidable_reason=reason) == "avoidable_reason"


def test_what_nobody_asked_is_not_known(world: World) -> None:
    contact = register(world)
    assert (contact.searched_online, contact.avoidable, contact.opened_at) == (None, None, None)


HALF_A_DAY, A_MOMENT = dt.timedelta(hours=12), dt.timedelta(microseconds=1)


@pytest.mark.parametrize("ago", [dt.timedelta(0), dt.timedelta(minutes=3), HALF_A_DAY])
def test_it_is_kept_when_the_agent_turned_to_the_caller(world: World, ago: dt.timedelta) -> None:
    assert register(world, opened_at=NOW - ago).opened_at == NOW - ago


@pytest.mark.parametrize("ago", [-A_MOMENT, HALF_A_DAY + A_MOMENT])
def test_a_moment_that_cannot_be_is_left_out(world: World, ago: dt.timedelta) -> None:
    assert register(world, opened_at=NOW - ago).opened_at is None


@pytest.mark.parametrize("person", ["agent", "person", "lead", "admin"])
def test_everybody_employed_registers_contacts(world: World, person: str) -> None:
    assert register(world, by=getattr(world, person))


def test_a_closed_account_registers_nothing(world: World) -> None:
    world.agent.is_active = False
    with pytest.raises(Forbidden):
        register(world)
