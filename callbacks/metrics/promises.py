"""Whether promises were kept, how late the others were, and what the calls came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from callbacks.metrics.gathering import Rows, beginning
from callbacks.metrics.scope import Scope, by_week
from callbacks.metrics.statistics import Share
from callbacks.states import CONNECTED, AttemptOutcome

# The promises that count: due in the period, not withdrawn, and settled or overdue by now. ``called_at`` is
# the first call that counts (not before the window and its early minutes), ``first_outcome`` that of the very
# first call. Halves of days are those of the window's start.
DUE = Rows(
    "due",
    "due_at",
    """
WITH due AS (
  SELECT promise.id, promise.due_at, promise.starts_at, promise.ends_at, promise.made_at, promise.outcome,
    promise.ended_at, appointment.team_id, appointment.specialist_id,
    date_trunc('week', promise.due_at AT TIME ZONE %(zone)s)::date AS week,
    calls.called_at, calls.first_outcome, calls.spoken
  FROM callbacks_promise AS promise
    JOIN callbacks_appointment AS appointment ON appointment.id = promise.appointment_id
    LEFT JOIN LATERAL (
      SELECT min(started_at) FILTER (WHERE started_at >= promise.counts_from) AS called_at,
        (array_agg(outcome ORDER BY number))[1] AS first_outcome,
        coalesce(bool_or(outcome = ANY (%(connected)s)
          AND started_at >= promise.counts_from AND started_at <= promise.due_at), false) AS spoken
      FROM callbacks_attempt WHERE promise_id = promise.id
    ) AS calls ON true
  WHERE promise.due_at >= %(start)s AND promise.due_at < %(end)s AND promise.outcome <> 'withdrawn'
    AND (promise.ended_at IS NOT NULL OR promise.due_at < %(now)s)
    AND appointment.team_id = ANY (%(teams)s)
    AND (%(topic)s::bigint IS NULL OR appointment.topic_id = %(topic)s)
    AND (%(channel)s::text IS NULL OR %(channel)s = (
      SELECT channel FROM callbacks_contact WHERE id = appointment.contact_id
    ))
    AND (%(half)s::text IS NULL OR (%(half)s = 'am') = (
      extract(hour FROM promise.starts_at AT TIME ZONE %(zone)s) < 12
    ))
)
""",
)
VALUES = {"connected": list(CONNECTED)}
COUNT = """
SELECT week, count(*),
  count(*) FILTER (WHERE outcome = 'kept'), count(*) FILTER (WHERE outcome = 'late'),
  count(*) FILTER (WHERE spoken),
  count(*) FILTER (WHERE first_outcome = ANY (%(connected)s)), count(first_outcome)
FROM due GROUP BY GROUPING SETS ((), (week))
"""
BY_HALF = """
SELECT team_id, CASE WHEN extract(hour FROM starts_at AT TIME ZONE %(zone)s) < 12 THEN 'am' ELSE 'pm' END,
  count(*) FILTER (WHERE outcome = 'kept'), count(*)
FROM due GROUP BY 1, 2
"""
# Positive: after the window; negative: before it; nothing inside. Who still waits has waited until now. What
# was given up without a call has no lateness: it is counted as broken.
LATE = """
, late AS (
  SELECT CASE
      WHEN called_at > ends_at THEN extract(epoch FROM called_at - ends_at)
      WHEN called_at < starts_at THEN extract(epoch FROM called_at - starts_at)
      WHEN called_at IS NOT NULL THEN 0
      ELSE extract(epoch FROM %(now)s - ends_at)
    END::float AS seconds
  FROM due WHERE called_at IS NOT NULL OR ended_at IS NULL
)
"""
REACHED = """
SELECT count(*) FILTER (WHERE seconds <= most), count(seconds)
FROM unnest(%(limits)s::float[]) WITH ORDINALITY AS limits(most, place) LEFT JOIN late ON true
GROUP BY place ORDER BY place
"""
LEAD = """
, lead AS (SELECT extract(epoch FROM starts_at - made_at)::float AS seconds FROM due)
"""
SPREAD = """
SELECT count(*), max(seconds), percentile_cont(%(shares)s::float[]) WITHIN GROUP (ORDER BY seconds) FROM
"""
# By number, at most this many; later ones come together.
MOST_ATTEMPTS = 5
ATTEMPTS = """
SELECT least(number, %(most)s), attempt.outcome, count(*)
FROM due JOIN callbacks_attempt AS attempt ON attempt.promise_id = due.id
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Kept:
    """What became of ``n`` promises that fell due; ``first_calls`` are those with a call at all."""

    n: int = 0
    kept: int = 0
    late: int = 0
    spoken: int = 0
    first_spoken: int = 0
    first_calls: int = 0

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
    found = {week: Kept(*counts) for week, *counts in rows_of(COUNT, scope)}
    return found.get(None, Kept()), list(by_week(scope, found, Kept()))


def kept_by_half(scope: Scope) -> dict[tuple[int, str], Share]:
    """The kept-promise rate by team (key) and half of the day (``am``: the window starts before noon)."""
    return {(team, half): Share(*counts) for team, half, *counts in rows_of(BY_HALF, scope)}


def lateness(scope: Scope) -> Spread:
    """How long after the window (below nothing: before it) the first call that counts came."""
    return _spread(LATE, "late", scope)


def lateness_reached(scope: Scope, *, minutes: Sequence[int]) -> list[Share]:
    """The cumulative distribution: how many were called within so many minutes after the window."""
    limits = [60.0 * limit for limit in minutes]
    return [Share(reached, n) for reached, n in rows_of(LATE + REACHED, scope, limits=limits)]


def lead_time(scope: Scope) -> Spread:
    """How long before its window each promise was made."""
    return _spread(LEAD, "lead", scope)


def attempts(scope: Scope) -> dict[tuple[int, AttemptOutcome], int]:
    """Calls for these promises by number and outcome; the fifth stands for all after it too."""
    rows = rows_of(ATTEMPTS, scope, most=MOST_ATTEMPTS)
    return {(number, AttemptOutcome(outcome)): count for number, outcome, count in rows}


def _spread(durations: str, table: str, scope: Scope) -> Spread:
    ((n, most, middles),) = rows_of(durations + SPREAD + table, scope, shares=[0.5, 0.9, 0.95])
    return Spread(n, most, *(middles or (None, None, None)))


def rows_of(statement: str, scope: Scope, **more: Any) -> list[tuple[Any, ...]]:
    """What a statement counts of the promises of a scope, which it knows as ``due``."""
    with connection.cursor() as cursor:
        cursor.execute(beginning(DUE, scope) + statement, {**scope.values(), **VALUES, **more})
        return list(cursor.fetchall())
