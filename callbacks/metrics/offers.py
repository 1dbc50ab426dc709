"""What the people of teams offered in past weeks: the time that they published, without their absences."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import itemgetter

from availability.coverage import Period, worked
from availability.models import Specialist
from availability.queries import published_by
from callbacks.metrics.daily import once, widest
from callbacks.metrics.scope import Scope


@dataclass(frozen=True)
class Offer:
    """Of a specialist of a team (key) who knows these topics (keys): pieces of time (UTC), earliest first."""

    team: int
    topics: Collection[int]
    pieces: Sequence[Period]

    def within(self, start: dt.datetime, end: dt.datetime) -> list[Period]:
        """What of it lies in [start, end) (UTC)."""
        first = bisect_right(self.pieces, start, key=itemgetter(1))
        last = bisect_left(self.pieces, end, key=itemgetter(0))
        found = list(self.pieces[first:last])
        if found:  # Only those at the edges can stick out.
            found[0] = max(found[0][0], start), found[0][1]
            found[-1] = found[-1][0], min(found[-1][1], end)
        return found


def offers(scope: Scope) -> dict[int, Offer]:
    """What is offered in the months that a scope touches, by specialist (key).

    Of all who belong to the teams today, also those who left; figures of weeks and of months share it.
    """
    wide = widest(scope.in_months())
    found = once(("offers", wide.teams, wide.start, wide.end), lambda: _offers(wide))
    return {key: one for key, one in found.items() if one.team in scope.teams}


def _offers(scope: Scope) -> dict[int, Offer]:
    teams: dict[int, int] = {}
    topics: defaultdict[int, set[int]] = defaultdict(set)
    links = Specialist.objects.filter(team__in=scope.teams).values_list("pk", "team", "topics")
    for key, team, topic in links:
        teams[key] = team
        topics[key] |= {topic} - {None}
    people = published_by(specialists=teams, start=scope.start, end=scope.end)
    pieces = {key: list(worked(person, scope.start, scope.end)) for key, person in people.items()}
    return {key: Offer(team, topics[key], pieces.get(key, ())) for key, team in teams.items()}
