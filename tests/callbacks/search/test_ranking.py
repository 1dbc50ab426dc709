"""The best fit comes first."""

import pytest

from accounts.models import User
from callbacks.models import Appointment, Customer
from callbacks.queries.search import find_callers, matching_appointments
from tests.callbacks.search.conftest import Find
from tests.factories import CustomerFactory, World, at


def named(*names: str) -> list[Customer]:
    """New customers."""
    return [CustomerFactory.create(name=name) for name in names]


def test_whole_words_come_before_beginnings(find: Find) -> None:
    longer, exact = named("Anna Bergman", "Zoe Berg")
    assert find("berg") == [exact, longer]


def test_beginnings_come_before_guesses(find: Find) -> None:
    near, longer = named("Anna Smit", "Zoe Smidsman")
    assert find("smid") == [longer, near]


def test_with_whole_words_nobody_guesses(find: Find) -> None:
    exact, _near = named("Anna Jansen", "Bert Janssen")
    assert find("jansen") == [exact]


def test_a_guess_is_marked(agent: User) -> None:
    named("Anna Jansen")
    assert [one.is_guess for one in find_callers(text="jnasen", user=agent)] == [True]
    assert [one.is_guess for one in find_callers(text="jansen", user=agent)] == [False]


def test_the_guess_with_the_fewest_slips_comes_first(find: Find) -> None:
    two, one = named("Anna Brouwers", "Bert Brouwer")
    assert find("brouwre") == [one, two]


def test_the_whole_name_comes_first_then_the_words_in_their_order(find: Find) -> None:
    apart, together, whole = named("Jan Piet Jansen", "Anna Jan Jansen", "Jan Jansen")
    assert find("jan jansen") == [whole, together, apart]


def test_the_particles_that_were_said_come_before_others(find: Find) -> None:
    other, bare, said = named("A van der Berg", "B Berg", "C van den Berg")
    assert find("van den berg") == [said, other, bare]


def test_among_equals_an_open_appointment_comes_first(world: World, find: Find) -> None:
    first, second = named("Anna Berg", "Bert Berg")
    assert find("berg") == [first, second]
    world.book(customer=second)
    assert find("berg") == [second, first]


def test_a_closed_appointment_changes_nothing(world: World, find: Find) -> None:
    first, second = named("Anna Berg", "Bert Berg")
    world.book(customer=second)
    Appointment.objects.update(state="completed", next_action_at=None)
    assert find("berg") == [first, second]


def test_an_open_appointment_counts_among_guesses_too(world: World, find: Find) -> None:
    first, second = named("Anna Berg", "Bert Berg")
    world.book(customer=second)
    assert find("bergh") == [second, first]


def test_equals_stand_in_the_order_of_their_names(find: Find) -> None:
    last, first = named("Bert Berg", "Anna Berg")
    assert find("berg") == [first, last]


def test_a_number_that_is_the_whole_comes_before_one_that_only_begins_like_it(find: Find) -> None:
    longer = CustomerFactory.create(phone="+441134960123456")
    whole = CustomerFactory.create(phone="+441134960123")
    assert find("+44 113 496 0123") == [whole, longer]


def test_an_address_that_is_the_whole_comes_before_one_that_only_begins_like_it(find: Find) -> None:
    longer = CustomerFactory.create(name="A", email="jo@example.org.example.com")
    whole = CustomerFactory.create(name="B", email="jo@example.org")
    assert find("jo@example.org") == [whole, longer]


@pytest.mark.parametrize("text", ["berg", "bergh", "345678"])
def test_no_more_than_asked_for(world: World, text: str) -> None:
    for _ in range(4):
        CustomerFactory.create(name="Anna Berg", phone="+31612345678")
    assert len(find_callers(text=text, user=world.agent, limit=3)) == 3


def test_nobody_comes_twice(world: World, find: Find) -> None:
    customer = CustomerFactory.create(name="Berg Berg", phone="+31612345678")
    world.book(customer=customer)
    assert find("berg") == find("bergh") == find("0612345678") == [customer]


def test_open_appointments_come_with_the_caller_first_due_first(busy: World, agent: User) -> None:
    (customer,) = named("Anna Berg")
    late, early = busy.book(at(11), customer=customer), busy.book(at(9, 30), customer=customer)
    (found,) = find_callers(text="berg", user=agent)
    assert found.open_appointments == [early, late]


def test_appointments_are_narrowed_down_by_reference_and_by_customer(busy: World) -> None:
    (customer,) = named("Fleur van den Berg")
    booked = busy.book(customer=customer)
    busy.book(at(11))
    everything = Appointment.objects.all()
    for text in (booked.reference, booked.reference.lower(), "van den berg", "bergh"):
        assert list(matching_appointments(everything, text)) == [booked]


def test_appointments_are_not_narrowed_down_by_guesses_when_somebody_fits(busy: World) -> None:
    longer, near = named("Zoe Smidsman", "Anna Smit")
    booked = busy.book(customer=longer)
    busy.book(at(11), customer=near)
    assert list(matching_appointments(Appointment.objects.all(), "smid")) == [booked]


def test_no_appointment_fits_an_empty_text(world: World) -> None:
    world.book()
    assert not matching_appointments(Appointment.objects.all(), " ").exists()
