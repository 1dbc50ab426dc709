"""How the outbox, the channels and the workers are, for administrators and for machines that watch."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet

from callbacks.clock import Moment
from callbacks.models import ChannelHealth, Message, Promise, WorkerBeat
from callbacks.states import TO_PEOPLE, MessageChannel, MessageState

# For so long a channel may be away before people are told.
DOWN_AFTER = dt.timedelta(minutes=2)
LATELY = dt.timedelta(minutes=15)
GONE_AFTER = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Queue:
    """What waits on a channel: how much, since when (UTC), and how its other side is."""

    channel: MessageChannel
    waiting: int
    oldest: dt.datetime | None
    health: ChannelHealth

    def is_down(self, now: dt.datetime) -> bool:
        """Whether it has been away for so long that people should know."""
        return self.health.opened_at is not None and self.health.opened_at <= now - DOWN_AFTER


@dataclass(frozen=True)
class Failure:
    """Messages of a channel that failed for one reason and that nobody passed on yet.

    ``retryable`` of them are still of use.
    """

    channel: MessageChannel
    reason: str
    number: int
    since: dt.datetime
    retryable: int


@dataclass(frozen=True)
class Dwell:
    """How long the messages of a channel that went out lately had waited."""

    channel: MessageChannel
    number: int
    mean: dt.timedelta
    longest: dt.timedelta


def queues(channels: Iterable[str]) -> list[Queue]:
    """Each of these channels, and any other on which something waits or that was ever down. Two queries."""
    pending = Message.objects.filter(state=MessageState.PENDING).order_by()
    found = {
        row["channel"]: row
        for row in pending.values("channel").annotate(waiting=Count("pk"), oldest=Min("created_at"))
    }
    health = ChannelHealth.objects.in_bulk()
    names = [one for one in MessageChannel if one in {*channels, *found, *health}]
    return [
        Queue(
            channel=name,
            waiting=found[name]["waiting"] if name in found else 0,
            oldest=found[name]["oldest"] if name in found else None,
            health=health.get(name) or ChannelHealth(channel=name),
        )
        for name in names
    ]


def down(now: Moment) -> list[ChannelHealth]:
    """The channels that have been away for so long that people should know, the longest first."""
    return list(ChannelHealth.objects.filter(opened_at__lte=now - DOWN_AFTER).order_by("opened_at"))


def untold(now: Moment) -> QuerySet[ChannelHealth]:
    """Those of them of which the leads have not been told yet."""
    long_down = ChannelHealth.objects.filter(opened_at__lte=now - DOWN_AFTER)
    return long_down.filter(Q(told_of__isnull=True) | ~Q(told_of=F("opened_at"))).order_by("opened_at")


def failures(now: dt.datetime) -> list[Failure]:
    """What people were not told and nobody passed on, by channel and reason, the most first."""
    grouped = (
        Message.objects.filter(state=MessageState.FAILED, handled_at__isnull=True, channel__in=TO_PEOPLE)
        .order_by()
        .values("channel", "last_error")
        .annotate(
            number=Count("pk"),
            since=Min("ended_at"),
            retryable=Count("pk", filter=Q(useful_until__gt=now)),
        )
        .order_by("-number", "channel", "last_error")
    )
    return [
        Failure(
            channel=MessageChannel(row["channel"]),
            reason=row["last_error"],
            number=row["number"],
            since=row["since"],
            retryable=row["retryable"],
        )
        for row in grouped
    ]


def dwell(now: dt.datetime) -> list[Dwell]:
    """Per channel, how long it took from the fact to the delivery in the last quarter of an hour."""
    took = ExpressionWrapper(F("ended_at") - F("created_at"), DurationField())
    sent = Message.objects.filter(state=MessageState.SENT, ended_at__gt=now - LATELY).order_by()
    rows = sent.values("channel").annotate(number=Count("pk"), mean=Avg(took), longest=Max(took))
    return [Dwell(MessageChannel(row["channel"]), row["number"], row["mean"], row["longest"]) for row in rows]


def workers(now: dt.datetime) -> list[WorkerBeat]:
    """Who was at work in the last hour, by name."""
    return list(WorkerBeat.objects.filter(at__gt=now - GONE_AFTER).order_by("name"))


def overdue(now: dt.datetime) -> int:
    """How many promises are broken and still open."""
    return Promise.objects.overdue(now).count()
