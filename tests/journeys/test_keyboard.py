"""What people do all day, with the keyboard alone. Letters and digits typed into fields do not count."""

import pytest
from playwright.sync_api import Page, expect

from callbacks.models import Appointment, Attempt
from callbacks.states import State
from tests.factories import World, at
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


class Keys:
    """A keyboard that counts the keys that are not text, and a mouse that counts its clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        self.clicks = 0

    def press(self, *keys: str) -> None:
        """Press keys that count."""
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def click(self, place: str) -> None:
        """Click once on what a selector names."""
        self.page.locator(place).click()
        self.clicks += 1

    def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        self.page.keyboard.type(text)


def test_an_attempt_is_logged_in_three_keys(world: World, visit: Visit, complaints: list[str]) -> None:
    made = world.book(at(9), specialist=world.specialists[0])
    page = visit(world.person, "/queue/")
    expect(page.locator(f"#row-{made.reference}")).to_be_focused()
    keys = Keys(page)
    keys.press("p", "3", "Enter")
    expect(page.get_by_role("status")).to_contain_text(made.reference)
    assert Attempt.objects.get().outcome == "no_answer"
    assert complaints == []


def test_confirming_takes_one_key_and_the_next_row_two_more(world: World, visit: Visit) -> None:
    first, second = (world.book(at(hour), specialist=world.specialists[0]) for hour in (9, 11))
    page = visit(world.person, "/queue/")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_contain_text(first.reference)
    expect(page.locator(f"#row-{first.reference}")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text(second.reference)
    expect(page.locator(f"#row-{second.reference}")).to_be_focused()
    assert Appointment.objects.get(pk=first.pk).state == State.CONFIRMED


def test_a_tile_leads_to_a_reassignment_in_four_keys(world: World, visit: Visit) -> None:
    made = world.book(at(9), specialist=world.specialists[0])
    page = visit(world.lead, "/board/")
    page.locator("#tile-at_risk").focus()
    keys = Keys(page)
    keys.press("Enter")
    expect(page.locator(f"#row-{made.reference}")).to_be_focused()
    # Nobody presses a key before the page and its script are there.
    page.wait_for_load_state("load")
    keys.press("r", "Tab", "Enter")
    expect(page.get_by_role("status")).to_contain_text(made.reference)
    assert Appointment.objects.get().specialist == world.specialists[1]
    assert keys.count <= 4


def test_every_shortcut_is_listed_under_the_question_mark(world: World, visit: Visit) -> None:
    page = visit(world.person, "/queue/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
