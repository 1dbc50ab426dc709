"""The availability page: the week, the day that was opened, the series and the calendars."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from availability.models import Absence, BusyFeed, PersonalFeed, Specialist, Window
from availability.slots import DAY
from callbacks.queries.week import Published, series_of, shared_on, week
from frontoffice import errors, planning
from frontoffice.planning import versions_text
from frontoffice.presenters import moments, rows
from frontoffice.presenters.agreement import AgreementTable, agreement_table
from frontoffice.presenters.history import table_moment
from frontoffice.presenters.status import Status
from frontoffice.presenters.week import Grid, SeriesLine, grid, series_line

MOST_PEOPLE = 200


@dataclass(frozen=True)
class DayWindow:
    """A window on the day that was opened, with its form. ``state`` says what is special about it."""

    form: planning.DayForm
    state: str
    is_exception: bool
    taken_off: bool


@dataclass(frozen=True)
class OpenedDay:
    """One day of the week shown, to be changed on its own; what is past can only be read.

    ``closed`` names why nobody can be booked then, or is empty.
    """

    value: str
    label: str
    past: bool
    closed: str
    windows: list[DayWindow]


@dataclass(frozen=True)
class SeriesForms:
    """A series with the forms that change and end it."""

    line: SeriesLine
    change: planning.ChangeSeriesForm
    end: planning.EndSeriesForm
    open: bool


@dataclass(frozen=True)
class Calendars:
    """The feed that others read and the calendar that is read here; why that one cannot be read, if so."""

    personal: PersonalFeed | None
    busy: BusyFeed | None
    state: Status | None
    trouble: str
    form: planning.BusyFeedForm


@dataclass(frozen=True)
class AbsenceLine:
    """A time away in words, with what takes it back."""

    words: str
    form: planning.BackForm


@dataclass(frozen=True)
class AvailabilityPage:
    """Everything the page shows. ``tried`` names the form that was not accepted.

    ``absences`` are those of ``absence_page``, the first to come first.
    """

    specialist: Specialist
    people: list[Specialist]
    grid: Grid
    day: OpenedDay | None
    series: list[SeriesForms]
    publish: planning.PublishForm
    copy: planning.PeopleForm
    absence: planning.AbsenceForm
    absences: list[AbsenceLine]
    absence_page: Page[Absence]
    calendars: Calendars | None
    agreement: AgreementTable | None
    tried: str
    summary: list[errors.SummaryLine]


def page(
    specialist: Specialist,
    *,
    monday: dt.date,
    opened: dt.date | None,
    people: QuerySet[Specialist],
    colleagues: QuerySet[Specialist] | None,
    team: QuerySet[Specialist],
    by: User,
    now: dt.datetime,
    form: forms.Form | None,
    tried: str,
    away: str,
) -> AvailabilityPage:
    """The page of a specialist's week; ``form`` is the one that was not accepted, with all its input.

    ``away`` is the number of the page of coming absences.
    """
    today = now.astimezone(specialist.team.zone).date()
    first = max(today, monday)
    absence_page = rows.page(_coming_absences(specialist, now), away)
    return AvailabilityPage(
        specialist=specialist,
        people=list(people[:MOST_PEOPLE]),
        grid=grid(specialist, monday=monday, now=now),
        day=_opened(specialist, colleagues, opened, today, form) if opened else None,
        series=[
            _series(one, specialist, colleagues, first, form)
            for one in map(series_line, series_of(specialist, today=today))
        ],
        publish=_first_of(form, planning.PublishForm)
        or planning.PublishForm(first=first, colleagues=colleagues, initial={"people": [specialist.pk]}),
        copy=planning.PeopleForm(
            colleagues=colleagues, initial={"people": [specialist.pk]}, auto_id="id_copy_%s"
        ),
        absence=form
        if isinstance(form, planning.AbsenceForm)
        else planning.AbsenceForm(
            initial={"first_day": first, "people": [specialist.pk]},
            team=team,
            colleagues=colleagues,
            auto_id="id_absence_%s",
        ),
        absences=[_absence(one) for one in absence_page.object_list],
        absence_page=absence_page,
        calendars=_calendars(specialist, form, now) if specialist.user_id == by.pk else None,
        agreement=agreement_table(specialist.team, by=by, now=now),
        tried=tried,
        summary=errors.summary(form) if form else [],
    )


def _first_of(form: forms.Form | None, kind: type[planning.PublishForm]) -> planning.PublishForm | None:
    """The form that was tried, when it is exactly of this kind: others build on it."""
    return form if form is not None and type(form) is kind and isinstance(form, kind) else None


def _opened(
    specialist: Specialist,
    colleagues: QuerySet[Specialist] | None,
    day: dt.date,
    today: dt.date,
    form: forms.Form | None,
) -> OpenedDay:
    monday = day - DAY * (day.isoweekday() - 1)
    found = next(one for one in week(specialist=specialist, monday=monday) if one.day == day)
    windows = [one.window for one in found.published]
    shared: list[Window] = []
    if colleagues is not None and windows:
        shared += shared_on(day, windows).filter(specialist__in=colleagues)
    return OpenedDay(
        value=day.isoformat(),
        label=moments.short_day(day),
        past=day < today,
        closed=found.closed,
        windows=[
            _day_window(one, day, form, [other for other in shared if other.series == one.window.series])
            for one in found.published
        ],
    )


def _day_window(
    published: Published, day: dt.date, form: forms.Form | None, shared: Sequence[Window]
) -> DayWindow:
    """``shared`` are the windows of all who have its series on that day; a lead may change them together."""
    window, hours = published.window, published.hours or (published.window.starts, published.window.ends)
    tried = isinstance(form, planning.DayForm) and form.data.get("window") == str(window.pk)
    initial = {
        "starts": hours[0],
        "ends": hours[1],
        "window": window.pk,
        "version": window.version,
        "versions": versions_text({one.pk: one.version for one in shared}),
        "people": [window.specialist_id],
        "day": day,
    }
    several = Specialist.objects.filter(pk__in=[one.specialist_id for one in shared])
    fresh = planning.DayForm(
        initial=initial,
        colleagues=several.select_related("user") if len(shared) > 1 else None,
        auto_id=f"id_day{window.pk}_%s",
    )
    return DayWindow(
        form=form if tried and isinstance(form, planning.DayForm) else fresh,
        state=_state(published),
        is_exception=published.is_exception,
        taken_off=published.hours is None,
    )


def _state(published: Published) -> str:
    if published.hours is None:
        return _("taken off on this day")
    return _("other hours on this day") if published.is_exception else _("as every week")


def _series(
    line: SeriesLine,
    specialist: Specialist,
    colleagues: QuerySet[Specialist] | None,
    first: dt.date,
    form: forms.Form | None,
) -> SeriesForms:
    tried = form is not None and form.data.get("series") == line.key
    hidden = {"series": line.key, "versions": line.versions, "people": [specialist.pk]}
    sharing = colleagues.filter(windows__series=line.key).distinct() if colleagues is not None else None
    starts, ends = line.hours
    hours = {"starts": starts, "ends": ends, "weekdays": line.weekdays, "first_day": first}
    if line.last_day:
        hours["last_day"] = line.last_day
    return SeriesForms(
        line=line,
        change=form
        if tried and isinstance(form, planning.ChangeSeriesForm)
        else planning.ChangeSeriesForm(
            first=first,
            colleagues=sharing,
            initial={**hidden, **hours},
            auto_id=f"id_change{line.key}_%s",
        ),
        end=form
        if tried and isinstance(form, planning.EndSeriesForm)
        else planning.EndSeriesForm(colleagues=sharing, initial=hidden, auto_id=f"id_end{line.key}_%s"),
        open=tried,
    )


def _coming_absences(specialist: Specialist, now: dt.datetime) -> QuerySet[Absence]:
    coming = Absence.objects.filter(specialist=specialist, ends_at__gt=now).order_by("starts_at", "pk")
    return coming.select_related("substitute__user")


def _absence(absence: Absence) -> AbsenceLine:
    words = _("%(start)s until %(end)s") % {
        "start": table_moment(absence.starts_at),
        "end": table_moment(absence.ends_at),
    }
    more = [absence.reason, _("substitute: %(name)s") % {"name": absence.substitute}]
    said = [one for one, given in zip(more, (absence.reason, absence.substitute), strict=True) if given]
    form = planning.BackForm(
        initial={"absence": absence.pk, "version": absence.version}, auto_id=f"id_back{absence.pk}_%s"
    )
    return AbsenceLine(", ".join([words, *said]), form)


def _calendars(specialist: Specialist, form: forms.Form | None, now: dt.datetime) -> Calendars:
    busy = BusyFeed.objects.filter(specialist=specialist).first()
    initial = {"version": busy.version if busy else 0}
    return Calendars(
        personal=PersonalFeed.objects.filter(specialist=specialist).first(),
        busy=busy,
        state=_feed_state(busy, now) if busy else None,
        trouble=_trouble(busy, now) if busy else "",
        form=form if isinstance(form, planning.BusyFeedForm) else planning.BusyFeedForm(initial=initial),
    )


def _feed_state(feed: BusyFeed, now: dt.datetime) -> Status:
    """How reading goes, as a word, a shape and a colour."""
    if feed.failing_since:
        return Status(_("cannot be read"), "▲", "risk")
    if feed.seen_at is None:
        return Status(_("not read yet"), "○", "plain")
    return Status(_("read %(at)s") % {"at": moments.day_clock(feed.seen_at, now)}, "✓", "good")


def _trouble(feed: BusyFeed, now: dt.datetime) -> str:
    """What goes wrong with reading, since when, and which busy time holds until it goes well again."""
    if feed.failing_since is None:
        return ""
    wrong = {"since": moments.day_clock(feed.failing_since, now), "error": feed.error}
    if feed.seen_at is None:
        return _("Since %(since)s: %(error)s It was never read: no busy time is known.") % wrong
    seen = moments.day_clock(feed.seen_at, now)
    return _("Since %(since)s: %(error)s What was read %(at)s still holds.") % {**wrong, "at": seen}
