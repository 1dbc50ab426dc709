"""Full days ahead: where the front office will have to refuse, told while time can still be added."""

import datetime as dt
from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef

from availability.models import Specialist, Team
from availability.models.organisation import next_morning
from callbacks.operations.notices import tell_teams
from callbacks.queries.slots import free_slots, published_slots, slots_of
from callbacks.states import MessageKind

DAYS_AHEAD = 7


@transaction.atomic
def tell_full_days(*, team_ids: Sequence[int], now: dt.datetime) -> int:
    """Tell the leads of these teams which of the coming seven days are full, and look again in the morning.

    A day is full when time was published for one of the team's topics and nobody can take a call any more.
    The same days are told once, until others join or leave them. Gives how many teams have such days.
    """
    members = Specialist.objects.filter(team=OuterRef("pk"), is_active=True).values("pk")
    teams = Team.objects.filter(pk__in=team_ids).annotate(members=ArraySubquery(members))
    found = {team: days for team in teams if (days := _full_days(team, now))}
    for team, days in found.items():
        said = ",".join(day.isoformat() for day in days)
        tell_teams(MessageKind.LEAD_FULL_DAYS, {team.pk: {"days": said}}, occasion=said, now=now)
    for team in teams:
        Team.objects.filter(pk=team.pk).update(look_ahead_at=next_morning(now, team.zone))
    return len(found)


def _full_days(team: Team, now: dt.datetime) -> list[dt.date]:
    midnight = dt.datetime.combine(now.astimezone(team.zone).date(), dt.time(0), team.zone)
    start, end = (midnight + dt.timedelta(days=days) for days in (1, DAYS_AHEAD + 1))
    members: set[int] = set(vars(team)["members"])
    full: set[dt.date] = set()
    free: set[dt.date] = set()
    for topic in team.topics.filter(is_active=True):
        for slots, days in ((published_slots, full), (free_slots, free)):
            here = slots_of(slots(topic=topic, start=start, end=end, now=now), members)
            days |= {slot.starts_at.astimezone(team.zone).date() for slot in here}
    return sorted(full - free)
