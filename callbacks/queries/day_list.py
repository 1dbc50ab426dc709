"""What has to be called on one day, for paper."""

import datetime as dt

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from availability.models import Specialist, Team
from callbacks.models import Appointment
from callbacks.models.printing import DayListPrint
from callbacks.queries.lists import with_people
from callbacks.states import OWNED

# Whoever made a list opens it at once; later it would no longer be true.
OPENS_FOR = dt.timedelta(minutes=10)


def to_call(*, of: Specialist | Team, day: dt.date, now: dt.datetime) -> QuerySet[Appointment]:
    """Owned appointments with a call on a local day, the first one first; today also what is late already.

    A team's go by the name of the specialist first, so that everybody gets their own.
    """
    zone = of.zone if isinstance(of, Team) else of.team.zone
    start = dt.datetime.combine(day, dt.time(0), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0), zone)
    whose = Q(team=of) if isinstance(of, Team) else Q(specialist=of)
    found = Appointment.objects.filter(whose, state__in=OWNED, next_action_at__lt=end)
    if start > now:
        found = found.filter(next_action_at__gte=start)
    return with_people(found).order_by("specialist__user__name", "specialist", "next_action_at", "pk")


def printed_of(user: User) -> QuerySet[DayListPrint]:
    """The lists that this person may know of: their own, a lead those of the team, an administrator all."""
    lists = DayListPrint.objects.select_related("specialist__user", "team")
    if user.is_administrator:
        return lists
    mine = Q(by=user) | Q(specialist__user=user)
    if user.role == Role.LEAD:
        mine |= Q(team__leads=user) | Q(specialist__team__leads=user)
    return lists.filter(mine).distinct()
