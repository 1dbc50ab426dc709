"""A caller is found by what an appointment says of them, too."""

import pytest

from callbacks.models import Appointment
from tests.callbacks.search.conftest import Find
from tests.factories import CustomerFactory, World, at


@pytest.fixture
def booked(world: World) -> Appointment:
    """An appointment with all that can be known of it."""
    appointment = world.book(
        customer=CustomerFactory.create(name="Anna Berg"),
        second_phone="06 87654321",
        second_phone_note="work",
        case_number="Z-2026/001234",
    )
    Appointment.objects.update(reference="K7P-4MXQ", phone="+31611223344")
    world.book(at(11))
    return appointment


@pytest.mark.parametrize(
    "text",
    [
        "K7P-4MXQ",
        "k7p-4mxq",
        "K7P4MXQ",
        "k7p 4mxq",
        "K7P.4MXQ",
        "K7P - 4MXQ",
        "K 7 P 4 M X Q",
        " k7p-4mxq. ",
        "K7P-4MX0",
        "KIP-4MXQ",
        "k1p4mxo",
        "K7P-4NXQ",
        "K7B-4MXQ",
    ],
)
def test_the_reference_as_it_is_read_heard_or_mistaken(booked: Appointment, find: Find, text: str) -> None:
    assert find(text) == [booked.customer]


@pytest.mark.parametrize("text", ["K7P-4MX", "K7P-4MXQQ", "ZZZ-4MXQ"])
def test_another_reference_finds_nobody(booked: Appointment, find: Find, text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("text", ["Z-2026/001234", "z-2026-001234", "Z2026001234", "Z 2026 001234"])
def test_the_case_number(booked: Appointment, find: Find, text: str) -> None:
    assert find(text) == [booked.customer]


@pytest.mark.parametrize("text", ["06 87654321", "+31687654321", "654321", "87 65 43 21"])
def test_the_second_phone(booked: Appointment, find: Find, text: str) -> None:
    assert find(text) == [booked.customer]


@pytest.mark.parametrize("text", ["06 11223344", "0031611223344", "223344"])
def test_the_phone_of_the_appointment(booked: Appointment, find: Find, text: str) -> None:
    assert find(text) == [booked.customer]


def test_whose_own_number_it_is_comes_before_whom_it_was_given_for(booked: Appointment, find: Find) -> None:
    own = CustomerFactory.create(name="Zoe Berg", phone="+31687654321")
    assert find("06 87654321") == [own, booked.customer]


def test_a_reference_of_letters_alone_is_no_name(booked: Appointment, find: Find) -> None:
    Appointment.objects.filter(pk=booked.pk).update(reference="BCD-FGHJ")
    assert find("bcdfghj") == [booked.customer]


def test_a_reference_meant_comes_behind_the_one_that_was_typed(booked: Appointment, find: Find) -> None:
    other = Appointment.objects.exclude(pk=booked.pk).get()
    Appointment.objects.filter(pk=other.pk).update(reference="K7P-4NXQ")
    assert find("K7P-4MXQ") == [booked.customer, other.customer]
