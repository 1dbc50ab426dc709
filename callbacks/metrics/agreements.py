"""What teams agreed with the front office, month by month: time published, confirmed in time, kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, product

from availability.models import AgreedTerms
from callbacks.metrics.daily import (
    PERIODS,
    TEAM,
    Daily,
    Rows,
    count,
    count_between,
    inside,
    of_teams,
    percentiles,
)
from callbacks.metrics.offers import offers
from callbacks.metrics.promises import DUE, kept_by_month
from callbacks.metrics.scope import A_WEEK, Scope, midnight
from callbacks.metrics.statistics import Share
from callbacks.models import TeamDay

HOUR = dt.timedelta(hours=1)
UNTIL_THURSDAY = dt.timedelta(days=3)

# Appointments whose term for confirming is over, as they ``stood`` then; and bookings of which the beginning
# is known, with how long they took (``seconds``).
WORKED = Rows(
    "worked",
    f"""
WITH asked AS (
  SELECT (appointment.starts_at AT TIME ZONE %(zone)s)::date AS day, appointment.team_id,
    past.to_state AS stood
  FROM {PERIODS}
    JOIN callbacks_appointment AS appointment ON {inside("appointment.starts_at")}
    CROSS JOIN LATERAL (
      SELECT to_state FROM callbacks_logentry
      WHERE appointment_id = appointment.id AND at <= appointment.confirm_by
      ORDER BY at DESC, id DESC LIMIT 1
    ) AS past
  WHERE appointment.starts_at < %(now)s AND appointment.confirm_by <= %(now)s
    AND past.to_state = ANY (%(owned)s) AND {of_teams("appointment.team_id")}
),
booked AS (
  SELECT (contact.at AT TIME ZONE %(zone)s)::date AS day, appointment.team_id,
    extract(epoch FROM contact.at - contact.opened_at)::int AS seconds
  FROM {PERIODS}
    JOIN callbacks_contact AS contact ON {inside("contact.at")}
    JOIN callbacks_appointment AS appointment ON appointment.contact_id = contact.id
  WHERE contact.at <= %(now)s AND contact.result = 'callback' AND contact.opened_at IS NOT NULL
    AND {of_teams("appointment.team_id")}
),
worked AS (
  SELECT day, team_id, stood, NULL::int AS seconds FROM asked
  UNION ALL
  SELECT day, team_id, NULL, seconds FROM booked
)
""",
)
TEAMS = Daily(
    WORKED,
    TeamDay,
    """
SELECT day, team_id, count(stood) AS to_confirm, count(*) FILTER (WHERE stood = 'confirmed') AS confirmed,
  coalesce(array_agg(seconds ORDER BY seconds) FILTER (WHERE seconds IS NOT NULL), '{}') AS bookings
FROM worked GROUP BY day, team_id
""",
    of_teams("team_id"),
)
BY_MONTH = """
SELECT team_id, date_trunc('month', day)::date, sum(confirmed)::int, sum(to_confirm)::int FROM days
GROUP BY 1, 2
"""
CONFIRMED = "SELECT count(*) FILTER (WHERE stood = 'confirmed'), count(*) FROM asked"
KEPT = "SELECT count(*) FILTER (WHERE outcome = 'kept'), count(*) FROM due"
BOOKINGS = "SELECT team_id, sum(cardinality(bookings))::int FROM days GROUP BY team_id"
BOOKED = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
  percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
FROM booked
"""


@dataclass(frozen=True)
class BookingTimes:
    """Half of ``n`` bookings took ``p50`` seconds or less, nine in ten ``p90``; None without bookings."""

    n: int
    p50: float | None
    p90: float | None


@dataclass(frozen=True)
class Month:
    """A team (key) in a calendar month: ``hours`` published a week, what was confirmed, and kept.

    A week belongs to the month of its Thursday, as it belongs to the year of it (ISO 8601). ``agreed_hours``
    a week and ``agreed_kept`` percent are what held when the month ended, or holds now.
    """

    team: int
    first: dt.date
    hours: float
    confirmed: Share
    kept: Share
    agreed_hours: Decimal | None = None
    agreed_kept: int | None = None


