"""Contacts with the front office: how long they took, and what the agent noted of each."""

import datetime as dt
import random
from typing import NamedTuple

from callbacks.states import ContactResult
from demo.catalogue import REASONS
from demo.rows import ContactRow

# Seconds from turning to the caller until it was done, as a logarithm: the median and how far it spreads.
TOOK = {ContactResult.CALLBACK: (3.3, 0.4), ContactResult.STATUS: (3.1, 0.4)}
TOOK_OTHERWISE = (4.2, 0.6)
# What came in from elsewhere does not say when it began.
ONE_IN_IS_UNTIMED = 15
# The reason that fits whoever asks where their callback is.
NOT_CALLED = REASONS.index("Niet teruggebeld zoals afgesproken") + 1


class Circumstances(NamedTuple):
    """Who is talking, with whom, about what. ``customer_id`` is None for who does not say."""

    customer_id: int | None
    agent_id: int
    channel: str
    topic_id: int


def contact_row(
    key: int,
    of: Circumstances,
    *,
    result: str,
    at: dt.datetime,
    rng: random.Random,
    about_id: int | None = None,
) -> ContactRow:
    """A contact that ended at a UTC instant, as an agent would have noted it."""
    asked, avoidable = rng.random(), result == ContactResult.STATUS or rng.random() > 0.85
    return ContactRow(
        id=key,
        customer_id=of.customer_id,
        agent_id=of.agent_id,
        channel=of.channel,
        topic_id=of.topic_id,
        result=result,
        searched_online=None if asked < 0.3 else asked < 0.6,
        avoidable=avoidable,
        at=at,
        about_id=about_id,
        avoidable_reason_id=_reason(result, rng) if avoidable else None,
        opened_at=_opened_at(result, at, rng),
    )


def _reason(result: str, rng: random.Random) -> int | None:
    """Most agents give one; the key of a reason is its place in the list, from 1."""
    if result == ContactResult.STATUS:
        return NOT_CALLED
    return rng.randint(1, len(REASONS)) if rng.random() < 0.7 else None


def _opened_at(result: str, at: dt.datetime, rng: random.Random) -> dt.datetime | None:
    if rng.randrange(ONE_IN_IS_UNTIMED) == 0:
        return None
    seconds = rng.lognormvariate(*TOOK.get(ContactResult(result), TOOK_OTHERWISE))
    return at - dt.timedelta(seconds=round(min(seconds, 1800)))
