"""Free slots equal what a naive walk along every minute finds."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from availability.slots import Busy, Hours, Need, Person, Rules, Slot, WeekWindow, find_slots

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
Period = tuple[dt.datetime, dt.datetime]

# A zone and the day around which the search lies: mostly a change of its clock, by an hour, half an hour,
# at midnight, over midnight, or none.
PLACES = [
    ("Europe/Amsterdam", dt.date(2027, 3, 28)),
    ("Europe/Amsterdam", dt.date(2027, 10, 31)),
    ("Europe/Amsterdam", dt.date(2026, 12, 31)),
    ("Atlantic/Azores", dt.date(2027, 3, 28)),
    ("Atlantic/Azores", dt.date(2027, 10, 31)),
    ("Australia/Lord_Howe", dt.date(2027, 4, 4)),
    ("Australia/Lord_Howe", dt.date(2027, 10, 3)),
    ("America/Nuuk", dt.date(2027, 3, 27)),
    ("America/Nuuk", dt.date(2027, 10, 30)),
    ("America/St_Johns", dt.date(2027, 11, 7)),
    ("Asia/Kathmandu", dt.date(2027, 3, 28)),
]


class World(NamedTuple):
    """People of one or two teams, what is taken of their time, and a search."""

    people: list[Person]
    busy: list[Busy]
    need: Need
    start: dt.datetime
    end: dt.datetime
    now: dt.datetime

    def slots(self) -> list[Slot]:
        return find_slots(**self._asdict())


class LocalClock:
    """What the wall clock of a zone shows in every minute around a day, and the other way round."""

    def __init__(self, zone: ZoneInfo, around: dt.date) -> None:
        middle = dt.datetime.combine(around, dt.time(12), dt.UTC)
        self.instants: dict[dt.datetime, dt.datetime] = {}
        for n in range(-6 * 24 * 60, 8 * 24 * 60):
            instant = middle + n * MINUTE
            self.instants.setdefault(instant.astimezone(zone).replace(tzinfo=None), instant)

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """The first instant that shows this; for a skipped time, count on from the last one shown."""
        shown = wanted = dt.datetime.combine(day, time)
        while shown not in self.instants:
            shown -= MINUTE
        return self.instants[shown] + (wanted - shown)


local_clock = lru_cache(maxsize=64)(LocalClock)


def occurrences(person: Person, clock: LocalClock, days: list[dt.date]) -> Iterator[Period]:
    for day in days:
        for window in person.windows:
            valid = window.valid_from <= day <= (window.valid_until or dt.date.max)
            hours = window.exceptions.get(day, window.hours)
            if day.isoweekday() == window.weekday and valid and day not in person.rules.closed and hours:
                ends_on = day + DAY if hours[1] == dt.time(0) else day
                yield clock.instant(day, hours[0]), clock.instant(ends_on, hours[1])


def minutes(begins: dt.datetime, ends: dt.datetime) -> set[dt.datetime]:
    """All whole minutes that a period touches."""
    first = begins.replace(second=0, microsecond=0)
    return {first + n * MINUTE for n in range(-((first - ends) // MINUTE))}


def walk(world: World) -> list[Slot]:
    """Ask of every minute, for every specialist, whether the period fits."""
    free: dict[dt.datetime, list[int]] = {}
    for person in world.people:
        clock = local_clock(person.rules.zone, world.start.date())
        spans = list(occurrences(person, clock, [world.start.date() + n * DAY for n in range(-3, 7)]))
        taken = [(b.starts_at, b.ends_at) for b in world.busy if b.specialist_id == person.specialist_id]
        blocked = {minute for period in [*person.away, *taken] for minute in minutes(*period)}
        for moment in sorted(minutes(world.start, world.end)):
            if bookable(moment, person.rules, world) and fits(
                moment, person.rules, spans, blocked, world.need
            ):
                free.setdefault(moment, []).append(person.specialist_id)
    return [Slot(moment, moment + world.need.duration, tuple(free[moment])) for moment in sorted(free)]


def fits(
    moment: dt.datetime, rules: Rules, spans: list[Period], blocked: set[dt.datetime], need: Need
) -> bool:
    ends = moment + need.duration + need.buffer
    return any(
        begins <= moment and ends <= finishes and (moment - begins) % rules.step == dt.timedelta(0)
        for begins, finishes in spans
    ) and not (minutes(moment, ends) & blocked)


def bookable(moment: dt.datetime, rules: Rules, world: World) -> bool:
    in_time = world.now + rules.notice <= moment <= world.now + rules.horizon
    return in_time and world.start <= moment < world.end


def spread(low: int, high: int) -> st.SearchStrategy[dt.timedelta]:
    return st.integers(low, high).map(lambda n: n * MINUTE)


def hours_of(first: int, length: int) -> Hours:
    """Hours from a minute of the day on, until midnight at most."""
    last = min(first + length, 24 * 60) % (24 * 60)
    return dt.time(first // 60, first % 60), dt.time(last // 60, last % 60)


hours = st.builds(
    hours_of, st.integers(0, 24 * 12 - 1).map(lambda n: n * 5), st.integers(1, 600) | st.integers(120, 900)
)


def days_around(day: dt.date) -> st.SearchStrategy[dt.date]:
    return st.integers(-1, 3).map(lambda n: day + n * DAY)


@st.composite
def periods(draw: st.DrawFn, start: dt.datetime) -> Period:
    begins = start + draw(spread(-24 * 60, 72 * 60)) + draw(st.sampled_from([0, 1, 59])) * MINUTE / 60
    return begins, begins + draw(spread(1, 300))


@st.composite
def week_windows(draw: st.DrawFn, day: dt.date) -> WeekWindow:
    long_ago = st.just(day - 20 * DAY)
    valid_from = draw(long_ago | long_ago | days_around(day))
    return WeekWindow(
        weekday=draw(days_around(day)).isoweekday(),
        hours=draw(hours),
        valid_from=valid_from,
        valid_until=draw(st.none() | st.none() | st.integers(0, 22).map(lambda n: valid_from + n * DAY)),
        exceptions=draw(st.dictionaries(days_around(day), st.none() | hours, max_size=2)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone, day = draw(st.sampled_from(PLACES))
    start = dt.datetime.combine(day, dt.time(0), dt.UTC) + draw(spread(-24 * 60, 12 * 60))
    teams = st.builds(
        Rules,
        zone=st.sampled_from([ZoneInfo(zone), ZoneInfo("Europe/Amsterdam")]),
        step=st.sampled_from([5, 7, 15, 30, 60, 240]).map(lambda n: n * MINUTE),
        notice=spread(0, 240),
        horizon=st.integers(1, 4).map(lambda n: n * DAY),
        closed=st.frozensets(days_around(day), max_size=1),
    )
    people = [
        Person(
            pk,
            draw(teams),
            draw(st.lists(week_windows(day), min_size=3, max_size=8)),
            draw(st.lists(periods(start), max_size=2)),
        )
        for pk in range(1, draw(st.integers(1, 3)) + 1)
    ]
    busy = [Busy(draw(st.integers(1, 3)), *period) for period in draw(st.lists(periods(start), max_size=6))]
    need = Need(draw(spread(5, 60) | spread(5, 240)), draw(spread(0, 60)))
    end = start + draw(spread(1, 72 * 60) | spread(24 * 60, 72 * 60))
    now = start + draw(spread(-48 * 60, 12 * 60)) + draw(st.sampled_from([0, 30])) * MINUTE / 60
    return World(people, busy, need, start, end, now)


NIGHT = Person(
    1,
    Rules(ZoneInfo("Europe/Amsterdam"), 15 * MINUTE, 0 * MINUTE, 9 * DAY, frozenset()),
    [WeekWindow(7, (dt.time(2, 30), dt.time(0)), dt.date(2020, 1, 1), None, {})],
    [],
)
SPRING = dt.datetime(2027, 3, 27, 20, tzinfo=dt.UTC)
AUTUMN = dt.datetime(2027, 10, 30, 20, tzinfo=dt.UTC)
HALF_HOUR = Need(30 * MINUTE, 5 * MINUTE)


@settings(max_examples=150, deadline=None)
@example(world=World([NIGHT], [], HALF_HOUR, SPRING, SPRING + 2 * DAY, SPRING))
@example(world=World([NIGHT], [], HALF_HOUR, AUTUMN, AUTUMN + 2 * DAY, AUTUMN))
@given(world=worlds())
def test_free_slots_are_those_a_walk_along_every_minute_finds(world: World) -> None:
    assert world.slots() == walk(world)


@settings(max_examples=100, deadline=None)
@given(world=worlds(), cut=st.floats(0, 1))
def test_a_period_searched_in_two_parts_gives_the_same(world: World, cut: float) -> None:
    middle = world.start + (world.end - world.start) * cut
    parts = world._replace(end=middle).slots() + world._replace(start=middle).slots()
    assert parts == world.slots()
