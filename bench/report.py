"""What was measured, as tables to read and as JSON to keep."""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.booking import MINIMAL, Tally
from bench.timing import Timing


@dataclass
class Report:
    """All results of one run; ``load`` is the machine's own at the start, in running processes."""

    load: float = field(default_factory=lambda: os.getloadavg()[0])
    timings: list[Timing] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    desks: list[Tally] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The tables."""
        yield f"Python {platform.python_version()}, {os.cpu_count()} cores, load {self.load:.1f} before"
        if self.timings:
            yield (
                f"\n{'median ms':62} {'size':>9} {'ours':>8} {'SQL':>8} {'ratio':>6} {'growth':>7} {'p95':>8}"
            )
            yield from map(self._timing, self.timings)
        if self.tallies:
            yield (
                f"\n{'bookings':14} {'clients':>7} {'size':>9} {'a second':>9} {'median ms':>10}"
                f" {'p95 ms':>8} {'of minimal':>11} {'growth':>7} {'failed':>7}"
            )
            yield from map(self._tally, self.tallies)

        if self.desks:
            yield (
                f"\n{'agents at once':24} {'agents':>7} {'size':>9} {'a second':>9} {'median ms':>10}"
                f" {'p95 ms':>8} {'failed':>7}"
            )
            yield from map(self._desk, self.desks)

    def _timing(self, one: Timing) -> str:
        return (
            f"{one.what:62} {one.size:9,} {one.ours:8.2f} {one.sql:8.2f} {one.ratio:6.2f}"
            f" {self.growth(one):7.2f} {one.p95:8.2f}"
        )

    def _tally(self, one: Tally) -> str:
        return (
            f"{one.what:14} {one.clients:7} {one.size:9,} {one.throughput:9.1f} {one.median:10.1f}"
            f" {one.p95:8.1f} {self.share(one):11.2f} {self.slowdown(one):7.2f} {len(one.failures):7}"
        )

    def _desk(self, one: Tally) -> str:
        return (
            f"{one.what:24} {one.clients:7} {one.size:9,} {one.throughput:9.1f} {one.median:10.1f}"
            f" {one.p95:8.1f} {len(one.failures):7}"
        )

    def growth(self, one: Timing) -> float:
        """How many times as long as at the smallest size."""
        same = [other for other in self.timings if other.what == one.what]
        return one.ours / min(same, key=lambda other: other.size).ours

    def slowdown(self, one: Tally) -> float:
        """How many times as long a booking takes as at the smallest size."""
        same = [other for other in self.tallies if (other.what, other.clients) == (one.what, one.clients)]
        return min(same, key=lambda other: other.size).throughput / one.throughput

    def share(self, one: Tally) -> float:
        """Throughput as a part of that of the minimal view."""
        beside = (MINIMAL, one.size, one.clients)
        minimal = next(other for other in self.tallies if (other.what, other.size, other.clients) == beside)
        return one.throughput / minimal.throughput

    def write(self, path: Path) -> None:
        """Keep everything as JSON."""
        path.write_text(json.dumps(self._facts(), indent=1))

    def _facts(self) -> dict[str, Any]:
        return {
            "load": self.load,
            "timings": [
                {**vars(one), "ratio": one.ratio, "growth": self.growth(one)} for one in self.timings
            ],
            "bookings": [
                {
                    "what": one.what,
                    "size": one.size,
                    "clients": one.clients,
                    "done": len(one.latencies),
                    "failures": one.failures,
                    "a_second": one.throughput,
                    "median": one.median,
                    "p95": one.p95,
                    "of_minimal": self.share(one),
                    "growth": self.slowdown(one),
                }
                for one in self.tallies
            ],
            "desks": [
                {
                    "what": one.what,
                    "size": one.size,
                    "agents": one.clients,
                    "done": len(one.latencies),
                    "failures": one.failures,
                    "a_second": one.throughput,
                    "median": one.median,
                    "p95": one.p95,
                }
                for one in self.desks
            ],
        }
