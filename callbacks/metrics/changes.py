"""What changed most from one period to another, and through which topic."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from callbacks.metrics import contacts, promises
from callbacks.metrics.scope import A_WEEK, Scope
from callbacks.metrics.statistics import Share, differ, total

# So many weeks before are the measure.
WEEKS_BEFORE = 4


@dataclass(frozen=True)
class Change:
    """A figure (a name of ``figures``) ``now`` and ``before``.

    ``topic`` (key) accounts for half of the change or more, with its share ``there``; 0 when none does.
    """

    figure: str
    now: Share
    before: Share
    topic: int = 0
    there: Share = field(default_factory=Share)

    @property
    def distance(self) -> float:
        """How many standard deviations apart; 0 when either is unknown."""
        if not self.now.n or not self.before.n:
            return 0.0
        rate = (self.now.met + self.before.met) / (self.now.n + self.before.n)
        deviation = math.sqrt(rate * (1 - rate) * (1 / self.now.n + 1 / self.before.n))
        return (
            abs(self.now.met / self.now.n - self.before.met / self.before.n) / deviation if deviation else 0.0
        )

    @property
    def is_clear(self) -> bool:
        """Whether it is more than chance brings about."""
        return differ(self.now, self.before)


def changes(scope: Scope, topics: Iterable[int], *, most: int = 4) -> list[Change]:
    """The figures of a scope that changed most from the four weeks before it, the clearest first.

    ``topics`` (keys) are those that may account for it.
    """
    now = figures(scope)
    before = figures(replace(scope, monday=scope.monday - A_WEEK * WEEKS_BEFORE, weeks=WEEKS_BEFORE))
    found = [Change(name, now[name], before[name]) for name in now]
    changed = sorted((one for one in found if one.distance), key=lambda one: -one.distance)[:most]
    by_topic = {key: figures(replace(scope, topic=key)) for key in topics} if changed else {}
    return [_with_reason(one, {key: all_[one.figure] for key, all_ in by_topic.items()}) for one in changed]


def figures(scope: Scope) -> dict[str, Share]:
    """The shares that the letter chooses from."""
    kept, _weeks = promises.kept(scope)
    refused, _weeks_of_demand = contacts.unmet_demand(scope)
    answers = contacts.answers(scope)
    return {
        "kept": kept.kept_share,
        "spoken": kept.spoken_share,
        "first": kept.first_share,
        "refused": refused,
        "avoidable": total(one.avoidable for one in answers),
        "searched": total(one.searched for one in answers),
        "transfers": total(contacts.transfers(scope).values()),
    }


def _with_reason(change: Change, shares: Mapping[int, Share]) -> Change:
    """The same with the topic that moved it most from the rate before; ``shares`` by topic."""
    usual = change.before.rate or 0.0
    whole = change.now.met - change.now.n * usual
    parts = {topic: (one.met - one.n * usual) / whole for topic, one in shares.items()}
    topic = max(parts, key=lambda key: parts[key], default=0)
    if not topic or parts[topic] < 0.5:
        return change
    return replace(change, topic=topic, there=shares[topic])
