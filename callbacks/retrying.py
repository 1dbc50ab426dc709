"""When to call again after nobody answered: the team's policy, worked out from plain values.

Instants are UTC; days and halves of days are counted in the team's zone. Free slots stand for the hours that
the specialist works: closing days, holidays, absences and clock changes are taken out of them already.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

NOON = dt.time(12)
# Long enough to have come to the telephone, short enough to keep within what was promised.
AGAIN_INSIDE = dt.timedelta(minutes=10)
WHOLE = dt.timedelta(minutes=5)
DAWN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Why(StrEnum):
    """Which rule of the policy gave the moment."""

    INSIDE = "inside"
    SAME_DAY = "same_day"
    OTHER_DAY = "other_day"


class Proposed(NamedTuple):
    """The moment of the next attempt, and the rule that gave it."""

    at: dt.datetime
    why: Why


def next_attempt(
    *,
    now: dt.datetime,
    number: int,
    window: tuple[dt.datetime, dt.datetime],
    slots: Sequence[dt.datetime],
    spacing: dt.timedelta,
    zone: dt.tzinfo,
) -> Proposed | None:
    """When to call after attempt ``number`` at ``now`` was in vain; None when nobody works in sight.

    After the first attempt once more inside the promised window (end excluded) if time remains, else as
    ``next_slot`` has it.
    """
    starts_at, ends_at = window
    again = max(_whole(now + AGAIN_INSIDE), starts_at)
    if number == 1 and again < ends_at:
        return Proposed(again, Why.INSIDE)
    return next_slot(now=now, slots=slots, spacing=spacing, zone=zone)


def next_slot(
    *, now: dt.datetime, slots: Sequence[dt.datetime], spacing: dt.timedelta, zone: dt.tzinfo
) -> Proposed | None:
    """The first of the free slots (ascending) at least ``spacing`` from now, if that is today.

    Else on the next day that has one, in the other half of the day where that day has one there.
    """
    later = [one for one in slots if one >= now + spacing]
    if not later:
        return None
    day = _day(later[0], zone)
    if day == _day(now, zone):
        return Proposed(later[0], Why.SAME_DAY)
    of_day = [one for one in later if _day(one, zone) == day]
    other = [one for one in of_day if _is_morning(one, zone) != _is_morning(now, zone)]
    return Proposed((other or of_day)[0], Why.OTHER_DAY)


def _whole(at: dt.datetime) -> dt.datetime:
    """The same or the next moment at whole five minutes."""
    return DAWN + -(-(at - DAWN) // WHOLE) * WHOLE


def _day(at: dt.datetime, zone: dt.tzinfo) -> dt.date:
    return at.astimezone(zone).date()


def _is_morning(at: dt.datetime, zone: dt.tzinfo) -> bool:
    return at.astimezone(zone).time() < NOON
