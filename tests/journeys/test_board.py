"""The team lead's board in a browser: from a promise that breaks to somebody else who calls."""

import pytest
import time_machine
from playwright.sync_api import expect

from callbacks.models import Appointment
from tests.factories import World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.test_keyboard import Keys
from tests.journeys.test_queue import refresh

pytestmark = pytest.mark.browser


def test_a_promise_that_breaks_is_on_the_board_within_15_seconds_and_reassigned_in_four_keys(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    made = world.book(at(9), specialist=world.specialists[0])
    page = visit(world.lead, "/board/")
    expect(page.locator("#tile-late .tile__number")).to_have_text("0")
    page.locator("#tile-late").focus()
    with time_machine.travel(at(9, 41), tick=False):
        expect(page.locator("#tile-late .tile__number")).to_have_text("1", timeout=15_000)
        keys = Keys(page)
        page.locator("#tile-late").focus()
        keys.press("Enter")
        expect(page.locator(f"#row-{made.reference}")).to_be_focused()
        # Nobody presses a key before the page and its script are there.
        page.wait_for_load_state("load")
        keys.press("r", "Tab", "Enter")
        expect(page.get_by_role("status")).to_contain_text(made.reference)
    assert Appointment.objects.get().specialist == world.specialists[1]
    assert keys.count <= 4
    assert complaints == []


def test_several_are_selected_and_reassigned_by_keyboard(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    made = [world.book(start, specialist=world.specialists[0], now=at(8)) for start in (at(9), at(9, 30))]
    page = visit(world.lead, "/board/?tile=at_risk")
    expect(page.locator(f"#row-{made[0].reference}")).to_be_focused()
    for key in ("s", "ArrowDown", "s"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected]")).to_have_text("(2)")
    page.keyboard.press("r")
    expect(page.get_by_role("radio", name=str(world.specialists[1]))).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Ziek gemeld")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("2 afspraken staan nu bij")
    assert {one.specialist for one in Appointment.objects.all()} == {world.specialists[1]}
    assert complaints == []


def test_a_refresh_keeps_what_was_selected(world: World, visit: Visit) -> None:
    made = world.book(at(9), specialist=world.specialists[0])
    page = visit(world.lead, "/board/?tile=at_risk")
    page.locator(f"#select-{made.reference}").check()
    refresh(page)
    expect(page.locator(f"#select-{made.reference}")).to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("(1)")


def test_a_refusal_is_accessible_and_fits(world: World, visit: Visit) -> None:
    made = [world.book(start, specialist=world.specialists[0], now=at(8)) for start in (at(9), at(9, 30))]
    world.book(at(9, 30), specialist=world.specialists[1], now=at(8))
    chosen = "&".join(f"appointment={one.reference}.1" for one in made)
    page = visit(world.lead, f"/board/reassign/?{chosen}", width=320, height=640)
    page.get_by_label("Reden").fill("Ziek")
    page.get_by_role("button", name="Hertoewijzen").click()
    expect(page.get_by_role("alert")).to_contain_text("is dan bezet")
    expect(page.get_by_role("status")).to_contain_text("1 afspraak staat nu bij")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_the_day_comes_after_the_list_and_what_is_open(world: World, visit: Visit, width: int) -> None:
    world.book(at(9))
    page = visit(world.lead, "/board/?tile=at_risk", width=width)
    rows, panel, day = (page.locator(one).bounding_box() for one in (".rows", "#panel", ".load-card"))
    assert rows
    assert panel
    assert day
    assert day["y"] >= panel["y"] + panel["height"]
    assert (panel["x"] > rows["x"]) is (width == 1280)


def test_the_day_begins_at_this_half_hour_and_stays_where_it_was_moved(world: World, visit: Visit) -> None:
    with time_machine.travel(at(13), tick=False):
        page = visit(world.lead, "/board/", width=320, height=640)
        day = page.locator(f"#load-{world.team.slug}")
        day.scroll_into_view_if_needed()
        expect(day.locator("[aria-current=time]")).to_be_in_viewport()
        page.evaluate("place => document.getElementById(place).scrollLeft = 40", f"load-{world.team.slug}")
        day.focus()
        refresh(page)
        assert day.evaluate("one => one.scrollLeft") == 40
        expect(day).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []
