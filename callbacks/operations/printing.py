"""Putting a day list on paper, for when the system is away: who did so is kept."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist, Team
from callbacks.errors import Invalid
from callbacks.models.printing import DayListPrint
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_print

AHEAD = dt.timedelta(days=31)


@in_one_transaction
def print_day_list(
    *, of: Specialist | Team, day: dt.date, with_notes: bool, by: User, now: dt.datetime
) -> DayListPrint:
    """Keep that somebody makes the list of a local day, of a person or a team, and allow it.

    Raises ``Forbidden``, ``Invalid`` (a day that is past, or further away than a month).
    """
    check_print(by, of)
    zone = of.zone if isinstance(of, Team) else of.team.zone
    today = now.astimezone(zone).date()
    if not today <= day <= today + AHEAD:
        raise Invalid(_("Choose today or a day of the coming month."), field="day")
    return DayListPrint.objects.create(
        at=now,
        by=by,
        by_name=str(by),
        day=day,
        specialist=of if isinstance(of, Specialist) else None,
        team=of if isinstance(of, Team) else None,
        with_notes=with_notes,
    )
