"""Keeping what days came to, so that nobody reads their rows again; and proving it right, night by night."""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from availability.slots import DAY
from callbacks.metrics.agreements import TEAMS, WORKED
from callbacks.metrics.contacts import CONTACTS, MADE
from callbacks.metrics.daily import Daily, Rows, count_day, is_over
from callbacks.metrics.promises import BOOKED, CALLS, DUE, PROMISES
from callbacks.metrics.scope import Scope, midnight, monday_of
from callbacks.models import Appointment, Contact, CountedDay, Promise, Recount
from callbacks.states import OPEN

logger = logging.getLogger(__name__)

DIFFERS = """
, kept AS (SELECT {columns} FROM {table} WHERE day = %(day)s)
SELECT EXISTS (
  (TABLE counted EXCEPT ALL TABLE kept) UNION ALL (TABLE kept EXCEPT ALL TABLE counted)
)
"""
KEEP = "INSERT INTO {table} ({columns}) SELECT {columns} FROM counted RETURNING day"

KEPT = {DUE: (PROMISES, CALLS, BOOKED), MADE: (CONTACTS,), WORKED: (TEAMS,)}
# An appointment that goes on takes its settled promises with it, to another team, topic or specialist. So
# what the days of the last week came to is put right each morning; a difference that is older is told.
GOES_ON = dt.timedelta(weeks=1)
# In the site's time zone.
AT = dt.time(3)


def count_all_days(*, now: dt.datetime) -> tuple[int, int]:
    """Count all days from the first; gives how many, and how many older ones were kept otherwise."""
    Recount.objects.update_or_create(defaults={"day": None, "next_at": now})
    days = 0
    while count_next_day(now=now):
        days += 1
    return days, Recount.objects.get().differing


@transaction.atomic
def count_next_day(*, now: dt.datetime) -> bool:
    """Count the next day and keep what it came to; once all have been counted, rest until the next night.

    Every day that is over is counted every night, also those that were kept before: whatever differs is put
    right, and told in the log when the day is more than a week old. Promises of a day are not kept as long as
    one is open, nor a team's work while an appointment is. Gives whether there may be more to count.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    recount = Recount.objects.select_for_update().get()
    if recount.next_at > now:
        return False
    if recount.day is None:
        recount.differing = 0
    day = recount.day or _first_day(zone)
    over = [rows for rows in KEPT if day and is_over(rows, day, now, zone)]
    if day and over:
        differing = [_keep(rows, day, now, zone) for rows in over]
        recount.differing += any(differing) and midnight(day + DAY, zone) + GOES_ON <= now
        recount.day = day + DAY
    else:
        if recount.differing:
            told = "%s days of more than a week ago were kept otherwise than they were counted; put right"
            logger.warning(told, recount.differing)
        recount.day, recount.next_at = None, _next_night(now, zone)
    recount.save()
    return recount.day is not None


def _keep(rows: Rows, day: dt.date, now: dt.datetime, zone: ZoneInfo) -> bool:
    """Keep what rows came to on a day; whether it was kept otherwise before."""
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    counted = CountedDay.objects.filter(rows=rows.name, day=day)
    if _is_open(rows, start, end):
        counted.delete()
        return False
    scope = Scope(monday=monday_of(start, zone), weeks=1, teams=(), zone=zone, now=now)
    was_kept = counted.exists()
    differing = [daily for daily in KEPT[rows] if not was_kept or _differs(daily, scope, day)]
    for daily in differing:
        daily.model._default_manager.filter(day=day).delete()
        count_day(daily, KEEP.format(table=daily.table, columns=daily.columns), scope, day)
    if not was_kept:
        CountedDay.objects.create(rows=rows.name, day=day)
    return was_kept and bool(differing)


def _is_open(rows: Rows, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether something between two instants (UTC) may still come to something else."""
    if rows is DUE:
        return Promise.objects.open().filter(due_at__gte=start, due_at__lt=end).exists()
    if rows is WORKED:
        # When it is moved it is to be confirmed for another day.
        return Appointment.objects.filter(state__in=OPEN, starts_at__gte=start, starts_at__lt=end).exists()
    return False


def _differs(daily: Daily, scope: Scope, day: dt.date) -> bool:
    ((differs,),) = count_day(daily, DIFFERS.format(table=daily.table, columns=daily.columns), scope, day)
    return bool(differs)


def _first_day(zone: ZoneInfo) -> dt.date | None:
    """The first day on which a promise fell due or a contact was made."""
    due = Promise.objects.aggregate(first=Min("due_at"))["first"]
    made = Contact.objects.aggregate(first=Min("at"))["first"]
    known = [moment for moment in (due, made) if moment]
    return min(known).astimezone(zone).date() if known else None


def _next_night(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    tomorrow = now.astimezone(zone).date() + DAY
    return dt.datetime.combine(tomorrow, AT, zone).astimezone(dt.UTC)
