"""The board refreshes itself, can be paused, and says when it could not."""

import pytest
from playwright.sync_api import expect

from tests.factories import World, at
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_new_row_appears_without_a_reload(world: World, visit: Visit, complaints: list[str]) -> None:
    page = visit(world.lead, "/board/?tile=at_risk")
    made = world.book(at(9))
    expect(page.locator(f"#row-{made.reference}")).to_be_visible(timeout=15_000)
    assert complaints == []


def test_a_paused_board_stays_as_it_is(world: World, visit: Visit) -> None:
    page = visit(world.lead, "/board/?tile=at_risk")
    page.locator("[data-pause]").click()
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(11_000)
    assert asked == []


def test_a_failed_refresh_says_that_the_numbers_are_old(world: World, visit: Visit) -> None:
    page = visit(world.lead, "/board/")
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    expect(page.locator("[data-stale]")).to_be_hidden(timeout=15_000)
