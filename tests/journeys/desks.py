"""Desks to book at: a world with topics to choose from, and the agent's page with a keyboard that counts."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from callbacks.models import Appointment
from tests.factories import TopicFactory, World
from tests.journeys.test_keyboard import Keys

TOPIC = "Omgevingsvergunning"
OTHERS = ("Afvalcontainer", "Belastingen", "Bijstand", "Parkeervergunning", "Wmo: hulp bij het huishouden")
MOST_KEYS, MOST_CLICKS = 8, 3

Desk = Callable[..., tuple[Page, Keys]]


def furnish(world: World) -> World:
    """Give the world more topics than one."""
    for name in OTHERS:
        TopicFactory.create(name=name, teams=[world.team])
    world.topic.name = TOPIC
    world.topic.save(update_fields=["name"])
    return world


def chosen(page: Page) -> Locator:
    """The slot that is chosen."""
    return page.locator("#slots [name=starts_at]:checked")


def choose_topic(page: Page, keys: Keys, letters: str = "omg") -> None:
    """Choose a topic by its first letters, and arrive at the slots."""
    expect(page.locator("#id_topic")).to_be_focused()
    keys.type(letters)
    keys.press("Enter")
    expect(chosen(page)).to_be_focused()


def booked(page: Page) -> Appointment:
    """The only appointment there is, once the page says so."""
    expect(page.locator(".booked__reference")).to_be_visible()
    made = Appointment.objects.get()
    expect(page.locator(".booked__reference")).to_contain_text(made.reference)
    # Nobody presses a key before the page and its script are there.
    page.wait_for_load_state("load")
    return made


def stand_between(
    page: Page, address: str, answer: Callable[[Route], Any], *, times: int | None = None
) -> None:
    """Answer a page's requests to an address, from the very next one on.

    The browser takes a moment to tell a page that is open already: so it is asked until it knows.
    """
    page.route(address, answer, times=times)
    page.route("**/stands-between", lambda route: route.fulfill(status=204))
    page.wait_for_function("fetch('/stands-between').then((answer) => answer.status === 204)")


def on_booking(page: Page, answer: Callable[[Route], Any], *, times: int | None = None) -> None:
    """Stand between the browser and the server for what the desk sends to book."""

    def between(route: Route) -> None:
        if route.request.method == "POST":
            answer(route)
        else:
            route.continue_()

    stand_between(page, "**/desk/", between, times=times)
