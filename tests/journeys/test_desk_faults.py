"""The server gone, slow, or not knowing the agent any more, in the middle of a booking: nothing is lost."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from callbacks.models import Appointment
from tests.factories import CustomerFactory, World, at
from tests.journeys.conftest import Visit
from tests.journeys.desks import TOPIC, booked, chosen, furnish, on_booking, stand_between

pytestmark = pytest.mark.browser


@pytest.fixture
def page(world: World, visit: Visit) -> Iterator[Page]:
    """A desk with everything filled in, the second slot chosen."""
    furnish(world)
    opened = visit(world.agent, f"/desk/?phone=0612345678&name=Jo&channel=chat&topic={world.topic.slug}")
    opened.fill("#id_question", "Waarom?")
    opened.locator("#more summary").click()
    opened.fill("#id_case_number", "Z-2026-1")
    opened.locator("#slots [data-digit='2']").check()
    yield opened
    opened.unroute_all(behavior="ignoreErrors")


def fails(route: Route) -> None:
    """An error inside the server."""
    route.fulfill(status=500, body="")


def is_gone(route: Route) -> None:
    """No server at all."""
    route.abort("connectionrefused")


def loses_the_answer(route: Route) -> None:
    """The server does what it is asked for, and the line breaks before it can say so."""
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def send(page: Page) -> None:
    """Book."""
    page.locator("#id_name").press("Enter")


def all_is_there(page: Page) -> None:
    """Nothing that was typed is lost."""
    expect(page.locator("#id_question")).to_have_value("Waarom?")
    expect(page.locator("#id_case_number")).to_have_value("Z-2026-1")
    expect(page.locator("#id_name")).to_have_value("Jo")
    expect(page.locator("#id_channel")).to_have_value("chat")
    expect(page.locator("#id_topic")).to_have_value(TOPIC)
    expect(chosen(page)).to_have_value(at(9, 15).isoformat())


@pytest.mark.parametrize("answer", [fails, is_gone])
def test_a_booking_that_did_not_arrive_says_so_and_arrives_by_itself(page: Page, answer: object) -> None:
    on_booking(page, answer, times=1)  # type: ignore[arg-type]
    send(page)
    expect(page.locator("#outcome [role=alert]")).to_contain_text("Nog niet opgeslagen")
    expect(page.locator("[data-failed]")).to_be_hidden()
    all_is_there(page)
    assert booked(page).question == "Waarom?"


def test_it_can_be_sent_again_at_once(page: Page) -> None:
    page.clock.install()
    on_booking(page, fails, times=1)
    send(page)
    expect(page.locator("#outcome [role=alert]")).to_contain_text("Nog niet opgeslagen")
    page.locator("[data-retry]").press("Enter")
    booked(page)


def test_who_types_on_sends_it_when_ready(page: Page) -> None:
    on_booking(page, fails)
    send(page)
    expect(page.locator("#outcome [role=alert]")).to_contain_text("Nog niet opgeslagen")
    page.fill("#id_question", "Waarom niet?")
    expect(page.locator("#outcome [role=alert]")).to_have_text("Niet opgeslagen. Wat je typte blijft staan.")
    page.unroute_all()
    page.wait_for_timeout(2500)
    assert not Appointment.objects.exists()
    send(page)
    assert booked(page).question == "Waarom niet?"


def test_an_answer_that_got_lost_is_looked_up_before_anything_is_said(page: Page) -> None:
    on_booking(page, loses_the_answer)
    send(page)
    booked(page)


def test_while_nothing_is_known_nothing_is_promised(page: Page) -> None:
    on_booking(page, loses_the_answer)
    stand_between(page, "**/desk/booked-with/**", is_gone, times=1)
    send(page)
    expect(page.locator("#outcome [role=alert]")).to_contain_text("beloof nog niets")
    booked(page)


def test_an_answer_that_does_not_come_is_not_waited_for_forever(page: Page) -> None:
    page.locator("#desk-form").evaluate("(form) => form.setAttribute('hx-request', '{\"timeout\": 200}')")
    on_booking(page, lambda _route: None, times=1)
    send(page)
    expect(page.locator("#outcome [role=alert]")).to_contain_text("Nog niet opgeslagen")
    booked(page)


def test_what_hangs_elsewhere_on_the_page_does_not_hold_a_booking_up(page: Page) -> None:
    page.clock.install()
    page.reload()
    stand_between(page, "**/desk/first-line/**", lambda _route: None)
    with page.expect_request("**/desk/first-line/**"):
        page.clock.fast_forward(61_000)
    send(page)
    booked(page)


def sign_in_again(page: Page, world: World) -> None:
    """Give name and password where the desk sent the agent."""
    world.agent.set_password("geheim-genoeg")
    world.agent.save(update_fields=["password"])
    expect(page.locator("#id_password")).to_be_visible()
    page.fill("#id_username", world.agent.username)
    page.fill("#id_password", "geheim-genoeg")
    page.press("#id_password", "Enter")


def test_who_was_signed_out_signs_in_and_finds_everything_as_it_was(page: Page, world: World) -> None:
    Session.objects.all().delete()
    send(page)
    sign_in_again(page, world)
    expect(page.locator("#restored")).to_contain_text("Er ligt nog niets vast")
    all_is_there(page)
    expect(chosen(page)).to_be_focused()
    page.keyboard.press("Enter")
    made = booked(page)
    assert (made.question, made.case_number, made.starts_at) == ("Waarom?", "Z-2026-1", at(9, 15))


def test_who_was_signed_out_while_choosing_loses_nothing_either(page: Page, world: World) -> None:
    Session.objects.all().delete()
    page.fill("#id_when", "morgen")
    sign_in_again(page, world)
    expect(page.locator("#id_when")).to_have_value("morgen")
    expect(page.locator("#id_question")).to_have_value("Waarom?")
    # The time that was chosen is not among tomorrow's: none is, rather than another one.
    expect(page.locator("#restored")).to_contain_text("niet meer vrij")
    expect(chosen(page)).to_have_count(0)


def test_who_was_signed_out_while_searching_finds_the_search_again(world: World, visit: Visit) -> None:
    CustomerFactory.create_batch(2, name="Kees Known")
    page = visit(world.agent, "/desk/")
    Session.objects.all().delete()
    page.locator("#search").press_sequentially("kees")
    sign_in_again(page, world)
    expect(page.locator("#search")).to_have_value("kees")
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("[data-found] a")).to_have_count(2)


@pytest.mark.parametrize(
    ("verb", "field", "said"),
    [("n", "#id_note_note", "opgeslagen"), ("x", "#id_cancel_reason", "geannuleerd")],
)
def test_what_was_typed_in_the_story_is_there_after_signing_in(
    world: World, visit: Visit, verb: str, field: str, said: str
) -> None:
    page = visit(world.agent, f"/desk/?customer={world.book(at(14)).customer_id}")
    page.keyboard.press(verb)
    page.fill(field, "Belt liever na drieën")
    Session.objects.all().delete()
    page.locator(".act [type=submit]").click()
    sign_in_again(page, world)
    expect(page.locator(field)).to_have_value("Belt liever na drieën")
    page.locator(".act [type=submit]").click()
    expect(page.locator("#caller-said")).to_contain_text(said)


@pytest.mark.parametrize("leave", ["menu", "reload"])
def test_who_left_in_the_middle_goes_back_and_finds_everything_as_it_was(page: Page, leave: str) -> None:
    if leave == "menu":
        page.locator("nav a[href='/made/']").click()
        page.wait_for_url("**/made/")
        page.go_back()
    else:
        page.reload()
    expect(page.locator("#restored")).to_contain_text("Er ligt nog niets vast")
    all_is_there(page)
    send(page)
    assert booked(page).question == "Waarom?"


def test_in_another_language_everything_is_as_it_was(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("#restored")).to_contain_text("Nothing is booked yet")
    all_is_there(page)


def test_who_begins_anew_finds_nothing_of_the_caller_before(page: Page) -> None:
    page.locator("nav a[href='/desk/']").click()
    page.wait_for_url("**/desk/")
    page.wait_for_load_state("load")
    expect(page.locator("#id_question")).to_have_value("")
    expect(page.locator("#restored")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('desk-form')") is None


def test_what_was_booked_does_not_come_back(page: Page) -> None:
    send(page)
    booked(page)
    page.go_back()
    page.wait_for_load_state("load")
    expect(page.locator("#restored")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('desk-form')") is None


def test_who_signs_out_leaves_nothing_behind(page: Page) -> None:
    page.locator("nav a[href='/made/']").click()
    page.wait_for_url("**/made/")
    assert page.evaluate("sessionStorage.getItem('desk-form')")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("sessionStorage.getItem('desk-form')") is None


def test_nobody_else_finds_what_was_typed(page: Page, world: World) -> None:
    Session.objects.all().delete()
    send(page)
    world.agent = world.lead
    sign_in_again(page, world)
    page.wait_for_url("**/desk/**")
    page.wait_for_load_state("load")
    expect(page.locator("#id_question")).to_have_value("")
    expect(page.locator("#restored")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('desk-form')") is None


def test_times_that_did_not_load_come_when_the_topic_is_chosen_again(world: World, visit: Visit) -> None:
    furnish(world)
    page = visit(world.agent, "/desk/?phone=0612345678")
    stand_between(page, "**/desk/?*", is_gone)
    page.locator("#id_topic").press_sequentially("omg")
    page.keyboard.press("Enter")
    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page.locator("#id_topic")).to_be_focused()
    page.unroute("**/desk/?*")
    page.keyboard.press("Enter")
    expect(chosen(page)).to_be_focused()
    expect(page.locator("[data-failed]")).to_be_hidden()


def test_a_sign_in_elsewhere_costs_nothing(page: Page) -> None:
    # Whoever signs in gets another token against forged forms; the one on this page is worthless then.
    page.context.clear_cookies(name="csrftoken")
    send(page)
    expect(page.locator("#restored")).to_be_visible()
    all_is_there(page)
    page.keyboard.press("Enter")
    booked(page)
