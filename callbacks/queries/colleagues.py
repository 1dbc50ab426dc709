"""Who could be given appointments that others have: their free time, and what they have to do."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Count, Q

from accounts.models import User
from availability.coverage import is_covered
from availability.models import Specialist
from availability.queries import time_of
from availability.slots import Person
from callbacks.models import Appointment
from callbacks.queries.lists import open_promise, today
from callbacks.queries.slots import busy
from callbacks.states import OWNED

Period = tuple[dt.datetime, dt.datetime]


class Fit(StrEnum):
    """How an appointment suits somebody: they have it, are of another team, busy or away then, or free."""

    OWN = "own"
    ELSEWHERE = "elsewhere"
    OCCUPIED = "occupied"
    AWAY = "away"
    FREE = "free"


class Call(NamedTuple):
    """A call that somebody else would have to make, with its buffer (UTC, end excluded).

    ``is_fixed`` when it is at the promised time, which is reserved; else it comes as soon as it can.
    """

    appointment: Appointment
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_fixed: bool


@dataclass(frozen=True)
class Colleague:
    """Somebody of the teams: how many of the appointments suit them how, and their calls left today."""

    specialist: Specialist
    fits: Counter[Fit]
    left_today: int

    @property
    def free(self) -> int:
        """How many of the appointments they have time for."""
        return self.fits[Fit.FREE]


def colleagues(appointments: Sequence[Appointment], *, by: User, now: dt.datetime) -> list[Colleague]:
    """Who of the teams could take over appointments (from ``lists.with_people``), the most suitable first.

    Not who has all of them already. Free is who knows the topic, published the time and has nothing else in
    it: at the promised time as long as that is not over, else one call after the other from ``now`` on. The
    teams' notice does not matter: it is for new promises. At most six queries.
    """
    teams = {one.team_id: one.team for one in appointments}
    found = Specialist.objects.filter(team__in=teams, is_active=True, user__is_active=True)
    people = {one.pk: one for one in found.select_related("user", "team").prefetch_related("topics")}
    if not people:
        return []
    calls = sorted((_call(one, now) for one in appointments), key=lambda call: not call.is_fixed)
    start, end = min(call.starts_at for call in calls), max(call.ends_at for call in calls)
    # Late ones come after each other.
    end += sum((call.ends_at - call.starts_at for call in calls if not call.is_fixed), dt.timedelta())
    published = time_of(specialists=people, start=start, end=end)
    taken: defaultdict[int, list[Period]] = defaultdict(list)
    for pk, begins, finishes in busy(people, start, end, now=now, holder=by):
        taken[pk].append((begins, finishes))
    left = _left_today(people.values(), now)
    every = [
        Colleague(one, Counter(_fits(one, published[pk], taken[pk], calls)), left.get(pk, 0))
        for pk, one in people.items()
    ]
    return sorted((one for one in every if one.fits[Fit.OWN] < len(calls)), key=_unsuitable)


def _unsuitable(one: Colleague) -> tuple[int, int, int, str, int]:
    # After what they have time for, what they would be given all the same.
    return -one.free, -one.fits[Fit.AWAY], one.left_today, str(one.specialist), one.specialist.pk


def _call(appointment: Appointment, now: dt.datetime) -> Call:
    """As ``operations.reassign`` goes by it: only a promised time that is not over is reserved."""
    lasts = appointment.ends_at - appointment.starts_at + dt.timedelta(minutes=appointment.topic.buffer)
    promise = open_promise(appointment)
    if promise and promise.ends_at > now:
        return Call(appointment, appointment.starts_at, appointment.starts_at + lasts, is_fixed=True)
    at = max(appointment.next_action_at or now, now)
    return Call(appointment, at, at + lasts, is_fixed=False)


def _fits(specialist: Specialist, person: Person, taken: list[Period], calls: Iterable[Call]) -> list[Fit]:
    """How each of the calls suits a specialist who was given those before it."""
    topics, given, free_from = {one.pk for one in specialist.topics.all()}, list(taken), None
    fits = []
    for call in calls:
        appointment, start = call.appointment, max(call.starts_at, free_from or call.starts_at)
        end = start + (call.ends_at - call.starts_at)
        if appointment.specialist_id == specialist.pk:
            fit = Fit.OWN
        elif appointment.team_id != specialist.team_id:
            fit = Fit.ELSEWHERE
        elif any(begins < end and finishes > start for begins, finishes in given):
            fit = Fit.OCCUPIED
        elif appointment.topic_id in topics and is_covered(person, start, end):
            fit = Fit.FREE
        else:
            fit = Fit.AWAY
        if call.is_fixed and fit in {Fit.FREE, Fit.AWAY}:
            given.append((start, end))
        elif fit == Fit.FREE:
            free_from = end
        fits.append(fit)
    return fits


def _left_today(specialists: Iterable[Specialist], now: dt.datetime) -> dict[int, int]:
    """How many calls these people have until the day of their team is over, with what is late, by key."""
    ends = {one.team: today(now, one.team)[1] for one in specialists}
    due = (Q(specialist__team=team, next_action_at__lt=end) for team, end in ends.items())
    mine = Appointment.objects.filter(reduce(or_, due), specialist__in=list(specialists), state__in=OWNED)
    return dict(mine.order_by().values_list("specialist").annotate(number=Count("pk")))
