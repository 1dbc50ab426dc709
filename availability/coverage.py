"""Whether time that was promised still lies in what was published, worked out from plain values."""

import datetime as dt

from availability.slots import Person, periods


def is_covered(person: Person, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether [start, end) (UTC) lies inside one window of the person, and no absence touches it."""
    inside = any(begins <= start and end <= finishes for begins, finishes in periods(person, start, end))
    return inside and not any(begins < end and finishes > start for begins, finishes in person.away)
