"""Fixtures that every test may use."""

import datetime as dt

import pytest

from tests.factories import NOW, World


@pytest.fixture
def now() -> dt.datetime:
    """Monday 23 November 2026, 9:00 in Amsterdam."""
    return NOW


@pytest.fixture
def world(db: None) -> World:
    """One team with one specialist, a topic of 30 minutes, a lead and an agent."""
    return World()
