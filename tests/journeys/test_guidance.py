"""An administrator writes guidance, and looks at it before the front office does."""

import pytest
from playwright.sync_api import Page

from availability.models import Topic
from tests.administration import page as address_of
from tests.factories import World
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def preview(page: Page) -> Page:
    """Press the button; what opens in the new tab."""
    with page.context.expect_page() as opened:
        page.locator("input[formtarget=_blank]").click()
    shown: Page = opened.value
    shown.wait_for_load_state()
    return shown


def test_guidance_is_seen_before_it_is_saved(world: World, visit: Visit, complaints: list[str]) -> None:
    page = visit(world.admin, address_of(Topic, "change", world.topic.pk))
    page.locator("textarea[name=guidance]").fill("Ask **first**:\n\n- name <script>alert(1)</script>")
    shown = preview(page)
    assert shown.locator("#content strong").all_inner_texts() == ["first"]
    assert shown.locator("#content li").all_inner_texts() == ["name <script>alert(1)</script>"]
    assert page.locator("textarea[name=guidance]").input_value().startswith("Ask **first**")
    assert Topic.objects.get().guidance == ""
    assert complaints == []


def test_it_works_without_script(world: World, visit: Visit) -> None:
    page = visit(world.admin, address_of(Topic, "change", world.topic.pk), java_script_enabled=False)
    page.locator("textarea[name=guidance]").fill("Ask **first**")
    assert preview(page).locator("#content strong").all_inner_texts() == ["first"]


def test_enter_in_a_field_saves(world: World, visit: Visit) -> None:
    page = visit(world.admin, address_of(Topic, "change", world.topic.pk))
    page.locator("input[name=name]").fill("Passports")
    page.locator("input[name=name]").press("Enter")
    page.wait_for_url("**/topic/")
    assert Topic.objects.get().name == "Passports"
