"""Figures about capacity: when there is too little, and how full the weeks ahead are."""

import datetime as dt
from collections.abc import Mapping

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from availability.models import Team, Topic
from callbacks.metrics import capacity
from callbacks.metrics.capacity import Cell, Place, Shortage
from callbacks.metrics.scope import Scope
from callbacks.metrics.statistics import Share, total
from frontoffice.presenters.lookback.figures import (
    NOTHING,
    Figure,
    Heat,
    Table,
    Tile,
    number,
    percent,
    stated,
    tenths,
)
from frontoffice.presenters.lookback.weeks import HALVES, week_name

WORKING_DAYS = range(1, 6)
# Shades from nothing booked to all of it.
SHADES = 4
# So many suggestions are as many as anybody follows.
MOST = 5
LEGEND = gettext_lazy(
    "Booked/offered; the stronger the colour, the fuller. × is the number of callers who got none."
)


def capacity_figure(scope: Scope, topics: Mapping[int, Topic]) -> Figure:
    """The week's offer beside what was asked of it; ``topics`` by key."""
    found = capacity.capacity(scope)
    finding = stated(_("%(share)s of the half-hours offered was booked"), found.booked)
    if found.refused:
        finding = ngettext(
            "%(finding)s; %(number)s caller got none",
            "%(finding)s; %(number)s callers got none",
            found.refused,
        ) % {"finding": finding, "number": number(found.refused)}
    places = sorted(found.cells)
    return Figure(
        slug="capacity",
        title=gettext_lazy("Capacity and demand"),
        finding=finding,
        definition=gettext_lazy(
            "Half-hours of one specialist, all weeks together: published without absences and closing days, "
            "and those of them for which a promise fell due; callers for whom no time was found, by the "
            "moment of the contact. With a topic: of those who know it. Whatever the channel; teams and "
            "topics as they are today."
        ),
        table=Table(
            (
                gettext_lazy("day and half-hour"),
                gettext_lazy("offered"),
                gettext_lazy("booked"),
                gettext_lazy("share"),
                gettext_lazy("refused"),
            ),
            (_row(place, found.cells[place]) for place in places),
        ),
        heat=heat(found.cells, LEGEND) if places else None,
        advice=[_advice(one, topics) for one in found.shortages[:MOST]],
    )


def ahead_figure(scope: Scope, teams: Mapping[int, Team]) -> Figure:
    """How much of what is published for the next weeks is gone; ``teams`` by key."""
    found = capacity.ahead(scope)
    return Figure(
        slug="ahead",
        title=gettext_lazy("The next four weeks"),
        finding=stated(_("%(share)s of the hours published is booked"), _hours(total(found.values()))),
        definition=gettext_lazy(
            "Of the four weeks after this one, whichever weeks were chosen: hours published without absences "
            "and closing days, and those of open appointments."
        ),
        table=Table(
            (
                gettext_lazy("team and week"),
                gettext_lazy("hours published"),
                gettext_lazy("hours booked"),
                gettext_lazy("share full"),
            ),
            (
                [
                    f"{teams[key]}, {week_name(monday)}",
                    tenths(one.n / 60),
                    tenths(one.met / 60),
                    percent(one.rate),
                ]
                for (key, monday), one in sorted(
                    found.items(), key=lambda item: (str(teams[item[0][0]]), item[0][1])
                )
            ),
        ),
    )


def place_name(place: Place) -> str:
    """Monday 09:30."""
    return f"{WEEKDAYS[place[0] - 1]} {_clock(place[1])}"


def _hours(minutes: Share) -> Share:
    return Share(round(minutes.met / 60), round(minutes.n / 60))


def _clock(half_hour: int) -> str:
    return f"{dt.time(half_hour // 2, half_hour % 2 * 30):%H:%M}"


def _row(place: Place, cell: Cell) -> list[str]:
    return [
        place_name(place),
        tenths(cell.offered),
        tenths(cell.booked),
        _full(cell),
        number(cell.refused),
    ]


def _full(cell: Cell) -> str:
    return percent(cell.booked / cell.offered) if cell.offered else NOTHING


def heat(cells: Mapping[Place, Cell], legend: StrOrPromise) -> Heat:
    """What is booked of what is offered, by half-hour of the week; there is at least one."""
    days = sorted({*WORKING_DAYS, *(day for day, _number in cells)})
    times = [time for _day, time in cells]
    return Heat(
        days=[str(WEEKDAYS_ABBR[day - 1]) for day in days],
        written=(
            (_clock(time), [_tile(cells.get((day, time), Cell())) for day in days])
            for time in range(min(times), max(times) + 1)
        ),
        legend=legend,
    )


def _tile(cell: Cell) -> Tile:
    shade = min(SHADES, int(SHADES * cell.booked / cell.offered)) if cell.offered else None
    return Tile(
        booked=number(round(cell.booked)),
        offered=number(round(cell.offered)),
        refused=number(cell.refused) if cell.refused else "",
        shade=shade,
    )


def _advice(shortage: Shortage, topics: Mapping[int, Topic]) -> str:
    """Taxes: Monday before noon short by 6 slots a week."""
    return ngettext(
        "%(topic)s: %(day)s, %(half)s, short by %(slots)d slot a week",
        "%(topic)s: %(day)s, %(half)s, short by %(slots)d slots a week",
        shortage.slots,
    ) % {
        "topic": topics[shortage.topic],
        "day": WEEKDAYS[shortage.weekday - 1],
        "half": HALVES[shortage.half],
        "slots": shortage.slots,
    }
