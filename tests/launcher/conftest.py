"""What all launcher tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.launcher import identity
from tests.launcher.running import Launched, services

# Root is mapped onto an ordinary user id; that user owns the test's files and has no rights beyond.
ORDINARY = identity.NAMESPACE if os.geteuid() == 0 else identity.SAME


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A state directory that does not exist yet, at a path with a space."""
    return tmp_path / "a place"


@pytest.fixture
def running(place: Path) -> Iterator[Launched]:
    """Services that run in the state directory."""
    with services(place) as program:
        yield program
