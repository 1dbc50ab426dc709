"""Who is there now and until when."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from availability.presence import LOOK_AHEAD, Presence, present
from availability.slots import Busy, Hours, Person, Rules, WeekWindow

ZONE = ZoneInfo("Europe/Amsterdam")
NO_TIME = dt.timedelta(0)
# A Monday.
DAY = dt.date(2026, 11, 23)


def at(hour: int, minute: int = 0, *, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)


def person(*hours: Hours, days: range = range(1, 2), number: int = 1) -> Person:
    """Somebody there at these hours, on Mondays unless said otherwise."""
    windows = [WeekWindow(day, each, dt.date(2026, 1, 1), None, {}) for day in days for each in hours]
    return Person(number, Rules(ZONE, NO_TIME, NO_TIME, NO_TIME, ()), windows, ())


def until(who: Person, now: dt.datetime, *busy: Busy) -> list[dt.datetime]:
    return [one.until for one in present(people=[who], busy=busy, now=now)]


MORNING, AFTERNOON = (dt.time(9), dt.time(12)), (dt.time(12), dt.time(17))
NIGHT_AND_DAY = (dt.time(0), dt.time(0))


@pytest.mark.parametrize(("hour", "minute", "end"), [(8, 59, None), (9, 0, 12), (11, 59, 12), (12, 0, None)])
def test_a_window_begins_with_its_first_moment_and_ends_before_its_last(
    hour: int, minute: int, end: int | None
) -> None:
    assert until(person(MORNING), at(hour, minute)) == ([at(end)] if end else [])


def test_hours_that_run_on_without_a_gap_are_one() -> None:
    assert until(person(AFTERNOON, MORNING), at(10)) == [at(17)]


def test_a_gap_ends_the_time() -> None:
    assert until(person(MORNING, (dt.time(12, 15), dt.time(17))), at(10)) == [at(12)]


def test_hours_run_on_over_midnight() -> None:
    late, early = (dt.time(20), dt.time(0)), (dt.time(0), dt.time(6))
    assert until(person(late, early, days=range(1, 3)), at(21)) == [at(6, day=dt.date(2026, 11, 24))]


def test_who_is_always_there_is_so_as_far_as_is_looked() -> None:
    assert until(person(NIGHT_AND_DAY, days=range(1, 8)), at(10)) == [at(10) + LOOK_AHEAD]


def test_the_first_thing_in_the_way_ends_the_time() -> None:
    busy = [Busy(1, at(hour), at(hour, 30)) for hour in (15, 11, 13)]
    assert until(person(MORNING, AFTERNOON), at(10), *busy) == [at(11)]


@pytest.mark.parametrize(("minute", "free"), [(29, False), (30, True)])
def test_what_is_over_is_not_in_the_way(minute: int, *, free: bool) -> None:
    assert bool(until(person(MORNING), at(10, minute), Busy(1, at(10), at(10, 30)))) is free


def test_what_takes_somebody_elses_time_is_not_in_the_way() -> None:
    assert until(person(MORNING), at(10), Busy(2, at(10), at(11))) == [at(12)]


def test_who_is_free_longest_comes_first_then_by_key() -> None:
    people = [person(MORNING, number=3), person(MORNING, AFTERNOON, number=2), person(MORNING, number=1)]
    assert present(people=people, busy=[], now=at(10)) == [
        Presence(2, at(17)),
        Presence(1, at(12)),
        Presence(3, at(12)),
    ]
