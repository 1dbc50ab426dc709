"""Fixtures that every test may use."""

import datetime as dt
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from script.launcher.browser import find_chromium
from tests.emptying import empty_fast
from tests.factories import NOW, World
from tests.services import TEMPLATE
from tests.twice import work_twice

# Before any test module keeps a sweep of its own.
work_twice()
empty_fast()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun early, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Databases of tests are copied from one that has been migrated."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(TEMPLATE)


@pytest.fixture
def now() -> dt.datetime:
    """Monday 23 November 2026, 9:00 in Amsterdam."""
    return NOW


@pytest.fixture
def world(db: None) -> World:
    """One team with one specialist, a topic of 30 minutes, a lead and an agent."""
    return World()


@pytest.fixture
def _uncounted() -> None:
    """As if nobody had asked for a customer's page in the last minute, which stands still for tests."""
    cache.delete("customer-page:127.0.0.1")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files as they lie in the sources: nothing is collected before tests. Passwords hashed fast.

    Tests that run at the same time share one cache, so each worker has a part of its own.
    """
    own_part = {**settings.CACHES["default"], "KEY_PREFIX": os.environ.get("PYTEST_XDIST_WORKER", "alone")}
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        CACHES={"default": own_part},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_ROOT=str(tmp_path_factory.mktemp("staticfiles")),
        STORAGES={**settings.STORAGES, "staticfiles": storage},
    ):
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for each process; without it these tests are skipped, except in CI."""
    path = find_chromium()
    if not path and os.environ.get("CI") != "true":
        pytest.skip("browser tests need Chromium on PATH")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        # The driver runs an event loop in this thread; Django would refuse the database because of it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield running
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        running.close()
