"""A real browser on a live server, at a fixed moment."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.factories import NOW, World

NAMES = ("chromium", "chromium-browser", "google-chrome")
Visit = Callable[..., Page]


def chromium() -> str:
    """Where the system's Chromium is, or empty."""
    return next((path for path in map(shutil.which, NAMES) if path), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one these tests are skipped, except where it must be there."""
    path = chromium()
    if not path and os.environ.get("CI") != "true":
        pytest.skip("browser tests need Chromium on PATH")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=path or None, args=arguments)
        # The driver runs an event loop in this thread; Django would refuse the database because of it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield running
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        running.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    """The same small world, committed, so that the server sees it."""
    return World(capacity=2)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def complaints() -> list[str]:
    """What browsers wrote to their consoles: errors, warnings, violations of the security policy."""
    return []


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Visit]:
    """Open the site as a person, in a window of its own."""
    contexts: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        # A refused form is answered with 409 or 422, which the browser reports as a failed load.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(message.text)

    def open_window(
        user: User | None, address: str, *, width: int = 1280, height: int = 720, **how: str
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            **how,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if user:
            session = Client()
            session.force_login(user)
            value = session.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
            )
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_window
    for context in contexts:
        context.close()
