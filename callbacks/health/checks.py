"""What there is to know about the services and the sweeps."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import Error
from redis.backoff import NoBackoff
from redis.retry import Retry

from callbacks.clock import database_now
from callbacks.models import ChannelHealth, Heartbeat, Message, StuckRow
from callbacks.states import MessageState
from callbacks.sweeps import SWEEPS

LONGEST_SILENCE = dt.timedelta(minutes=2)
FAILED_WITHIN = dt.timedelta(days=1)
PATIENCE_SECONDS = 1


@dataclass(frozen=True)
class SweepHealth:
    """How long ago a sweep last finished (None: never), and how many of its rows are set aside."""

    age_seconds: float | None
    stuck_rows: int

    @property
    def is_well(self) -> bool:
        """Whether it ran in the last two minutes."""
        return self.age_seconds is not None and self.age_seconds <= LONGEST_SILENCE.total_seconds()


@dataclass(frozen=True)
class WorkHealth:
    """The sweeps by name, the messages that were given up in the last day, and the channels that rest."""

    sweeps: dict[str, SweepHealth]
    failed_messages: int
    channels_down: list[str]


def check_work() -> WorkHealth | None:
    """Read what the workers left in the database; None when it does not answer."""
    try:
        return _read_work(database_now())
    except Error:
        return None


def broker_answers() -> bool:
    """Whether the broker answers a ping within a second."""
    client = redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _read_work(now: dt.datetime) -> WorkHealth:
    seen = dict(Heartbeat.objects.values_list("sweep", "at"))
    stuck = Counter(StuckRow.objects.values_list("sweep", flat=True))
    failed = Message.objects.filter(state=MessageState.FAILED, ended_at__gt=now - FAILED_WITHIN)
    sweeps = {name: SweepHealth(_age(seen.get(name), now), stuck[name]) for name in SWEEPS}
    resting = ChannelHealth.objects.filter(opened_at__isnull=False).order_by("channel")
    return WorkHealth(sweeps, failed.count(), list(resting.values_list("channel", flat=True)))


def _age(at: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if at is None else round((now - at).total_seconds(), 1)
