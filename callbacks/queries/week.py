"""A specialist's week: what is published, and what takes time from it."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from availability.closing import closed_days
from availability.models import Absence, BusyTime, Specialist, Window, WindowException
from availability.slots import DAY, Hours
from callbacks.models import Reservation

Period = tuple[dt.datetime, dt.datetime]


class Published(NamedTuple):
    """Hours (wall clock) of a window on one day; None when an exception takes them off that day."""

    window: Window
    hours: Hours | None
    is_exception: bool


class Booked(NamedTuple):
    """An appointment's time with the buffer behind it (UTC, end excluded)."""

    reference: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Day:
    """A local day. ``closed`` names why nobody works, or is empty; periods are UTC, the end excluded."""

    day: dt.date
    closed: str
    published: list[Published]
    away: list[Period]
    busy: list[Period]
    booked: list[Booked]


@dataclass(frozen=True)
class Series:
    """Windows that were published together, with the same hours and days. ``versions`` by window."""

    key: uuid.UUID
    weekdays: list[int]
    hours: Hours
    first_day: dt.date
    last_day: dt.date | None
    versions: dict[int, int]


def week(*, specialist: Specialist, monday: dt.date) -> list[Day]:
    """Seven days from a Monday on, in the team's zone. Six queries, however much was published."""
    zone = specialist.team.zone
    sunday = monday + 6 * DAY
    start, end = (dt.datetime.combine(day, dt.time(0), zone) for day in (monday, sunday + DAY))
    closed = closed_days(specialist.team, first=monday, last=sunday)
    published = _published(specialist, monday, sunday)
    away = _overlapping(Absence.objects.filter(specialist=specialist), start, end)
    busy = _overlapping(BusyTime.objects.filter(feed=specialist.pk), start, end)
    taken = Reservation.objects.filter(
        specialist=specialist, appointment__isnull=False, starts_at__lt=end, ends_at__gt=start
    )
    booked = [
        Booked(*row)
        for row in taken.order_by("starts_at").values_list("appointment__reference", "starts_at", "ends_at")
    ]
    days = [monday + DAY * n for n in range(7)]
    bounds = [_bounds(day, zone) for day in days]
    return [
        Day(
            day=day,
            closed=closed.get(day, ""),
            published=published[day],
            away=[one for one in away if one[0] < until and one[1] > begin],
            busy=[one for one in busy if one[0] < until and one[1] > begin],
            booked=[one for one in booked if begin <= one.starts_at < until],
        )
        for day, (begin, until) in zip(days, bounds, strict=True)
    ]


def series_of(specialist: Specialist, *, today: dt.date) -> list[Series]:
    """What is published from today on, the soonest first; single days are not series."""
    windows = Window.objects.filter(specialist=specialist).exclude(valid_until__lt=today)

    def alike(window: Window) -> tuple[str, Hours, dt.date, dt.date]:
        last = window.valid_until or dt.date.max
        return str(window.series), (window.starts, window.ends), window.valid_from, last

    groups = [list(group) for _key, group in groupby(sorted(windows, key=alike), key=alike)]
    # A change works on the whole series, a lead's also on that of colleagues: all its versions were seen.
    versions: dict[uuid.UUID, dict[int, int]] = {}
    for key, pk, version in Window.objects.filter(
        series__in=[group[0].series for group in groups]
    ).values_list("series", "pk", "version"):
        versions.setdefault(key, {})[pk] = version
    found = [_series(group, versions[group[0].series]) for group in groups]
    return sorted(
        (one for one in found if one.first_day != one.last_day), key=lambda one: (one.first_day, one.hours)
    )


def shared_on(day: dt.date, windows: Collection[Window]) -> QuerySet[Window]:
    """What everybody has on a day of the series of these windows of that weekday, the windows included."""
    alike = Window.objects.filter(
        series__in=[one.series for one in windows], weekday=day.isoweekday(), valid_from__lte=day
    )
    return alike.exclude(valid_until__lt=day).select_related("specialist__team")


def _series(windows: Sequence[Window], versions: dict[int, int]) -> Series:
    first = windows[0]
    return Series(
        key=first.series,
        weekdays=sorted(window.weekday for window in windows),
        hours=(first.starts, first.ends),
        first_day=first.valid_from,
        last_day=first.valid_until,
        versions=versions,
    )


def _published(specialist: Specialist, first: dt.date, last: dt.date) -> dict[dt.date, list[Published]]:
    windows = Window.objects.filter(specialist=specialist, valid_from__lte=last).exclude(
        valid_until__lt=first
    )
    ordered = list(windows.order_by("starts", "pk"))
    changes = {
        (one.window_id, one.day): (one.starts, one.ends)
        if one.starts is not None and one.ends is not None
        else None
        for one in WindowException.objects.filter(window__in=ordered, day__range=(first, last))
    }
    days = [first + DAY * n for n in range((last - first).days + 1)]
    return {day: [_on(one, day, changes) for one in ordered if _holds(one, day)] for day in days}


def _holds(window: Window, day: dt.date) -> bool:
    begun = window.weekday == day.isoweekday() and window.valid_from <= day
    return begun and (window.valid_until is None or day <= window.valid_until)


def _on(window: Window, day: dt.date, changes: dict[tuple[int, dt.date], Hours | None]) -> Published:
    key = (window.pk, day)
    return Published(window, changes.get(key, (window.starts, window.ends)), key in changes)


def _overlapping(rows: QuerySet[Any], start: dt.datetime, end: dt.datetime) -> list[Period]:
    found = rows.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "pk")
    return list(found.values_list("starts_at", "ends_at"))


def _bounds(day: dt.date, zone: dt.tzinfo) -> Period:
    return dt.datetime.combine(day, dt.time(0), zone), dt.datetime.combine(day + DAY, dt.time(0), zone)
