"""Who the caller is: one statement finds or makes them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from callbacks.models import Customer
from callbacks.operations import CustomerData
from callbacks.operations.customers import identify
from tests.factories import NOW, CustomerFactory

CALLERS, ROUNDS = 8, 25


def caller(**fields: Any) -> CustomerData:
    """Somebody on the line."""
    return CustomerData(**{"name": "Zoë 'O", "phone": "06 1234 5678", **fields})


def test_who_is_new_is_made_with_all_that_was_said(db: None) -> None:
    given = caller(email="zoe@example.org", customer_number="K-7", language="en")
    made, phone = identify(given, now=NOW)
    stored = Customer.objects.values().get()
    assert stored == {
        "id": made.pk,
        "name": "Zoë 'O",
        "plain_name": "zoe o",
        "phone": phone,
        "email": "zoe@example.org",
        "customer_number": "K-7",
        "language": "en",
        "created_at": NOW,
    }
    # What is worked out from the others is the database's.
    assert stored == {name: getattr(made, name) for name in stored if name != "plain_name"} | {
        "plain_name": "zoe o"
    }


def test_without_a_number_none_is_stored(db: None) -> None:
    assert identify(caller(), now=NOW)[0].customer_number is None


def test_who_is_known_is_found_and_not_made(db: None) -> None:
    known = CustomerFactory.create(name="ZOË 'o", phone="+31612345678")
    assert identify(caller(), now=NOW)[0] == known
    assert Customer.objects.count() == 1


def test_of_several_who_fit_the_first_is_taken(db: None) -> None:
    first, *_others = CustomerFactory.create_batch(3, name="Zoë 'O", phone="+31612345678")
    assert identify(caller(), now=NOW)[0] == first


@pytest.mark.parametrize("other", [{"name": "Zoë"}, {"phone": "06 8765 4321"}])
def test_another_name_or_phone_is_another_customer(db: None, other: dict[str, str]) -> None:
    first = identify(caller(), now=NOW)[0]
    assert identify(caller(**other), now=NOW)[0] != first


def test_a_number_decides_whatever_name_and_phone_say(db: None) -> None:
    CustomerFactory.create(name="Zoë 'O", phone="+31612345678")
    known = CustomerFactory.create(customer_number="K-7")
    assert identify(caller(customer_number="K-7"), now=NOW)[0] == known


def test_who_is_known_is_called_where_they_say(db: None) -> None:
    known = CustomerFactory.create(name="Kees Known", phone="+447700900111")
    assert identify(caller(known=known), now=NOW) == (known, "+31612345678")
    known.refresh_from_db()
    assert (known.name, known.phone) == ("Kees Known", "+447700900111")


def test_who_had_no_name_gets_the_one_that_is_given(db: None) -> None:
    known = CustomerFactory.create(name="")
    identify(caller(known=known), now=NOW)
    known.refresh_from_db()
    assert (known.name, known.plain_name) == ("Zoë 'O", "zoe o")


@pytest.mark.parametrize("number", ["", "K-7"])
def test_it_takes_one_statement(
    db: None, number: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _new_and_known in range(2):
        with django_assert_num_queries(1):
            identify(caller(customer_number=number), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_number_that_many_give_at_once_makes_one_customer() -> None:
    together = Barrier(CALLERS)

    def call(_line: int) -> list[int]:
        try:
            identify(caller(), now=NOW)
            numbers = [caller(customer_number=f"K-{number}") for number in range(ROUNDS)]
            return [(together.wait(timeout=60), identify(one, now=NOW)[0].pk)[1] for one in numbers]
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        rounds = zip(*pool.map(call, range(CALLERS)), strict=True)
        assert [len(set(keys)) for keys in rounds] == [1] * ROUNDS
    assert Customer.objects.exclude(customer_number=None).count() == ROUNDS
