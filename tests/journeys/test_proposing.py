"""Another time, by keyboard: the specialist proposes it, the agent agrees it with the customer."""

import pytest
from playwright.sync_api import Page, expect

from callbacks.models import Appointment
from callbacks.states import State
from tests.factories import World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser


def propose(page: Page, made: Appointment) -> None:
    """The second time on offer, with a reason, from the own list."""
    expect(page.locator(f"#row-{made.reference}")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#id_propose_starts_at")).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Raad")


def test_what_the_specialist_proposes_the_agent_books_in_one_key(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    made = world.book(at(10), specialist=world.specialists[0])
    theirs = visit(world.person, "/queue/")
    propose(theirs, made)
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("status")).to_contain_text(made.reference)
    ours = visit(world.agent, "/worklist/")
    keys = Keys(ours)
    expect(ours.locator(f"#row-{made.reference}")).to_be_focused()
    expect(ours.locator("#panel")).to_contain_text("Raad")
    keys.press("a")
    expect(ours.get_by_role("status").filter(has_text=made.reference)).to_be_visible()
    after = Appointment.objects.get(pk=made.pk)
    assert (after.state, after.specialist, keys.count) == (State.CONFIRMED, made.specialist, 1)
    assert complaints == []


def test_both_sides_of_a_proposal_are_accessible_and_fit(world: World, visit: Visit) -> None:
    made = world.book(at(10), specialist=world.specialists[0])
    theirs = visit(world.person, "/queue/", width=320, height=640)
    propose(theirs, made)
    check(theirs)
    theirs.locator("#propose button").click()
    expect(theirs.get_by_role("status")).to_contain_text(made.reference)
    ours = visit(world.agent, "/worklist/", width=320, height=640)
    expect(ours.locator("#agree")).to_contain_text("voorgesteld")
    check(ours)


def check(page: Page) -> None:
    """No sideways scroll, and nothing that axe complains of."""
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []
