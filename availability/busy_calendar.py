"""When somebody is busy, read from the iCalendar text that their own calendar publishes.

A library knows recurrence, exceptions and time zones (RFC 5545); here is what counts as busy.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import islice, takewhile
from math import prod
from typing import NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

MOST_EVENTS = 5000
# A rule that repeats within a day, or that began in antiquity, would keep a worker busy for minutes.
FINEST = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
MOST_TIMES_A_DAY = 24
EARLIEST = 1970
FREE = {"FREE", "WORKINGELSEWHERE"}


class UnreadableCalendarError(Exception):
    """The text is no calendar, or one that cannot be worked out; the message says why."""


class Period(NamedTuple):
    """From and until, in UTC, the end excluded."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def busy_periods(text: bytes, *, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> list[Period]:
    """Busy time that overlaps [start, end), in order; what touches or overlaps comes as one period.

    Days and times without a zone are those of ``zone``. Cancelled and transparent events and those shown as
    free do not count. At most the first 5,000 events are looked at. Raises ``UnreadableCalendarError``.
    """
    try:
        calendar = Calendar.from_ical(text)
        _check_rules(calendar)
        coming = takewhile(
            lambda event: _instant(event.start, zone) < end, recurring_ical_events.of(calendar).after(start)
        )
        events = [event for event in islice(coming, MOST_EVENTS) if _is_busy(event)]
        periods = [Period(_instant(event.start, zone), _instant(event.end, zone)) for event in events]
    except UnreadableCalendarError:
        raise
    except Exception as error:  # a feed is anybody's text, and parsers raise what they like
        raise UnreadableCalendarError(f"{type(error).__name__}: {error}"[:200]) from error
    return _merged(one for one in periods if one.starts_at < one.ends_at and one.ends_at > start)


def _check_rules(calendar: Component) -> None:
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            times = prod(len(rule.get(part, [0])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
            if not set(rule.get("FREQ", [])) <= FINEST or times > MOST_TIMES_A_DAY:
                raise UnreadableCalendarError("An event repeats more often than daily.")
            if event.decoded("DTSTART").year < EARLIEST:
                raise UnreadableCalendarError("A repeating event began before 1970.")


def _is_busy(event: Component) -> bool:
    shown_as = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    transparent = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return not cancelled and not transparent and shown_as not in FREE


def _instant(moment: dt.date, zone: ZoneInfo) -> dt.datetime:
    """A moment in UTC; a day means its first."""
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(0))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def _merged(periods: Iterable[Period]) -> list[Period]:
    merged: list[Period] = []
    for one in sorted(periods):
        if merged and one.starts_at <= merged[-1].ends_at:
            merged[-1] = Period(merged[-1].starts_at, max(merged[-1].ends_at, one.ends_at))
        else:
            merged.append(one)
    return merged
