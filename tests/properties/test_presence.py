"""Who is there now, held against minutes counted one by one."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from availability.presence import LOOK_AHEAD, present
from availability.slots import Busy, Person, Rules, WeekWindow

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Around both clock changes of 2027 and on a week like any other.
SUNDAYS = [dt.date(2027, 3, 28), dt.date(2027, 10, 31), dt.date(2026, 11, 22)]
QUARTER = dt.timedelta(minutes=15)
NO_TIME = dt.timedelta(0)


def clock(quarter: int) -> dt.time:
    return dt.time(quarter // 4, quarter % 4 * 15)


@st.composite
def windows(draw: st.DrawFn) -> WeekWindow:
    # Mostly on a few marks, so that windows often end where others begin.
    mark = st.sampled_from([0, 10, 24, 48, 72, 96]) | st.integers(0, 96)
    first, last = sorted(draw(st.tuples(mark.filter(lambda one: one < 96), mark.filter(bool))))
    ends = clock(last % 96)
    hours = (clock(first), ends if first < last else dt.time(0))
    return WeekWindow(draw(st.sampled_from([6, 7, 1, 2])), hours, dt.date(2026, 1, 1), None, {})


@st.composite
def periods(draw: st.DrawFn, around: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    begins = around + QUARTER * draw(st.integers(-40, 120))
    return begins, begins + QUARTER * draw(st.integers(1, 20))


def is_inside(moment: dt.datetime, window: WeekWindow, closed: set[dt.date]) -> bool:
    """Whether an instant lies in the window, judged from the days around it alone."""
    around = moment.astimezone(AMSTERDAM).date()
    for day in (around - dt.timedelta(days=1), around):
        if day.isoweekday() == window.weekday and day not in closed:
            starts, ends = window.hours
            last = day + dt.timedelta(days=1) if ends == dt.time(0) else day
            begins = dt.datetime.combine(day, starts, AMSTERDAM).astimezone(dt.UTC)
            finishes = dt.datetime.combine(last, ends, AMSTERDAM).astimezone(dt.UTC)
            if begins <= moment < finishes:
                return True
    return False


@given(data=st.data())
def test_whoever_is_present_is_free_at_every_moment_until_the_end_and_not_at_the_end(
    data: st.DataObject,
) -> None:
    sunday = data.draw(st.sampled_from(SUNDAYS))
    now = dt.datetime.combine(sunday, dt.time(0), dt.UTC) + QUARTER * data.draw(
        st.sampled_from([-24, 0, 24, 48]) | st.integers(-48, 144)
    )
    week = data.draw(st.lists(windows(), max_size=8))
    away = data.draw(st.lists(periods(now), max_size=2))
    taken = data.draw(st.lists(periods(now), max_size=2))
    closed = set(data.draw(st.lists(st.sampled_from([sunday, sunday + dt.timedelta(days=1)]), max_size=1)))
    rules = Rules(AMSTERDAM, QUARTER, NO_TIME, NO_TIME, closed)
    busy = [Busy(1, *period) for period in taken] + [Busy(2, now - QUARTER, now + QUARTER)]
    found = present(people=[Person(1, rules, week, away)], busy=busy, now=now)

    def is_free(moment: dt.datetime) -> bool:
        inside = any(is_inside(moment, window, closed) for window in week)
        return inside and not any(begins <= moment < finishes for begins, finishes in away + taken)

    expected = now
    while expected < now + LOOK_AHEAD and is_free(expected):
        expected += QUARTER
    assert [one.until for one in found] == ([expected] if expected > now else [])
