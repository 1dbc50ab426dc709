"""A real browser on a live server, at a fixed moment."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.factories import NOW, World

Visit = Callable[..., Page]

# The focus goes where the page wants it a moment after it has loaded; a key pressed before that is lost.
HAS_FOCUS = """() => location.hash || document.activeElement !== document.body
    || ![...document.querySelectorAll("[autofocus]")].some((one) => one.checkVisibility())"""


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


def _press_when_loaded(page: Page) -> None:
    """Let keys wait for a page that is still coming: without its scripts nobody would hear them."""
    press = page.keyboard.press

    def press_when_loaded(key: str, *, delay: float | None = None) -> None:
        page.wait_for_load_state()
        press(key, delay=delay)

    page.keyboard.press = press_when_loaded  # type: ignore[method-assign]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Visit]:
    """Open the site as a person, in a window of its own."""
    contexts: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        # A refused form is answered with 409 or 422, which the browser reports as a failed load; and a
        # request that a newer one replaced, or that the next page cut short, is no fault either.
        harmless = ("status of 4", "htmx:sendAbort", "htmx:afterRequest")
        if message.type in {"error", "warning"} and not any(one in message.text for one in harmless):
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
        _press_when_loaded(page)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        if how.get("java_script_enabled", True):
            page.wait_for_function(HAS_FOCUS)
        return page

    yield open_window
    for context in contexts:
        context.close()
