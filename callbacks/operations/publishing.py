"""Publishing availability: series of windows, changed from a day on, and single days that differ.

What was published for past days is a fact: doors only change today and later (in the team's zone).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist, Window, WindowException
from availability.slots import DAY, MIDNIGHT, Hours
from callbacks.errors import Invalid, Outdated
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_publish

LONGEST = dt.timedelta(days=366)
OVERLAP = "window_no_overlap"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Hours (wall clock of the team's zone) that repeat on weekdays (1 is Monday), both days included."""

    weekdays: frozenset[int]
    hours: Hours
    first_day: dt.date
    last_day: dt.date


@in_one_transaction
def publish(
    *, specialist: Specialist, plan: Plan, by: User, now: dt.datetime, series: uuid.UUID | None = None
) -> uuid.UUID:
    """Offer the plan's hours for booking; gives the series. Raises ``Forbidden`` or ``Invalid``.

    What is published for several people at once has one ``series``, to be changed for them together.
    """
    check_publish(by, specialist)
    _check_plan(plan, today=_today(specialist, now))
    series = series or uuid.uuid4()
    _add(specialist, plan, series)
    return series


@in_one_transaction
def change_series(
    *,
    specialist: Specialist,
    series: uuid.UUID,
    plan: Plan,
    versions: Mapping[int, int],
    by: User,
    now: dt.datetime,
) -> None:
    """Let the series follow the plan from its first day on; before that it stays what it was.

    Days that were made an exception stay one. ``versions`` (by key) are the windows as the person saw them.
    Raises ``Forbidden``, ``Invalid``, ``Outdated``.
    """
    check_publish(by, specialist)
    _check_plan(plan, today=_today(specialist, now))
    windows = _locked(specialist, series, versions)
    exceptions = end_windows(windows, last_day=plan.first_day - DAY)
    _carry_over(exceptions, specialist, _add(specialist, plan, series))


@in_one_transaction
def end_series(
    *,
    specialist: Specialist,
    series: uuid.UUID,
    last_day: dt.date,
    versions: Mapping[int, int],
    by: User,
    now: dt.datetime,
) -> None:
    """Offer the series until a last day, yesterday at the earliest, and not after it."""
    check_publish(by, specialist)
    if last_day < _today(specialist, now) - DAY:
        raise Invalid(_("What is past cannot be changed."), field="last_day")
    end_windows(_locked(specialist, series, versions), last_day=last_day)


@in_one_transaction
def except_on(
    *, window: Window, version: int, day: dt.date, hours: Hours | None, by: User, now: dt.datetime
) -> None:
    """Give one day of a window other hours, or none (None).

    Raises ``Forbidden``, ``Invalid``, ``Outdated``.
    """
    _check_day(window, day, by=by, now=now)
    if hours:
        _check_hours(hours)
    _move_on(window, version)
    starts, ends = hours or (None, None)
    WindowException.objects.update_or_create(
        window=window, day=day, defaults={"starts": starts, "ends": ends}
    )


@in_one_transaction
def as_usual_on(*, window: Window, version: int, day: dt.date, by: User, now: dt.datetime) -> None:
    """Take an exception back: the day is again as the window says."""
    _check_day(window, day, by=by, now=now)
    _move_on(window, version)
    window.exceptions.filter(day=day).delete()


@in_one_transaction
def copy_week(*, specialist: Specialist, source: dt.date, target: dt.date, by: User, now: dt.datetime) -> int:
    """Make the week of the Monday ``target`` like that of ``source``; gives how many days that changed.

    Days that are past stay as they were. Raises ``Forbidden``, ``Invalid``.
    """
    check_publish(by, specialist)
    if {source.isoweekday(), target.isoweekday()} != {1}:
        raise Invalid(_("Choose the Monday of a week."), field="week")
    today, changed = _today(specialist, now), 0
    for offset in range(7):
        day = target + DAY * offset
        wanted = sorted(hours for _window, hours in _on(specialist, source + DAY * offset) if hours)
        if day >= today and wanted != sorted(hours for _window, hours in _on(specialist, day) if hours):
            _set_day(specialist, day, wanted)
            changed += 1
    return changed


def _today(specialist: Specialist, now: dt.datetime) -> dt.date:
    return now.astimezone(specialist.team.zone).date()


def _check_plan(plan: Plan, *, today: dt.date) -> None:
    if not plan.weekdays or not plan.weekdays <= set(range(1, 8)):
        raise Invalid(_("Choose at least one day of the week."), field="weekdays")
    _check_hours(plan.hours)
    if plan.first_day < today:
        raise Invalid(_("What is past cannot be changed."), field="first_day")
    if plan.last_day < plan.first_day:
        raise Invalid(_("The last day cannot be before the first day."), field="last_day")
    if plan.last_day - plan.first_day > LONGEST:
        raise Invalid(_("Publish at most a year at once."), field="last_day")


def _check_hours(hours: Hours) -> None:
    starts, ends = hours
    if ends not in {MIDNIGHT} and ends <= starts:
        raise Invalid(_("A window ends after it starts; 00:00 is the end of the day."), field="ends")


def _check_day(window: Window, day: dt.date, *, by: User, now: dt.datetime) -> None:
    check_publish(by, window.specialist)
    if day < _today(window.specialist, now):
        raise Invalid(_("What is past cannot be changed."), field="day")
    valid = window.valid_from <= day and (window.valid_until is None or day <= window.valid_until)
    if not valid or day.isoweekday() != window.weekday:
        raise Invalid(_("This window is not there on that day."), field="day")


