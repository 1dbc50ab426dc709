"""Holding a slot for the agent who is talking about it."""

import datetime as dt

from accounts.models import User
from availability.models import Specialist, Topic
from callbacks.errors import SlotTaken
from callbacks.models import Reservation
from callbacks.operations.reserving import find_slot, in_fair_order, in_one_transaction, reserve_first
from callbacks.permissions import check_book
from callbacks.queries.slots import nearest

HOLD = dt.timedelta(seconds=75)


@in_one_transaction
def hold(
    *, topic: Topic, starts_at: dt.datetime, by: User, now: dt.datetime, specialist: Specialist | None = None
) -> Reservation:
    """Keep a slot free for this agent for 75 seconds, in place of what they held before.

    Calling it again renews it. Raises ``SlotTaken`` or ``SlotNotOffered`` with alternatives.
    """
    check_book(by)
    slot = find_slot(topic=topic, starts_at=starts_at, now=now, by=by, specialist=specialist)
    candidates = in_fair_order(slot, customer=None, by=by)
    Reservation.objects.filter(held_by=by).delete()

    def write(candidate: Specialist) -> Reservation:
        return Reservation.objects.create(
            specialist=candidate,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at + dt.timedelta(minutes=topic.buffer),
            held_by=by,
            expires_at=now + HOLD,
        )

    reservation = reserve_first(candidates, by=by, now=now, write=write)
    if reservation is None:
        raise SlotTaken(nearest(topic=topic, wanted=starts_at, now=now, specialist=specialist))
    return reservation


def release(*, by: User) -> None:
    """Let go of what this agent holds."""
    Reservation.objects.filter(held_by=by).delete()
