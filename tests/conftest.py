"""Fixtures that every test may use."""

import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories import NOW, World


@pytest.fixture
def now() -> dt.datetime:
    """Monday 23 November 2026, 9:00 in Amsterdam."""
    return NOW


@pytest.fixture
def world(db: None) -> World:
    """One team with one specialist, a topic of 30 minutes, a lead and an agent."""
    return World()


@pytest.fixture(scope="session")
def no_collected_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty directory in the place of ``collectstatic``'s."""
    return tmp_path_factory.mktemp("staticfiles")


@pytest.fixture(autouse=True)
def _static_files_as_they_are(settings: Settings, no_collected_files: Path) -> None:
    """Pages name static files as they lie in the sources: nothing is collected before tests."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT = str(no_collected_files)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