def _add(specialist: Specialist, plan: Plan, series: uuid.UUID) -> dict[int, Window]:
    """Windows of the plan by weekday, those left out that would never come."""
    days = {plan.first_day + DAY * n for n in range(min(7, (plan.last_day - plan.first_day).days + 1))}
    starts, ends = plan.hours
    windows = [
        Window(
            specialist=specialist,
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from=plan.first_day,
            valid_until=plan.last_day,
            series=series,
        )
        for weekday in sorted(plan.weekdays & {day.isoweekday() for day in days})
    ]
    if not windows:
        raise Invalid(_("None of these weekdays is in this period."), field="weekdays")
    _store(windows)
    return {window.weekday: window for window in windows}


def _store(windows: Iterable[Window]) -> None:
    try:
        with transaction.atomic():
            Window.objects.bulk_create(windows)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != OVERLAP:
            raise
        raise Invalid(
            _("This window overlaps another one of the same specialist."), field="starts"
        ) from error


def _locked(specialist: Specialist, series: uuid.UUID, versions: Mapping[int, int]) -> list[Window]:
    """The windows of a series, kept from others; raises ``Outdated`` when they are not as they were seen."""
    windows = Window.objects.filter(specialist=specialist, series=series).order_by("pk")
    locked = list(windows.select_for_update(no_key=True, of=("self",)))
    if not locked or {window.pk: window.version for window in locked} != dict(versions):
        raise Outdated
    return locked


def _move_on(window: Window, version: int) -> None:
    same = Window.objects.filter(pk=window.pk, version=version)
    if not same.update(version=F("version") + 1):
        raise Outdated


def end_windows(windows: Iterable[Window], *, last_day: dt.date) -> list[WindowException]:
    """Let windows end with a day; gives the exceptions that were behind it."""
    keys = [window.pk for window in windows]
    behind = WindowException.objects.filter(window__in=keys, day__gt=last_day).select_related("window")
    exceptions = list(behind.order_by("day", "pk"))
    behind.delete()
    Window.objects.filter(pk__in=keys, valid_from__gt=last_day).delete()
    beyond = Window.objects.filter(pk__in=keys).exclude(valid_until__lte=last_day)
    beyond.update(valid_until=last_day, version=F("version") + 1)
    return exceptions


def _carry_over(
    exceptions: Iterable[WindowException], specialist: Specialist, windows: Mapping[int, Window]
) -> None:
    """Keep days that were made different: on the window that now has this weekday, else on their own."""
    for one in exceptions:
        window = windows.get(one.day.isoweekday())
        if window and window.valid_until and one.day <= window.valid_until:
            window.exceptions.create(day=one.day, starts=one.starts, ends=one.ends)
        elif one.starts is not None and one.ends is not None:
            _store([_single_day(specialist, one.day, (one.starts, one.ends))])


def _single_day(specialist: Specialist, day: dt.date, hours: Hours) -> Window:
    starts, ends = hours
    return Window(
        specialist=specialist,
        weekday=day.isoweekday(),
        starts=starts,
        ends=ends,
        valid_from=day,
        valid_until=day,
    )


def _on(specialist: Specialist, day: dt.date) -> list[tuple[Window, Hours | None]]:
    """The windows of a day in order, with their hours on it: None when an exception cancels them."""
    windows = Window.objects.filter(
        specialist=specialist, weekday=day.isoweekday(), valid_from__lte=day
    ).exclude(valid_until__lt=day)
    changes = {
        one.window_id: (one.starts, one.ends) if one.starts is not None and one.ends is not None else None
        for one in WindowException.objects.filter(window__in=windows, day=day)
    }
    return [(one, changes.get(one.pk, (one.starts, one.ends))) for one in windows.order_by("starts", "pk")]


def _set_day(specialist: Specialist, day: dt.date, wanted: Collection[Hours]) -> None:
    """Give one day these hours: as exceptions of the windows it has, else as windows of its own."""
    windows = [window for window, _hours in _on(specialist, day)]
    if len(wanted) > len(windows):
        for window in windows:
            _cut_out(window, day)
        _store([_single_day(specialist, day, hours) for hours in wanted])
        return
    Window.objects.filter(pk__in=[window.pk for window in windows]).update(version=F("version") + 1)
    hours_left: list[Hours | None] = [*wanted, *([None] * (len(windows) - len(wanted)))]
    for window, hours in zip(windows, hours_left, strict=True):
        starts, ends = hours or (None, None)
        if hours == (window.starts, window.ends):
            window.exceptions.filter(day=day).delete()
        else:
            WindowException.objects.update_or_create(
                window=window, day=day, defaults={"starts": starts, "ends": ends}
            )


def _cut_out(window: Window, day: dt.date) -> None:
    """Let a window skip a day: two exceptions cannot share one, and windows may not overlap."""
    last = window.valid_until
    exceptions = end_windows([window], last_day=day - DAY)
    if last is not None and last <= day:
        return
    rest = Window(
        specialist=window.specialist,
        weekday=window.weekday,
        starts=window.starts,
        ends=window.ends,
        valid_from=day + DAY,
        valid_until=last,
        series=window.series,
    )
    _store([rest])
    for one in exceptions:
        if one.day > day:
            rest.exceptions.create(day=one.day, starts=one.starts, ends=one.ends)
