"""A specialist's week as a grid of half hours, and what publishing will do in a plain sentence."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from availability.closing import closed_days
from availability.models import Specialist, Team
from availability.models.calendar import Weekday
from availability.slots import DAY, MIDNIGHT, Hours
from callbacks.operations.publishing import Plan
from callbacks.queries.week import Booked, Day, Series, week
from frontoffice.planning import versions_text
from frontoffice.presenters import moments

HALF_HOUR = dt.timedelta(minutes=30)
FIRST_ROW, LAST_ROW = dt.time(8), dt.time(18)
NAMED = 5


@dataclass(frozen=True)
class Cell:
    """Half an hour of a day. ``kind`` is a style; ``words`` say what it is, ``label`` also when."""

    kind: str
    shape: str
    words: str
    label: str
    day: str
    reference: str = ""


@dataclass(frozen=True)
class Row:
    """The same half hour on every day; ``hour`` is empty between whole hours."""

    clock: str
    cells: list[Cell]


@dataclass(frozen=True)
class Head:
    """A day above its column."""

    value: str
    label: str
    closed: str
    today: bool


@dataclass(frozen=True)
class Grid:
    """A week, with the Mondays around it."""

    title: str
    heads: list[Head]
    rows: list[Row]
    previous: str
    next: str
    monday: dt.date


@dataclass(frozen=True)
class SeriesLine:
    """A series in words; ``versions`` are what the page has seen of it."""

    key: str
    words: str
    versions: str
    hours: Hours
    weekdays: list[int]
    last_day: dt.date | None


# Shape and words for each kind of half hour.
KINDS: dict[str, tuple[str, StrOrPromise]] = {
    "booked": ("●", gettext_lazy("booked")),
    "away": ("–", gettext_lazy("absent")),
    "busy": ("◆", gettext_lazy("busy elsewhere")),
    "closed": ("✕", gettext_lazy("closed")),
    "free": ("○", gettext_lazy("free")),
    "none": ("", gettext_lazy("not published")),
}


def grid(specialist: Specialist, *, monday: dt.date, now: dt.datetime) -> Grid:
    """The week of a Monday, from the first to the last half hour in which there is anything."""
    days, zone = week(specialist=specialist, monday=monday), specialist.team.zone
    today = now.astimezone(zone).date()
    return Grid(
        title=_("Week %(week)d, %(first)s – %(last)s")
        % {
            "week": monday.isocalendar().week,
            "first": moments.short_day(monday),
            "last": moments.short_day(monday + 6 * DAY),
        },
        heads=[
            Head(one.day.isoformat(), moments.short_day(one.day), one.closed, one.day == today)
            for one in days
        ],
        rows=[_row(at, days, zone) for at in _half_hours(days)],
        previous=(monday - 7 * DAY).isoformat(),
        next=(monday + 7 * DAY).isoformat(),
        monday=monday,
    )


def series_line(series: Series) -> SeriesLine:
    """A series in a list."""
    return SeriesLine(
        key=str(series.key),
        words=_("%(days)s %(hours)s, %(first)s – %(last)s")
        % {
            "days": _weekdays(series.weekdays),
            "hours": _hours(series.hours),
            "first": _date(series.first_day),
            "last": _date(series.last_day) if series.last_day else _("without end"),
        },
        versions=versions_text(series.versions),
        hours=series.hours,
        weekdays=series.weekdays,
        last_day=series.last_day,
    )


class Publication(NamedTuple):
    """What publishing does, in plain sentences; ``closed`` warns of days on which nothing can be booked."""

    sentences: list[str]
    closed: str = ""

    def __str__(self) -> str:
        return " ".join([*self.sentences, self.closed]).strip()


def publication(plan: Plan, team: Team, *, people: int = 1) -> Publication:
    """What publishing this plan for so many people does: days, slots, and what is closed."""
    if plan.last_day < plan.first_day or not plan.weekdays:
        return Publication([])
    days = [plan.first_day + DAY * n for n in range((plan.last_day - plan.first_day).days + 1)]
    days = [day for day in days if day.isoweekday() in plan.weekdays]
    closed = closed_days(team, first=plan.first_day, last=plan.last_day)
    open_days = [day for day in days if day not in closed]
    slots = len(open_days) * (_minutes(plan.hours) // team.slot_step)
    weeks = len({day.isocalendar()[:2] for day in open_days})
    sentence = _("From %(first)s until %(last)s every %(days)s %(hours)s: %(weeks)s, %(slots)s.") % {
        "first": _date(plan.first_day),
        "last": _date(plan.last_day),
        "days": _weekdays(sorted(plan.weekdays)),
        "hours": _hours(plan.hours),
        "weeks": ngettext("%(number)d week", "%(number)d weeks", weeks) % {"number": weeks},
        "slots": ngettext(
            "%(number)d slot of %(minutes)d minutes", "%(number)d slots of %(minutes)d minutes", slots
        )
        % {"number": slots, "minutes": team.slot_step},
    }
    several = [_for_several(people, slots)] if people > 1 else []
    warning = _closed_sentence([(day, closed[day]) for day in days if day in closed])
    return Publication([sentence, *several], warning)


def _for_several(people: int, slots: int) -> str:
    return _("This for each of %(people)d people: %(slots)d slots together.") % {
        "people": people,
        "slots": people * slots,
    }


def _closed_sentence(closed: list[tuple[dt.date, str]]) -> str:
    if not closed:
        return ""
    named = ", ".join(f"{_date(day)} ({name})" for day, name in closed[:NAMED])
    more = _(" and %(more)d more") % {"more": len(closed) - NAMED} if len(closed) > NAMED else ""
    return _("Closed on these days, nothing can be booked then: %(days)s.") % {"days": named + more}


def _half_hours(days: list[Day]) -> list[dt.time]:
    hours = [one.hours for day in days for one in day.published if one.hours]
    first = min([FIRST_ROW, *(starts for starts, _ends in hours)])
    last = max([LAST_ROW, *(_last_half_hour(ends) for _starts, ends in hours)])
    start = dt.datetime.combine(dt.date.min, first.replace(minute=first.minute // 30 * 30))
    end = dt.datetime.combine(dt.date.min, last)
    found = []
    while start < end:
        found.append(start.time())
        start += HALF_HOUR
    return found


def _last_half_hour(ends: dt.time) -> dt.time:
    return dt.time(23, 59) if ends == MIDNIGHT else ends


def _row(at: dt.time, days: list[Day], zone: dt.tzinfo) -> Row:
    return Row(f"{at:%H:%M}", [_cell(day, at, zone) for day in days])


def _cell(day: Day, at: dt.time, zone: dt.tzinfo) -> Cell:
    start = dt.datetime.combine(day.day, at, zone).astimezone(dt.UTC)
    kind, booked = _kind(day, at, start)
    shape, words = KINDS[kind]
    words = str(words)
    if kind == "booked" and booked:
        words = booked.reference
    return Cell(
        kind=kind,
        shape=shape,
        words=words,
        label=f"{moments.short_day(day.day)} {at:%H:%M}: {words}",
        day=day.day.isoformat(),
        reference=booked.reference if booked else "",
    )


def _kind(day: Day, at: dt.time, start: dt.datetime) -> tuple[str, Booked | None]:
    """What is most worth knowing of half an hour: an appointment, what takes it, or that it is offered."""
    end = start + HALF_HOUR
    booked = next((one for one in day.booked if one.starts_at < end and one.ends_at > start), None)
    if booked:
        return "booked", booked
    offered = any(
        hours[0] < _plus(at) and (hours[1] == MIDNIGHT or hours[1] > at)
        for hours in (one.hours for one in day.published)
        if hours
    )
    if not offered:
        return "none", None
    if day.closed:
        return "closed", None
    if any(begin < end and until > start for begin, until in day.away):
        return "away", None
    if any(begin < end and until > start for begin, until in day.busy):
        return "busy", None
    return "free", None


def _plus(at: dt.time) -> dt.time:
    return (
        dt.time.max
        if at >= dt.time(23, 30)
        else dt.time(at.hour + (at.minute + 30) // 60, (at.minute + 30) % 60)
    )


def _weekdays(days: list[int]) -> str:
    """Days of the week as people say them: Monday to Thursday; Tuesday and Thursday."""
    names = [str(Weekday(day).label) for day in days]
    if len(days) > 2 and all(after - before == 1 for before, after in pairwise(days)):
        return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    if len(names) < 2:
        return names[0] if names else ""
    return _("%(others)s and %(last)s") % {"others": ", ".join(names[:-1]), "last": names[-1]}


def _hours(hours: Hours) -> str:
    return f"{hours[0]:%H:%M}–{hours[1]:%H:%M}"


def _minutes(hours: Hours) -> int:
    starts, ends = (one.hour * 60 + one.minute for one in hours)
    return (ends or 24 * 60) - starts


def _date(day: dt.date) -> str:
    return formats.date_format(day, "j F Y")
