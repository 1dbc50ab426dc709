"""How long a booking takes, from turning to the caller until it is made."""

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.conf import settings

from callbacks.metrics.agreements import BookingTimes, booking_times_between
from callbacks.metrics.scope import Scope, monday_of

INSTANT = dt.timedelta(microseconds=1)


def booking_times(*, now: dt.datetime, since: dt.datetime, teams: Collection[int]) -> BookingTimes:
    """How long the bookings took that were made from ``since`` until ``now`` (UTC) for these teams (keys).

    Only bookings whose beginning is known; one that was undone does not count.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    scope = Scope(monday=monday_of(since, zone), weeks=1, teams=tuple(teams), zone=zone, now=now)
    return booking_times_between(scope, since, now + INSTANT)
