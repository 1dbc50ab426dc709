"""What is stored about who can be booked, read in one statement."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from availability.models import Specialist, Topic
from availability.planned import Planned
from availability.slots import DAY, WeekWindow

Period = tuple[dt.datetime, dt.datetime]

# All that is stored about who can be booked, a row for each fact: what it is, whose, and values that mean
# something else for each kind (see ``_sorted_out``). Subqueries in place of joins: the planner would take
# longer to find an order for seven tables than the search itself takes.
FACTS = """
WITH able AS MATERIALIZED (
  SELECT s.id, s.team_id, t.time_zone, t.slot_step, t.minimum_notice, t.horizon_days,
    t.observes_public_holidays
  FROM availability_specialist s JOIN availability_team t ON t.id = s.team_id
  WHERE {able}
)
SELECT 'able' AS fact, id AS whose, team_id AS key, slot_step AS number, time_zone AS text,
  minimum_notice AS notice, horizon_days AS horizon, observes_public_holidays AS holidays,
  NULL::date AS first_day, NULL::date AS last_day, NULL::time AS starts, NULL::time AS ends,
  NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at
FROM able
UNION ALL
SELECT 'closed', team_id, NULL, NULL, NULL, NULL, NULL, NULL, first_day, last_day, NULL, NULL, NULL, NULL
FROM availability_closure
WHERE first_day <= %(last_day)s AND last_day >= %(first_day)s
UNION ALL
SELECT 'window', specialist_id, id, weekday, NULL, NULL, NULL, NULL, valid_from, valid_until, starts, ends,
  NULL, NULL
FROM availability_window
WHERE specialist_id = ANY (ARRAY(SELECT id FROM able)) AND weekday = ANY (%(weekdays)s)
  AND valid_from <= %(last_day)s AND (valid_until IS NULL OR valid_until >= %(first_day)s)
UNION ALL
SELECT 'change', w.specialist_id, w.id, NULL, NULL, NULL, NULL, NULL, e.day, NULL, e.starts, e.ends,
  NULL, NULL
FROM availability_windowexception e JOIN availability_window w ON w.id = e.window_id
WHERE w.specialist_id = ANY (ARRAY(SELECT id FROM able))
  AND e.day BETWEEN %(first_day)s AND %(last_day)s
UNION ALL
SELECT 'away', specialist_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, starts_at, ends_at
FROM availability_absence
WHERE specialist_id = ANY (ARRAY(SELECT id FROM able))
  AND starts_at < %(end)s AND ends_at > %(start)s
UNION ALL
SELECT 'busy', feed_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, starts_at, ends_at
FROM availability_busytime
WHERE feed_id = ANY (ARRAY(SELECT id FROM able)) AND starts_at < %(end)s AND ends_at > %(start)s
"""
# Whose facts: of those who can take a topic now, or of these people whatever they can do.
FOR_TOPIC = """
  s.is_active AND t.is_active
  AND (SELECT is_active FROM accounts_user WHERE id = s.user_id)
  AND (SELECT is_active FROM availability_topic WHERE id = %(topic)s)
  AND s.id = ANY (
    ARRAY(SELECT specialist_id FROM availability_specialist_topics WHERE topic_id = %(topic)s)
  )
  AND t.id = ANY (ARRAY(SELECT team_id FROM availability_topic_teams WHERE topic_id = %(topic)s))
  AND (%(specialist)s IS NULL OR s.id = %(specialist)s)
"""
OF_PEOPLE = "s.id = ANY (%(specialists)s)"
_PERIOD = {
    "start": "timestamptz",
    "end": "timestamptz",
    "first_day": "date",
    "last_day": "date",
    "weekdays": "integer[]",
}
_FOR_TOPIC = Planned(FACTS.replace("{able}", FOR_TOPIC), topic="bigint", specialist="bigint", **_PERIOD)
_OF_PEOPLE = Planned(FACTS.replace("{able}", OF_PEOPLE), specialists="bigint[]", **_PERIOD)


class Candidate(NamedTuple):
    """A specialist who can take the topic, with the rules of the team. Minutes, and days ahead."""

    specialist_id: int
    team_id: int
    slot_step: int
    time_zone: str
    minimum_notice: int
    horizon_days: int
    observes_public_holidays: bool


@dataclass(frozen=True)
class Facts:
    """Windows, absences and busy time elsewhere (UTC, end excluded) by specialist; closing days by team.

    Closing days of everybody stand under None.
    """

    candidates: list[Candidate] = field(default_factory=list)
    closures: list[tuple[int | None, dt.date, dt.date]] = field(default_factory=list)
    windows: defaultdict[int, list[WeekWindow]] = field(default_factory=lambda: defaultdict(list))
    away: defaultdict[int, list[Period]] = field(default_factory=lambda: defaultdict(list))
    busy: defaultdict[int, list[Period]] = field(default_factory=lambda: defaultdict(list))


def read(topic: Topic, specialist: Specialist | None, start: dt.datetime, end: dt.datetime) -> Facts:
    """All facts about a period (UTC, end excluded), in whichever zone its days are counted.

    Some lie outside it: a day more or less on either side.
    """
    rows = _FOR_TOPIC.rows(
        topic=topic.pk, specialist=specialist.pk if specialist else None, **_period(start, end)
    )
    return _sorted_out(rows)


def read_of(specialists: Iterable[int], start: dt.datetime, end: dt.datetime) -> Facts:
    """The same of these people (keys), whether or not they can be booked."""
    return _sorted_out(_OF_PEOPLE.rows(specialists=list(specialists), **_period(start, end)))


def _period(start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    # Local days differ from those in UTC by one at most, and ``local_days`` begins the day before.
    first_day, last_day = start.date() - 2 * DAY, end.date() + DAY
    weekdays = {(first_day + n * DAY).isoweekday() for n in range(min((last_day - first_day).days + 1, 7))}
    return {
        "start": start,
        "end": end,
        "first_day": first_day,
        "last_day": last_day,
        "weekdays": list(weekdays),
    }


def _sorted_out(rows: Iterable[tuple[Any, ...]]) -> Facts:
    """The rows of ``FACTS``, which come in any order."""
    facts, changes = Facts(), []
    windows: dict[int, WeekWindow] = {}
    for fact, whose, key, number, *rules, first_day, last_day, starts, ends, starts_at, ends_at in rows:
        if fact == "window":
            windows[key] = WeekWindow(number, (starts, ends), first_day, last_day, {})
            facts.windows[whose].append(windows[key])
        elif fact == "able":
            facts.candidates.append(Candidate(whose, key, number, *rules))
        elif fact == "closed":
            facts.closures.append((whose, first_day, last_day))
        elif fact == "away":
            facts.away[whose].append((starts_at, ends_at))
        elif fact == "busy":
            facts.busy[whose].append((starts_at, ends_at))
        else:
            changes.append((key, first_day, (starts, ends) if starts else None))
    for window, day, hours in changes:
        # A change of a window that does not hold in the period is read too.
        if window in windows:
            windows[window].exceptions[day] = hours
    return facts
