"""Taking a specialist's time. The exclusion constraint decides; the lock before it prevents deadlocks."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from accounts.models import User
from availability.models import Specialist, Topic
from availability.slots import Slot
from callbacks.errors import SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Customer, Reservation
from callbacks.queries.slots import INSTANT, free_slots, nearest, published_slots

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
            # Inside somebody else's transaction everything is lost: only the outermost can try again.
            if not _was_chance(error) or transaction.get_connection().in_atomic_block:
                raise
            with transaction.atomic():
                return door(*args, **kwargs)

    return run


def _was_chance(error: DatabaseError) -> bool:
    """A deadlock's victim, or a random reference that exists (one in ten thousand at a million)."""
    diagnosis = getattr(error.__cause__, "diag", None)
    same_reference = "reference" in (getattr(diagnosis, "constraint_name", None) or "")
    return same_reference or _sqlstate(error) == DEADLOCK


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
    at = {
        "topic": topic,
        "start": starts_at,
        "end": starts_at + INSTANT,
        "now": now,
        "specialist": specialist,
    }
    if found := free_slots(**at, holder=by, moving=moving):  # type: ignore[arg-type]
        return found[0]
    refusal = SlotTaken if published_slots(**at) else SlotNotOffered  # type: ignore[arg-type]
    raise refusal(nearest(topic=topic, wanted=starts_at, now=now, specialist=specialist))


def in_fair_order(
    slot: Slot, *, customer: Customer | None, by: User, preferred: int | None = None
) -> list[Specialist]:
    """The slot's free specialists, best first.

    First who has it now, then whom the agent holds, then who spoke to this customer before, then who has
    the least booked time that day (UTC), then that week; equals in random order.
    """
    candidates = list(Specialist.objects.filter(pk__in=slot.specialists).select_related("user", "team"))
    if len(candidates) < 2:
        return candidates
    known = _known_to(customer, slot.specialists)
    loads = _loads(slot, by=by)
    random.shuffle(candidates)
    return sorted(
        candidates,
        key=lambda one: (one.pk != preferred, one.pk not in known, loads.get(one.pk, NOTHING)),
    )


class _Load(NamedTuple):
    """Compared in this order; ``not_held`` is 0 for whom the agent holds."""

    not_held: int
    day: dt.timedelta
    week: dt.timedelta


NOTHING = _Load(1, dt.timedelta(0), dt.timedelta(0))


def _loads(slot: Slot, *, by: User) -> dict[int, _Load]:
    """The booked time around a slot, of specialists who have any."""
    day = slot.starts_at.replace(hour=0, minute=0, second=0, microsecond=0)
    week = day - dt.timedelta(days=day.weekday())
    that_day = Q(starts_at__gte=day, starts_at__lt=day + dt.timedelta(days=1))
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    rows = (
        Reservation.objects.filter(
            specialist__in=slot.specialists, starts_at__gte=week, starts_at__lt=week + dt.timedelta(days=7)
        )
        .values("specialist")
        .annotate(held=Count("pk", filter=Q(held_by=by)))
        .annotate(day=Sum(length, filter=that_day, default=dt.timedelta(0)), week=Sum(length))
    )
    return {row["specialist"]: _Load(int(not row["held"]), row["day"], row["week"]) for row in rows}


def _known_to(customer: Customer | None, specialists: Sequence[int]) -> set[int | None]:
    if customer is None:
        return set()
    return set(
        Appointment.objects.filter(customer=customer, specialist__in=specialists).values_list(
            "specialist_id", flat=True
        )
    )


def reserve_first(
    candidates: Sequence[Specialist],
    *,
    by: User,
    now: dt.datetime,
    write: Callable[[Specialist], Reservation],
) -> Reservation | None:
    """Let ``write`` reserve time with the first candidate who is still free; None when nobody is.

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


def _reserve(specialist: Specialist, write: Callable[[Specialist], Reservation]) -> Reservation | None:
    try:
        with transaction.atomic():
            Specialist.objects.select_for_update(no_key=True).only("pk").get(pk=specialist.pk)
            return write(specialist)
    except IntegrityError as error:
        if _sqlstate(error) == EXCLUSION:
            return None
        raise


def _drop_dead_holds(specialist: Specialist, *, by: User, now: dt.datetime) -> int:
    """Remove holds that block for no reason: expired ones, and those of the person who books now."""
    dead = Q(expires_at__lt=now) | Q(held_by=by)
    return Reservation.objects.filter(dead, specialist=specialist, appointment__isnull=True).delete()[0]


def _sqlstate(error: DatabaseError) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""
