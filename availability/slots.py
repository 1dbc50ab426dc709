"""Free slots, worked out from plain values: no database, no clock.

Instants are UTC. A window is said in wall-clock time of the team's zone and keeps that time through
clock changes, so its real length may differ on such a day. A wall-clock time that comes twice means the
first one; one that is skipped means the same distance behind midnight as on any other day (02:30 on the
night that 02:00 becomes 03:00 is 03:30). A window that is left without length is not there that day.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

MIDNIGHT = dt.time(0)
DAY = dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)


class Slot(NamedTuple):
    """A period (UTC, end excluded) that can be promised, and the ids of those who are free, ascending."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    specialists: tuple[int, ...]


class Busy(NamedTuple):
    """Time of a specialist (UTC, end excluded) that is taken."""

    specialist_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime


# Specialist ids, from, until (UTC, end excluded) -> what of their time is taken in that period.
BusySource = Callable[[Collection[int], dt.datetime, dt.datetime], Iterable[Busy]]

Hours = tuple[dt.time, dt.time]


class Rules(NamedTuple):
    """How a team can be booked. ``closed`` are local days without any window."""

    zone: ZoneInfo
    step: dt.timedelta
    notice: dt.timedelta
    horizon: dt.timedelta
    closed: Collection[dt.date]


class WeekWindow(NamedTuple):
    """Hours on one day of the ISO week; an exception gives a day other hours, or none."""

    weekday: int
    hours: Hours
    valid_from: dt.date
    valid_until: dt.date | None
    exceptions: dict[dt.date, Hours | None]

    def hours_on(self, day: dt.date) -> Hours | None:
        """The hours of this day of its week, None when it is not valid or cancelled."""
        if day < self.valid_from or (self.valid_until and day > self.valid_until):
            return None
        return self.exceptions.get(day, self.hours)


class Person(NamedTuple):
    """A specialist who can take the topic. ``away`` are periods (UTC, end excluded) of absence."""

    specialist_id: int
    rules: Rules
    windows: Sequence[WeekWindow]
    away: Sequence[tuple[dt.datetime, dt.datetime]]


class Need(NamedTuple):
    """What is looked for: a promised period, and time behind it that is promised to nobody."""

    duration: dt.timedelta
    buffer: dt.timedelta


def find_slots(
    *,
    people: Iterable[Person],
    busy: Iterable[Busy],
    need: Need,
    start: dt.datetime,
    end: dt.datetime,
    now: dt.datetime,
) -> list[Slot]:
    """All slots that start from ``start`` until before ``end``, earliest first."""
    taken: defaultdict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for specialist_id, begins, finishes in busy:
        taken[specialist_id].append((begins, finishes))
    free: defaultdict[dt.datetime, list[int]] = defaultdict(list)
    for person in sorted(people, key=attrgetter("specialist_id")):
        first = max(start, now + person.rules.notice)
        last = min(end, now + person.rules.horizon + INSTANT)
        blocked = chain(person.away, taken[person.specialist_id])
        for starts_at in _free_starts(person, blocked, need.duration + need.buffer, first, last):
            free[starts_at].append(person.specialist_id)
    return [Slot(starts_at, starts_at + need.duration, tuple(free[starts_at])) for starts_at in sorted(free)]


def local_days(zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> list[dt.date]:
    """The days whose windows can hold an instant from ``start`` until before ``end``.

    A skipped hour can push a late window over midnight, hence the day before.
    """
    first = start.astimezone(zone).date() - DAY
    last = (end - INSTANT).astimezone(zone).date()
    return [first + DAY * n for n in range((last - first).days + 1)]


def periods(
    person: Person, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The published hours (UTC, end excluded) of the days around a period; some may be empty."""
    return (_period(person.rules.zone, day, hours) for day, hours in _occurrences(person, start, end))


def _free_starts(
    person: Person,
    blocked: Iterable[tuple[dt.datetime, dt.datetime]],
    length: dt.timedelta,
    start: dt.datetime,
    end: dt.datetime,
) -> list[dt.datetime]:
    zone, step = person.rules.zone, person.rules.step
    grids = (_grid(zone, day, hours, step, length) for day, hours in _occurrences(person, start, end))
    # Two windows can offer the same start when exceptions or a clock change make them overlap.
    starts = sorted(dict.fromkeys(chain.from_iterable(grids)))
    starts = starts[bisect_left(starts, start) : bisect_left(starts, end)]
    for begins, finishes in blocked:
        del starts[bisect_right(starts, begins - length) : bisect_left(starts, finishes)]
    return starts


def _occurrences(person: Person, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.date, Hours]]:
    windows: defaultdict[int, list[WeekWindow]] = defaultdict(list)
    for window in person.windows:
        windows[window.weekday].append(window)
    for day in local_days(person.rules.zone, start, end):
        if day in person.rules.closed:
            continue
        for window in windows[day.isoweekday()]:
            if hours := window.hours_on(day):
                yield day, hours


# Colleagues share hours, and every search asks for the same days again.
@lru_cache(maxsize=4096)
def _grid(
    zone: ZoneInfo, day: dt.date, hours: Hours, step: dt.timedelta, length: dt.timedelta
) -> tuple[dt.datetime, ...]:
    begins, finishes = _period(zone, day, hours)
    return tuple(begins + step * n for n in range((finishes - begins - length) // step + 1))


@lru_cache(maxsize=8192)
def _period(zone: ZoneInfo, day: dt.date, hours: Hours) -> tuple[dt.datetime, dt.datetime]:
    opens, closes = hours
    return _instant(zone, day, opens), _instant(zone, day + DAY if closes == MIDNIGHT else day, closes)


def _instant(zone: ZoneInfo, day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)
