"""Who is there at a moment and until when, worked out from plain values: no database, no clock."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from availability.slots import Busy, Person, periods

Period = tuple[dt.datetime, dt.datetime]
# Whoever is there for longer is there "all day": nobody asks further ahead.
LOOK_AHEAD = dt.timedelta(days=1)


class Presence(NamedTuple):
    """A specialist who is there and free, until a UTC instant that is at most ``LOOK_AHEAD`` away."""

    specialist_id: int
    until: dt.datetime


def present(*, people: Iterable[Person], busy: Iterable[Busy], now: dt.datetime) -> list[Presence]:
    """Those who are inside a window at ``now`` (UTC), not away and not taken; free longest first.

    ``until`` is the end of the hours that run on without a gap, or the moment at which they are taken.
    """
    taken: defaultdict[int, list[Period]] = defaultdict(list)
    for specialist_id, begins, finishes in busy:
        taken[specialist_id].append((begins, finishes))
    found = (
        (person.specialist_id, _free_until(person, chain(person.away, taken[person.specialist_id]), now))
        for person in people
    )
    there = [Presence(specialist_id, until) for specialist_id, until in found if until > now]
    return sorted(there, key=lambda one: (-one.until.timestamp(), one.specialist_id))


def _free_until(person: Person, blocked: Iterable[Period], now: dt.datetime) -> dt.datetime:
    """The end of the free time that runs at ``now``; ``now`` itself when none does."""
    farthest = now + LOOK_AHEAD
    until = now
    # In order of time: each that begins before the ones so far are over carries on.
    for begins, finishes in sorted(periods(person, now, farthest)):
        if begins <= until < finishes:
            until = finishes
    for begins, finishes in blocked:
        if finishes > now:
            until = min(until, max(begins, now))
    return min(until, farthest)
