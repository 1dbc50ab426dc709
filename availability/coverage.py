"""How much time was published, and whether a promise still lies in it, worked out from plain values."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from availability.slots import Person, periods

Period = tuple[dt.datetime, dt.datetime]


def is_covered(person: Person, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether [start, end) (UTC) lies inside one window of the person, and no absence touches it."""
    inside = any(begins <= start and end <= finishes for begins, finishes in periods(person, start, end))
    return inside and not any(begins < end and finishes > start for begins, finishes in person.away)


def offered(person: Person, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much of [start, end) (UTC) the person's windows hold, without absences and closing days.

    Time in which two windows overlap, which an exception or a clock change can bring about, counts once.
    """
    # An edge is where anything begins or ends: between two of them nothing changes.
    inside = [(max(begins, start), min(finishes, end)) for begins, finishes in periods(person, start, end)]
    edges = sorted({edge for period in [*inside, *person.away] for edge in period if start <= edge <= end})
    return sum(
        (after - before for before, after in pairwise(edges) if _works(inside, person.away, before, after)),
        dt.timedelta(),
    )


def _works(inside: Sequence[Period], away: Sequence[Period], before: dt.datetime, after: dt.datetime) -> bool:
    within = any(begins <= before and after <= finishes for begins, finishes in inside)
    return within and not any(begins < after and finishes > before for begins, finishes in away)
