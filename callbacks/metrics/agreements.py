"""What teams agreed with the front office, month by month: time published, confirmed in time, kept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from availability.coverage import offered
from availability.models import Specialist
from availability.queries import published_by
from callbacks.metrics.scope import A_WEEK, Scope, midnight
from callbacks.metrics.statistics import Share
from callbacks.models import Appointment, LogEntry, Promise
from callbacks.states import OWNED, PromiseOutcome, State

HOUR = dt.timedelta(hours=1)
UNTIL_THURSDAY = dt.timedelta(days=3)
CONFIRMED = {"met": Count("pk", filter=Q(then=State.CONFIRMED)), "n": Count("pk", filter=Q(then__in=OWNED))}
KEPT = {"met": Count("pk", filter=Q(outcome=PromiseOutcome.KEPT)), "n": Count("pk")}


@dataclass(frozen=True)
class Month:
    """A team (key) in a calendar month: ``hours`` published a week, what was confirmed, and kept.

    A week belongs to the month of its Thursday, as it belongs to the year of it (ISO 8601).
    """

    team: int
    first: dt.date
    hours: float
    confirmed: Share
    kept: Share


def to_confirm(start: dt.datetime, end: dt.datetime, now: dt.datetime) -> QuerySet[Appointment]:
    """Appointments of a period (UTC) whose term for confirming is over, with what they were ``then``."""
    then = LogEntry.objects.filter(appointment=OuterRef("pk"), at__lte=OuterRef("confirm_by"))
    asked = Appointment.objects.filter(starts_at__gte=start, starts_at__lt=end, confirm_by__lte=now)
    return asked.annotate(then=Subquery(then.order_by("-at", "-pk").values("to_state")[:1]))


def by_month(scope: Scope) -> list[Month]:
    """Each team in each month that the scope touches, as known at its ``now``. Four queries."""
    firsts = months(scope)
    start, end = (midnight(day, scope.zone) for day in (firsts[0], firsts[-1]))
    until = min(end, scope.now)
    asked = to_confirm(start, until, scope.now).filter(team__in=scope.teams)
    due = Promise.objects.due_between(start, until).filter(appointment__team__in=scope.teams)
    confirmed = _shares(asked, "team", TruncMonth("starts_at", tzinfo=scope.zone), CONFIRMED)
    kept = _shares(due, "appointment__team", TruncMonth("due_at", tzinfo=scope.zone), KEPT)
    hours = _hours(scope, firsts)
    return [
        Month(*key, hours[key], confirmed.get(key, Share()), kept.get(key, Share()))
        for key in product(scope.teams, firsts[:-1])
    ]


def months(scope: Scope) -> list[dt.date]:
    """The first days of the months that the scope touches, and of the one after them."""
    last = scope.mondays[-1] + A_WEEK - dt.timedelta(days=1)
    found = [scope.monday.replace(day=1)]
    while found[-1] <= last:
        found.append((found[-1] + dt.timedelta(days=31)).replace(day=1))
    return found


def _shares(
    counted: QuerySet[Any], team: str, month: TruncMonth, counts: dict[str, Count]
) -> dict[tuple[int, dt.date], Share]:
    rows = counted.annotate(month=month).values(team, "month").annotate(**counts)
    return {(row[team], row["month"].date()): Share(row["met"], row["n"]) for row in rows}


def _hours(scope: Scope, firsts: Sequence[dt.date]) -> dict[tuple[int, dt.date], float]:
    """Published hours a week by team and month: of all who belong to the team, also those who left since."""
    members = dict(Specialist.objects.filter(team__in=scope.teams).values_list("pk", "team"))
    mondays = [_mondays(*month) for month in pairwise(firsts)]
    start, end = (midnight(day, scope.zone) for day in (mondays[0][0], mondays[-1][-1] + A_WEEK))
    people = published_by(specialists=list(members), start=start, end=end)
    found = dict.fromkeys(product(scope.teams, firsts), 0.0)
    for first, weeks in zip(firsts, mondays, strict=False):
        for monday in weeks:
            week = [midnight(day, scope.zone) for day in (monday, monday + A_WEEK)]
            for key, person in people.items():
                found[members[key], first] += offered(person, *week) / HOUR / len(weeks)
    return found


def _mondays(first: dt.date, after: dt.date) -> list[dt.date]:
    """Of the weeks whose Thursday lies in a month."""
    thursday = first + dt.timedelta(days=(UNTIL_THURSDAY.days - first.weekday()) % 7)
    number = (after - thursday + dt.timedelta(days=6)) // A_WEEK
    return [thursday - UNTIL_THURSDAY + A_WEEK * n for n in range(number)]
