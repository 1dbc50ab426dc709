"""What contacts came to: solved at once, asked again, refused, avoidable."""

import datetime as dt
from dataclasses import dataclass, replace

from callbacks.metrics.daily import (
    PERIODS,
    TEAM,
    TOPIC,
    WEEK,
    Daily,
    Rows,
    count,
    count_rows,
    half_of,
    inside,
    narrowed,
)
from callbacks.metrics.scope import Scope, by_week, sums
from callbacks.metrics.statistics import Share, total
from callbacks.models import ContactDay

# A promise that broke makes a caller's next contact a question after it for so long.
BROKEN_IS_ASKED_FOR = "interval '7 days'"
# So long nobody asked again; only after it is it known.
RESOLUTION_DAYS = 7
WITHIN = f"interval '{RESOLUTION_DAYS} days'"


def of_topics(topic: str) -> str:
    """The condition that a column is a topic of the teams asked for; of no team in particular, any."""
    handled = "SELECT topic_id FROM availability_topic_teams WHERE team_id = ANY (%(teams)s)"
    return f"(%(teams)s::bigint[] IS NULL OR {topic} = ANY (ARRAY({handled})))"


# Contacts of the period, by topics that the teams handle; what was undone was never meant. Halves of days are
# those of the contact. Asked ``again``: the same customer on the same topic, so soon after. ``owed``: whoever
# comes back while a promise of theirs is open, or has just broken.
MADE = Rows(
    "made",
    f"""
WITH made AS (
  SELECT (contact.at AT TIME ZONE %(zone)s)::date AS day, {half_of("contact.at")} AS half, contact.at,
    contact.topic_id, contact.channel, contact.result, contact.opened_at, contact.refusal_reason,
    contact.transferred_to_id, contact.reached, contact.searched_online, contact.avoidable,
    contact.avoidable_reason_id, contact.customer_id IS NOT NULL AND contact.result <> 'status' AS eligible,
    EXISTS (
      SELECT FROM callbacks_contact AS later
      WHERE later.customer_id = contact.customer_id AND later.topic_id = contact.topic_id
        AND later.at > contact.at AND later.at <= least(contact.at + {WITHIN}, %(now)s)
        AND later.result <> 'undone'
    ) AS again,
    EXISTS (
      SELECT FROM callbacks_appointment AS appointment
        JOIN callbacks_promise AS promise ON promise.appointment_id = appointment.id
      WHERE appointment.customer_id = contact.customer_id AND appointment.contact_id <> contact.id
        AND promise.made_at < contact.at
        AND (promise.ended_at IS NULL OR promise.ended_at > contact.at
          OR promise.outcome = 'broken' AND promise.ended_at > contact.at - {BROKEN_IS_ASKED_FOR})
    ) AS owed
  FROM {PERIODS}
    JOIN callbacks_contact AS contact ON {inside("contact.at")}
  WHERE contact.at <= %(now)s AND contact.result <> 'undone' AND contact.topic_id IS NOT NULL
    AND {of_topics("contact.topic_id")}
    AND {narrowed("contact.topic_id", "contact.channel", half_of("contact.at"))}
)
""",
    matures=dt.timedelta(days=RESOLUTION_DAYS),
)
# By topic; and the same by channel, by half of the day and by both, for whoever asks for it. Pieces of all
# channels, or of the whole day, have an empty one.
ASKED = f"""{of_topics("topic_id")} AND {narrowed("topic_id", "channel", "half")}
  AND half = coalesce(%(half)s::text, '')"""
