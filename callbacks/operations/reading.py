"""Marking news as read by whoever booked."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from callbacks.models import Appointment


def mark_read(*, appointments: Iterable[int], by: User, now: dt.datetime) -> int:
    """Say that this person has seen what became of these appointments (keys); gives how many are theirs.

    Those that somebody else booked are passed over. Nobody's version grows stale by it.
    """
    # A tab that was left open must not make later reading undone.
    earlier = Q(read_by_booker_at__isnull=True) | Q(read_by_booker_at__lt=now)
    own = Appointment.objects.filter(earlier, pk__in=list(appointments), created_by=by)
    return own.update(read_by_booker_at=now)
