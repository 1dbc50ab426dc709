"""The weekly letter: what changed in a team's week, on Monday at seven, to the leads who want it."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from accounts.models import User
from availability.models import Team
from availability.models.organisation import next_monday
from callbacks.metrics.changes import Change, changes
from callbacks.metrics.scope import A_WEEK, Scope, monday_of
from callbacks.operations.notices import tell_teams
from callbacks.permissions import check_export
from callbacks.states import MessageKind


@transaction.atomic
def write_letters(*, team_ids: Sequence[int], now: dt.datetime) -> int:
    """Write the letter about the last week of these teams, and set the next one down for Monday.

    A week in which nothing was counted, or nothing changed, has none. Gives how many teams have one.
    """
    written = 0
    for team in Team.objects.filter(pk__in=team_ids).prefetch_related("topics"):
        monday = monday_of(now, team.zone) - A_WEEK
        scope = Scope(monday=monday, weeks=1, teams=(team.pk,), zone=team.zone, now=now)
        topics = {one.pk: one.name for one in team.topics.all()}
        if found := changes(scope, topics):
            news = json.dumps([_told(one, topics) for one in found])
            week = monday.isoformat()
            tell_teams(MessageKind.LEAD_WEEK, {team.pk: {"week": week, "news": news}}, occasion=week, now=now)
            written += 1
        Team.objects.filter(pk=team.pk).update(letter_at=next_monday(now, team.zone))
    return written


def want_letter(*, by: User, wanted: bool) -> None:
    """Switch the weekly letter on or off for oneself. Raises ``Forbidden``."""
    check_export(by)
    User.objects.filter(pk=by.pk).update(weekly_letter=wanted)


def _told(change: Change, topics: dict[int, str]) -> dict[str, object]:
    """A change as the message keeps it: plain values, the topic by its name of today."""
    return {**asdict(change), "topic": topics.get(change.topic, ""), "clear": change.is_clear}
