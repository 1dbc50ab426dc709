"""Every state of the desk: accessible, and within a narrow window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import CustomerFactory, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.desks import chosen, furnish, on_booking

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
State = Callable[[Open, World], Page]
BSN = "Mijn nummer is 123456782."


def empty(go: Open, _world: World) -> Page:
    """Nobody on the line yet."""
    return go("/desk/")


def choosing(go: Open, _world: World) -> Page:
    """The list of topics is open."""
    page = go("/desk/?phone=0612345679")
    page.locator("#id_topic").press_sequentially("be")
    expect(page.locator("[role=option]").first).to_be_visible()
    return page


def filled(go: Open, world: World) -> Page:
    """Everything is on the screen, what is optional too."""
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}&when=do+na+15")
    page.locator("#more summary").click()
    page.locator(".wish__who summary").click()
    return page


def unclear(go: Open, world: World) -> Page:
    """The wish for a time was not understood."""
    return go(f"/desk/?phone=0612345679&topic={world.topic.slug}&when=ooit")


def already(go: Open, world: World) -> Page:
    """The caller has an open appointment on the topic, and another one is asked for."""
    page = go(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    chosen(page).press("Enter")
    expect(page.locator("[name=another]")).to_be_focused()
    return page


def wrong(go: Open, world: World) -> Page:
    """Errors in the phone and in the question."""
    page = go(f"/desk/?phone=12&topic={world.topic.slug}")
    page.fill("#id_phone", "12")
    page.fill("#id_question", BSN)
    page.press("#id_phone", "Enter")
    expect(page.locator("#errors")).to_be_focused()
    return page


def noticed(go: Open, world: World) -> Page:
    """A number that may be a BSN, noticed while it was typed."""
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    page.fill("#id_question", BSN)
    expect(page.locator("#bsn")).to_contain_text("123456782")
    return page


def lost(go: Open, world: World) -> Page:
    """Somebody was first."""
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    for _ in world.specialists:
        world.book(at(9))
    chosen(page).press("Enter")
    expect(page.locator("#errors")).to_be_visible()
    return page


def nothing(go: Open, _world: World) -> Page:
    """No time at all."""
    page = go("/desk/?phone=0612345679")
    page.locator("#id_topic").fill("belas")
    page.locator("#id_topic").press("Enter")
    expect(page.locator(".refuse")).to_have_attribute("open", "")
    return page


def unsaved(go: Open, world: World) -> Page:
    """The server gave no answer that says anything, and gives none when it is tried again."""
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    on_booking(page, lambda _route: None)
    on_booking(page, lambda route: route.fulfill(status=500), times=1)
    chosen(page).press("Enter")
    expect(page.locator("#outcome [role=alert]")).to_contain_text("Nog niet opgeslagen")
    return page


def retrying(go: Open, world: World) -> Page:
    """It is sent again, and no answer comes."""
    page = unsaved(go, world)
    page.locator("[data-retry]").click()
    expect(page.locator("[aria-busy=true]")).to_be_attached()
    return page


def done(go: Open, world: World) -> Page:
    """Booked."""
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    chosen(page).press("Enter")
    expect(page.locator(".booked__reference")).to_be_visible()
    # What has been read is shown before its style sheets have come.
    page.wait_for_load_state()
    return page


def keys(go: Open, _world: World) -> Page:
    """The list of keys."""
    page = go("/desk/")
    page.locator("[data-opens=shortcuts]").click()
    return page


STATES: tuple[State, ...] = (
    empty,
    choosing,
    filled,
    unclear,
    already,
    wrong,
    noticed,
    lost,
    nothing,
    unsaved,
    retrying,
    done,
    keys,
)


@pytest.fixture
def go(world: World, visit: Visit) -> Open:
    """Open an address as the agent of a world with all there is to show."""
    furnish(world)
    world.topic.guidance = "Vraag eerst naar het **zaaknummer**.\n\n- Kosten staan op de website"
    world.topic.preferred_channels, world.topic.supporting_channels = ["webcare"], ["email"]
    world.topic.save(update_fields=["guidance", "preferred_channels", "supporting_channels"])
    known = CustomerFactory.create(name="Mevrouw Van den Heuvel-Ooijevaar", phone="+31612345678")
    world.book(at(10, day=24), customer=known, question="Waarom duurt het zo lang?")

    def opened(address: str, **how: str) -> Page:
        return visit(world.agent, address, **how)

    return opened


@pytest.mark.parametrize("state", STATES)
def test_a_state_has_no_accessibility_violations(go: Open, world: World, state: State) -> None:
    page = state(go, world)
    assert problems(page) == []


@pytest.mark.parametrize("state", STATES)
def test_a_state_fits_in_320_pixels(go: Open, world: World, state: State) -> None:
    page = state(lambda address: go(address, width=320, height=640), world)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_text_twice_as_large_is_read_without_scrolling_sideways(go: Open, world: World) -> None:
    page = go("/desk/")
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    page.goto(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    expect(page.locator(".desk__form .button--wide")).to_be_visible()


HEIGHT = "document.documentElement.scrollHeight"


@pytest.fixture
def busy(go: Open, world: World) -> World:
    """A topic with as much to say as a real one has, and an agent who has had many others."""
    world.specialists += [world.specialist(), world.specialist()]
    for one in world.specialists:
        one.user.name, one.extension = "Geertruida van den Heuvel", "4502"
        one.user.save(update_fields=["name"])
        one.save(update_fields=["extension"])
    world.topic.guidance = "**Zelf te beantwoorden:** de stand van zaken en de kosten.\n\n- zaaknummer\n" * 6
    world.topic.preferred_channels, world.topic.supporting_channels = ["phone", "email"], ["desk"]
    world.topic.save(update_fields=["guidance", "preferred_channels", "supporting_channels"])
    return world


@pytest.mark.parametrize("state", [empty, choosing, lost, nothing])
def test_a_state_of_booking_needs_no_scrolling(go: Open, busy: World, state: State) -> None:
    assert state(go, busy).evaluate(HEIGHT) <= 720


@pytest.mark.parametrize("state", [already, noticed, unsaved])
def test_what_went_wrong_leaves_the_button_on_the_screen(go: Open, busy: World, state: State) -> None:
    page = state(go, busy)
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(".desk__form .button--wide")).to_be_in_viewport(ratio=1)


def test_the_happy_path_needs_no_scrolling(go: Open, busy: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={busy.topic.slug}")
    assert page.evaluate(HEIGHT) <= 720
    assert done(go, busy).evaluate(HEIGHT) <= 720


def test_the_story_of_a_known_caller_needs_no_scrolling(go: Open, busy: World) -> None:
    page = go(f"/desk/?phone=0612345678&topic={busy.topic.slug}")
    assert page.evaluate(HEIGHT) <= 720


def test_last_topics_make_room_for_the_one_chosen(go: Open, world: World) -> None:
    page = go("/desk/")
    expect(page.locator(".chips")).to_be_visible()
    page.locator(".chip").first.click()
    expect(page.locator(".chips")).to_be_hidden()
    expect(chosen(page)).to_be_focused()
    page.locator("#id_topic").click()
    expect(page.locator("#id_topic_list [role=option]").first).to_have_text(world.topic.name)


def test_the_topic_is_chosen_as_lists_are_chosen_from_everywhere(go: Open, world: World) -> None:
    page = go("/desk/")
    field = page.get_by_role("combobox", name="Onderwerp")
    options = page.locator("#id_topic_list").get_by_role("option")
    field.press_sequentially("wmo")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(options).to_have_text(["Wmo: hulp bij het huishouden"])
    field.fill("b")
    expect(options).to_have_text(["Belastingen", "Bijstand", "Wmo: hulp bij het huishouden"])
    field.press("ArrowDown")
    expect(page.locator("#id_topic_list [aria-selected=true]")).to_have_text("Bijstand")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("")
    field.press("ArrowDown")
    # Without a word typed, what came up last comes first.
    expect(options.first).to_have_text(world.topic.name)


def test_enter_in_the_topic_never_books(go: Open, world: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    page.locator("#id_topic").fill("onzin")
    page.locator("#id_topic").press("Enter")
    expect(page.locator("#id_topic")).to_be_focused()
    expect(page.locator(".booked__reference")).to_have_count(0)


def test_a_day_and_an_hour_are_understood_while_they_are_typed(go: Open, world: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    page.locator("#id_when").press_sequentially("do na 15")
    expect(page.locator("#when-read")).to_contain_text("do 26 nov 15:00")
    expect(page.locator("#id_when")).to_be_focused()
    page.locator("#id_when").press("Enter")
    expect(chosen(page)).to_be_focused()
    expect(chosen(page)).to_have_value(at(15, day=26).isoformat())


def test_what_is_not_understood_keeps_the_focus(go: Open, world: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    page.locator("#id_when").press_sequentially("ooit")
    expect(page.locator("#when-read .field__error")).to_be_visible()
    page.locator("#id_when").press("Enter")
    expect(page.locator("#id_when")).to_be_focused()
    expect(page.locator("#id_when")).to_have_attribute("aria-invalid", "true")


def test_a_day_keeps_the_focus_and_enter_goes_on_to_its_slots(go: Open, world: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}")
    page.locator("#day-2026-11-24").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slots legend").last).to_have_text("wo 25 nov")
    expect(page.locator("#day-2026-11-25")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chosen(page)).to_be_focused()
    expect(chosen(page)).to_have_value(at(9, day=25).isoformat())


def test_the_focus_goes_on_when_what_had_it_is_gone(go: Open, world: World) -> None:
    page = go(f"/desk/?phone=0612345679&topic={world.topic.slug}&when=voor+8")
    page.get_by_role("button", name="Alle tijden van dit onderwerp tonen").press("Enter")
    expect(chosen(page)).to_be_focused()


def test_a_number_that_is_no_bsn_is_let_pass(go: Open, world: World) -> None:
    page = noticed(go, world)
    page.locator("#id_name").press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#id_not_bsn").check()
    page.locator("#id_name").press("Enter")
    expect(page.locator(".booked__reference")).to_be_visible()


def test_the_contact_begins_at_the_first_key(go: Open, world: World) -> None:
    page = go("/desk/")
    before = page.locator("#id_opened_at").input_value()
    page.wait_for_timeout(50)
    page.keyboard.press("a")
    assert page.locator("#id_opened_at").input_value() > before