def by_month(scope: Scope) -> list[Month]:
    """Each team in each month that the scope touches, as known at its ``now``, whatever narrows it."""
    firsts = scope.months
    whole = replace(scope.in_months(), topic=None, channel="", half="")
    rows = count(TEAMS, BY_MONTH, whole, by=(TEAM,))
    confirmed = {(team, month): Share(*counts) for team, month, *counts in rows}
    kept = kept_by_month(whole)
    hours, agreed = _hours(scope, firsts), _agreed(scope, firsts)
    return [
        Month(*key, hours[key], confirmed.get(key, Share()), kept.get(key, Share()), *agreed[key])
        for key in product(scope.teams, firsts[:-1])
    ]


def confirmed_between(scope: Scope, start: dt.datetime, end: dt.datetime) -> Share:
    """What the scope's teams confirmed in time, of what was promised for between two instants (UTC)."""
    ((met, n),) = count_between(WORKED, CONFIRMED, scope, start=start, end=end)
    return Share(met, n)


def kept_between(scope: Scope, start: dt.datetime, end: dt.datetime) -> Share:
    """What the scope's teams kept, of the promises that fell due between two instants (UTC)."""
    ((met, n),) = count_between(DUE, KEPT, scope, start=start, end=end)
    return Share(met, n)


def booking_times(scope: Scope) -> BookingTimes:
    """How long the bookings took that were made for the scope's teams in its weeks, whatever narrows it."""
    whole = replace(scope, topic=None, channel="", half="")
    n = sum(number for _team, number in count(TEAMS, BOOKINGS, whole, by=(TEAM,)))
    return BookingTimes(n, *percentiles(TEAMS, "bookings", n, (0.5, 0.9), whole))


def booking_times_between(scope: Scope, start: dt.datetime, end: dt.datetime) -> BookingTimes:
    """The same of those made between two instants (UTC)."""
    ((n, p50, p90),) = count_between(WORKED, BOOKED, scope, start=start, end=end)
    return BookingTimes(n, p50, p90)


def _agreed(
    scope: Scope, firsts: Sequence[dt.date]
) -> dict[tuple[int, dt.date], tuple[Decimal | None, int | None]]:
    """What was agreed at the end of each month, by team; before it was noted, what was noted first."""
    terms: defaultdict[int, list[AgreedTerms]] = defaultdict(list)
    for one in AgreedTerms.objects.filter(team__in=scope.teams).order_by("since", "pk"):
        terms[one.team_id].append(one)
    found: dict[tuple[int, dt.date], tuple[Decimal | None, int | None]] = {}
    for team, (first, after) in product(scope.teams, pairwise(firsts)):
        end = midnight(after, scope.zone)
        held = [one for one in terms[team] if one.since < end][-1:] or terms[team][:1]
        found[team, first] = (held[0].hours, held[0].kept) if held else (None, None)
    return found


def _hours(scope: Scope, firsts: Sequence[dt.date]) -> dict[tuple[int, dt.date], float]:
    """Published hours a week by team and month: of all who belong to the team, also those who left since."""
    people = offers(scope).values()
    found = dict.fromkeys(product(scope.teams, firsts), 0.0)
    for first, after in pairwise(firsts):
        weeks = _mondays(first, after)
        start, end = (midnight(day, scope.zone) for day in (weeks[0], weeks[-1] + A_WEEK))
        for one in people:
            time = sum((finishes - begins for begins, finishes in one.within(start, end)), dt.timedelta())
            found[one.team, first] += time / HOUR / len(weeks)
    return found


def _mondays(first: dt.date, after: dt.date) -> list[dt.date]:
    """Of the weeks whose Thursday lies in a month."""
    thursday = first + dt.timedelta(days=(UNTIL_THURSDAY.days - first.weekday()) % 7)
    number = (after - thursday + dt.timedelta(days=6)) // A_WEEK
    return [thursday - UNTIL_THURSDAY + A_WEEK * n for n in range(number)]
