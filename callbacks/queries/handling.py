"""How long a booking takes, from turning to the caller until it is made."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Aggregate, Count, F, FloatField
from django.db.models.functions import Extract

from availability.models import Team
from callbacks.models import Contact
from callbacks.states import ContactResult


@dataclass(frozen=True)
class BookingTimes:
    """Half of ``n`` bookings took ``p50`` seconds or less, nine in ten ``p90``; None without bookings."""

    n: int
    p50: float | None
    p90: float | None


class Percentile(Aggregate):
    """The value below which a share of all values lies, drawn straight between the two nearest."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def booking_times(
    *, now: dt.datetime, since: dt.datetime, teams: Collection[Team | int] | None = None
) -> BookingTimes:
    """How long the bookings took that were made from ``since`` until ``now`` (UTC), by default of all teams.

    ``teams`` may be their keys. Only bookings whose beginning is known; one that was undone does not count.
    """
    booked = Contact.objects.filter(
        result=ContactResult.CALLBACK, at__gte=since, at__lte=now, opened_at__isnull=False
    )
    if teams is not None:
        booked = booked.filter(appointment__team__in=teams)
    seconds = Extract(F("at") - F("opened_at"), "epoch")
    return BookingTimes(
        **booked.aggregate(
            n=Count("pk"), p50=Percentile(seconds, share=0.5), p90=Percentile(seconds, share=0.9)
        )
    )
