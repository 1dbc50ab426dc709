"""What an agent can offer: the six next slots and ten working days."""

import datetime as dt

import pytest

from callbacks.queries.slots import offer, places, working_days
from tests.factories import NOW, WindowFactory, World, at


def test_the_next_six_slots_and_ten_working_days_are_offered(world: World) -> None:
    offered = offer(topic=world.topic, now=NOW)
    assert [slot.starts_at for slot in offered.next_slots] == [
        at(9, minute) for minute in (0, 15, 30, 45)
    ] + [
        at(10),
        at(10, 15),
    ]
    assert [one.day for one in offered.days] == working_days(dt.date(2026, 11, 23))
    assert len(offered.days) == 10


def test_a_day_counts_the_callbacks_that_fit_not_the_starts(world: World) -> None:
    assert offer(topic=world.topic, now=NOW).days[0].free == 16


def test_with_a_buffer_fewer_fit(db: None) -> None:
    world = World(buffer=30)
    assert offer(topic=world.topic, now=NOW).days[0].free == 8


def test_a_full_day_is_shown_as_full(world: World) -> None:
    for hour in range(9, 17):
        for minute in (0, 30):
            world.book(at(hour, minute))
    assert offer(topic=world.topic, now=NOW).days[0].free == 0


def test_another_first_day_begins_there(world: World) -> None:
    offered = offer(topic=world.topic, now=NOW, first_day=dt.date(2026, 12, 1))
    assert offered.days[0].day == dt.date(2026, 12, 1)


def test_a_day_in_the_past_means_today(world: World) -> None:
    offered = offer(topic=world.topic, now=NOW, first_day=dt.date(2026, 1, 1))
    assert offered.days[0].day == dt.date(2026, 11, 23)


def test_a_weekend_day_is_offered_only_when_somebody_published_it(world: World) -> None:
    saturday = at(8, day=28)
    assert offer(topic=world.topic, now=saturday).days[0].day == dt.date(2026, 11, 30)
    WindowFactory.create(specialist=world.specialists[0], weekday=6)
    assert offer(topic=world.topic, now=saturday).days[0].day == dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("first", "last"),
    [(dt.date(2026, 11, 23), dt.date(2026, 12, 4)), (dt.date(2026, 11, 28), dt.date(2026, 12, 11))],
)
def test_ten_working_days_skip_the_weekends(first: dt.date, last: dt.date) -> None:
    days = working_days(first)
    assert (len(days), days[-1]) == (10, last)


def test_nothing_fits_in_nothing() -> None:
    assert places([], buffer=dt.timedelta(0)) == 0
