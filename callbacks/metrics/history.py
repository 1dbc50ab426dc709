"""What callbacks came day by day, and what is to be expected of such a day.

A day is expected to be like the same weekday of the last weeks: the mean of their middle half, which one
extraordinary day does not move and which does not forget what happens less than every week. Days on which the
team was closed say nothing. All days are local to the scope's zone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from availability.closing import closed_days
from availability.models import Team
from availability.slots import DAY
from callbacks.metrics import contacts, promises
from callbacks.metrics.daily import count, teams_of_topics
from callbacks.metrics.scope import A_WEEK, Scope
from callbacks.metrics.statistics import middle_mean

# The last weeks are also foretold from those before them, to say how far off that would have been.
HELD_OUT = 4

Kind = tuple[int, int]  # team and topic (keys)

# Promises and calls that count as in the look back.
PROMISED = "SELECT team_id, topic_id, day, sum(n)::int FROM days GROUP BY team_id, topic_id, day"
CALLED = "SELECT team_id, topic_id, sum(n)::int FROM days GROUP BY team_id, topic_id"


@dataclass(frozen=True)
class History:
    """What came for each kind on each of the ``days``: whole weeks, in order; ``calls`` for each callback.

    ``closed`` are days without work by team, also those to come; ``since`` is the first Monday from which a
    team is known: in the weeks before it came nothing because nobody booked here yet.
    """

    days: list[dt.date]
    came: Mapping[Kind, Mapping[dt.date, float]]
    calls: Mapping[Kind, float]
    closed: Mapping[int, Container[dt.date]]
    since: Mapping[int, dt.date]

    def expected(self, kind: Kind, weekday: int, days: Sequence[dt.date] | None = None) -> float:
        """Callbacks of a kind on a weekday (ISO), as known from all days or these weeks."""
        closed, since = self.closed[kind[0]], self.since[kind[0]]
        same = (days or self.days)[weekday - 1 :: 7]
        return middle_mean(
            self.came[kind].get(day, 0.0) for day in same if day >= since and day not in closed
        )

    def expected_on(self, team: int, day: dt.date, days: Sequence[dt.date] | None = None) -> float:
        """Callbacks of a team on a day; none when it is closed."""
        if day in self.closed[team]:
            return 0.0
        return sum(self.expected(kind, day.isoweekday(), days) for kind in self.came if kind[0] == team)

    def came_on(self, team: int, day: dt.date) -> float:
        """Callbacks that came for a team on a day."""
        return sum(counts.get(day, 0.0) for kind, counts in self.came.items() if kind[0] == team)

    def usual(self) -> dict[int, dict[int, float]]:
        """Callbacks by topic (key) on each weekday (ISO)."""
        found: defaultdict[int, dict[int, float]] = defaultdict(lambda: dict.fromkeys(range(1, 8), 0.0))
        for (team, topic), weekday in product(self.came, range(1, 8)):
            found[topic][weekday] += self.expected((team, topic), weekday)
        return dict(found)


def read_history(past: Scope, *, until: dt.date) -> History:
    """What came in the weeks of a scope, and which days are closed from its first until another one."""
    came: defaultdict[Kind, defaultdict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    for team, topic, day, n in count(promises.PROMISES_BY_TOPIC, PROMISED, past):
        came[team, topic][day] += n
    calls = {
        (team, topic): n / sum(came[team, topic].values())
        for team, topic, n in count(promises.CALLS_BY_TOPIC, CALLED, past)
    }
    teams_of = teams_of_topics()
    for (topic, day, _number), n in contacts.refused(past).items():
        for team in teams_of[topic].intersection(past.teams):
            # Nobody knows which of its teams would have called.
            came[team, topic][day] += n / len(teams_of[topic])
    days = [past.monday + DAY * number for number in range(7 * past.weeks)]
    teams = Team.objects.filter(pk__in=past.teams)
    closed = {team.pk: closed_days(team, first=past.monday, last=until) for team in teams}
    seen = {team: [day for kind in came if kind[0] == team for day in came[kind]] for team in closed}
    since = {team: _since(some, days) for team, some in seen.items()}
    return History(days, came, calls, closed, since)


def errors(history: History, teams: Iterable[int]) -> tuple[float | None, float | None]:
    """How far off the last weeks would have been, foretold from those before them, and from a week before.

    Of all teams and days the difference, whichever way, as a share of what came. Teams of which nothing was
    known before are left out.
    """
    known, held_out = history.days[: -7 * HELD_OUT], history.days[-7 * HELD_OUT :]
    off = naive = total = 0.0
    for team, day in product((team for team in teams if history.since[team] <= known[-1]), held_out):
        if day not in history.closed[team]:
            came = history.came_on(team, day)
            total += came
            off += abs(came - history.expected_on(team, day, known))
            naive += abs(came - history.came_on(team, day - A_WEEK))
    return (off / total, naive / total) if total else (None, None)


def _since(days: Collection[dt.date], of: Sequence[dt.date]) -> dt.date:
    """The Monday after the week of the first of some days, which need not be a whole one."""
    first = min(days, default=of[0])
    return of[0] if first - of[0] < A_WEEK else first + (7 - first.weekday()) * DAY
