"""A pytest plugin that starts real PostgreSQL and Valkey before Django reads its settings.

pytest-django reads the settings before any conftest.py is loaded: so this is named with ``-p`` and wraps its
hook.
With pytest-xdist the controller starts the services and its workers find the addresses in their environment.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from script.launcher.errors import LauncherError
from script.launcher.testrun import TestRun

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-and-long-enough-to-be-accepted-as-a-secret-key",
    "DEBUG": "false",
    "DEMO": "true",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
    "PUBLIC_URL": "http://localhost:8000",
    "SECURE_COOKIES": "false",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": "1025",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Set the environment that Django's settings are read from; an address that is given is used as it is."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        try:
            services = TestRun(ROOT / "var" / "test", given=os.environ)
        except LauncherError as error:
            raise pytest.UsageError(str(error)) from error
        early_config.add_cleanup(services.stop)
        os.environ.update(services.urls)
    return (yield)
