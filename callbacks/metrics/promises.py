"""Whether promises were kept, how late the others were, and what the calls came to."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callbacks.metrics.daily import (
    PERIODS,
    TEAM,
    WEEK,
    Daily,
    Rows,
    count,
    half_of,
    inside,
    narrowed,
    of_teams,
    once,
    percentiles,
)
from callbacks.metrics.scope import Scope, by_week, sums
from callbacks.metrics.statistics import Share, percentile
from callbacks.models import BookedDay, CallDay, PromiseDay
from callbacks.states import AttemptOutcome

# The promises that count: due in the period, not withdrawn, and settled or overdue by now. The first call
# that counts (not before the window and its early minutes) makes the ``lateness``: positive after the window,
# negative before it, nothing inside. Who still waits has waited until now. What was given up without a call
# has none: it is counted as broken. ``first_outcome`` is that of the very first call.
DUE = Rows(
    "due",
    f"""
WITH due AS (
  SELECT promise.id, (promise.due_at AT TIME ZONE %(zone)s)::date AS day, appointment.team_id,
    appointment.topic_id, contact.channel, {half_of("promise.starts_at")} AS half, appointment.specialist_id,
    promise.starts_at, promise.ends_at, promise.outcome, calls.first_outcome, calls.spoken,
    extract(epoch FROM CASE
      WHEN calls.called_at > promise.ends_at THEN calls.called_at - promise.ends_at
      WHEN calls.called_at < promise.starts_at THEN calls.called_at - promise.starts_at
      WHEN calls.called_at IS NOT NULL THEN interval '0'
      WHEN promise.ended_at IS NULL THEN %(now)s - promise.ends_at
    END)::float AS lateness,
    extract(epoch FROM promise.starts_at - promise.made_at)::int AS lead
  FROM {PERIODS}
    JOIN callbacks_promise AS promise ON {inside("promise.due_at")}
    JOIN callbacks_appointment AS appointment ON appointment.id = promise.appointment_id
    JOIN callbacks_contact AS contact ON contact.id = appointment.contact_id
    LEFT JOIN LATERAL (
      SELECT min(started_at) FILTER (WHERE started_at >= promise.counts_from) AS called_at,
        (array_agg(outcome ORDER BY number))[1] AS first_outcome,
        coalesce(bool_or(outcome = ANY (%(connected)s)
          AND started_at >= promise.counts_from AND started_at <= promise.due_at), false) AS spoken
      FROM callbacks_attempt WHERE promise_id = promise.id
    ) AS calls ON true
  WHERE promise.outcome <> 'withdrawn' AND (promise.ended_at IS NOT NULL OR promise.due_at < %(now)s)
    AND {of_teams("appointment.team_id")}
    AND {narrowed("appointment.topic_id", "contact.channel", half_of("promise.starts_at"))}
)
""",
)
# By team and half of the day; and the same by topic, by channel and by both, for whoever asks for it. Pieces
# of all topics have none, those of all channels an empty one.
PIECES = "CUBE (topic_id, channel)"
ASKED = f"""{of_teams("team_id")} AND {narrowed("topic_id", "channel", "half")}
  AND channel = coalesce(%(channel)s::text, '')"""
OF_ALL = f"{ASKED} AND (topic_id IS NULL) = (%(topic)s::bigint IS NULL)"
BY_TOPIC = f"{ASKED} AND topic_id IS NOT NULL"
PROMISES = Daily(
    DUE,
    PromiseDay,
    f"""
SELECT day, team_id, topic_id, coalesce(channel, '') AS channel, half, count(*) AS n,
  count(*) FILTER (WHERE outcome = 'kept') AS kept, count(*) FILTER (WHERE outcome = 'late') AS late,
  count(*) FILTER (WHERE spoken) AS spoken,
  count(*) FILTER (WHERE first_outcome = ANY (%(connected)s)) AS first_spoken,
  count(first_outcome) AS first_calls,
  count(*) FILTER (WHERE lateness = 0) AS in_time,
  coalesce(array_agg(lateness ORDER BY lateness) FILTER (WHERE lateness <> 0), '{{}}') AS lateness,
  array_agg(lead ORDER BY lead) AS lead
