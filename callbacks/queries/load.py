"""The load of today by half-hours: what teams offered, what is booked of it and what can still be taken."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from availability.models import Team, Topic
from callbacks.models import Appointment
from callbacks.queries.lists import Room, today
from callbacks.queries.slots import published_slots, slots_of, starts_of_places
from callbacks.states import OWNED, State

HALF_HOUR = dt.timedelta(minutes=30)
# What waits for a new time or was cancelled takes nobody's time today.
BOOKED = (*OWNED, State.COMPLETED, State.NOT_REACHED)


@dataclass(frozen=True)
class HalfHour:
    """How many callbacks begin in the half-hour from ``starts_at`` (UTC) on.

    ``offered`` as published, taken or not; ``booked`` to be called or called; ``free`` to be booked now.
    """

    starts_at: dt.datetime
    offered: int
    booked: int
    free: int


@dataclass(frozen=True)
class Load:
    """A team's day, from the first half-hour in which anything is published or booked until the last.

    Places are those of the topic that most of its specialists handle, as for the room that is left; booked is
    whatever the team calls, on any topic.
    """

    team: Team
    topic: Topic
    half_hours: list[HalfHour]


def load_today(rooms: Sequence[Room], *, now: dt.datetime) -> list[Load]:
    """The load of the teams whose room was counted at ``now``: what is free adds up to that room.

    Days are those of the teams. A query, and one a team.
    """
    days = {room.team.pk: today(now, room.team) for room in rooms}
    booked = _booked(days)
    return [_load(room, days[room.team.pk], booked.get(room.team.pk, [])) for room in rooms]


def _load(room: Room, day: tuple[dt.datetime, dt.datetime], booked: Iterable[dt.datetime]) -> Load:
    # In UTC, for sums in a local zone skip real hours.
    start, end = (moment.astimezone(dt.UTC) for moment in day)
    # The whole day was to be had: asked as of before its beginning.
    asked = start - dt.timedelta(minutes=room.team.minimum_notice)
    published = slots_of(published_slots(topic=room.topic, start=start, end=end, now=asked), room.members)
    buffer = dt.timedelta(minutes=room.topic.buffer)
    numbers = [
        Counter((moment - start) // HALF_HOUR for moment in moments)
        for moments in (starts_of_places(published, buffer=buffer), booked, room.starts)
    ]
    used = sorted({number for counted in numbers for number in counted})
    span = range(used[0], used[-1] + 1) if used else ()
    return Load(
        room.team,
        room.topic,
        [HalfHour(start + n * HALF_HOUR, *(counted[n] for counted in numbers)) for n in span],
    )


def _booked(days: dict[int, tuple[dt.datetime, dt.datetime]]) -> dict[int, list[dt.datetime]]:
    """When the callbacks of each team begin (UTC) on its day, by the key of the team."""
    wanted = Q()
    for team, (start, end) in days.items():
        wanted |= Q(team=team, starts_at__gte=start, starts_at__lt=end)
    found: dict[int, list[dt.datetime]] = {}
    if days:
        rows = Appointment.objects.filter(wanted, state__in=BOOKED)
        for team, starts_at in rows.order_by().values_list("team", "starts_at"):
            found.setdefault(team, []).append(starts_at)
    return found
