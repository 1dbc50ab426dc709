"""Marking as read: results by whoever booked, messages by whoever they are for."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from callbacks.models import Appointment, Message


def mark_read(*, appointments: Iterable[int], by: User, now: dt.datetime) -> int:
    """Say that this person has seen what became of these appointments (keys); gives how many are theirs.

    Those that somebody else booked are passed over. Nobody's version grows stale by it.
    """
    # A tab that was left open must not make later reading undone.
    earlier = Q(read_by_booker_at__isnull=True) | Q(read_by_booker_at__lt=now)
    own = Appointment.objects.filter(earlier, pk__in=list(appointments), created_by=by)
    return own.update(read_by_booker_at=now)


def mark_messages_read(*, by: User, seen_at: dt.datetime, now: dt.datetime, uid: UUID | None = None) -> int:
    """Say that this person has read a message, or all that there were at ``seen_at`` (UTC); gives how many.

    Those for somebody else, and those that were read before, are passed over.
    """
    unread = Message.objects.filter(reader=by, read_at=None, created_at__lte=seen_at)
    return (unread.filter(uid=uid) if uid else unread).update(read_at=now)
