"""The benchmark at a tiny size: that it runs and compares what it says. No times are judged here."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from script.launcher.environment import ROOT

SIZES = [100, 200]
QUICK = ["--sizes", "100,200", "--rounds", "1", "--seconds", "0.2", "--closed", "500"]
# Fifty agents at once are more than a busy machine takes: they are measured, not tested.
QUICK += ["--only", "slots", "board", "queue", "search", "sweep", "booking"]

pytestmark = [pytest.mark.fault, pytest.mark.long]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run may put things."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def facts(place: Path) -> Any:
    """What one quick run wrote; it makes its own databases on the server of the tests."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", *QUICK, "--json", str(place / "facts.json")],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(place / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((place / "facts.json").read_text())


def test_every_question_is_answered_at_every_size(facts: Any) -> None:
    asked = Counter(one["what"] for one in facts["timings"])
    assert len(asked) == 20
    assert set(asked.values()) == {len(SIZES)}


def test_growth_is_counted_from_the_smallest_size(facts: Any) -> None:
    assert {one["growth"] for one in facts["timings"] if one["size"] == 100} == {1.0}


def test_page_api_and_minimal_view_book_with_few_and_many_clients(facts: Any) -> None:
    ways = Counter((one["what"], one["clients"]) for one in facts["bookings"])
    assert len(ways) == 9
    assert set(ways.values()) == {len(SIZES)}


def test_no_booking_fails(facts: Any) -> None:
    assert [one["failures"] for one in facts["bookings"] if one["failures"] or not one["done"]] == []


def test_no_data_are_left_behind(facts: Any, place: Path) -> None:
    assert {path.name for path in (place / "data").iterdir()} == {"lock", "children.lock"}
