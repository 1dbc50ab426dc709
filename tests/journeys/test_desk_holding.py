"""A place that is kept free while the agent and the customer talk about it."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from callbacks import operations
from callbacks.models import Reservation
from tests.factories import NOW, UserFactory, World, at
from tests.journeys.conftest import Visit
from tests.journeys.desks import booked, chosen, furnish, stand_between

pytestmark = pytest.mark.browser


@pytest.fixture
def page(world: World, visit: Visit) -> Page:
    """A desk with a topic and a phone."""
    furnish(world)
    return visit(world.agent, f"/desk/?phone=0612345678&topic={world.topic.slug}")


def held(page: Page) -> list[dt.datetime]:
    """What is held once the page has nothing more to ask."""
    page.wait_for_load_state("networkidle")
    return [one.starts_at for one in Reservation.objects.filter(held_by__isnull=False)]


def hold(page: Page, digit: int) -> None:
    """Choose a slot by its digit and wait until it is held."""
    with page.expect_response("**/desk/hold/"):
        chosen(page).press(str(digit))


def test_looking_at_slots_takes_none(page: Page) -> None:
    chosen(page).focus()
    assert held(page) == []


def test_choosing_a_slot_holds_it_and_another_one_takes_its_place(page: Page, world: World) -> None:
    hold(page, 2)
    assert held(page) == [at(9, 15)]
    hold(page, 3)
    assert held(page) == [at(9, 30)]
    assert Reservation.objects.get().held_by == world.agent


def test_the_first_slot_is_held_when_the_customer_s_data_are_next(page: Page) -> None:
    with page.expect_response("**/desk/hold/"):
        page.locator("#id_name").focus()
    assert held(page) == [at(9)]


def test_a_hold_does_not_stand_in_the_way_of_its_own_booking(page: Page, world: World) -> None:
    hold(page, 2)
    page.keyboard.press("Enter")
    assert booked(page).starts_at == at(9, 15)
    assert held(page) == []


@pytest.mark.parametrize("leave", ["Escape", "topic", "page"])
def test_what_is_not_wanted_any_more_is_let_go(page: Page, leave: str) -> None:
    hold(page, 2)
    with page.expect_response("**/desk/hold/") if leave != "page" else page.expect_navigation():
        if leave == "Escape":
            page.keyboard.press("Escape")
        elif leave == "topic":
            page.locator("#id_topic").fill("belas")
            page.locator("#id_topic").press("Enter")
        else:
            page.goto("/made/")
    assert held(page) == []


def test_a_hold_is_renewed_while_the_page_is_looked_at(page: Page) -> None:
    page.clock.install()
    page.reload()
    hold(page, 2)
    Reservation.objects.update(expires_at=NOW)
    with page.expect_response("**/desk/hold/"):
        page.clock.fast_forward(26_000)
    assert held(page) == [at(9, 15)]
    assert Reservation.objects.get().expires_at == NOW + dt.timedelta(seconds=75)


def test_a_hold_is_renewed_while_the_agent_looks_something_up_elsewhere(page: Page) -> None:
    page.clock.install()
    page.reload()
    hold(page, 2)
    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden'})")
    with page.expect_response("**/desk/hold/"):
        page.clock.fast_forward(26_000)


def test_a_desk_that_was_left_holds_nothing_until_somebody_is_there_again(page: Page) -> None:
    page.clock.install()
    page.reload()
    hold(page, 2)
    page.clock.fast_forward(11 * 60_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith("/desk/hold/")] == []
    with page.expect_response("**/desk/hold/"):
        page.keyboard.press("Shift")


def test_a_hold_that_is_lost_says_so_and_leaves_focus_and_text_alone(page: Page, world: World) -> None:
    page.clock.install()
    page.reload()
    hold(page, 2)
    page.fill("#id_question", "Waarom?")
    # The network was away for so long that the hold ended, and others were quick.
    Reservation.objects.all().delete()
    for _ in world.specialists:
        world.book(at(9, 15))
    with page.expect_response("**/desk/hold/"):
        page.clock.fast_forward(26_000)
    expect(page.locator("#slots > [role=alert]")).to_contain_text("net bezet")
    expect(page.locator("#id_question")).to_be_focused()
    expect(page.locator("#id_question")).to_have_value("Waarom?")
    # The agent may have said that time already: another one is chosen by nobody but the agent.
    expect(chosen(page)).to_have_count(0)
    expect(page.locator("#slots [name=starts_at]").first).to_have_value(at(9, 45).isoformat())


def test_a_slot_that_somebody_else_holds_is_refused_in_place(page: Page, world: World) -> None:
    for _ in world.specialists:
        operations.hold(topic=world.topic, starts_at=at(9, 15), by=UserFactory.create(), now=NOW)
    hold(page, 2)
    expect(page.locator("#slots > [role=alert]")).to_contain_text("net bezet")
    expect(page.locator("#slots [name=starts_at]").first).to_be_focused()
    page.keyboard.press("1")
    expect(chosen(page)).to_have_value(at(9, 45).isoformat())


def test_without_the_hold_booking_works_as_well(page: Page) -> None:
    stand_between(page, "**/desk/hold/", lambda route: route.abort())
    chosen(page).press("2")
    page.keyboard.press("Enter")
    assert booked(page).starts_at == at(9, 15)
