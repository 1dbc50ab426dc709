"""The customer's link: derived, stored as a hash, for one appointment, for a time."""

import datetime as dt

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from callbacks import operations
from callbacks.errors import Forbidden, WrongState
from callbacks.hashing import hashed
from callbacks.models import Appointment, CustomerLink, LogEntry
from callbacks.states import Verb
from tests.factories import NOW, World, at

A_DAY = dt.timedelta(hours=24)


@pytest.fixture
def appointment(world: World) -> Appointment:
    return world.book()


def token(appointment: Appointment) -> str:
    return operations.link_token(appointment=appointment, now=NOW)


def opens(key: str, now: dt.datetime = NOW) -> bool:
    return CustomerLink.objects.behind(key, now).exists()


def withdraw(world: World, appointment: Appointment, **fields: object) -> Appointment:
    values = {"version": appointment.version, "by": world.agent, "now": NOW, **fields}
    return operations.withdraw_link(appointment=appointment, **values)  # type: ignore[arg-type]


def test_a_token_has_192_bits_and_stands_in_an_address_as_it_is(appointment: Appointment) -> None:
    made = token(appointment)
    assert (len(made), made.replace("-", "").replace("_", "").isalnum()) == (32, True)


def test_only_the_hash_is_stored(appointment: Appointment) -> None:
    made = token(appointment)
    (row,) = CustomerLink.objects.values_list()
    assert (made in str(row), hashed(made) in row) == (False, True)


def test_every_message_of_an_appointment_carries_the_same_token(appointment: Appointment) -> None:
    assert token(appointment) == token(appointment)
    assert CustomerLink.objects.count() == 1


def test_two_appointments_have_two_tokens(world: World) -> None:
    first, second = token(world.book(at(10))), token(world.book(at(11)))
    assert first != second


def test_it_opens_this_appointment(appointment: Appointment) -> None:
    assert CustomerLink.objects.behind(token(appointment), NOW).get().appointment == appointment


@pytest.mark.parametrize("key", ["", "x", "A" * 32])
def test_nothing_else_opens_anything(appointment: Appointment, key: str) -> None:
    token(appointment)
    assert not opens(key)


def test_the_hash_is_no_key(appointment: Appointment) -> None:
    assert not opens(hashed(token(appointment)))


def test_it_ends_a_day_after_the_window(appointment: Appointment) -> None:
    made, end = token(appointment), appointment.ends_at + A_DAY
    assert (opens(made, end - dt.timedelta(seconds=1)), opens(made, end)) == (True, False)


def test_a_new_promise_moves_the_end(world: World, appointment: Appointment) -> None:
    made = token(appointment)
    operations.reschedule(
        appointment=appointment,
        version=1,
        starts_at=at(10, day=25),
        customer_agreed=True,
        by=world.agent,
        now=NOW,
    )
    assert opens(made, at(10, day=26))


def test_without_the_servers_key_the_table_is_worth_nothing(
    appointment: Appointment, settings: Settings
) -> None:
    before = token(appointment)
    settings.SECRET_KEY = "another key of fifty characters and a few more than that"
    assert token(appointment) != before


def test_links_of_before_a_change_of_key_go_on_working(appointment: Appointment, settings: Settings) -> None:
    before = token(appointment)
    settings.SECRET_KEY = "another key of fifty characters and a few more than that"
    after = token(appointment)
    assert (opens(before), opens(after), token(appointment)) == (True, True, after)


def test_a_withdrawn_link_opens_nothing_and_the_next_message_has_another(
    world: World, appointment: Appointment
) -> None:
    before = token(appointment)
    withdraw(world, appointment)
    after = token(appointment)
    assert (opens(before), opens(after)) == (False, True)


def test_withdrawing_is_in_the_log(world: World, appointment: Appointment) -> None:
    token(appointment)
    withdraw(world, appointment)
    assert LogEntry.objects.get(verb=Verb.WITHDRAW_LINK).by == world.agent


def test_what_is_not_there_cannot_be_withdrawn(world: World, appointment: Appointment) -> None:
    with pytest.raises(WrongState):
        withdraw(world, appointment)


def test_a_stranger_withdraws_nothing(world: World, appointment: Appointment) -> None:
    made = token(appointment)
    with pytest.raises(Forbidden):
        withdraw(world, appointment, by=World().person)
    assert opens(made)


def test_a_hash_belongs_to_one_link(appointment: Appointment) -> None:
    token(appointment)
    with pytest.raises(IntegrityError, match="token_hash"):
        CustomerLink.objects.create(
            appointment=appointment, token_hash=CustomerLink.objects.get().token_hash, created_at=NOW
        )
