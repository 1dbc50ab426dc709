"""Closing days: a team, or the whole house, does not work on them."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Closure, Specialist, Team
from callbacks.errors import Invalid
from callbacks.operations.rearranging import Decision, rearrange
from callbacks.operations.records import check_length
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_close

NAME_LIMIT = 100
LONGEST = dt.timedelta(days=366)


@in_one_transaction
def close(
    *,
    team: Team | None,
    first_day: dt.date,
    last_day: dt.date,
    name: str,
    by: User,
    now: dt.datetime,
    decisions: Mapping[str, Decision] | None = None,
) -> Closure:
    """Offer nothing on these local days (both included), of one team or, with None, of everybody.

    ``decisions`` say, by reference, what becomes of the appointments that this hits. Raises
    ``AppointmentsHit`` for those without one, ``Forbidden``, ``Invalid``, and what the decisions raise.
    """
    check_close(by, team)
    check_length(name, NAME_LIMIT, field="name")
    if not name.strip():
        raise Invalid(_("Give the day a name."), field="name")
    if last_day < first_day:
        raise Invalid(_("The last day cannot be before the first day."), field="last_day")
    if last_day - first_day > LONGEST:
        raise Invalid(_("Close at most a year at once."), field="last_day")
    return rearrange(
        specialists=closed_people(team),
        change=lambda: Closure.objects.create(
            team=team, first_day=first_day, last_day=last_day, name=name.strip()
        ),
        decisions=decisions or {},
        by=by,
        now=now,
    )


def closed_people(team: Team | None) -> list[int]:
    """The keys of those whose time a closing day takes, whether or not they still work."""
    people = Specialist.objects.filter(team=team) if team else Specialist.objects.all()
    return list(people.values_list("pk", flat=True))
