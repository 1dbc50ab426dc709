"""What contacts came to: solved at once, asked again, refused, avoidable."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from callbacks.metrics.gathering import Rows, beginning
from callbacks.metrics.scope import Scope, by_week
from callbacks.metrics.statistics import Share
from callbacks.states import ContactResult

# What ends a question at once, when nobody asks again.
RESOLVING = (ContactResult.SOLVED, ContactResult.TRANSFERRED, ContactResult.REFERRED)
# A promise that broke makes a caller's next contact a question after it for so long.
BROKEN_IS_ASKED_FOR = dt.timedelta(days=7)
RESOLUTION_DAYS = 7

# Contacts of the period, by topics that the teams handle; what was undone was never meant. Halves of days are
# those of the contact.
MADE = Rows(
    "made",
    "at",
    """
WITH made AS (
  SELECT contact.id, contact.at, contact.customer_id, contact.topic_id, contact.channel, contact.result,
    contact.opened_at, contact.refusal_reason, contact.transferred_to_id, contact.reached,
    contact.searched_online, contact.avoidable, contact.avoidable_reason_id,
    date_trunc('week', contact.at AT TIME ZONE %(zone)s)::date AS week
  FROM callbacks_contact AS contact
  WHERE contact.at >= %(start)s AND contact.at < %(end)s AND contact.at <= %(now)s
    AND contact.result <> 'undone'
    AND contact.topic_id IN (
      SELECT topic_id FROM availability_topic_teams WHERE team_id = ANY (%(teams)s)
    )
    AND (%(topic)s::bigint IS NULL OR contact.topic_id = %(topic)s)
    AND (%(channel)s::text IS NULL OR contact.channel = %(channel)s)
    AND (%(half)s::text IS NULL OR (%(half)s = 'am') = (
      extract(hour FROM contact.at AT TIME ZONE %(zone)s) < 12
    ))
)
""",
)
DEMAND = """
SELECT week, count(*) FILTER (WHERE result = 'refused'),
  count(*) FILTER (WHERE result IN ('refused', 'callback'))
FROM made GROUP BY GROUPING SETS ((), (week))
"""
# Asked again: the same customer on the same topic, so soon after.
RESOLUTION = """
SELECT topic_id, count(*) FILTER (WHERE result = ANY (%(resolving)s) AND NOT again), count(*),
  count(*) FILTER (WHERE again), count(*) FILTER (WHERE at + %(within)s > %(now)s)
FROM (
  SELECT topic_id, result, at, EXISTS (
    SELECT FROM callbacks_contact AS later
    WHERE later.customer_id = made.customer_id AND later.topic_id = made.topic_id
      AND later.at > made.at AND later.at <= least(made.at + %(within)s, %(now)s)
      AND later.result <> 'undone'
  ) AS again
  FROM made WHERE customer_id IS NOT NULL AND result <> 'status'
) AS eligible
GROUP BY GROUPING SETS ((), (topic_id))
"""
# Somebody comes back while we owe them a call: a promise of theirs was open then, or had just broken.
ASKING = """
SELECT week, count(*) FROM made
WHERE EXISTS (
  SELECT FROM callbacks_appointment AS appointment
    JOIN callbacks_promise AS promise ON promise.appointment_id = appointment.id
  WHERE appointment.customer_id = made.customer_id AND appointment.contact_id <> made.id
    AND promise.made_at < made.at
    AND (promise.ended_at IS NULL OR promise.ended_at > made.at
      OR promise.outcome = 'broken' AND promise.ended_at > made.at - %(broken_for)s)
)
GROUP BY GROUPING SETS ((), (week))
"""
# By topic and channel; nobody asked about the others.
ANSWERS = """
SELECT topic_id, channel, count(*),
  count(*) FILTER (WHERE avoidable), count(avoidable),
  count(*) FILTER (WHERE searched_online), count(searched_online)
FROM made GROUP BY topic_id, channel
"""
# How long contacts took is known where it is known when they began.
HANDLED = """
SELECT topic_id, count(*), count(opened_at), coalesce(extract(epoch FROM sum(at - opened_at)), 0)::float
FROM made GROUP BY topic_id
"""
# By the team of whoever was asked for; nobody knows it of a transfer to somebody who was not named.
TRANSFERS = """
SELECT specialist.team_id,
  CASE WHEN extract(hour FROM made.at AT TIME ZONE %(zone)s) < 12 THEN 'am' ELSE 'pm' END,
  count(*) FILTER (WHERE made.reached), count(*)
