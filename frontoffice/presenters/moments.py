"""Moments in words, in the time zone of the pages."""

import datetime as dt

from django.utils import formats, timezone
from django.utils.translation import gettext as _

MINUTE = dt.timedelta(minutes=1)


def today(now: dt.datetime) -> dt.date:
    """The local day of an instant."""
    return timezone.localtime(now).date()


def clock(at: dt.datetime) -> str:
    """The local time of an instant: 14:30."""
    return f"{timezone.localtime(at):%H:%M}"


def clock_seconds(at: dt.datetime) -> str:
    """A time of day to the second: 14:02:15."""
    return f"{timezone.localtime(at):%H:%M:%S}"


def short_day(day: dt.date) -> str:
    """A day in a list: Tue 24 Nov."""
    # As the language writes months: with a capital or without.
    return formats.date_format(day, _("D j M"))


def plain_day(day: dt.date) -> str:
    """A day in a table: 24-11-2026."""
    return f"{day:%d-%m-%Y}"


def long_day(day: dt.date) -> str:
    """A day in a sentence: Tuesday 24 November 2026."""
    return formats.date_format(day, "l j F Y")


def day_words(at: dt.datetime, now: dt.datetime) -> str:
    """The local day of an instant, seen from now: today, tomorrow, Tue 24 Nov."""
    day, first = today(at), today(now)
    if day == first:
        return _("today")
    if day == first + dt.timedelta(days=1):
        return _("tomorrow")
    return short_day(day)


def day_clock(at: dt.datetime, now: dt.datetime) -> str:
    """An instant seen from now: today 14:30, Tue 24 Nov 09:00."""
    return f"{day_words(at, now)} {clock(at)}"


def period(starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> str:
    """A promised window: today 14:30–14:45."""
    return f"{day_words(starts_at, now)} {clock(starts_at)}–{clock(ends_at)}"


def length(minutes: int) -> str:
    """A number of minutes as people say it: 12 min, 3 h, 3 h 5 min, 2 d."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if hours >= 24:
        return _("%(days)d d") % {"days": hours // 24}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def duration(seconds: float) -> str:
    """A short time, to the second: 24 s, 1 min 5 s."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


def distance(*, starts_at: dt.datetime, ends_at: dt.datetime, due_at: dt.datetime, now: dt.datetime) -> str:
    """How far away a promised window is: in 12 min, now, until 14:55 at the latest, 18 min late."""
    if now < starts_at:
        return _("in %(length)s") % {"length": length(-(-(starts_at - now) // MINUTE))}
    if now < ends_at:
        return _("now")
    if now <= due_at:
        return _("until %(time)s at the latest") % {"time": clock(due_at)}
    return _("%(length)s late") % {"length": length((now - ends_at) // MINUTE)}