FROM due GROUP BY day, team_id, half, {PIECES}
""",
    OF_ALL,
)
PROMISES_BY_TOPIC = replace(PROMISES, narrow=BY_TOPIC)
# By number, at most this many; later ones come together.
MOST_ATTEMPTS = 5
CALLS = Daily(
    DUE,
    CallDay,
    f"""
SELECT day, team_id, topic_id, coalesce(channel, '') AS channel, half,
  least(number, {MOST_ATTEMPTS}) AS number, attempt.outcome, count(*) AS n
FROM due JOIN callbacks_attempt AS attempt ON attempt.promise_id = due.id
GROUP BY day, team_id, half, least(number, {MOST_ATTEMPTS}), attempt.outcome, {PIECES}
""",
    OF_ALL,
)
CALLS_BY_TOPIC = replace(CALLS, narrow=BY_TOPIC)
# Minutes by the half-hour in which they lay: its ``place`` is 0 after midnight, and below that on the day
# before they fell due. Of all people together, and of each specialist; whatever the topic and channel.
BOOKED = Daily(
    DUE,
    BookedDay,
    """
SELECT day, team_id, specialist_id, half_day, sum(minutes)::int AS booked,
  array_agg(place ORDER BY place) AS places, array_agg(minutes ORDER BY place) AS minutes
FROM (
  SELECT day, team_id, specialist_id, place, floor(place / 24.0)::int AS half_day,
    sum(least(finishes, 30 * (place + 1)) - greatest(begins, 30 * place))::int AS minutes
  FROM (
    SELECT *, begins + (extract(epoch FROM ends_at - starts_at) / 60)::int AS finishes
    FROM (
      SELECT *, (extract(epoch FROM starts_at AT TIME ZONE %(zone)s - day) / 60)::int AS begins FROM due
    ) AS begun
  ) AS booked, generate_series(floor(begins / 30.0)::int, ceil(finishes / 30.0)::int - 1) AS place
  GROUP BY day, team_id, place, GROUPING SETS ((), (specialist_id))
  HAVING grouping(specialist_id) = 1 OR specialist_id IS NOT NULL
) AS placed
GROUP BY day, team_id, specialist_id, half_day
""",
    f"{of_teams('team_id')} AND specialist_id IS NULL",
)
BOOKED_BY_PERSON = replace(BOOKED, narrow=f"{of_teams('team_id')} AND specialist_id IS NOT NULL")
COUNT = """
SELECT team_id, date_trunc('week', day)::date, date_trunc('month', day)::date, half,
  sum(n)::int, sum(kept)::int, sum(late)::int, sum(spoken)::int, sum(first_spoken)::int,
  sum(first_calls)::int, sum(in_time)::int
