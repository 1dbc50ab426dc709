"""Whether a specialist can take a customer over now, and if not, why."""

import datetime as dt
from collections.abc import Collection
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from availability.models import Specialist
from availability.queries import there_now
from callbacks.models import Appointment, Reservation
from callbacks.models.appointments import CALL_LASTS
from callbacks.queries.slots import busy
from callbacks.states import OPEN


class Presence(StrEnum):
    """The first that fits."""

    OFF = "off"
    CALLING = "calling"
    OCCUPIED = "occupied"
    AWAY = "away"
    FREE = "free"


class Now(NamedTuple):
    """Where a specialist stands; ``until`` (UTC) when that ends, where it is known; what is being called."""

    presence: Presence
    until: dt.datetime | None = None
    reference: str = ""


def calling(users: Collection[int], *, now: dt.datetime) -> dict[int, str]:
    """Who of these people (keys) is calling a customer, and about which appointment (its reference)."""
    running = Appointment.objects.filter(
        calling_by__in=users, calling_since__gt=now - CALL_LASTS, state__in=OPEN
    )
    return dict(running.order_by("calling_since").values_list("calling_by", "reference"))


def presence(*, specialist: Specialist, now: dt.datetime) -> Now:
    """Whether and until when this person can take a customer over at ``now`` (UTC). At most four queries."""
    if not specialist.takes_transfers:
        return Now(Presence.OFF)
    if reference := calling([specialist.user_id], now=now).get(specialist.user_id):
        return Now(Presence.CALLING, reference=reference)
    running = Reservation.objects.filter(
        specialist=specialist, appointment__isnull=False, starts_at__lte=now, ends_at__gt=now
    ).first()
    if running:
        return Now(Presence.OCCUPIED, until=running.ends_at)
    there = there_now(specialists=[specialist.pk], now=now, busy=partial(busy, now=now))
    return Now(Presence.FREE, until=there[0].until) if there else Now(Presence.AWAY)
