"""What an agent does for a caller besides booking, with the keyboard alone. Typed text does not count."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from callbacks.models import Appointment, Contact, LogEntry
from callbacks.states import ContactResult, State, Verb
from tests.factories import CustomerFactory, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.desks import stand_between
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser


@pytest.fixture
def appointment(world: World) -> Appointment:
    """Tomorrow at ten, for somebody who can be found by name."""
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678")
    return world.book(at(10, day=24), customer=customer, question="Wanneer komt de aanslag?")


@pytest.fixture
def desk(world: World, visit: Visit) -> Callable[..., tuple[Page, Keys]]:
    """The desk of the agent with a keyboard that counts."""

    def opened(address: str = "/desk/", **how: Any) -> tuple[Page, Keys]:
        page = visit(world.agent, address, **how)
        return page, Keys(page)

    return opened


Desk = Callable[..., tuple[Page, Keys]]


def test_where_is_my_callback_is_answered_and_counted_in_two_keys(
    desk: Desk, appointment: Appointment, complaints: list[str]
) -> None:
    page, keys = desk()
    keys.type("kees known")
    keys.press("Enter")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    expect(page.locator("#story")).to_contain_text("morgen 10:00–10:30")
    keys.press("w")
    expect(page.locator("#caller-said")).to_contain_text("Geteld")
    expect(page.locator("#story")).to_contain_text("Wij bellen u")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    assert Contact.objects.get(result=ContactResult.STATUS).about == appointment
    assert keys.count == 2
    assert complaints == []


def test_a_contact_solved_at_the_first_line_takes_three_keys(
    world: World, desk: Desk, complaints: list[str]
) -> None:
    page, keys = desk()
    keys.type("06 1234 5678")
    keys.press("Enter")
    expect(page.locator("#id_topic")).to_be_focused()
    keys.type(world.topic.name)
    keys.press("Enter")
    expect(page.locator("#transfer")).to_be_visible()
    keys.press("Alt+s")
    expect(page.locator("main")).to_contain_text("Geregistreerd: zelfstandig afgehandeld.")
    expect(page.locator("#search")).to_be_focused()
    contact = Contact.objects.get()
    assert (contact.result, contact.topic) == (ContactResult.SOLVED, world.topic)
    assert keys.count <= 3
    assert complaints == []


def test_who_was_not_reached_is_registered_and_the_caller_booked(
    world: World, desk: Desk, complaints: list[str]
) -> None:
    page, keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    keys.press("Alt+t", "n")
    expect(page.locator("#endings-said")).to_contain_text(f"{world.person} was niet bereikbaar")
    expect(page.locator("[name=starts_at]:checked")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".booked__reference")).to_be_visible()
    results = set(Contact.objects.values_list("result", "reached"))
    assert results == {(ContactResult.TRANSFERRED, False), (ContactResult.CALLBACK, None)}
    assert keys.count == 3
    assert complaints == []


def test_a_colleague_is_chosen_by_number(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?topic={world.topic.slug}")
    keys.press("Alt+t", "2")
    expect(page.locator("main")).to_contain_text("Geregistreerd: doorverbonden met")
    contact = Contact.objects.get()
    assert (contact.transferred_to, contact.reached) == (world.specialists[1], True)


def test_a_channel_to_refer_to_is_chosen_with_the_arrows(desk: Desk) -> None:
    page, keys = desk()
    keys.press("Alt+r", "ArrowRight", "Enter")
    expect(page.locator("main")).to_contain_text("Geregistreerd: doorverwezen naar webcare.")
    assert Contact.objects.get().referred_to == "webcare"


def test_an_appointment_is_moved_from_the_story_in_four_keys(
    desk: Desk, appointment: Appointment, complaints: list[str]
) -> None:
    page, keys = desk()
    keys.type("kees known")
    keys.press("Enter")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    keys.press("v")
    expect(page.locator(".act [name=starts_at]:checked")).to_be_focused()
    keys.press("3", "Enter")
    expect(page.locator("#caller-said")).to_contain_text("heeft een nieuwe afgesproken tijd")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    assert Appointment.objects.get().starts_at == at(9, 30)
    assert keys.count == 4
    assert complaints == []


def test_a_day_to_move_to_is_said_in_words(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    keys.press("v")
    expect(page.locator(".act [name=starts_at]:checked")).to_be_focused()
    keys.press("d")
    expect(page.locator("#act-when")).to_be_focused()
    keys.type("ooit")
    keys.press("Enter")
    expect(page.locator("#act-when-error")).to_contain_text("Niet begrepen.")
    expect(page.locator("#act-when")).to_be_focused()
    page.keyboard.press("Control+a")
    keys.type("wk 50")
    keys.press("Enter")
    expect(page.locator(".act [name=starts_at]:checked")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#caller-said")).to_contain_text("heeft een nieuwe afgesproken tijd")
    assert Appointment.objects.get().starts_at == at(9, day=30) + dt.timedelta(days=7)


def test_an_appointment_is_cancelled_from_the_story(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    keys.press("x")
    expect(page.locator("#id_cancel_reason")).to_be_focused()
    keys.type("Opgelost")
    keys.press("Enter")
    expect(page.locator("#caller-said")).to_contain_text("geannuleerd")
    assert Appointment.objects.get().state == State.CANCELLED
    expect(page.locator("#story-title, #id_topic").and_(page.locator(":focus"))).to_have_count(1)


def test_a_note_is_added_from_the_story(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    keys.press("n")
    expect(page.locator("#id_note_note")).to_be_focused()
    keys.type("Belt liever na drieën")
    keys.press("Tab", "Enter")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "Belt liever na drieën"


def test_what_keeps_the_focus_stays_in_sight_on_a_small_screen(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    keys.press("v")
    expect(page.locator(".act [name=starts_at]:checked")).to_be_focused()
    keys.press("d")
    keys.type("ooit")
    keys.press("Enter")
    expect(page.locator("#act-when-error")).to_be_visible()
    expect(page.locator("#act-when")).to_be_in_viewport()


def test_a_note_is_saved_from_its_text(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    keys.press("n")
    expect(page.locator(".act textarea")).to_be_focused()
    keys.type("Belt liever na drieën")
    keys.press("Control+Enter")
    expect(page.locator("#caller-said")).to_contain_text("is opgeslagen")
    assert LogEntry.objects.filter(reason="Belt liever na drieën").exists()


def test_escape_leaves_the_form_and_returns_to_the_row(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    keys.press("v")
    expect(page.locator(".act [name=starts_at]:checked")).to_be_focused()
    keys.press("Escape")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    expect(page.locator(".act")).to_have_count(0)


def test_callers_appear_while_typing_and_are_chosen_with_the_arrows(
    world: World, desk: Desk, complaints: list[str]
) -> None:
    for name in ("Kees Known", "Kees Knopper"):
        CustomerFactory.create(name=name)
    page, keys = desk()
    keys.type("kees kno")
    expect(page.locator("[data-found] a")).to_have_count(2)
    expect(page.locator("#caller-said")).to_have_text("2 gevonden")
    expect(page.locator("#search")).to_be_focused()
    keys.press("ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#id_name")).to_have_value("Kees Known")
    expect(page.locator("#id_topic")).to_be_focused()
    assert keys.count == 3
    assert complaints == []


def test_slash_goes_back_to_the_search(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    keys.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_a_screen_pop_arrives_at_the_caller_s_appointment(desk: Desk, appointment: Appointment) -> None:
    page, _keys = desk("/desk/?phone=0031612345678&name=Kees+Known&channel=chat")
    expect(page.locator(f"#open-{appointment.reference}")).to_be_focused()
    expect(page.locator("#id_channel")).to_have_value("chat")


def test_a_topic_in_the_address_is_where_the_work_goes_on(desk: Desk, appointment: Appointment) -> None:
    page, _keys = desk(f"/desk/?customer={appointment.customer_id}&topic={appointment.topic.slug}")
    expect(page.locator("#id_topic")).to_be_focused()
    expect(page.locator("main [autofocus]")).to_have_count(1)


def test_from_the_story_the_topic_is_one_key_away(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    keys.press("t")
    expect(page.locator("#id_topic")).to_be_focused()


def test_what_somebody_else_did_is_told_in_the_story(
    world: World, desk: Desk, appointment: Appointment
) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    keys.press("x")
    expect(page.locator("#id_cancel_reason")).to_be_focused()
    Appointment.objects.update(version=2)
    keys.type("Opgelost")
    keys.press("Enter")
    expect(page.locator(".act [role=alert]")).to_contain_text("was je voor")
    expect(page.locator("#id_cancel_reason")).to_have_value("Opgelost")
    expect(page.locator("#id_cancel_reason")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#caller-said")).to_contain_text("geannuleerd")


def test_a_contact_without_an_answer_is_said_to_be_not_registered(
    desk: Desk, appointment: Appointment
) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")
    stand_between(page, "**/desk/contact/", lambda route: route.abort())
    keys.press("w")
    expect(page.locator("#story [data-unsaved]")).to_be_visible()
    page.unroute("**/desk/contact/")
    # While the button was out of use it had no focus.
    expect(page.get_by_role("button", name="Vraagt ernaar")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#caller-said")).to_contain_text("Geteld")
    assert Contact.objects.filter(result=ContactResult.STATUS).count() == 1


def test_a_contact_whose_answer_was_lost_counts_once(desk: Desk, appointment: Appointment) -> None:
    page, keys = desk(f"/desk/?customer={appointment.customer_id}")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    stand_between(page, "**/desk/contact/", lose)
    keys.press("w")
    expect(page.locator("#story [data-unsaved]")).to_be_visible()
    page.unroute("**/desk/contact/")
    # While the button was out of use it had no focus.
    expect(page.get_by_role("button", name="Vraagt ernaar")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#caller-said")).to_contain_text("Geteld")
    assert Contact.objects.filter(result=ContactResult.STATUS).count() == 1


def test_what_is_wrong_is_told_with_the_input_kept(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?topic={world.topic.slug}")
    page.fill("#id_phone", "12")
    page.fill("#id_question", "Waarom?")
    keys.press("Alt+s")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_question")).to_have_value("Waarom?")
    keys.press("Tab", "Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    assert not Contact.objects.exists()


def test_optional_questions_are_answered_in_one_key_from_anywhere(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    page.locator("#id_question").focus()
    keys.press("Alt+o")
    expect(page.locator("#answered")).to_have_text("Eerst online gezocht? Ja")
    keys.press("Alt+v", "Alt+v")
    expect(page.locator("#answered")).to_have_text("Te voorkomen? Ja")
    expect(page.locator("#id_question")).to_be_focused()
    keys.press("Alt+s")
    expect(page.locator("main")).to_contain_text("Geregistreerd")
    contact = Contact.objects.get()
    assert (contact.searched_online, contact.avoidable) == (True, True)


def test_on_a_fresh_desk_a_question_mark_lists_the_keys(desk: Desk) -> None:
    page, keys = desk()
    expect(page.locator("#search")).to_be_focused()
    keys.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#search")).to_be_focused()
    keys.type("wat?")
    expect(page.locator("#search")).to_have_value("wat?")


def refresh(page: Page, world: World) -> None:
    """What happens every minute."""
    how = "{source: '#transfer', target: '#transfer', swap: 'outerHTML'}"
    page.evaluate(f"htmx.ajax('GET', '/desk/first-line/?topic={world.topic.slug}', {how})")


def test_choosing_a_colleague_is_not_disturbed_by_a_refresh(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?topic={world.topic.slug}")
    keys.press("Alt+t")
    world.book(at(9), specialist=world.specialists[0])
    refresh(page, world)
    page.wait_for_timeout(500)
    expect(page.locator("#transfer button").first).to_be_focused()
    expect(page.locator("#transfer")).to_contain_text(str(world.person))


def test_who_is_free_is_refreshed(world: World, desk: Desk) -> None:
    page, _keys = desk(f"/desk/?topic={world.topic.slug}")
    expect(page.locator("#transfer")).to_contain_text(str(world.person))
    world.book(at(9), specialist=world.specialists[0])
    refresh(page, world)
    expect(page.locator("#transfer")).not_to_contain_text(str(world.person))


def test_everything_works_without_the_script(world: World, visit: Visit, appointment: Appointment) -> None:
    page = visit(world.agent, "/desk/?q=kees+known", java_script_enabled=False)
    page.get_by_role("link", name="Verzetten").click()
    page.locator(".act [name=starts_at]").nth(2).check()
    page.locator(".act button", has_text="Verzetten").click()
    expect(page.locator("main")).to_contain_text("heeft een nieuwe afgesproken tijd")
    page.get_by_role("button", name="Vraagt ernaar").click()
    expect(page.locator("main")).to_contain_text("Geteld")
    assert Appointment.objects.get().starts_at == at(9, 30)
    assert Contact.objects.filter(result=ContactResult.STATUS).count() == 1
    expect(page.locator("#story")).to_contain_text("Kees Known")


STATES = {
    "a name without its number": "/desk/?phone=0699999999&name=Kees+Known",
    "story": "/desk/?customer={customer}&topic={topic}",
    "found": "/desk/?q=kees",
    "customer": "/desk/customers/{customer}/",
    "move": "/desk/customers/{customer}/?act=reschedule&on={reference}",
    "an unclear day to move to": "/desk/customers/{customer}/?act=reschedule&on={reference}&when=ooit",
    "cancel": "/desk/customers/{customer}/?act=cancel&on={reference}",
    "note": "/desk/customers/{customer}/?act=note&on={reference}",
    "made": "/made/?open={reference}",
    "worklist": "/worklist/",
}


@pytest.fixture
def addresses(world: World, appointment: Appointment) -> dict[str, str]:
    """What stands in the addresses of ``STATES``; several callers, and a story with a past."""
    world.topic.guidance = "Vraag eerst naar het **zaaknummer**.\n\n- Kosten\n- Termijn"
    world.topic.preferred_channels = ["webcare"]
    world.topic.save()
    CustomerFactory.create(name="Kees Knopper")
    world.specialists[0].extension = "1234"
    world.specialists[0].save()
    return {
        "customer": str(appointment.customer_id),
        "topic": world.topic.slug,
        "reference": appointment.reference,
    }


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_accessible(
    desk: Desk, addresses: dict[str, str], complaints: list[str], name: str
) -> None:
    page, _keys = desk(STATES[name].format(**addresses))
    assert complaints == []
    assert problems(page) == []


@pytest.mark.parametrize("keys_pressed", [["w"], ["Alt+t", "n"], ["t", "Alt+s"]])
def test_what_was_registered_or_refused_is_accessible(
    desk: Desk, addresses: dict[str, str], keys_pressed: list[str]
) -> None:
    page, keys = desk(STATES["story"].format(**addresses))
    page.fill("#id_phone", "12" if "Alt+s" in keys_pressed else "")
    page.locator("[data-line]").focus()
    keys.press(*keys_pressed)
    expect(
        page.locator("#caller-said, #endings-said, #endings-refused").filter(has_text=re.compile(r"\w"))
    ).to_have_count(1)
    assert problems(page) == []


@pytest.mark.parametrize("name", STATES)
def test_every_state_fits_in_320_pixels(desk: Desk, addresses: dict[str, str], name: str) -> None:
    page, _keys = desk(STATES[name].format(**addresses), width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
