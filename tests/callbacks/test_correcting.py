"""Correcting the number that will be called."""

import pytest

from callbacks import operations
from callbacks.errors import Forbidden, Invalid, Stale, WrongState
from callbacks.models import Appointment, LogEntry, Promise
from callbacks.states import State, Verb
from tests.factories import NOW, CustomerFactory, World, at


def correct(world: World, appointment: Appointment, **fields: object) -> Appointment:
    """To a number of the customer's choice, by the customer, unless said otherwise."""
    values = {"phone": "06 1234 5678", "version": appointment.version, "by": appointment.customer, **fields}
    return operations.correct_phone(appointment=appointment, now=NOW, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["06 1234 5678", "0031612345678", "+31 (0)6-12345678", "06.12.34.56.78"])
def test_any_notation_is_stored_as_e164(world: World, typed: str) -> None:
    booked = world.book()
    correct(world, booked, phone=typed)
    assert Appointment.objects.get(pk=booked.pk).phone == "+31612345678"


def test_the_promise_stays(world: World) -> None:
    booked = world.book()
    changed = correct(world, booked)
    assert (changed.state, changed.starts_at, changed.version) == (State.SCHEDULED, at(10), 2)
    assert Promise.objects.get().ended_at is None


def test_what_is_known_of_the_customer_elsewhere_stays(world: World) -> None:
    booked = world.book()
    before = booked.customer.phone
    correct(world, booked)
    booked.customer.refresh_from_db()
    assert booked.customer.phone == before


def test_the_log_says_who_and_how_the_numbers_end(world: World) -> None:
    booked = world.book(customer=CustomerFactory.create(phone="+447700900123"))
    correct(world, booked)
    entry = LogEntry.objects.get(verb=Verb.CORRECT_PHONE)
    assert (entry.by, entry.by_customer, entry.details) == (
        None,
        True,
        {"ending": "678", "previous_ending": "123"},
    )


def test_the_number_that_is_there_changes_nothing(world: World) -> None:
    booked = world.book()
    assert correct(world, booked, phone=booked.phone).version == 1
    assert not LogEntry.objects.filter(verb=Verb.CORRECT_PHONE).exists()


@pytest.mark.parametrize("typed", ["", "12", "call me", "06 1234"])
def test_what_is_no_number_is_refused(world: World, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        correct(world, world.book(), phone=typed)
    assert refused.value.field == "phone"


def test_another_customer_may_not(world: World) -> None:
    with pytest.raises(Forbidden):
        correct(world, world.book(), by=CustomerFactory.create())


def test_a_team_that_has_nothing_to_do_with_it_may_not(world: World) -> None:
    with pytest.raises(Forbidden):
        correct(world, world.book(), by=World().person)


def test_the_front_office_may(world: World) -> None:
    correct(world, world.book(), by=world.agent)
    assert LogEntry.objects.get(verb=Verb.CORRECT_PHONE).by == world.agent


def test_who_looked_at_an_older_version_is_told(world: World) -> None:
    booked = world.book()
    correct(world, booked)
    with pytest.raises(Stale) as refused:
        correct(world, booked, version=1, phone="06 8765 4321")
    assert refused.value.by_name == "De klant"


def test_nobody_will_be_called_on_what_is_closed(world: World) -> None:
    booked = world.book()
    closed = operations.cancel(
        appointment=booked, version=1, reason="", by_customer=True, by=booked.customer, now=NOW
    )
    with pytest.raises(WrongState):
        correct(world, closed)
