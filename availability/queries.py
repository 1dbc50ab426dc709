"""Who is free when: reads what ``slots`` works with."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.db.models import FilteredRelation, Q

from availability.models import Absence, Closure, Specialist, Topic, Window
from availability.slots import (
    INSTANT,
    BusySource,
    Need,
    Person,
    Rules,
    Slot,
    WeekWindow,
    find_slots,
    local_days,
)

# With a limit the search goes ahead in pieces, each twice as long as the one before.
FIRST_PIECE = dt.timedelta(days=2)


class _Candidate(NamedTuple):
    specialist_id: int
    team_id: int
    time_zone: str
    slot_step: int
    minimum_notice: int
    horizon_days: int
    observes_public_holidays: bool


def free_slots(
    *,
    topic: Topic,
    start: dt.datetime,
    end: dt.datetime,
    now: dt.datetime,
    busy: BusySource,
    specialist: Specialist | None = None,
    limit: int | None = None,
) -> list[Slot]:
    """Slots for the topic that start from ``start`` until before ``end`` (UTC), earliest first.

    ``busy`` is asked for what is taken already. ``specialist`` asks for one person only; ``limit`` for
    at most that many slots. Five queries, ``busy`` included; with a limit, ``busy`` may be asked again.
    """
    candidates = _candidates(topic, specialist)
    if not candidates:
        return []
    start, end = _clip(start, end, now, candidates)
    if start >= end:
        return []
    need = Need(dt.timedelta(minutes=topic.duration), dt.timedelta(minutes=topic.buffer))
    ids = [candidate.specialist_id for candidate in candidates]
    people = _people(candidates, start, end + need.duration + need.buffer)
    found: list[Slot] = []
    for first, last in _pieces(start, end) if limit else [(start, end)]:
        taken = busy(ids, first, last + need.duration + need.buffer)
        found += find_slots(people=people, busy=taken, need=need, start=first, end=last, now=now)
        if limit and len(found) >= limit:
            break
    return found[:limit]


def _clip(
    start: dt.datetime, end: dt.datetime, now: dt.datetime, candidates: list[_Candidate]
) -> tuple[dt.datetime, dt.datetime]:
    """What of the period anybody can be booked in. In UTC, for sums in a local zone skip real hours."""
    earliest = now + dt.timedelta(minutes=min(candidate.minimum_notice for candidate in candidates))
    latest = now + dt.timedelta(days=max(candidate.horizon_days for candidate in candidates)) + INSTANT
    first, last = (min(max(moment, earliest), latest) for moment in (start, end))
    return first.astimezone(dt.UTC), last.astimezone(dt.UTC)


def _pieces(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    length = FIRST_PIECE
    while start < end:
        yield start, min(start + length, end)
        start += length
        length *= 2


def _candidates(topic: Topic, specialist: Specialist | None) -> list[_Candidate]:
    able = Specialist.objects.filter(
        is_active=True,
        user__is_active=True,
        team__is_active=True,
        team__topics=topic,
        topics=topic,
        topics__is_active=True,
    )
    if specialist:
        able = able.filter(pk=specialist.pk)
    rows = able.order_by("pk").values_list(
        "pk",
        "team_id",
        "team__time_zone",
        "team__slot_step",
        "team__minimum_notice",
        "team__horizon_days",
        "team__observes_public_holidays",
    )
    return [_Candidate(*row) for row in rows]


def _people(candidates: list[_Candidate], start: dt.datetime, end: dt.datetime) -> list[Person]:
    ids = [candidate.specialist_id for candidate in candidates]
    zones = {ZoneInfo(candidate.time_zone) for candidate in candidates}
    days = sorted({day for zone in zones for day in local_days(zone, start, end)})
    rules = _rules(candidates, days)
    windows = _windows(ids, days)
    away = _absences(ids, start, end)
    return [
        Person(
            specialist_id=candidate.specialist_id,
            rules=rules[candidate.team_id],
            windows=windows[candidate.specialist_id],
            away=away[candidate.specialist_id],
        )
        for candidate in candidates
    ]


def _rules(candidates: list[_Candidate], days: list[dt.date]) -> dict[int, Rules]:
    teams = {candidate.team_id: candidate for candidate in candidates}
    closed = _closures(teams, days)
    public = _public_holidays(days)
    return {
        team_id: Rules(
            zone=ZoneInfo(team.time_zone),
            step=dt.timedelta(minutes=team.slot_step),
            notice=dt.timedelta(minutes=team.minimum_notice),
            horizon=dt.timedelta(days=team.horizon_days),
            closed=closed[None] | closed[team_id] | (public if team.observes_public_holidays else set()),
        )
        for team_id, team in teams.items()
    }


def _closures(team_ids: Iterable[int], days: list[dt.date]) -> defaultdict[int | None, set[dt.date]]:
    closed: defaultdict[int | None, set[dt.date]] = defaultdict(set)
    rows = Closure.objects.filter(
        Q(team__isnull=True) | Q(team__in=team_ids), first_day__lte=days[-1], last_day__gte=days[0]
    )
    for team_id, first_day, last_day in rows.order_by().values_list("team_id", "first_day", "last_day"):
        closed[team_id].update(day for day in days if first_day <= day <= last_day)
    return closed


def _public_holidays(days: list[dt.date]) -> set[dt.date]:
    years = range(days[0].year, days[-1].year + 1)
    return {day for year in years for day in _holidays_of(settings.HOLIDAY_COUNTRY, year)}


# The library works a year out anew for every object it makes.
@lru_cache(maxsize=32)
def _holidays_of(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=year))


def _windows(ids: Collection[int], days: list[dt.date]) -> defaultdict[int, list[WeekWindow]]:
    windows: dict[int, WeekWindow] = {}
    by_specialist: defaultdict[int, list[WeekWindow]] = defaultdict(list)
    for pk, specialist_id, weekday, starts, ends, first_day, last_day, *change in _window_rows(ids, days):
        # A window comes once for each of its exceptions.
        if pk not in windows:
            windows[pk] = WeekWindow(weekday, (starts, ends), first_day, last_day, {})
            by_specialist[specialist_id].append(windows[pk])
        day, new_starts, new_ends = change
        if day:
            windows[pk].exceptions[day] = (new_starts, new_ends) if new_starts else None
    return by_specialist


def _window_rows(ids: Collection[int], days: list[dt.date]) -> Iterable[tuple[Any, ...]]:
    period = Q(exceptions__day__range=(days[0], days[-1]))
    return (
        Window.objects.annotate(change=FilteredRelation("exceptions", condition=period))
        .filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=days[0]),
            specialist__in=ids,
            valid_from__lte=days[-1],
            weekday__in={day.isoweekday() for day in days},
        )
        .order_by()
        .values_list(
            "pk",
            "specialist_id",
            "weekday",
            "starts",
            "ends",
            "valid_from",
            "valid_until",
            "change__day",
            "change__starts",
            "change__ends",
        )
    )


def _absences(
    ids: Collection[int], start: dt.datetime, end: dt.datetime
) -> defaultdict[int, list[tuple[dt.datetime, dt.datetime]]]:
    away: defaultdict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    rows = Absence.objects.filter(specialist__in=ids, starts_at__lt=end, ends_at__gt=start).order_by()
    for specialist_id, starts_at, ends_at in rows.order_by().values_list(
        "specialist_id", "starts_at", "ends_at"
    ):
        away[specialist_id].append((starts_at, ends_at))
    return away
