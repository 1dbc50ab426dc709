"""Who still wants a callback today, and who already got none."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from callbacks.metrics.forecast import WEEKS_KNOWN
from callbacks.metrics.scope import A_WEEK
from callbacks.metrics.statistics import middle_mean
from callbacks.models import Contact
from callbacks.states import ContactResult, RefusalReason

# By day: all that fell due on it, and what of that was promised on that day after this time.
LATER_ON = """
SELECT found.every, found.later
FROM unnest(%(starts)s::timestamptz[], %(moments)s::timestamptz[], %(ends)s::timestamptz[])
    AS day(starts, moment, ends)
  CROSS JOIN LATERAL (
    SELECT count(*) AS every, count(*) FILTER (WHERE promise.made_at >= day.moment) AS later
    FROM callbacks_promise AS promise
    WHERE promise.due_at >= day.starts AND promise.due_at < day.ends AND promise.outcome <> 'withdrawn'
      -- One by one: for all days together the planner would read every appointment there is.
      AND (SELECT team_id FROM callbacks_appointment WHERE id = promise.appointment_id) = ANY (%(teams)s)
  ) AS found
WHERE found.every > 0
"""


@dataclass(frozen=True)
class Demand:
    """Callers ``refused`` today, and callbacks ``expected`` to be asked for today, for today, from now on."""

    refused: int
    expected: float


def demand_today(*, teams: Collection[int], now: dt.datetime, start: dt.datetime, end: dt.datetime) -> Demand:
    """The demand of a day (UTC instants, by the clock of their zone) for these teams (keys).

    Expected is the mean of the middle half of the same weekday in the last thirteen weeks; days on which
    nothing fell due, closed or before the first booking, say nothing. Two queries.
    """
    asked = Contact.objects.filter(
        ~Q(refusal_reason=RefusalReason.WITHDREW),
        result=ContactResult.REFUSED,
        at__gte=start,
        at__lte=now,
        topic__teams__in=teams,
    )
    local = now.astimezone(start.tzinfo)
    back = [A_WEEK * number for number in range(1, WEEKS_KNOWN + 1)]
    starts, moments, ends = ([one - weeks for weeks in back] for one in (start, local, end))
    with connection.cursor() as cursor:
        cursor.execute(LATER_ON, {"starts": starts, "moments": moments, "ends": ends, "teams": list(teams)})
        later_on = [later for _all, later in cursor.fetchall()]
    return Demand(refused=asked.distinct().count(), expected=middle_mean(later_on))
