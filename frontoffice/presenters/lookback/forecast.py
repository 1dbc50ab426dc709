"""What is to come, in sentences, tables and a map."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from availability.models import Team, Topic
from availability.slots import DAY
from callbacks.metrics.capacity import WEEKS_AHEAD
from callbacks.metrics.forecast import WEEKS_KNOWN, Ahead, Forecast, WhatIf, forecast
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.queries.lists import led_teams
from frontoffice.presenters import moments
from frontoffice.presenters.lookback.capacity import WORKING_DAYS, heat, place_name
from frontoffice.presenters.lookback.figures import NOTHING, Figure, Table, number, percent, tenths
from frontoffice.presenters.lookback.weeks import week_code, week_name


@dataclass(frozen=True)
class Reach:
    """What a lead can ask about: teams, their topics, and the coming days."""

    teams: list[Team]
    topics: list[Topic]
    now: dt.datetime

    def scope(self, team: str, topic: str) -> Scope:
        """What was chosen, by short name; whatever is not among them means all."""
        chosen = [one for one in self.teams if one.slug == team] or self.teams
        zone = chosen[0].zone if len(chosen) == 1 else ZoneInfo(settings.TIME_ZONE)
        return Scope(
            monday=monday_of(self.now, zone),
            weeks=1,
            teams=tuple(one.pk for one in chosen),
            zone=zone,
            now=self.now,
            topic=next((one.pk for one in self.topics if one.slug == topic), None),
        )

    @property
    def days(self) -> list[tuple[dt.date, str]]:
        """The days that are foretold, with their names."""
        first = monday_of(self.now, ZoneInfo(settings.TIME_ZONE)) + A_WEEK
        days = [first + DAY * place for place in range(7 * WEEKS_AHEAD)]
        return [(day, moments.short_day(day)) for day in days]

    def file_name(self, slug: str) -> str:
        """Of a file with a figure: forecast-weeks-2026-W49-2026-W52.csv."""
        first, last = (day for day, _name in (self.days[0], self.days[-1]))
        return f"forecast-{slug}-{week_code(first)}-{week_code(last)}.csv"


def reach(*, user: User, now: dt.datetime) -> Reach:
    """What this person may ask about."""
    teams = list(led_teams(user))
    return Reach(teams, list(Topic.objects.filter(teams__in=teams).distinct()), now)


def figures(within: Reach, asked: Mapping[str, Any]) -> list[Figure]:
    """The forecast, from the cleaned values of ``ForecastForm``."""
    day = dt.date.fromisoformat(asked["day"]) if asked["day"] else None
    what_if = WhatIf(day=day, away=asked["away"] or 0, more=asked["more"] or 0)
    found = forecast(within.scope(asked["team"], asked["topic"]), what_if)
    teams = {one.pk: one for one in within.teams}
    topics = {one.pk: one for one in within.topics}
    return [
        *([_day_figure(found, day, teams)] if day else []),
        _weeks_figure(found, teams),
        _usual_figure(found, topics),
        _places_figure(found),
    ]


def _weeks_figure(found: Forecast, teams: Mapping[int, Team]) -> Figure:
    weeks = sorted(found.weeks, key=lambda one: (str(teams[one.team]), one.day))
    rows = {f"{teams[one.team]}, {week_name(one.day)}": one for one in weeks}
    return Figure(
        slug="weeks",
        title=gettext_lazy("The next four weeks"),
        finding=_short(rows),
        definition=gettext_lazy(
            "Each callback expected needs a slot: times promised before, new ones after a call in vain "
            "included, and callers who were refused. Slots published are the hours without absences and "
            "closing days, booked or not, divided by the usual length with the time behind it."
        ),
        table=Table(
            (gettext_lazy("team and week"), *_HEADINGS),
            [[name, *_cells(one)] for name, one in rows.items()],
        ),
        remarks=_trust(found),
    )


def _day_figure(found: Forecast, day: dt.date, teams: Mapping[int, Team]) -> Figure:
    rows = {str(teams[one.team]): one for one in found.days if one.day == day}
    hit = sum(one.hit for one in rows.values())
    finding = _short(rows)
    if hit:
        finding = ngettext(
            "%(finding)s; %(number)s appointment would need somebody else",
            "%(finding)s; %(number)s appointments would need somebody else",
            hit,
        ) % {"finding": finding, "number": number(hit)}
    return Figure(
        slug="day",
        title=moments.long_day(day),
        finding=finding,
        definition=gettext_lazy(
            "Those who publish most on that day are taken to be away: the worst that could happen."
        ),
        table=Table(
            (gettext_lazy("team"), *_HEADINGS, gettext_lazy("appointments hit")),
            [[name, *_cells(one), number(one.hit)] for name, one in rows.items()],
        ),
        has_long_columns=True,
    )


def _usual_figure(found: Forecast, topics: Mapping[int, Topic]) -> Figure:
    total = {day: sum((one[day] for one in found.usual.values()), 0.0) for day in range(1, 8)}
    days = [day for day in total if day in WORKING_DAYS or total[day]]
    busiest = max(days, key=lambda day: total[day])
    return Figure(
        slug="usual",
        title=gettext_lazy("A usual week by topic"),
        finding=_("Most callbacks are expected on %(day)s: %(number)s")
        % {"day": WEEKDAYS[busiest - 1], "number": tenths(total[busiest])}
        if total[busiest]
        else _("nothing to count"),
        definition=_(
            "Callbacks by weekday, more demand left aside: the mean of the middle half of the last %(weeks)d "
            "weeks, closed days left out, so that one extraordinary day changes nothing."
        )
        % {"weeks": WEEKS_KNOWN},
        table=Table(
            (gettext_lazy("topic"), *(str(WEEKDAYS_ABBR[day - 1]) for day in days)),
            [
                [str(topics[key]), *(tenths(one[day]) for day in days)]
                for key, one in sorted(found.usual.items(), key=lambda item: str(topics[item[0]]))
            ],
        ),
    )


def _places_figure(found: Forecast) -> Figure:
    short = sum(max(0.0, one.booked - one.offered) for one in found.cells.values())
    return Figure(
        slug="places",
        title=gettext_lazy("Through the week"),
        finding=_("%(number)s half-hours are expected where none is published") % {"number": tenths(short)}
        if round(short, 1)
        else _("At no time of the week more is expected than is published"),
        definition=gettext_lazy(
            "Half-hours of one specialist in the next four weeks together: what is expected, at the times at "
            "which it was booked or refused before, of what is published. Whatever would happen."
        ),
        table=Table(
            (gettext_lazy("day and half-hour"), gettext_lazy("expected"), gettext_lazy("published")),
            [
                [place_name(place), tenths(cell.booked), tenths(cell.offered)]
                for place, cell in sorted(found.cells.items())
            ],
        ),
        heat=heat(found.cells, gettext_lazy("Expected/published; the stronger the colour, the fuller."))
        if found.cells
        else None,
    )


_HEADINGS = (
    gettext_lazy("callbacks expected"),
    gettext_lazy("calls expected"),
    gettext_lazy("slots published"),
    gettext_lazy("over or short"),
)


def _cells(one: Ahead) -> list[str]:
    slots = NOTHING if one.slots is None else number(one.slots)
    return [tenths(one.callbacks), tenths(one.calls), slots, _over(one)]


def _over(one: Ahead) -> str:
    if one.over is None:
        return NOTHING
    if one.over < 0:
        return _("short by %(number)s") % {"number": number(-one.over)}
    return _("%(number)s over") % {"number": number(one.over)}


def _short(rows: Mapping[str, Ahead]) -> str:
    """Which of the rows, by name, is short by most; or that there is room."""
    over = {name: one.over for name, one in rows.items() if one.over is not None}
    if not over:
        return _("nothing to count")
    worst = min(over, key=over.__getitem__)
    if over[worst] >= 0:
        return _("There is room for all callbacks that are expected")
    return ngettext(
        "%(row)s: short by %(number)s slot", "%(row)s: short by %(number)s slots", -over[worst]
    ) % {"row": worst, "number": number(-over[worst])}


def _trust(found: Forecast) -> list[str]:
    """How far off it was."""
    if found.off is None:
        return []
    said = _(
        "for the last four weeks it would have been off by %(off)s by the day, and repeating the week before "
        "by %(naive)s"
    )
    return [said % {"off": percent(found.off), "naive": percent(found.naive)}]
