"""Whatever becomes of mail and SMS, bookings go on; ``script/outage`` measures how fast."""

import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import World
from tests.faults.installation import ILL, Installation
from tests.faults.mailserver import Mood
from tests.faults.processes import Ticker
from tests.faults.web import PAUSE_SECONDS, Web
from tests.faults.work import wishes

pytestmark = pytest.mark.fault

# How long people book in each mood; at least once.
SECONDS = float(os.environ.get("OUTAGE_SECONDS", "0"))


def test_bookings_go_on_in_every_outage(
    crowd: World, token: str, installation: Installation, ticker: Ticker
) -> None:
    wanted, web = wishes(crowd), Web(installation.web, token)
    ticker.start()
    took: dict[Mood, list[float]] = defaultdict(list)
    for mood in ILL:
        # Side by side in turns, each with nothing left to send.
        for turn in (Mood.WELL, mood):
            if SECONDS:
                installation.settle()
            installation.services.outside.treat(turn)
            took[turn] += book(web, wanted)
    show(took)


def book(web: Web, wanted: Iterator[dict[str, Any]]) -> list[float]:
    """Somebody books for so long; seconds that each booking took."""
    took: list[float] = []
    end = time.monotonic() + SECONDS
    while not took or time.monotonic() < end:
        time.sleep(PAUSE_SECONDS)
        begun = time.perf_counter()
        assert web.book(next(wanted))
        took.append(time.perf_counter() - begun)
    return took


def show(took: dict[Mood, list[float]]) -> None:
    """For whoever runs it by hand: milliseconds."""
    well = _p95(took[Mood.WELL])
    lines = [
        f"{mood.value:>30}: {len(one):5} bookings, median {1000 * statistics.median(one):5.1f}, "
        f"95 of 100 {1000 * _p95(one):5.1f} ms ({_p95(one) / well:.2f})"
        for mood, one in took.items()
    ]
    sys.stderr.write("\n".join(["", *lines, ""]))


def _p95(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]
