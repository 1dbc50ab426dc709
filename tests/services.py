"""A pytest plugin that starts real PostgreSQL and Valkey before Django reads its settings.

pytest-django reads the settings before any conftest.py is loaded: so this is named with ``-p`` and wraps its
hook. With pytest-xdist the controller starts the services; its workers inherit the addresses.
"""

import os
from collections.abc import Generator

import pytest

from script.launcher import migrated
from script.launcher.environment import ROOT
from script.launcher.errors import LauncherError
from script.launcher.testrun import ENVIRONMENT, ServicesForTests
from script.launcher.translations import compile_messages

KEPT = ROOT / "var" / "test"
# The database that those of the tests are copied from; none on a server that was given.
TEMPLATE = "TEST_DATABASE_TEMPLATE"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Set the environment that Django's settings are read from; an address that is given is used as it is."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        compile_messages(ROOT)
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        try:
            services = ServicesForTests(KEPT, given=os.environ)
            early_config.add_cleanup(services.stop)
            own = "DATABASE_URL" not in os.environ
            os.environ.update(services.urls)
            if own:
                os.environ[TEMPLATE] = migrated.provide(services.urls["DATABASE_URL"], kept=KEPT)
        except LauncherError as error:
            raise pytest.UsageError(str(error)) from error
        os.environ.setdefault("STATIC_ROOT", str(services.static))
    return (yield)
