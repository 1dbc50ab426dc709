"""A caller is found by whatever they say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks.models import Appointment, Customer
from callbacks.queries.search import find_callers, matching_appointments
from tests.factories import NOW, CustomerFactory, World


@pytest.fixture
def customer(db: None) -> Customer:
    return CustomerFactory.create(name="Fleur van den Berg", phone="+31612345678", customer_number="KL-20451")


@pytest.mark.parametrize(
    "text",
    [
        "06 1234 5678",
        "06-12345678",
        "(06) 12 34 56 78",
        "0031612345678",
        "+31 6 12345678",
        "345678",
        "berg",
        "van den B",
        "KL-20451",
    ],
)
def test_any_notation_finds_the_customer(customer: Customer, world: World, text: str) -> None:
    CustomerFactory.create(name="Somebody Else")
    assert [one.customer for one in find_callers(text=text, user=world.agent)] == [customer]


@pytest.mark.parametrize("text", ["", " ", "b", "020 555 0000", "nobody", "%", "KL-2045"])
def test_what_fits_nobody_finds_nobody(customer: Customer, world: World, text: str) -> None:
    assert find_callers(text=text, user=world.agent) == []


def test_the_reference_finds_the_customer_with_or_without_dash_in_any_case(world: World) -> None:
    booked = world.book()
    for text in (booked.reference, booked.reference.lower(), booked.reference.replace("-", "")):
        assert [one.customer for one in find_callers(text=text, user=world.agent)] == [booked.customer]


@pytest.mark.parametrize("text", ["06 1234 5678", "345678", "berg", "KL-20451"])
def test_no_search_reads_all_customers(world: World, text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        find_callers(text=text, user=world.agent)
    with connection.cursor() as cursor:
        # Small tables are read whole unless that is forbidden; what still is has no index to use.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan


def test_open_appointments_come_with_the_caller(customer: Customer, world: World) -> None:
    booked = world.book(customer=customer)
    (found,) = find_callers(text="berg", user=world.agent)
    assert found.open_appointments == [booked]


def test_appointments_are_found_by_reference_and_by_customer(customer: Customer, world: World) -> None:
    booked = world.book(customer=customer)
    world.book(at_eleven := booked.ends_at, now=NOW)
    assert at_eleven
    everything = Appointment.objects.all()
    assert list(matching_appointments(everything, booked.reference)) == [booked]
    assert list(matching_appointments(everything, "van den berg")) == [booked]


def test_a_name_with_a_digit_is_found_too(world: World) -> None:
    third = CustomerFactory.create(name="Karel 3 Bakker")
    assert [one.customer for one in find_callers(text="Karel 3", user=world.agent)] == [third]


def test_a_reference_without_digits_is_found_too(world: World) -> None:
    booked = world.book()
    Appointment.objects.update(reference="BCD-FGHJ")
    assert [one.customer for one in find_callers(text="bcdfghj", user=world.agent)] == [booked.customer]
