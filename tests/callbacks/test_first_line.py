"""What an agent needs at the first line."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from availability.models import Absence, BusyFeed, BusyTime, Closure, Specialist, Topic, WindowException
from callbacks import operations
from callbacks.models import Appointment, Customer
from callbacks.operations.customers import CustomerData
from callbacks.queries.first_line import (
    LOOKED_BACK,
    free_for_transfer,
    open_on_topic,
    recent_topics,
    who_knows,
)
from callbacks.states import AttemptOutcome, ContactResult, NextStep
from tests.callbacks.sweeps.test_costs import _rows_read, _tables_read
from tests.factories import NOW, CustomerFactory, TopicFactory, UserFactory, World, at

MINUTE = dt.timedelta(minutes=1)
PHONE = "+447700900123"
# One in twenty is one's own.
MANY_CONTACTS = """
INSERT INTO callbacks_contact (agent_id, channel, topic_id, result, at)
SELECT CASE WHEN n %% 20 = 0 THEN %s ELSE %s END, 'phone', %s, 'solved', %s - n * interval '1 minute'
FROM generate_series(1, 20000) AS n
"""


def contact(world: World, topic: Topic | None, *, minutes: int = 0, **fields: Any) -> None:
    """The agent helps somebody at once."""
    fields = {"by": world.agent, "result": ContactResult.SOLVED, **fields}
    operations.register_contact(topic=topic, now=NOW + MINUTE * minutes, **fields)


# Recent topics ----------------------------------------------------------------------------------------


def test_who_had_no_contact_has_no_recent_topics(world: World) -> None:
    assert recent_topics(user=world.agent) == []


def test_recent_topics_come_once_and_the_last_one_first(world: World) -> None:
    often, once = TopicFactory.create_batch(2)
    for minutes, topic in enumerate([often, once, None, often]):
        contact(world, topic, minutes=minutes)
    assert recent_topics(user=world.agent) == [often, once]


def test_topics_of_somebody_elses_contacts_are_not_recent(world: World) -> None:
    contact(world, world.topic, by=UserFactory.create())
    assert recent_topics(user=world.agent) == []


def test_a_topic_that_is_used_no_more_is_left_out(world: World) -> None:
    contact(world, world.topic)
    world.topic.is_active = False
    world.topic.save(update_fields=["is_active"])
    assert recent_topics(user=world.agent) == []


def test_no_more_topics_than_asked_for(world: World) -> None:
    topics = TopicFactory.create_batch(3)
    for minutes, topic in enumerate(topics):
        contact(world, topic, minutes=minutes)
    assert recent_topics(user=world.agent, limit=2) == [topics[2], topics[1]]


def test_only_the_last_own_contacts_are_read(world: World) -> None:
    with CaptureQueriesContext(connection) as captured:
        recent_topics(user=world.agent)
    with connection.cursor() as cursor:
        # In a table of some size the planner has one best way.
        cursor.execute(MANY_CONTACTS, [world.agent.pk, UserFactory.create().pk, world.topic.pk, NOW])
        cursor.execute("ANALYZE callbacks_contact, availability_topic")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {captured[0]['sql']}")
        ((found,),) = cursor.fetchall()
    (read,) = [one for one in _tables_read(found[0]["Plan"]) if one["Relation Name"] == "callbacks_contact"]
    # In the order of the index, so that the limit ends it; those of one moment are sorted together.
    assert read["Index Name"] == "contact_of_agent"
    assert _rows_read(read) <= LOOKED_BACK + 1


# Transfers --------------------------------------------------------------------------------------------


def free(world: World, now: dt.datetime = NOW) -> list[tuple[Specialist, dt.datetime]]:
    return [(one.specialist, one.until) for one in free_for_transfer(topic=world.topic, now=now)]


def test_who_is_inside_a_window_can_take_over_until_its_end(world: World) -> None:
    assert free(world) == [(world.specialists[0], at(17))]


@pytest.mark.parametrize("now", [at(8, 59), at(17), at(10, day=22)])
def test_nobody_can_outside_the_windows(world: World, now: dt.datetime) -> None:
    assert free(world, now) == []


def test_an_appointment_is_in_the_way_from_its_start_to_the_end_of_its_buffer(db: None) -> None:
    world = World(buffer=10)
    world.book(at(10))
    assert free(world, at(9, 30)) == [(world.specialists[0], at(10))]
    assert free(world, at(10)) == free(world, at(10, 39)) == []
    assert free(world, at(10, 40)) == [(world.specialists[0], at(17))]


def test_a_call_that_ended_early_is_not_in_the_way(world: World) -> None:
    made = world.book(at(10))
    spoken(world, made, now=at(10))
    assert free(world, at(10, 5)) == [(world.specialists[0], at(17))]


def test_a_hold_counts_until_it_is_over(world: World) -> None:
    hold = operations.hold(topic=world.topic, starts_at=at(9), by=world.agent, now=NOW)
    assert free(world) == []
    assert hold.expires_at is not None
    assert len(free(world, hold.expires_at + dt.timedelta(seconds=1))) == 1


def test_an_absence_is_in_the_way(world: World) -> None:
    Absence.objects.create(specialist=world.specialists[0], starts_at=at(11), ends_at=at(12))
    assert free(world) == [(world.specialists[0], at(11))]
    assert free(world, at(11, 30)) == []


def test_a_calendar_elsewhere_is_in_the_way(world: World) -> None:
    feed = BusyFeed.objects.create(specialist=world.specialists[0], url="https://example.org/a", look_at=NOW)
    BusyTime.objects.create(feed=feed, starts_at=at(9), ends_at=at(10))
    assert free(world) == []


def test_nobody_can_on_a_closing_day(world: World) -> None:
    Closure.objects.create(team=world.team, first_day=NOW.date(), last_day=NOW.date(), name="Study day")
    assert free(world) == []


def test_nobody_can_on_a_public_holiday(world: World) -> None:
    christmas = dt.datetime(2026, 12, 25, 10, tzinfo=dt.UTC)
    assert free(world, christmas) == []
    world.team.observes_public_holidays = False
    world.team.save(update_fields=["observes_public_holidays"])
    assert len(free(world, christmas)) == 1


def test_other_hours_on_a_day_count(world: World) -> None:
    window = world.specialists[0].windows.get(weekday=1)
    WindowException.objects.create(window=window, day=NOW.date(), starts=dt.time(9), ends=dt.time(11))
    assert free(world) == [(world.specialists[0], at(11))]


def test_notice_is_for_booking_not_for_a_transfer(world: World) -> None:
    world.team.minimum_notice = 10_080
    world.team.save(update_fields=["minimum_notice"])
    assert len(free(world)) == 1


@pytest.mark.parametrize("switch", ["takes_transfers", "is_active"])
def test_who_switched_it_off_is_not_asked(world: World, switch: str) -> None:
    Specialist.objects.update(**{switch: False})
    assert free(world) == []


def test_who_does_not_know_the_topic_is_not_asked(world: World) -> None:
    assert free_for_transfer(topic=TopicFactory.create(teams=[world.team]), now=NOW) == []


def test_who_is_free_longest_comes_first(db: None) -> None:
    world = World(capacity=3)
    short, long, shortest = world.specialists
    Absence.objects.create(specialist=short, starts_at=at(12), ends_at=at(13))
    Absence.objects.create(specialist=shortest, starts_at=at(11), ends_at=at(13))
    assert [one for one, _until in free(world)] == [long, short, shortest]


def test_three_can_be_found_in_as_many_queries_as_one(world: World) -> None:
    counts = set()
    for _number in range(3):
        with CaptureQueriesContext(connection) as captured:
            assert [(one.user.name, one.team.name) for one, _until in free(world)]
        counts.add(len(captured))
        world.specialist()
    assert counts == {4}


# What is open already ---------------------------------------------------------------------------------


@pytest.fixture
def known(db: None) -> Customer:
    return CustomerFactory.create(name="Jan van den Berg", phone=PHONE, customer_number="K1")


@pytest.mark.parametrize(
    "caller",
    [
        {"phone": PHONE},
        {"phone": PHONE, "name": "J. van den Berg"},
        {"phone": PHONE, "name": "BERG"},
        {"phone": PHONE, "name": "Anke de Vries", "customer_number": "K1"},
        {"phone": "+447700900999", "customer_number": "K1"},
    ],
)
def test_a_caller_who_has_one_open_on_the_topic_is_recognised(
    world: World, known: Customer, caller: dict[str, Any]
) -> None:
    made = world.book(customer=known)
    assert open_on_topic(topic=world.topic, **caller) == made


@pytest.mark.parametrize(
    "caller",
    [
        {"phone": "+447700900999"},
        {"phone": "+447700900999", "name": "Jan van den Berg"},
        {"phone": PHONE, "name": "Anke van den Heuvel"},
        {"phone": PHONE, "customer_number": "K2"},
    ],
)
def test_somebody_else_is_not_taken_for_the_customer(
    world: World, known: Customer, caller: dict[str, Any]
) -> None:
    world.book(customer=known)
    assert open_on_topic(topic=world.topic, **caller) is None


def test_who_is_known_has_it_whatever_number_they_call_from(world: World, known: Customer) -> None:
    made = world.book(customer=known)
    assert open_on_topic(topic=world.topic, phone="+447700900999", customer=known) == made


def test_the_number_given_for_this_callback_counts_too(world: World, known: Customer) -> None:
    elsewhere = CustomerData(name="", phone="+447700900555", customer_number="K1")
    made = world.book(customer=elsewhere)
    assert made.customer == known
    assert open_on_topic(topic=world.topic, phone="+447700900555") == made


def test_another_topic_does_not_matter(world: World, known: Customer) -> None:
    world.book(customer=known)
    assert open_on_topic(topic=TopicFactory.create(), phone=PHONE) is None


def test_what_is_closed_does_not_matter(world: World, known: Customer) -> None:
    spoken(world, world.book(customer=known), now=at(10))
    assert open_on_topic(topic=world.topic, phone=PHONE) is None


def test_of_two_the_first_to_act_on_is_told(world: World, known: Customer) -> None:
    world.book(at(15), customer=known)
    first = world.book(at(10), customer=known)
    assert open_on_topic(topic=world.topic, phone=PHONE) == first


def test_looking_for_it_takes_three_queries_whatever_is_found(world: World, known: Customer) -> None:
    for hour in (10, 11, 12):
        world.book(at(hour), customer=known)
    with CaptureQueriesContext(connection) as captured:
        found = open_on_topic(topic=world.topic, phone=PHONE)
        assert found
        assert found.team.name
        assert found.customer.name
    assert len(captured) == 3


# Who knows the customer -------------------------------------------------------------------------------


def spoken(
    world: World, made: Appointment, *, now: dt.datetime, outcome: str = AttemptOutcome.SPOKEN_DONE
) -> None:
    """The specialist calls once; that is that."""
    assert made.specialist
    operations.log_attempt(
        appointment=made,
        version=made.version,
        started_at=now,
        outcome=AttemptOutcome(outcome),
        next_step=NextStep.CLOSE,
        reason="x",
        by=made.specialist.user,
        now=now,
    )


def test_who_spoke_with_the_customer_knows_them(db: None, known: Customer) -> None:
    world = World(capacity=2)
    spoken(world, world.book(customer=known, specialist=world.specialists[1]), now=at(10))
    assert who_knows(customer=known) == {world.specialists[1].pk}


def test_who_reached_nobody_does_not_know_the_customer(world: World, known: Customer) -> None:
    spoken(world, world.book(customer=known), now=at(10), outcome=AttemptOutcome.NO_ANSWER)
    assert who_knows(customer=known) == set()


def test_who_spoke_with_somebody_else_does_not_know_the_customer(world: World, known: Customer) -> None:
    spoken(world, world.book(), now=at(10))
    assert who_knows(customer=known) == set()


def test_who_left_is_not_named(world: World, known: Customer) -> None:
    spoken(world, world.book(customer=known), now=at(10))
    Specialist.objects.update(is_active=False)
    assert who_knows(customer=known) == set()
