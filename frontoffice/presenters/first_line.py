"""What can be done without a callback: who can take the customer over now, and where else to send them."""

import datetime as dt
from dataclasses import dataclass

from availability.models import Channel, Topic
from callbacks.queries.first_line import TransferCandidate, free_for_transfer
from frontoffice.presenters import moments

# Who is free longest comes first; nobody tries more colleagues while the customer waits.
SHOWN = 3


@dataclass(frozen=True)
class Colleague:
    """A specialist who can take the customer over; ``until`` is a local time, with its day when not today."""

    pk: int
    name: str
    extension: str
    until: str


@dataclass(frozen=True)
class Referral:
    """A channel to refer to, marked when it is one of this topic's."""

    value: str
    label: str
    mark: str


@dataclass(frozen=True)
class FirstLine:
    """The first line's means for a topic; without a topic nobody can be named."""

    topic: Topic | None
    colleagues: list[Colleague]
    referrals: list[Referral]


def first_line(topic: Topic | None, *, now: dt.datetime) -> FirstLine:
    """The means at a UTC instant."""
    free = free_for_transfer(topic=topic, now=now)[:SHOWN] if topic else []
    return FirstLine(
        topic=topic,
        colleagues=[_colleague(one, now) for one in free],
        referrals=_referrals(topic),
    )


def _colleague(candidate: TransferCandidate, now: dt.datetime) -> Colleague:
    specialist, until = candidate
    same_day = moments.today(until) == moments.today(now)
    return Colleague(
        pk=specialist.pk,
        name=str(specialist),
        extension=specialist.extension,
        until=moments.clock(until) if same_day else moments.day_clock(until, now),
    )


def _referrals(topic: Topic | None) -> list[Referral]:
    """All channels: the topic's preferred ones first, then those that support it, discouraged ones last."""
    topic = topic or Topic()
    order = [*topic.preferred_channels, *topic.supporting_channels, *Channel.values]
    found = [
        Referral(
            value=channel.value,
            label=str(channel.label),
            mark=topic.channel_mark(channel),
        )
        for channel in Channel
    ]
    return sorted(found, key=lambda one: (one.mark == "discouraged", order.index(one.value)))
