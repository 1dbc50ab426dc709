"""The circuit breaker of each channel, in PostgreSQL: all workers see the same, and it survives them.

Closed, messages go out. After ``THRESHOLD`` temporary failures in a row it opens: messages wait, and no try
is counted against them. When its pause is over one worker sends one message; that closes it or doubles the
pause.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from callbacks.models import ChannelHealth

THRESHOLD = 3
FIRST_PAUSE = dt.timedelta(seconds=15)
# A channel that is back is noticed within this time, and its messages go out soon after.
LONGEST_PAUSE = dt.timedelta(minutes=2)
# Failures of workers that were under way when it opened do not push the next try away.
COUNT_FAILURE = """
INSERT INTO callbacks_channelhealth AS health (channel, failures, failed_at, last_error)
VALUES (%(channel)s, 1, clock_timestamp(), %(error)s)
ON CONFLICT (channel) DO UPDATE SET
  failures = health.failures + 1,
  failed_at = excluded.failed_at,
  last_error = excluded.last_error,
  opened_at = CASE WHEN health.failures + 1 >= %(threshold)s
    THEN coalesce(health.opened_at, clock_timestamp()) END,
  probe_at = CASE WHEN health.failures + 1 >= %(threshold)s
    THEN clock_timestamp() + least(
      %(first)s * power(2, least(health.failures + 1 - %(threshold)s, 10)), %(longest)s
    ) END
"""


class Breakers:
    """What a worker knows of the channels while it delivers one batch."""

    def __init__(self) -> None:
        self._health = ChannelHealth.objects.in_bulk()
        self._probing: set[str] = set()

    def resting(self, now: dt.datetime) -> dict[str, dt.datetime]:
        """The channels that rest, and until when (UTC)."""
        return {
            channel: health.probe_at
            for channel, health in self._health.items()
            if health.probe_at and health.probe_at > now
        }

    def rests_until(self, channel: str, now: dt.datetime) -> dt.datetime | None:
        """Until when messages of a channel must wait (UTC); None when one may be sent now.

        Who is told that a resting channel may be tried is the only one, until the next pause is over.
        """
        health = self._health.get(channel)
        if health is None or health.probe_at is None or channel in self._probing:
            return None
        if health.probe_at > now:
            return health.probe_at
        if not self._may_probe(health, now):
            return now + FIRST_PAUSE
        self._probing.add(channel)
        return None

    def failed(self, channel: str, error: str) -> None:
        """Count a temporary failure."""
        values: dict[str, Any] = {
            "channel": channel,
            "error": error,
            "threshold": THRESHOLD,
            "first": FIRST_PAUSE,
            "longest": LONGEST_PAUSE,
        }
        with connection.cursor() as cursor:
            cursor.execute(COUNT_FAILURE, values)
        self._probing.discard(channel)
        self._health[channel] = ChannelHealth.objects.get(channel=channel)

    def answered(self, channel: str) -> None:
        """The other side accepted or refused a message: it is there."""
        health = self._health.get(channel)
        if health is None or not health.failures:
            return
        ChannelHealth.objects.filter(channel=channel).update(failures=0, opened_at=None, probe_at=None)
        self._health[channel] = ChannelHealth(channel=channel)
        self._probing.discard(channel)

    def _may_probe(self, health: ChannelHealth, now: dt.datetime) -> bool:
        """Take the one try, by compare-and-set; whoever dies with it leaves it to the next pause."""
        due = ChannelHealth.objects.filter(channel=health.channel, probe_at__lte=now)
        return due.update(probe_at=Now() + LONGEST_PAUSE) == 1
