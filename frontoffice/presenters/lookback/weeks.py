"""ISO weeks and halves of days, in words and in addresses."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontoffice.presenters import moments

HALVES = {"am": gettext_lazy("before noon"), "pm": gettext_lazy("after noon")}


def week_name(monday: dt.date) -> str:
    """A week in a table: wk 47."""
    return _("wk %(week)d") % {"week": monday.isocalendar().week}


def week_days(monday: dt.date) -> str:
    """A week to choose: week 47, Mon 16 Nov to Sun 22 Nov 2026."""
    sunday = monday + dt.timedelta(days=6)
    return _("week %(week)d, %(first)s to %(last)s %(year)d") % {
        "week": monday.isocalendar().week,
        "first": moments.short_day(monday),
        "last": moments.short_day(sunday),
        "year": sunday.year,
    }


def week_code(monday: dt.date) -> str:
    """A week in an address, as ISO 8601 writes it: 2026-W47."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def read_week(code: str) -> dt.date | None:
    """The Monday of such a week; None when it is none."""
    year, _w, week = code.partition("-W")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and week.isascii() and week.isdigit()):
        return None
    try:
        return dt.date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None