FROM days GROUP BY team_id, 2, 3, half
"""
# Of those who were not called in time, in order.
LATENESS = (
    "SELECT ARRAY(SELECT unnest(lateness) AS seconds FROM days WHERE lateness <> '{}' ORDER BY seconds)"
)
# The most, and what half of them, nine in ten and 95 in a hundred do not exceed.
SPREAD = 1.0, 0.5, 0.9, 0.95
ATTEMPTS = "SELECT team_id, number, outcome, sum(n)::int FROM days GROUP BY team_id, number, outcome"


@dataclass(frozen=True)
class Kept:
    """What became of ``n`` promises that fell due; ``first_calls`` are those with a call at all.

    Of those ``in_time`` the first call that counts came inside the window.
    """

    n: int = 0
    kept: int = 0
    late: int = 0
    spoken: int = 0
    first_spoken: int = 0
    first_calls: int = 0
    in_time: int = 0

    @property
    def broken(self) -> int:
        """No call came, or we took the promise back; overdue ones count from the second they are overdue."""
        return self.n - self.kept - self.late

    @property
    def kept_share(self) -> Share:
        """The kept-promise rate."""
        return Share(self.kept, self.n)

    @property
    def spoken_share(self) -> Share:
        """The spoken-as-promised rate: the customer was reached inside the window."""
        return Share(self.spoken, self.n)

    @property
    def first_share(self) -> Share:
        """First-attempt success: reached by the first call, of the promises with a call."""
        return Share(self.first_spoken, self.first_calls)


@dataclass(frozen=True)
class Spread:
    """How ``n`` durations (seconds) lie; without any, None."""

    n: int
    most: float | None
    p50: float | None
    p90: float | None
    p95: float | None


def kept(scope: Scope) -> tuple[Kept, list[Kept]]:
    """What became of the promises that fell due: all together, and for each week."""
    weekly = _kept_by(scope, lambda _team, monday, _month, _half: monday)
    return _kept_together(scope), list(by_week(scope, weekly, Kept()))


def kept_by_half(scope: Scope) -> dict[tuple[int, str], Share]:
    """The kept-promise rate by team (key) and half of the day (``am``: the window starts before noon)."""
    found = _kept_by(scope, lambda team, _monday, _month, half: (team, half))
    return {key: one.kept_share for key, one in found.items()}


def kept_by_month(scope: Scope) -> dict[tuple[int, dt.date], Share]:
    """The kept-promise rate by team (key) and calendar month (its first day), of the days of the scope."""
    found = _kept_by(scope, lambda team, _monday, month, _half: (team, month))
    return {key: one.kept_share for key, one in found.items()}


def lateness(scope: Scope) -> Spread:
    """How long after the window (below nothing: before it) the first call that counts came."""
    late = once(("lateness", scope), lambda: _lateness(scope))
    return Spread(len(late), *(percentile(late, share) for share in SPREAD))


def lateness_reached(scope: Scope, *, minutes: Sequence[int]) -> list[Share]:
    """The cumulative distribution: how many were called within so many minutes after the window."""
    late = once(("lateness", scope), lambda: _lateness(scope))
    return [Share(bisect_right(late, 60.0 * limit), len(late)) for limit in minutes]


def lead_time(scope: Scope) -> Spread:
    """How long before its window each promise was made, in whole seconds."""
    n = _kept_together(scope).n
    return Spread(n, *percentiles(PROMISES, "lead", n, SPREAD, scope))


def attempts(scope: Scope) -> dict[tuple[int, AttemptOutcome], int]:
    """Calls for these promises by number and outcome; the fifth stands for all after it too."""
    rows = count(CALLS, ATTEMPTS, scope, by=(TEAM,))
    found = sums(((number, AttemptOutcome(outcome)), counts) for _team, number, outcome, *counts in rows)
    return {key: n for key, (n,) in found.items()}


def _kept_together(scope: Scope) -> Kept:
    return _kept_by(scope, lambda *_of: None).get(None, Kept())


def _kept_by(scope: Scope, key: Callable[[int, dt.date, dt.date, str], Any]) -> dict[Any, Kept]:
    """What became of them by what ``key`` makes of the team, the Monday, the month and the half."""
    rows = count(PROMISES, COUNT, scope, by=(TEAM, WEEK))
    found = sums((key(*row[:4]), row[4:]) for row in rows)
    return {one: Kept(*counts) for one, counts in found.items()}


def _lateness(scope: Scope) -> list[float]:
    """Of every promise with a call, or without one until now, in order."""
    ((others,),) = count(PROMISES, LATENESS, scope)
    early, in_time = bisect_left(others, 0.0), [0.0] * _kept_together(scope).in_time
    return [*others[:early], *in_time, *others[early:]]
