"""What came of an improvement: contacts on the topic before and after it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min

from callbacks.metrics.scope import A_WEEK, midnight, monday_of
from callbacks.models import Contact

WEEKS = 8
# Contacts on a topic in each period; what was undone was never meant.
COUNTED = """
SELECT period.number, count(contact.id)
FROM unnest(%(topics)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    WITH ORDINALITY AS period(topic, starts, ends, number)
  LEFT JOIN callbacks_contact AS contact ON contact.topic_id = period.topic
    AND contact.at >= period.starts AND contact.at < period.ends AND contact.result <> 'undone'
GROUP BY period.number ORDER BY period.number
"""


@dataclass(frozen=True)
class Turn:
    """A moment (UTC) at which something changes for a topic (key)."""

    topic: int
    at: dt.datetime


@dataclass(frozen=True)
class Weekly:
    """``n`` contacts in so many whole weeks."""

    n: int = 0
    weeks: int = 0

    @property
    def mean(self) -> float | None:
        """Contacts a week; None when no whole week is known."""
        return self.n / self.weeks if self.weeks else None


@dataclass(frozen=True)
class Span:
    """Whole weeks from a Monday until another."""

    topic: int
    first: dt.date
    until: dt.date

    @property
    def weeks(self) -> int:
        """How many there are."""
        return max(0, (self.until - self.first) // A_WEEK)


def before_and_after(
    turns: Mapping[int, Turn], *, zone: ZoneInfo, now: dt.datetime
) -> dict[int, tuple[Weekly, Weekly]]:
    """Of each turn, by its key: contacts in the eight ISO weeks before that of the turn and after it.

    Only weeks that are over at ``now`` (UTC), and none before the first whole week of which contacts are
    known. Weeks are local to ``zone``.
    """
    earliest = Contact.objects.aggregate(at=Min("at"))["at"]
    known = monday_of(earliest, zone) + A_WEEK if earliest else dt.date.max
    present = monday_of(now, zone)
    spans = [one for turn in turns.values() for one in _around(turn, zone, known=known, present=present)]
    counts = iter(_counted(spans, zone))
    return {key: (next(counts), next(counts)) for key in turns}


def _around(turn: Turn, zone: ZoneInfo, *, known: dt.date, present: dt.date) -> Iterator[Span]:
    monday = monday_of(turn.at, zone)
    yield Span(turn.topic, max(known, monday - WEEKS * A_WEEK), min(monday, present))
    yield Span(turn.topic, max(known, monday + A_WEEK), min(monday + (WEEKS + 1) * A_WEEK, present))


def _counted(spans: Sequence[Span], zone: ZoneInfo) -> list[Weekly]:
    whole = [one for one in spans if one.weeks]
    values: dict[str, Any] = {
        "topics": [one.topic for one in whole],
        "starts": [midnight(one.first, zone) for one in whole],
        "ends": [midnight(one.until, zone) for one in whole],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, values)
        found = dict(zip(whole, (n for _number, n in cursor.fetchall()), strict=True))
    return [Weekly(found.get(one, 0), one.weeks) for one in spans]
