"""Channels that are away: the leads hear of it, for what their people would be told does not arrive."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from availability.models import Team
from callbacks.models import ChannelHealth
from callbacks.operations.notices import tell_teams
from callbacks.states import MessageKind


@transaction.atomic
def tell_channels_down(*, channels: Sequence[str], now: dt.datetime) -> int:
    """Tell the leads of all teams, once for each time that one of these channels goes down.

    The caller has found that they have been down for long enough, and has their rows locked. Gives how many
    channels were told of.
    """
    teams = list(Team.objects.filter(is_active=True).values_list("pk", flat=True))
    found = ChannelHealth.objects.filter(pk__in=channels, opened_at__isnull=False)
    down = {one.channel: one.opened_at for one in found if one.opened_at}
    for channel, since in down.items():
        said = {"channel": channel, "since": since.isoformat()}
        # By mail as well: where mail itself is down it waits, and the list in the application has it at once.
        occasion = f"{channel}.{since.isoformat()}"
        tell_teams(MessageKind.LEAD_CHANNEL_DOWN, dict.fromkeys(teams, said), occasion=occasion, now=now)
    return found.update(told_of=F("opened_at"))
