"""Honest statistics: how sure a share is, and when a change is more than chance. Plain values only."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from operator import mul

# Below this number a share or a middle says little, and every page says so.
SMALL = 20
# The normal distribution holds 95% of its values within so many standard deviations.
Z95 = 1.959964
# Run rules for control charts: eight in a row on one side of the middle, six steps in a row in one direction.
SHIFT = 8
TREND = 6


@dataclass(frozen=True)
class Share:
    """So many (``met``) of ``n``; without any, ``rate`` is None."""

    met: int = 0
    n: int = 0

    @property
    def rate(self) -> float | None:
        """Between 0 and 1."""
        return self.met / self.n if self.n else None

    @property
    def is_small(self) -> bool:
        """Whether the number is too small to tell much."""
        return self.n < SMALL

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval: where the true rate lies, 95 times in a hundred. Nothing counted: anywhere.

        It never leaves 0 to 1, and is right for small numbers and for extreme shares too.
        """
        if not self.n:
            return 0.0, 1.0
        rate, n = self.met / self.n, self.n
        middle = rate + Z95**2 / (2 * n)
        reach = Z95 * math.sqrt(rate * (1 - rate) / n + Z95**2 / (4 * n * n))
        whole = 1 + Z95**2 / n
        # Rounding must not push a bound past the share itself: 0 of n and n of n touch the edge.
        return max(0.0, min(rate, (middle - reach) / whole)), min(1.0, max(rate, (middle + reach) / whole))


def differ(one: Share, other: Share) -> bool:
    """Whether two shares differ by more than chance brings about: their intervals do not overlap."""
    (low, high), (low_other, high_other) = one.interval, other.interval
    return low > high_other or low_other > high


def total(shares: Iterable[Share]) -> Share:
    """Several shares as one."""
    found = list(shares)
    return Share(sum(one.met for one in found), sum(one.n for one in found))


@dataclass(frozen=True)
class Place:
    """Where among ``n`` values in order the one lies below which a ``share`` of them lies.

    Drawn straight between its neighbours, which ``below`` and ``above`` number from 0, as PostgreSQL does.
    """

    n: int
    share: float

    @property
    def below(self) -> int:
        """The number of the neighbour that is not greater."""
        return math.floor(self.share * (self.n - 1))

    @property
    def above(self) -> int:
        """The number of the neighbour that is not less."""
        return min(self.below + 1, self.n - 1)

    def between(self, below: float, above: float) -> float:
        """The value itself, from those of the neighbours."""
        return below + (above - below) * (self.share * (self.n - 1) - self.below)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share of all lies."""
    if not ordered:
        return None
    place = Place(len(ordered), share)
    return place.between(ordered[place.below], ordered[place.above])


def middle_mean(values: Iterable[float]) -> float:
    """The mean of the middle half of all values (the interquartile mean); of none, 0.

    The quarter at either end is left out, values on its edge with the part that belongs to the middle.
    """
    ordered = sorted(values)
    edge = len(ordered) / 4
    weights = [max(0.0, min(place + 1, 3 * edge) - max(place, edge)) for place in range(len(ordered))]
    return sum(map(mul, ordered, weights)) / (2 * edge) if ordered else 0.0


class Signal(StrEnum):
    """What in a control chart is more than chance."""

    OUTSIDE = "outside"
    SHIFT = "shift"
    TREND = "trend"


@dataclass(frozen=True)
class Point:
    """One period of a p-chart, with the limits that chance alone would keep its rate within."""

    share: Share
    low: float
    high: float
    signals: frozenset[Signal]


def p_chart(shares: Sequence[Share]) -> tuple[float | None, list[Point]]:
    """The overall rate, and each period with its limits (three standard deviations) and what stands out.

    A period without anything counted has no rate: it has the widest limits, no signals, and interrupts runs.
    """
    middle = total(shares).rate
    if middle is None:
        return None, [Point(one, 0.0, 1.0, frozenset()) for one in shares]
    shifted, trending = _in_shift(shares, middle), _in_trend(shares)
    points = []
    for number, share in enumerate(shares):
        low, high = _limits(middle, share.n)
        outside = share.rate is not None and not low <= share.rate <= high
        found = {Signal.OUTSIDE: outside, Signal.SHIFT: number in shifted, Signal.TREND: number in trending}
        points.append(Point(share, low, high, frozenset(signal for signal, is_so in found.items() if is_so)))
    return middle, points


def _limits(middle: float, n: int) -> tuple[float, float]:
    if not n:
        return 0.0, 1.0
    reach = 3 * math.sqrt(middle * (1 - middle) / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _in_shift(shares: Sequence[Share], middle: float) -> set[int]:
    sides = [_side(one.rate, middle) for one in shares]
    return {number for side, run in _runs(sides) if side and len(run) >= SHIFT for number in run}


def _in_trend(shares: Sequence[Share]) -> set[int]:
    steps = [_side(other.rate, one.rate) for one, other in pairwise(shares)]
    rising_or_falling = (run for step, run in _runs(steps) if step and len(run) >= TREND)
    # A step joins two periods: both ends belong to the run.
    return {number for run in rising_or_falling for number in (*run, run[-1] + 1)}


def _side(rate: float | None, other: float | None) -> int:
    """1 above the other, -1 below it, 0 when equal or unknown."""
    if rate is None or other is None:
        return 0
    return (rate > other) - (rate < other)


def _runs(values: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Equal neighbours together: their value, and their places."""
    for value, members in groupby(enumerate(values), key=lambda pair: pair[1]):
        yield value, [place for place, _value in members]
