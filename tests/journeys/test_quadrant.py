"""Topics are rated and improved upon with the keyboard alone, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from callbacks.models import Improvement, TopicRating
from tests.factories import World
from tests.frontoffice.test_quadrant import contacts
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached with Tab")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_topic_is_rated(world: World, visit: Visit, complaints: list[str], *, scripts: bool) -> None:
    contacts(world, 20)
    page = visit(world.lead, "/look-back/quadrant/", java_script_enabled=scripts)
    tab_to(page, f'a[href*="/topics/{world.topic.slug}/"]')
    page.keyboard.press("Enter")
    tab_to(page, "#id_for_customer")
    page.keyboard.type("2")
    tab_to(page, "#id_for_organisation")
    page.keyboard.type("4")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(str(world.topic))
    expect(page.locator(".quadrant__number")).to_have_text("1")
    rated = TopicRating.objects.get()
    assert (rated.for_customer, rated.for_organisation, rated.by) == (2, 4, world.lead)
    assert complaints == []


def test_an_improvement_is_added_after_what_was_missing_is_filled_in(world: World, visit: Visit) -> None:
    page = visit(world.lead, f"/look-back/quadrant/topics/{world.topic.slug}/")
    tab_to(page, "#id_action")
    page.keyboard.type("voor")
    tab_to(page, "#id_what")
    page.keyboard.type("Brief duidelijker")
    tab_to(page, "#id_due_on")
    page.keyboard.type("11302026")
    tab_to(page, "form[action*='/add/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_contain_text("Kies een eigenaar.")
    assert problems(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_owner")).to_be_focused()
    page.keyboard.type("Lea")
    tab_to(page, "form[action*='/add/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("De verbetering staat op de lijst.")
    made = Improvement.objects.get()
    assert (made.action, made.what, made.owner) == ("pre_empt", "Brief duidelijker", world.lead)
