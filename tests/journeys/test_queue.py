"""The own list in a browser: from opening to dialling to logging, several at once, and what goes wrong."""

import pytest
from playwright.sync_api import Page, expect

from callbacks import operations
from callbacks.models import Appointment, Attempt
from callbacks.states import State
from tests.factories import NOW, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.desks import stand_between
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser

# No telephone hangs on these browsers: numbers are followed, not opened.
NO_PHONE = """addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="tel:"]');
  if (!link) return;
  event.preventDefault();
  document.documentElement.dataset.followed = link.getAttribute('href');
})"""


def open_queue(world: World, visit: Visit, *hours: int, **how: str) -> tuple[Page, list[Appointment]]:
    """The first specialist's list, with an appointment at each of these hours."""
    made = [world.book(at(hour), specialist=world.specialists[0]) for hour in hours]
    page = visit(world.person, "/queue/", **how)
    page.evaluate(NO_PHONE)
    expect(page.locator(f"#row-{made[0].reference}")).to_be_focused()
    return page, made


def refresh(page: Page) -> None:
    """What the page does by itself every ten seconds, now."""
    with page.expect_response(lambda response: "seen=" in response.url):
        page.evaluate("htmx.ajax('GET', document.getElementById('live').getAttribute('hx-get'), '#live')")


def test_the_first_call_is_dialled_two_keys_after_opening(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    page, made = open_queue(world, visit, 9, 11)
    keys = Keys(page)
    keys.press("b", "Enter")
    expect(page.locator("html")).to_have_attribute("data-followed", f"tel:{made[0].phone}")
    expect(page.locator("[data-dialled]")).to_contain_text("09:00")
    assert keys.count == 2
    stored = Appointment.objects.get(pk=made[0].pk)
    assert (stored.calling_by, stored.calling_since) == (world.person, NOW)
    assert complaints == []


def test_outcome_note_and_save_are_three_keys(world: World, visit: Visit, complaints: list[str]) -> None:
    page, _made = open_queue(world, visit, 9)
    keys = Keys(page)
    keys.press("3", "n")
    keys.type("Twee keer gebeld")
    keys.press("Control+Enter")
    expect(page.get_by_role("status")).to_be_visible()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.note) == ("no_answer", "Twee keer gebeld")
    assert keys.count == 3
    assert complaints == []


def test_what_the_customer_was_told_is_promised_with_one_key_more(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    page, made = open_queue(world, visit, 9)
    keys = Keys(page)
    keys.press("4", "k", "Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert Attempt.objects.get().next_step == "new_promise"
    assert made[0].promises.count() == 2
    assert keys.count == 3
    assert complaints == []


def test_nothing_is_promised_where_nobody_calls_again(world: World, visit: Visit) -> None:
    page, _made = open_queue(world, visit, 9)
    for key in ("1", "k"):
        page.keyboard.press(key)
    expect(page.locator("[name=told]")).not_to_be_checked()
    expect(page.locator("[data-digit='1']")).to_be_focused()


def test_after_dialling_the_outcome_is_a_digit_away(world: World, visit: Visit) -> None:
    page, _made = open_queue(world, visit, 9)
    for key in ("b", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#id_attempt_outcome [data-digit='1']")).to_be_focused()
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert Attempt.objects.get().outcome == "busy"


def test_a_server_that_does_not_answer_keeps_nobody_from_calling(world: World, visit: Visit) -> None:
    page, made = open_queue(world, visit, 9, timezone_id="America/New_York")
    page.clock.set_fixed_time(NOW)
    stand_between(page, "**/call/", lambda route: route.abort())
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-followed", f"tel:{made[0].phone}")
    expect(page.locator("#id_attempt_started_at")).to_have_value("09:00")


def test_who_dials_second_reads_who_is_calling(world: World, visit: Visit) -> None:
    page, made = open_queue(world, visit, 9)
    operations.begin_call(appointment=made[0], version=made[0].version, by=world.lead, now=NOW)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("[data-refused]")).to_have_text("Lea Lead belt deze klant sinds 09:00.")
    expect(page.locator("html")).not_to_have_attribute("data-followed", f"tel:{made[0].phone}")


def test_a_selection_is_made_and_confirmed_by_keyboard(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    page, made = open_queue(world, visit, 9, 11, 13)
    for key in ("s", "ArrowDown", "ArrowDown", "s"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected]")).to_have_text("(2)")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_contain_text("2 afspraken zijn bevestigd.")
    states = [Appointment.objects.get(pk=one.pk).state for one in made]
    assert states == [State.CONFIRMED, State.SCHEDULED, State.CONFIRMED]
    assert complaints == []


def test_a_refresh_keeps_the_selection_and_the_box_that_has_the_focus(world: World, visit: Visit) -> None:
    page, made = open_queue(world, visit, 9, 11)
    box = page.locator(f"#select-{made[1].reference}")
    box.check()
    refresh(page)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(page.locator("[data-selected]")).to_have_text("(1)")


def test_a_failed_refresh_says_how_old_the_list_is(world: World, visit: Visit) -> None:
    page, _made = open_queue(world, visit, 9)
    stand_between(page, "**/queue/?*", lambda route: route.abort())
    page.evaluate("htmx.trigger('#live', 'every 10s')")
    expect(page.locator("[data-stale]")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-age]")).to_contain_text("oud")


def test_selecting_calling_and_proposing_are_accessible_and_fit(world: World, visit: Visit) -> None:
    page, made = open_queue(world, visit, 9, 11)
    page.set_viewport_size({"width": 320, "height": 640})
    operations.begin_call(appointment=made[1], version=made[1].version, by=world.lead, now=NOW)
    page.goto(f"/queue/?open={made[1].reference}")
    page.locator("#propose summary").click()
    page.locator(f"#select-{made[1].reference}").check()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []
