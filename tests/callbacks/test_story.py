"""All that went before with a customer, while they wait for an answer."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from callbacks import operations
from callbacks.models import Appointment, Contact, Customer
from callbacks.queries.story import LAST_CLOSED, LAST_CONTACTS, MOST_OPEN, Story, story
from callbacks.states import AttemptOutcome, ContactResult, NextStep
from tests.factories import NOW, CustomerFactory, UserFactory, World, at

Outcome = AttemptOutcome


@pytest.fixture
def customer(db: None) -> Customer:
    return CustomerFactory.create()


def read(world: World, customer: Customer, *, user: User | None = None, now: dt.datetime = NOW) -> Story:
    """The story as the agent sees it, unless somebody else asks."""
    return story(customer=customer, user=user or world.agent, now=now)


def call(made: Appointment, at: dt.datetime, **fields: Any) -> None:
    """The specialist calls at a moment; by default speaks to the customer, and that is that."""
    fields = {"outcome": Outcome.SPOKEN_DONE, "next_step": NextStep.CLOSE, **fields}
    assert made.specialist is not None
    operations.log_attempt(
        appointment=made, version=made.version, started_at=at, by=made.specialist.user, now=at, **fields
    )


def cancel(world: World, made: Appointment, now: dt.datetime) -> None:
    """The customer does not want it any more."""
    operations.cancel(
        appointment=made, version=made.version, reason="x", by_customer=True, by=world.agent, now=now
    )


def ask(world: World, made: Appointment, times: int = 1) -> None:
    """The customer asks where the callback is."""
    for _time in range(times):
        operations.register_contact(result=ContactResult.STATUS, about=made, by=world.agent, now=NOW)


def undone(world: World, customer: Customer) -> Appointment:
    """Booked, and taken back at once."""
    made = world.book(customer=customer)
    return operations.undo(appointment=made, version=made.version, by=world.agent, now=NOW)


def test_a_new_customer_has_an_empty_story(world: World, customer: Customer) -> None:
    assert read(world, customer) == Story(customer, [], [], [], kept=0, late=0, broken=0)


def test_open_appointments_come_with_the_first_to_act_on_first(world: World, customer: Customer) -> None:
    later, first = world.book(at(15), customer=customer), world.book(at(10), customer=customer)
    assert read(world, customer).open == [first, later]


def test_somebody_elses_appointments_and_contacts_are_not_told(world: World, customer: Customer) -> None:
    world.book()
    told = read(world, customer)
    assert (told.open, told.contacts) == ([], [])


def test_an_open_appointment_comes_with_its_promise_and_calls(world: World, customer: Customer) -> None:
    made = world.book(customer=customer)
    call(made, at(10), outcome=Outcome.NO_ANSWER, next_step=NextStep.TRY_AGAIN, next_at=at(12))
    one = read(world, customer, now=at(11)).open[0]
    assert [attempt.by for attempt in one.attempts.all()] == [world.person]
    assert vars(one)["open_promises"] == []


def test_an_open_promise_is_there_to_be_read_out(world: World, customer: Customer) -> None:
    made = world.book(at(11), customer=customer)
    promises = vars(read(world, customer).open[0])["open_promises"]
    assert [promise.starts_at for promise in promises] == [made.starts_at]


def test_it_counts_how_often_the_customer_asked(world: World, customer: Customer) -> None:
    first, second = world.book(at(10), customer=customer), world.book(at(11), customer=customer)
    ask(world, second, times=2)
    assert [(one.pk, vars(one)["asked"]) for one in read(world, customer).open] == [
        (first.pk, 0),
        (second.pk, 2),
    ]


def test_closed_appointments_come_with_the_last_first_and_their_results(
    world: World, customer: Customer
) -> None:
    first, last = world.book(at(10), customer=customer), world.book(at(11), customer=customer)
    call(first, at(10), result_for_customer="Paid back in March.")
    cancel(world, last, NOW)
    told = read(world, customer, now=at(12))
    assert (told.open, told.closed) == ([], [last, first])
    assert told.closed[1].attempts.all()[0].result_for_customer == "Paid back in March."


def test_what_was_taken_back_at_once_stays_a_contact_alone(world: World, customer: Customer) -> None:
    undone(world, customer)
    told = read(world, customer)
    assert told.closed == []
    assert [contact.result for contact in told.contacts] == [ContactResult.UNDONE]


def test_contacts_come_with_the_last_first_and_what_was_booked(world: World, customer: Customer) -> None:
    made = world.book(customer=customer)
    later = NOW + dt.timedelta(minutes=1)
    operations.register_contact(result=ContactResult.SOLVED, customer=customer, by=world.agent, now=later)
    solved, booked = read(world, customer, now=later).contacts
    assert solved.result == ContactResult.SOLVED
    assert booked.appointment == made


def test_promises_are_counted_by_their_outcome(world: World, customer: Customer) -> None:
    kept, late, broken, withdrawn, _overdue = (world.book(at(h), customer=customer) for h in range(10, 15))
    call(kept, at(10))
    call(late, at(12))
    cancel(world, broken, at(13))
    cancel(world, withdrawn, NOW)
    told = read(world, customer, now=at(14))
    assert (told.kept, told.late, told.broken) == (1, 1, 1)


def test_an_overdue_promise_counts_as_broken(world: World, customer: Customer) -> None:
    world.book(at(10), customer=customer)
    assert read(world, customer, now=at(10, 40)).broken == 0
    assert read(world, customer, now=at(10, 41)).broken == 1


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.LEAD])
def test_other_teams_learn_nothing(world: World, customer: Customer, role: Role) -> None:
    call(world.book(customer=customer), at(10))
    ask(world, world.book(at(11), customer=customer))
    told = read(world, customer, user=UserFactory.create(role=role), now=at(12))
    assert told == Story(customer, [], [], [], kept=0, late=0, broken=0)


def test_the_team_learns_of_its_own_appointments_and_the_contacts_about_them(
    world: World, customer: Customer
) -> None:
    made = world.book(customer=customer)
    ask(world, made)
    operations.register_contact(result=ContactResult.SOLVED, customer=customer, by=world.agent, now=NOW)
    told = read(world, customer, user=world.person)
    assert told.open == [made]
    assert {contact.result for contact in told.contacts} == {ContactResult.CALLBACK, ContactResult.STATUS}


def test_it_stays_short_however_much_went_before(world: World, customer: Customer) -> None:
    for day in (23, 24):
        for number in range(16):
            made = world.book(
                at(9, 30 * number % 60, day=day) + dt.timedelta(hours=number // 2), customer=customer
            )
            if day == 24 and number < 11:
                cancel(world, made, NOW)
    told = read(world, customer)
    assert (len(told.open), len(told.closed), len(told.contacts)) == (MOST_OPEN, LAST_CLOSED, LAST_CONTACTS)


def shown(told: Story) -> list[object]:
    """What a page shows of it."""
    rows = [*told.open, *told.closed]
    people = [(one.team.name, one.topic.name, one.created_by.name, one.specialist) for one in rows]
    calls = [str(attempt.by) for one in rows for attempt in one.attempts.all()]
    return [*people, *calls, *((one.agent.name, getattr(one, "appointment", None)) for one in told.contacts)]


def queries(world: World, customer: Customer, user: User) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert shown(read(world, customer, user=user, now=at(12)))
    return len(captured)


@pytest.mark.parametrize("who", ["agent", "person"])
def test_three_rows_take_as_many_queries_as_one(world: World, customer: Customer, who: str) -> None:
    def happens(hour: int) -> None:
        world.book(at(hour), customer=customer)
        call(world.book(at(hour, 30), customer=customer), at(hour, 30))

    happens(9)
    one = queries(world, customer, getattr(world, who))
    happens(10)
    happens(11)
    assert queries(world, customer, getattr(world, who)) == one


def test_contacts_of_others_are_not_read_to_find_the_last_ones(world: World, customer: Customer) -> None:
    world.book(customer=customer)
    with CaptureQueriesContext(connection) as captured:
        read(world, customer)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in captured:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on callbacks_" not in plan
    assert Contact.objects.exists()
