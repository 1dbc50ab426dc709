"""Free slots with what is reserved taken off, and the offer an agent sees."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial

from accounts.models import User
from availability.models import Specialist, Topic
from availability.planned import Planned
from availability.queries import free_slots as free_slots_without
from availability.slots import Busy, Slot
from callbacks.models import Appointment
from callbacks.states import OWNED

NEXT_SLOTS = 6
OFFERED_DAYS = 10
ALTERNATIVES = 3
INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class DayRoom:
    """A local working day with its free slots, and how many callbacks fit in them."""

    day: dt.date
    slots: list[Slot]
    free: int


@dataclass(frozen=True)
class Offer:
    """What can be offered to a caller: the next slots, and the coming working days."""

    next_slots: list[Slot]
    days: list[DayRoom]


# What of specialists' time nobody else can take at ``now``. Expired holds and the holder's own do not
# count, nor the time of the appointment being moved.
RESERVED = """
SELECT specialist_id, starts_at, ends_at
FROM callbacks_reservation
WHERE specialist_id = ANY (%(specialists)s) AND starts_at < %(end)s AND ends_at > %(start)s
  AND (expires_at IS NULL OR expires_at >= %(now)s)
  AND (held_by_id IS NULL OR held_by_id IS DISTINCT FROM %(holder)s)
  AND (appointment_id IS NULL OR appointment_id IS DISTINCT FROM %(moving)s)
"""
_RESERVED = Planned(
    RESERVED,
    specialists="bigint[]",
    start="timestamptz",
    end="timestamptz",
    now="timestamptz",
    holder="bigint",
    moving="bigint",
)


def busy(
    specialists: Collection[int],
    start: dt.datetime,
    end: dt.datetime,
    *,
    now: dt.datetime,
    holder: User | None = None,
    moving: Appointment | None = None,
) -> Iterable[Busy]:
    """Reserved time of specialists that overlaps a period (see ``RESERVED``)."""
    rows = _RESERVED.rows(
        specialists=list(specialists),
        start=start,
        end=end,
        now=now,
        holder=holder.pk if holder else None,
        moving=moving.pk if moving else None,
    )
    return [Busy(*row) for row in rows]


def free_slots(
    *,
    topic: Topic,
    start: dt.datetime,
    end: dt.datetime,
    now: dt.datetime,
    specialist: Specialist | None = None,
    limit: int | None = None,
    holder: User | None = None,
    moving: Appointment | None = None,
) -> list[Slot]:
    """Slots of a topic that start in [start, end) (UTC) and can be booked at ``now``, in order of time."""
    return free_slots_without(
        topic=topic,
        start=start,
        end=end,
        now=now,
        busy=partial(busy, now=now, holder=holder, moving=moving),
        specialist=specialist,
        limit=limit,
    )


def published_slots(
    *,
    topic: Topic,
    start: dt.datetime,
    end: dt.datetime,
    now: dt.datetime,
    specialist: Specialist | None = None,
) -> list[Slot]:
    """Slots in [start, end) as published, whether or not somebody has booked them."""
    return free_slots_without(
        topic=topic, start=start, end=end, now=now, busy=lambda *_period: (), specialist=specialist
    )


def nearest(
    *, topic: Topic, wanted: dt.datetime, now: dt.datetime, specialist: Specialist | None = None
) -> list[Slot]:
    """At most three free slots closest to a wanted start, in order of time."""
    around = dt.timedelta(days=3)
    # Whatever was typed: the year 1 has no day before it, the year 9999 none behind it.
    wanted = min(max(wanted, now), now + dt.timedelta(days=366))
    slots = free_slots(
        topic=topic,
        start=max(now, wanted - around),
        end=max(now, wanted) + around,
        now=now,
        specialist=specialist,
    ) or free_slots(
        topic=topic,
        start=now,
        end=now + dt.timedelta(days=60),
        now=now,
        specialist=specialist,
        limit=ALTERNATIVES,
    )
    return sorted(sorted(slots, key=lambda slot: abs(slot.starts_at - wanted))[:ALTERNATIVES])


def offer(
    *,
    topic: Topic,
    now: dt.datetime,
    holder: User | None = None,
    first_day: dt.date | None = None,
    moving: Appointment | None = None,
) -> Offer:
    """The six next slots and ten working days, from ``first_day`` (local; default today) on.

    For an appointment that is ``moving`` its own time is free, and no other time than the one it has.
    """
    zone = topic_zone(topic)
    today = now.astimezone(zone).date()
    first = max(first_day or today, today)
    days = working_days(first)
    start = dt.datetime.combine(first, dt.time(0), zone)
    end = dt.datetime.combine(days[-1] + dt.timedelta(days=1), dt.time(0), zone)
    slots = free_slots(topic=topic, start=start, end=end, now=now, holder=holder, moving=moving)
    if moving:
        slots = other_times(slots, moving)
    by_day: dict[dt.date, list[Slot]] = {day: [] for day in days}
    for slot in slots:
        # A weekend day only shows when somebody published it.
        by_day.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    buffer = dt.timedelta(minutes=topic.buffer)
    rooms = [DayRoom(day, by_day[day], places(by_day[day], buffer=buffer)) for day in sorted(by_day)]
    return Offer(slots[:NEXT_SLOTS], rooms[:OFFERED_DAYS])


def other_times(slots: Iterable[Slot], appointment: Appointment) -> list[Slot]:
    """All but the time that is promised already."""
    kept = appointment.starts_at if appointment.state in OWNED else None
    return [slot for slot in slots if slot.starts_at != kept]


def slots_of(slots: list[Slot], specialists: Collection[int]) -> list[Slot]:
    """What is left of slots when only these specialists (keys) count."""
    narrowed = (
        slot._replace(specialists=tuple(one for one in slot.specialists if one in specialists))
        for slot in slots
    )
    return [slot for slot in narrowed if slot.specialists]


def places(slots: list[Slot], *, buffer: dt.timedelta) -> int:
    """How many callbacks fit in slots that partly overlap (see ``starts_of_places``)."""
    return len(starts_of_places(slots, buffer=buffer))


def starts_of_places(slots: list[Slot], *, buffer: dt.timedelta) -> list[dt.datetime]:
    """When they begin, those callbacks that fit in slots, each specialist taking one at a time.

    Taking the earliest that fits, again and again, gives the most for calls of one length.
    """
    free_from: dict[int, dt.datetime] = {}
    starts = []
    for slot in slots:
        for specialist in slot.specialists:
            if specialist not in free_from or free_from[specialist] <= slot.starts_at:
                free_from[specialist] = slot.ends_at + buffer
                starts.append(slot.starts_at)
    return starts


def topic_zone(topic: Topic) -> dt.tzinfo:
    """The zone in which a topic's days are counted: that of its first team."""
    team = topic.teams.order_by("pk").first()
    return team.zone if team else dt.UTC


def working_days(first: dt.date) -> list[dt.date]:
    """Ten days from ``first`` on, Saturdays and Sundays left out."""
    candidates = (first + dt.timedelta(days=offset) for offset in range(OFFERED_DAYS * 2))
    return [day for day in candidates if day.isoweekday() <= 5][:OFFERED_DAYS]
