"""Fixtures that every test may use."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.factories import NOW, World


@pytest.fixture
def now() -> dt.datetime:
    """Monday 23 November 2026, 9:00 in Amsterdam."""
    return NOW


@pytest.fixture
def world(db: None) -> World:
    """One team with one specialist, a topic of 30 minutes, a lead and an agent."""
    return World()


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files as they lie in the sources: nothing is collected before tests. Passwords hashed fast."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_ROOT=str(tmp_path_factory.mktemp("staticfiles")),
        STORAGES={**settings.STORAGES, "staticfiles": storage},
    ):
        yield
