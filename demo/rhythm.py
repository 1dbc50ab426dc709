"""When people call and what about: the rhythm of the week, and what is asked for most."""

import datetime as dt
from collections.abc import Mapping, Sequence

from demo.improving import PLANS
from demo.organisation import TopicFacts

# From Monday: how much of what is published is asked for, beside the busiest moment.
BY_WEEKDAY = (1.0, 0.8, 0.6, 0.7, 0.5, 0.3, 0.3)
BY_HOUR: Mapping[int, float] = {9: 0.8, 10: 1.0, 11: 0.85, 13: 0.55, 14: 0.7, 15: 0.5, 16: 0.35}
AT_OTHER_HOURS = 0.25
# Asked for so many times as often as the others.
POPULAR: Mapping[str, int] = {
    "afvalstoffenheffing": 4,
    "bezwaar-woz": 3,
    "bijstandsuitkering": 4,
    "melding-openbare-ruimte": 3,
    "omgevingsvergunning": 3,
    "parkeervergunning": 4,
    "paspoort": 3,
    "rijbewijs": 4,
    "wmo-hulp": 3,
}
# How long ago in days something was done about a topic, and what share of its contacts is left.
IMPROVED = {plan.topic: plan.settled for plan in PLANS if plan.state == "done"}
SINCE_IMPROVED = 0.5


def rush(local: dt.datetime) -> float:
    """How busy a local moment is, from 0 to 1."""
    return BY_WEEKDAY[local.weekday()] * BY_HOUR.get(local.hour, AT_OTHER_HOURS)


def popularity(topics: Sequence[TopicFacts], *, days_ago: int) -> list[float]:
    """How often each of these topics was asked for so long ago: less once something was done about it."""
    return [
        POPULAR.get(one.slug, 1) * (SINCE_IMPROVED if days_ago < IMPROVED.get(one.slug, 0) else 1)
        for one in topics
    ]
