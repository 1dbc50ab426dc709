"""The weekly letter: what changed in the week of a lead's teams, on Monday at seven, to those who want it."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import User
from availability.models import Team
from availability.models.organisation import next_monday
from callbacks.metrics.changes import Change, changes
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.operations.notices import store
from callbacks.operations.outbox import useful_until
from callbacks.operations.reaching import Fact, House, Staff
from callbacks.permissions import check_export
from callbacks.states import MessageKind

KIND = MessageKind.LEAD_WEEK


@dataclass(frozen=True)
class Week:
    """The last week of a team that was over at ``now`` (UTC)."""

    team: Team
    now: dt.datetime

    @cached_property
    def news(self) -> list[dict[str, Any]]:
        """What changed most, as a message keeps it; nothing where the team wants no letter."""
        if KIND in self.team.muted_messages:
            return []
        topics = {one.pk: one.name for one in self.team.topics.all()}
        scope = Scope(monday=self.monday, weeks=1, teams=(self.team.pk,), zone=self.team.zone, now=self.now)
        return [_told(one, topics) for one in changes(scope, topics)]

    @property
    def monday(self) -> dt.date:
        """Its first day, by the team's clock."""
        return monday_of(self.now, self.team.zone) - A_WEEK

    def fact(self, occasion: str, **more: Any) -> Fact:
        """That there is news of it."""
        given = {"house": House.of(self.team), "details": self.details(self.news)} | more
        return Fact(
            kind=KIND,
            occasion=f"{self.monday.isoformat()}.{occasion}",
            now=self.now,
            look_at=self.now,
            useful_until=useful_until(None, self.now),
            **given,
        )

    def details(self, news: list[dict[str, Any]]) -> dict[str, str]:
        """The values of the words of a letter with this news."""
        return {"week": self.monday.isoformat(), "news": json.dumps(news)}


@transaction.atomic
def write_letters(*, team_ids: Sequence[int], now: dt.datetime) -> int:
    """Write to each lead of these teams about the last week, and set the next letter down for Monday.

    Who leads several teams gets one letter about all of them, but for those in another time zone, where the
    week ends at another moment. Whichever team is looked at first brings it; for the others it is there then.
    A week in which nothing was counted, or nothing changed, is left out. Gives how many letters there are.
    """
    due = list(Team.objects.filter(pk__in=team_ids))
    letters = list(_letters(due, now))
    # Programs elsewhere hear of each team by itself: they may not know of the others.
    told = {week.team.pk: week for _lead, weeks in letters for week in weeks}
    heard = [told[team.pk].fact(str(team.pk)) for team in due if team.pk in told]
    store([_letter(lead, weeks) for lead, weeks in letters], heard=heard)
    for team in due:
        Team.objects.filter(pk=team.pk).update(letter_at=next_monday(now, team.zone))
    return len(letters)


def want_letter(*, by: User, wanted: bool) -> None:
    """Switch the weekly letter on or off for oneself. Raises ``Forbidden``."""
    check_export(by)
    User.objects.filter(pk=by.pk).update(weekly_letter=wanted)


def _letters(due: Sequence[Team], now: dt.datetime) -> Iterator[tuple[User, list[Week]]]:
    """The leads of these teams who want a letter, with the weeks of which each has news; by time zone."""
    led = Prefetch("led_teams", Team.objects.filter(is_active=True).order_by("name", "pk"))
    leads = User.objects.filter(is_active=True, weekly_letter=True, led_teams__in=due)
    weeks: dict[int, Week] = {}
    for lead in leads.distinct().order_by("pk").prefetch_related(led, "led_teams__topics"):
        teams = list(lead.led_teams.all())
        for zone in sorted({team.time_zone for team in due if team in teams}):
            of_zone = [weeks.setdefault(team.pk, Week(team, now)) for team in teams if team.time_zone == zone]
            if found := [week for week in of_zone if week.news]:
                yield lead, found


def _letter(lead: User, weeks: Sequence[Week]) -> Fact:
    first, zone = weeks[0], weeks[0].team.time_zone
    reader = {"leads": (Staff(lead.pk, str(lead), lead.email),)}
    if len(weeks) == 1:
        return first.fact(f"{zone}.{lead.pk}", **reader)
    news = [{"team": week.team.name, **one} for week in weeks for one in week.news]
    details = first.details(news) | {"team": ", ".join(week.team.name for week in weeks)}
    # What is said of other teams is nothing for the mailbox of one.
    house = House.of(first.team)._replace(mailbox="")
    return first.fact(f"{zone}.{lead.pk}", **reader, details=details, house=house)


def _told(change: Change, topics: dict[int, str]) -> dict[str, Any]:
    """A change as the message keeps it: plain values, the topic by its name of today."""
    return {**asdict(change), "topic": topics.get(change.topic, ""), "clear": change.is_clear}