CONTACTS = Daily(
    MADE,
    ContactDay,
    f"""
SELECT day, topic_id, coalesce(channel, '') AS channel, coalesce(half, '') AS half, count(*) AS n,
  count(*) FILTER (WHERE result = 'refused') AS refused,
  count(*) FILTER (WHERE result IN ('refused', 'callback')) AS wanted,
  count(*) FILTER (WHERE eligible) AS eligible,
  count(*) FILTER (WHERE eligible AND NOT again AND result IN ('solved', 'transferred', 'referred')) AS
    resolved,
  count(*) FILTER (WHERE eligible AND again) AS again,
  count(*) FILTER (WHERE eligible AND at + {WITHIN} > %(now)s) AS immature,
  count(*) FILTER (WHERE owed) AS owed,
  count(*) FILTER (WHERE avoidable) AS avoidable, count(avoidable) AS avoidable_asked,
  count(*) FILTER (WHERE searched_online) AS searched, count(searched_online) AS searched_asked,
  count(opened_at) AS timed, coalesce(extract(epoch FROM sum(at - opened_at)), 0)::float AS seconds
FROM made GROUP BY day, topic_id, CUBE (channel, half)
""",
    f"{ASKED} AND channel = coalesce(%(channel)s::text, '')",
)
CONTACTS_BY_CHANNEL = replace(CONTACTS, narrow=f"{ASKED} AND channel <> ''")
BY_WEEK = """
SELECT date_trunc('week', day)::date, topic_id, sum(refused)::int, sum(wanted)::int, sum(owed)::int
FROM days GROUP BY 1, topic_id
"""
BY_TOPIC_AND_CHANNEL = """
SELECT topic_id, channel, sum(resolved)::int, sum(eligible)::int, sum(again)::int, sum(immature)::int,
  sum(n)::int, sum(avoidable)::int, sum(avoidable_asked)::int, sum(searched)::int, sum(searched_asked)::int
FROM days GROUP BY topic_id, channel
"""
# How long contacts took is known where it is known when they began.
HANDLED = "SELECT topic_id, sum(n)::int, sum(timed)::int, sum(seconds) FROM days GROUP BY topic_id"
# What is rare is found among all contacts by an index of its own.
# By the team of whoever was asked for; nobody knows it of a transfer to somebody who was not named.
TRANSFERS = """
SELECT specialist.team_id, topic_id, half, count(*) FILTER (WHERE made.reached), count(*)
FROM made JOIN availability_specialist AS specialist ON specialist.id = made.transferred_to_id
WHERE made.result = 'transferred' AND specialist.team_id = ANY (%(teams)s)
GROUP BY 1, topic_id, half
"""
# Who wanted a callback and got none, by topic, day and half-hour.
REFUSED = """
SELECT topic_id, day, floor(extract(epoch FROM (at AT TIME ZONE %(zone)s)::time) / 1800)::int, count(*)
FROM made WHERE result = 'refused' AND refusal_reason <> 'withdrew'
GROUP BY 1, 2, 3
"""
REASONS = """
SELECT topic_id, reason.name, n
FROM (
  SELECT topic_id, avoidable_reason_id AS id, count(*) AS n FROM made
  WHERE avoidable_reason_id IS NOT NULL GROUP BY 1, 2
) AS given JOIN callbacks_avoidablereason AS reason USING (id)
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
    return {topic: Handled(*counts) for topic, *counts in count(CONTACTS, HANDLED, scope)}


def unmet_demand(scope: Scope) -> tuple[Share, list[Share]]:
    """Refused, of all who wanted a callback: all together, and for each week."""
    shares = {monday: Share(refused, wanted) for monday, (refused, wanted, _owed) in _weekly(scope).items()}
    return total(shares.values()), list(by_week(scope, shares, Share()))


def refused(scope: Scope) -> dict[tuple[int, dt.date, int], int]:
    """Callers for whom no time was found, by topic (key), local day and half-hour of the day.

    Whoever did not want a callback any more is left out.
    """
    rows = count_rows(MADE, REFUSED, scope, by=(TOPIC,))
    return {(topic, day, number): n for topic, day, number, n in rows}


def resolution(scope: Scope) -> dict[int | None, Resolution]:
    """First-contact resolution by topic (key), and of all under None: nobody asked again so soon.

    A callback appointment is none.
    """
    rows = count(CONTACTS_BY_CHANNEL, BY_TOPIC_AND_CHANNEL, scope, by=(TOPIC,))
    by_topic = sums((topic, counts[:4]) for topic, _channel, *counts in rows)
    together = sums((None, counts) for counts in by_topic.values())
    found = {key: Resolution(*counts) for key, counts in (by_topic | together).items()}
    return {None: Resolution()} | {key: one for key, one in found.items() if one.n}


def asking(scope: Scope) -> tuple[int, list[int]]:
    """Contacts of customers to whom a call is owed ("where is my callback?"): together, and for each week."""
    asked = {monday: owed for monday, (_refused, _wanted, owed) in _weekly(scope).items()}
    return sum(asked.values()), list(by_week(scope, asked, 0))


def answers(scope: Scope) -> list[Answers]:
    """Avoidable, and searched online first, by topic and channel."""
    rows = count(CONTACTS_BY_CHANNEL, BY_TOPIC_AND_CHANNEL, scope, by=(TOPIC,))
    said = [(topic, channel, counts[4:]) for topic, channel, *counts in rows]
    return [
        Answers(topic, channel, n, Share(avoidable, answered), Share(searched, asked))
        for topic, channel, (n, avoidable, answered, searched, asked) in said
    ]


def transfers(scope: Scope) -> dict[tuple[int, str], Share]:
    """Warm transfers answered, of those tried, by team (key) and half of the day (``am``, ``pm``)."""
    rows = count_rows(MADE, TRANSFERS, scope, by=(TEAM, TOPIC))
    found = sums(((team, half), counts) for team, _topic, half, *counts in rows)
    return {key: Share(*counts) for key, counts in found.items()}


def reasons(scope: Scope) -> list[tuple[str, int]]:
    """Why contacts were avoidable, the most frequent first."""
    rows = count_rows(MADE, REASONS, scope, by=(TOPIC,))
    found = sums((str(name), counts) for _topic, name, *counts in rows)
    return sorted(((name, n) for name, (n,) in found.items()), key=lambda one: (-one[1], one[0].casefold()))


def _weekly(scope: Scope) -> dict[dt.date, list[int]]:
    """Refused, of all who wanted a callback, and owed one: by Monday."""
    rows = count(CONTACTS, BY_WEEK, scope, by=(WEEK, TOPIC))
    return sums((monday, counts) for monday, _topic, *counts in rows)
