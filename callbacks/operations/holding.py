"""Holding a slot for the agent who is talking about it."""

import datetime as dt

from accounts.models import User
from availability.models import Specialist, Topic
from callbacks.errors import SlotTaken
from callbacks.models import Reservation
from callbacks.operations.reserving import Claim, Missed, Wish, find_slot, in_one_transaction, take
from callbacks.permissions import check_book

HOLD = dt.timedelta(seconds=75)


@in_one_transaction
def hold(
    *, topic: Topic, starts_at: dt.datetime, by: User, now: dt.datetime, specialist: Specialist | None = None
) -> Reservation:
    """Keep a slot free for this agent for 75 seconds, in place of what they held before.

    Calling it again renews it. Raises ``SlotTaken`` or ``SlotNotOffered`` with alternatives.
    """
    check_book(by)
    wish = Wish(topic=topic, starts_at=starts_at, now=now, specialist=specialist)
    slot = find_slot(wish)
    claim = Claim(
        candidates=slot.specialists,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at + dt.timedelta(minutes=topic.buffer),
        by=by,
        now=now,
        expires_at=now + HOLD,
    )
    taken = take(claim)
    if taken is None:
        raise Missed(SlotTaken, wish)
    # Only now: whom one holds already goes before others.
    Reservation.objects.filter(held_by=by).exclude(pk=taken.reservation_id).delete()
    return Reservation(
        pk=taken.reservation_id,
        specialist=taken.specialist,
        starts_at=claim.starts_at,
        ends_at=claim.ends_at,
        held_by=by,
        expires_at=claim.expires_at,
    )


def release(*, by: User) -> None:
    """Let go of what this agent holds."""
    Reservation.objects.filter(held_by=by).delete()
