"""What a team agreed with the front office, beside what it does."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from availability.coverage import offered
from availability.models import Specialist, Team
from availability.queries import published_by
from availability.slots import DAY
from callbacks.metrics.agreements import HOUR, confirmed_between, kept_between
from callbacks.metrics.scope import Scope, midnight, monday_of
from callbacks.metrics.statistics import Share

WEEKS = 4
PERIOD = dt.timedelta(weeks=4)


@dataclass(frozen=True)
class WeekOffered:
    """How many hours the team published for the ISO week of a Monday."""

    monday: dt.date
    hours: float


@dataclass(frozen=True)
class Agreement:
    """``agreed`` hours a week beside ``weeks``; what was confirmed in time; ``agreed_kept`` percent beside
    what was ``kept``. What was not agreed is None.
    """

    agreed: Decimal | None
    weeks: list[WeekOffered]
    confirmed: Share
    kept: Share
    agreed_kept: int | None


def agreement(team: Team, *, now: dt.datetime) -> Agreement:
    """The four ISO weeks to come, in the team's zone, and the 28 days until ``now`` (UTC). Four queries."""
    scope = Scope(monday=monday_of(now, team.zone), weeks=1, teams=(team.pk,), zone=team.zone, now=now)
    return Agreement(
        agreed=team.agreed_hours,
        weeks=_weeks(team, now),
        confirmed=confirmed_between(scope, now - PERIOD, now),
        kept=kept_between(scope, now - PERIOD, now),
        agreed_kept=team.agreed_kept,
    )


def _weeks(team: Team, now: dt.datetime) -> list[WeekOffered]:
    today = now.astimezone(team.zone).date()
    first = today + DAY * (8 - today.isoweekday())
    mondays = [first + DAY * 7 * week for week in range(WEEKS + 1)]
    edges = [midnight(monday, team.zone) for monday in mondays]
    working = Specialist.objects.filter(team=team, is_active=True, user__is_active=True)
    people = published_by(
        specialists=list(working.values_list("pk", flat=True)), start=edges[0], end=edges[-1]
    )
    return [
        WeekOffered(monday, sum((offered(one, start, end) for one in people.values()), dt.timedelta()) / HOUR)
        for monday, start, end in zip(mondays, edges, edges[1:], strict=False)
    ]