FROM made JOIN availability_specialist AS specialist ON specialist.id = made.transferred_to_id
WHERE made.result = 'transferred' AND specialist.team_id = ANY (%(teams)s)
GROUP BY 1, 2
"""
# Who wanted a callback and got none, by topic, day and half-hour.
REFUSED = """
SELECT topic_id, (at AT TIME ZONE %(zone)s)::date,
  floor(extract(epoch FROM (at AT TIME ZONE %(zone)s)::time) / 1800)::int, count(*)
FROM made WHERE result = 'refused' AND refusal_reason <> 'withdrew'
GROUP BY 1, 2, 3
"""
REASONS = """
SELECT reason.name, count(*) FROM made
  JOIN callbacks_avoidablereason AS reason ON reason.id = made.avoidable_reason_id
GROUP BY reason.name ORDER BY count(*) DESC, reason.name
"""


@dataclass(frozen=True)
class Resolution:
    """First-contact resolution of ``n`` contacts of known customers on a topic.

    ``again`` were followed by another contact of the same customer on it. ``immature`` are so recent that
    somebody may still come back.
    """

    resolved: int = 0
    n: int = 0
    again: int = 0
    immature: int = 0

    @property
    def share(self) -> Share:
        """Solved, transferred or referred, and nobody asked again."""
        return Share(self.resolved, self.n)

    @property
    def repeat_share(self) -> Share:
        """Followed by a contact on the same topic."""
        return Share(self.again, self.n)


@dataclass(frozen=True)
class Answers:
    """What was said of the contacts on a topic (key) through a channel, where somebody asked."""

    topic: int
    channel: str
    n: int
    avoidable: Share
    searched: Share


@dataclass(frozen=True)
class Handled:
    """``n`` contacts; of the ``timed`` ones it is known that they took ``seconds`` together."""

    n: int = 0
    timed: int = 0
    seconds: float = 0.0

    @property
    def mean(self) -> float | None:
        """The seconds that a contact takes, from the first key or click until it is registered."""
        return self.seconds / self.timed if self.timed else None

    @property
    def work(self) -> float | None:
        """The seconds that all of them took, each counted with the mean."""
        return None if self.mean is None else self.n * self.mean


def handled(scope: Scope) -> dict[int, Handled]:
    """How many contacts there were on each topic (key), and how long they took."""
    return {topic: Handled(*counts) for topic, *counts in _rows(HANDLED, scope)}


def unmet_demand(scope: Scope) -> tuple[Share, list[Share]]:
    """Refused, of all who wanted a callback: all together, and for each week."""
    found = {week: Share(refused, n) for week, refused, n in _rows(DEMAND, scope)}
    return found.get(None, Share()), list(by_week(scope, found, Share()))


def refused(scope: Scope) -> dict[tuple[int, dt.date, int], int]:
    """Callers for whom no time was found, by topic (key), local day and half-hour of the day.

    Whoever did not want a callback any more is left out.
    """
    return {(topic, day, number): n for topic, day, number, n in _rows(REFUSED, scope)}


def resolution(scope: Scope, *, days: int = RESOLUTION_DAYS) -> dict[int | None, Resolution]:
    """First-contact resolution by topic (key), and of all under None; ``days`` (1 to 30) without a further
    contact make it one. A callback appointment is none.
    """
    rows = _rows(RESOLUTION, scope, within=dt.timedelta(days=days), resolving=list(RESOLVING))
    return {topic: Resolution(*counts) for topic, *counts in rows}


def asking(scope: Scope) -> tuple[int, list[int]]:
    """Contacts of customers to whom a call is owed ("where is my callback?"): together, and for each week."""
    found = dict(_rows(ASKING, scope, broken_for=BROKEN_IS_ASKED_FOR))
    return found.get(None, 0), list(by_week(scope, found, 0))


def answers(scope: Scope) -> list[Answers]:
    """Avoidable, and searched online first, by topic and channel."""
    return [
        Answers(topic, channel, n, Share(avoidable, said), Share(searched, asked))
        for topic, channel, n, avoidable, said, searched, asked in _rows(ANSWERS, scope)
    ]


def transfers(scope: Scope) -> dict[tuple[int, str], Share]:
    """Warm transfers answered, of those tried, by team (key) and half of the day (``am``, ``pm``)."""
    return {(team, half): Share(*counts) for team, half, *counts in _rows(TRANSFERS, scope)}


def reasons(scope: Scope) -> list[tuple[str, int]]:
    """Why contacts were avoidable, the most frequent first."""
    return [(str(name), int(count)) for name, count in _rows(REASONS, scope)]


def _rows(statement: str, scope: Scope, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(beginning(MADE, scope) + statement, {**scope.values(), **more})
        return list(cursor.fetchall())
