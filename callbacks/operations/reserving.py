"""Taking a specialist's time. The exclusion constraint decides; the lock before it prevents deadlocks."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from accounts.models import User
from availability.models import Specialist, Topic
from availability.slots import Slot
from callbacks.errors import SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Customer, Reservation
from callbacks.queries.slots import INSTANT, busy, nearest, published_slots

P = ParamSpec("P")
R = TypeVar("R")
DEADLOCK = "40P01"
EXCLUSION = "23P01"


def in_one_transaction(door: Callable[P, R]) -> Callable[P, R]:
    """Run a door in a transaction of its own, once more when only chance made it fail."""

    @wraps(door)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return door(*args, **kwargs)
        except (OperationalError, IntegrityError) as error:
            if not _can_try_again(error):
                raise
            with transaction.atomic():
                return door(*args, **kwargs)

    return run


def _can_try_again(error: DatabaseError) -> bool:
    """A random reference that exists (one in ten thousand at a million), or a deadlock's victim.

    A deadlock takes the whole transaction with it, so only the outermost can try again.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    if "reference" in (getattr(diagnosis, "constraint_name", None) or ""):
        return True
    return _sqlstate(error) == DEADLOCK and not transaction.get_connection().in_atomic_block


def find_slot(
    *,
    topic: Topic,
    starts_at: dt.datetime,
    now: dt.datetime,
    by: User,
    specialist: Specialist | None = None,
    moving: Appointment | None = None,
) -> Slot:
    """The free slot of a topic at this very start.

    Raises ``SlotTaken`` when it was published but is reserved, ``SlotNotOffered`` when nobody published it.
    """
    end = starts_at + INSTANT
    published = published_slots(topic=topic, start=starts_at, end=end, now=now, specialist=specialist)
    if not published:
        raise SlotNotOffered(nearest(topic=topic, wanted=starts_at, now=now, specialist=specialist))
    slot = published[0]
    until = slot.ends_at + dt.timedelta(minutes=topic.buffer)
    taken = busy(slot.specialists, slot.starts_at, until, now=now, holder=by, moving=moving)
    occupied = {one.specialist_id for one in taken}
    free = tuple(one for one in slot.specialists if one not in occupied)
    if not free:
        raise SlotTaken(nearest(topic=topic, wanted=starts_at, now=now, specialist=specialist))
    return slot._replace(specialists=free)


# First who has it now, then whom the agent holds, then who spoke to this customer before, then who has the
# least promised time that day, then that week (calls already done count too); equals in random order.
FAIR_ORDER = """
SELECT candidate
FROM unnest(%(candidates)s) AS candidate
  LEFT JOIN callbacks_appointment AS given ON given.specialist_id = candidate
    AND given.starts_at >= %(monday)s AND given.starts_at < %(next_monday)s AND given.state <> 'cancelled'
GROUP BY candidate
ORDER BY
  candidate = %(preferred)s DESC,
  EXISTS (
    SELECT FROM callbacks_reservation WHERE held_by_id = %(by)s AND specialist_id = candidate
  ) DESC,
  EXISTS (
    SELECT FROM callbacks_appointment WHERE customer_id = %(customer)s AND specialist_id = candidate
  ) DESC,
  sum(given.ends_at - given.starts_at)
    FILTER (WHERE given.starts_at >= %(day)s AND given.starts_at < %(next_day)s) NULLS FIRST,
  sum(given.ends_at - given.starts_at) NULLS FIRST,
  random()
"""


def in_fair_order(
    slot: Slot, *, customer: Customer | None, by: User, preferred: int | None = None
) -> list[int]:
    """The keys of the slot's free specialists, best first (see ``FAIR_ORDER``). Days are the site's."""
    if len(slot.specialists) < 2:
        return list(slot.specialists)
    day = slot.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    monday = day - dt.timedelta(days=day.weekday())
    values = {
        "candidates": list(slot.specialists),
        "preferred": preferred,
        "by": by.pk,
        "customer": customer.pk if customer else None,
        "day": day,
        "next_day": day + dt.timedelta(days=1),
        "monday": monday,
        "next_monday": monday + dt.timedelta(days=7),
    }
    with connection.cursor() as cursor:
        cursor.execute(FAIR_ORDER, values)
        return [pk for (pk,) in cursor.fetchall()]


def reserve_first(
    candidates: Sequence[int],
    *,
    by: User,
    now: dt.datetime,
    write: Callable[[Specialist], Reservation],
) -> Reservation | None:
    """Let ``write`` reserve time with the first candidate (a key) who is still free; None when nobody is.

    Each try is a savepoint with the specialist's row locked first: concurrent conflicting inserts under an
    exclusion constraint can deadlock, and giving the try up releases the lock.
    """
    for candidate in candidates:
        reservation = _reserve(candidate, write)
        if reservation is None and _drop_dead_holds(candidate, by=by, now=now):
            reservation = _reserve(candidate, write)
        if reservation:
            return reservation
    return None


def _reserve(candidate: int, write: Callable[[Specialist], Reservation]) -> Reservation | None:
    locked = Specialist.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "team")
    try:
        with transaction.atomic():
            return write(locked.get(pk=candidate))
    except IntegrityError as error:
        if _sqlstate(error) == EXCLUSION:
            return None
        raise


def _drop_dead_holds(candidate: int, *, by: User, now: dt.datetime) -> int:
    """Remove holds that block for no reason: expired ones, and those of the person who books now."""
    dead = Q(expires_at__lt=now) | Q(held_by=by)
    return Reservation.objects.filter(dead, specialist=candidate, appointment__isnull=True).delete()[0]


def _sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""
