"""The load of today as a table of half-hours. Where there is nothing to count stands a dash, not a zero."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from availability.models import Team, Topic
from callbacks.queries.load import HALF_HOUR, HalfHour, Load
from frontoffice.presenters import moments

# How full a half-hour can look: from hardly to altogether.
SHADES = 4


@dataclass(frozen=True)
class Head:
    """A half-hour by its beginning: 09:30."""

    time: str
    is_now: bool


@dataclass(frozen=True)
class Cell:
    """A number, or nothing where there is none; ``shade`` 1 to 4 says how full, 0 says nothing."""

    number: int | None
    is_now: bool
    shade: int = 0


@dataclass(frozen=True)
class Line:
    """One thing that is counted, for the whole day and by half-hour."""

    label: StrOrPromise
    total: int
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A team's day."""

    team: Team
    topic: Topic
    heads: list[Head]
    lines: list[Line]


def table(load: Load, now: dt.datetime) -> Table:
    """The load of a team as it is at ``now``."""
    half_hours = load.half_hours
    return Table(
        team=load.team,
        topic=load.topic,
        heads=[Head(moments.clock(one.starts_at), _is_now(one, now)) for one in half_hours],
        lines=[
            _line(_("offered"), half_hours, now, lambda one: one.offered or None),
            _line(_("booked"), half_hours, now, lambda one: one.booked if _is_there(one) else None, _shade),
            _line(_("still free"), half_hours, now, lambda one: _free(one, now)),
        ],
    )


def _line(
    label: StrOrPromise,
    half_hours: Sequence[HalfHour],
    now: dt.datetime,
    number: Callable[[HalfHour], int | None],
    shade: Callable[[HalfHour], int] = lambda _one: 0,
) -> Line:
    cells = [Cell(number(one), _is_now(one, now), shade(one)) for one in half_hours]
    return Line(label, sum(cell.number or 0 for cell in cells), cells)


def _is_now(one: HalfHour, now: dt.datetime) -> bool:
    return one.starts_at <= now < one.starts_at + HALF_HOUR


def _is_there(one: HalfHour) -> bool:
    return bool(one.offered or one.booked or one.free)


def _free(one: HalfHour, now: dt.datetime) -> int | None:
    """Nobody can be booked in what is over; full is a zero, closed is nothing."""
    is_over = one.starts_at + HALF_HOUR <= now
    return None if is_over or not _is_there(one) else one.free


def _shade(one: HalfHour) -> int:
    if not one.booked:
        return 0
    return -(-SHADES * min(one.booked, one.offered) // one.offered) if one.offered else SHADES
