"""Comparing two ways to do one thing, while the machine does other things as well."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench.sites import Site

WARM_UP = 2


@dataclass(frozen=True)
class Case:
    """Something the product does, and plain SQL that does the same. Both give the same, if anything."""

    what: str
    ours: Callable[[], Any]
    sql: Callable[[], Any]

    def check(self) -> None:
        """Compare a plain sentence of both answers."""
        ours, sql = self.ours(), self.sql()
        assert ours == sql, f"{self.what}: {ours!r} is not {sql!r}"


@dataclass(frozen=True)
class Timing:
    """Median milliseconds of both ways at one size, and what 95 of 100 of ours stay below."""

    what: str
    size: int
    ours: float
    sql: float
    p95: float

    @property
    def ratio(self) -> float:
        """How many times as long as plain SQL."""
        return self.ours / self.sql


def query(sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def measure(cases: Mapping[Site, Sequence[Case]], *, rounds: int) -> list[Timing]:
    """Time all cases on all sites, taken in turns so that a busy moment hits everything alike."""
    taken: defaultdict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for _round in range(rounds + WARM_UP):
        for site, own in cases.items():
            site.use()
            for case in own:
                taken[case.what, site.size].append((milliseconds(case.ours), milliseconds(case.sql)))
    return [_timing(what, size, pairs[WARM_UP:]) for (what, size), pairs in sorted(taken.items())]


def _timing(what: str, size: int, pairs: Sequence[tuple[float, float]]) -> Timing:
    ours, sql = zip(*pairs, strict=True)
    return Timing(what, size, statistics.median(ours), statistics.median(sql), p95(ours))


def p95(times: Iterable[float]) -> float:
    """What 95 of 100 stay below."""
    ordered = sorted(times)
    return ordered[int(len(ordered) * 0.95)]


def milliseconds(action: Callable[[], object]) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000
