"""How much time was published, and whether a promise still lies in it, worked out from plain values."""

import datetime as dt
from collections.abc import Iterator

from availability.slots import Person, periods

Period = tuple[dt.datetime, dt.datetime]


def is_covered(person: Person, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether [start, end) (UTC) lies inside one window of the person, and no absence touches it."""
    inside = any(begins <= start and end <= finishes for begins, finishes in periods(person, start, end))
    return inside and not any(begins < end and finishes > start for begins, finishes in person.away)


def offered(person: Person, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much of [start, end) (UTC) the person's windows hold, without absences and closing days."""
    return sum((finishes - begins for begins, finishes in worked(person, start, end)), dt.timedelta())


def worked(person: Person, start: dt.datetime, end: dt.datetime) -> Iterator[Period]:
    """What of [start, end) (UTC) they hold, piece by piece, earliest first.

    Time in which two windows overlap, which an exception or a clock change can bring about, comes once.
    """
    away, at = sorted(person.away), start
    for opens, closes in sorted(periods(person, start, end)):
        begins, finishes = max(opens, at), min(closes, end)
        at = max(at, finishes)
        for leaves, returns in away:
            if leaves >= finishes:
                break
            if returns > begins:
                if leaves > begins:
                    yield begins, leaves
                begins = returns
        if begins < finishes:
            yield begins, finishes
