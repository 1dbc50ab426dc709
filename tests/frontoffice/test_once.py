"""Two copies of one form at the same moment."""

import threading
import uuid

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from callbacks.errors import Invalid, SlotNotOffered
from callbacks.models import Appointment
from callbacks.operations import CustomerData, book
from frontoffice.once import once
from tests.factories import NOW, CustomerFactory, World, at


@pytest.fixture(autouse=True)
def _frozen() -> None:
    """Threads need a clock that runs."""


@pytest.mark.django_db(transaction=True)
def test_copies_that_arrive_together_lead_to_one_appointment() -> None:
    world, token = World(capacity=2), str(uuid.uuid4())
    together, references = threading.Barrier(2), []

    def submit() -> None:
        together.wait()
        references.append(
            once(
                user=world.agent,
                token=token,
                fingerprint="",
                now=NOW,
                book=lambda: book(
                    topic=world.topic,
                    starts_at=at(10),
                    customer=CustomerData(name="Jo", phone="0612345678"),
                    by=world.agent,
                    now=NOW,
                ),
            )
        )
        connection.close()

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert references == [Appointment.objects.get().reference] * 2


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_s_victim_books_after_all() -> None:
    world, tries = World(), iter(["deadlock", "booked"])

    def book_at_the_second_try() -> Appointment:
        if next(tries) == "deadlock":
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")
        return world.book()

    reference = once(
        user=world.agent, token=str(uuid.uuid4()), fingerprint="", now=NOW, book=book_at_the_second_try
    )
    assert reference == Appointment.objects.get().reference


def test_a_form_takes_two_statements_more_than_the_booking_itself(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = CustomerFactory.create()
    with django_assert_num_queries(5):
        world.book(at(10), customer=customer)
    with django_assert_num_queries(7):
        once(
            user=world.agent,
            token=str(uuid.uuid4()),
            fingerprint="",
            now=NOW,
            book=lambda: world.book(at(11), customer=customer),
        )


def test_a_form_that_was_refused_can_be_sent_again(world: World) -> None:
    token = str(uuid.uuid4())
    with pytest.raises(SlotNotOffered):
        once(user=world.agent, token=token, fingerprint="", now=NOW, book=lambda: world.book(at(18)))
    reference = once(user=world.agent, token=token, fingerprint="", now=NOW, book=world.book)
    assert reference == Appointment.objects.get().reference


def test_a_token_used_for_something_else_is_refused(world: World) -> None:
    token = str(uuid.uuid4())
    once(user=world.agent, token=token, fingerprint="a", now=NOW, book=world.book)
    with pytest.raises(Invalid):
        once(user=world.agent, token=token, fingerprint="b", now=NOW, book=lambda: world.book(at(11)))
    assert Appointment.objects.count() == 1
