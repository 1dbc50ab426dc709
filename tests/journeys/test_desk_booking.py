"""Booking at the desk by keyboard: every key that is no text counts, and so does every click."""

from typing import Any

import pytest
from playwright.sync_api import expect

from availability.models import Channel
from callbacks.models import Appointment, Contact
from callbacks.states import ContactResult, RefusalReason
from tests.factories import CustomerFactory, World, at
from tests.journeys.conftest import Visit
from tests.journeys.desks import MOST_CLICKS, MOST_KEYS, Desk, booked, choose_topic, chosen, furnish
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(world: World, visit: Visit) -> Desk:
    """The desk of the agent with a keyboard that counts."""
    furnish(world)

    def opened(address: str = "/desk/", **how: Any) -> tuple[Any, Keys]:
        page = visit(world.agent, address, **how)
        return page, Keys(page)

    return opened


def test_a_known_caller_is_booked_and_the_next_one_waits_within_the_budget(
    desk: Desk, complaints: list[str]
) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678")
    page, keys = desk()
    expect(page.locator("#search")).to_be_focused()
    keys.type("06-12345678")
    keys.press("Enter")
    choose_topic(page, keys)
    keys.press("2", "Enter")
    made = booked(page)
    assert (made.customer, made.phone, made.starts_at) == (customer, "+31612345678", at(9, 15))
    keys.press("Enter")
    expect(page.locator("#search")).to_be_focused()
    assert keys.count <= MOST_KEYS
    assert complaints == []


def test_an_unknown_caller_is_booked_within_the_budget(desk: Desk, complaints: list[str]) -> None:
    page, keys = desk()
    keys.type("Jo Jansen")
    keys.press("Enter")
    choose_topic(page, keys)
    # No number is known yet: Enter goes there instead of booking.
    keys.press("Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    keys.type("020 123 4567")
    keys.press("Enter")
    made = booked(page)
    assert (made.customer.name, made.phone) == ("Jo Jansen", "+31201234567")
    keys.press("Enter")
    assert keys.count <= MOST_KEYS
    assert complaints == []


def test_a_question_costs_two_more_keys(desk: Desk) -> None:
    page, keys = desk("/desk/?phone=0612345678")
    choose_topic(page, keys)
    keys.press("v")
    expect(page.locator("#id_question")).to_be_focused()
    keys.type("Waarom?")
    keys.press("Control+Enter")
    assert booked(page).question == "Waarom?"
    assert keys.count + 2 <= MOST_KEYS


def test_a_webcare_screen_pop_is_booked_and_stays_on_webcare(desk: Desk, complaints: list[str]) -> None:
    page, keys = desk("/desk/?phone=0031612345678&name=Jo&channel=webcare")
    choose_topic(page, keys)
    keys.press("Enter")
    made = booked(page)
    assert (made.contact.channel, made.customer.name) == (Channel.WEBCARE, "Jo")
    keys.press("Enter")
    expect(page.locator("#id_channel")).to_have_value(Channel.WEBCARE)
    assert keys.count <= MOST_KEYS
    assert complaints == []


def test_with_the_mouse_three_clicks_book(world: World, desk: Desk) -> None:
    world.book(at(16))
    page, keys = desk("/desk/?phone=0612345678")
    keys.click(f"[data-chip='{world.topic.slug}']")
    keys.click("#slots .choice--slot:nth-child(3)")
    keys.click(".desk__form .button--wide")
    expect(page.locator(".booked__reference")).to_be_visible()
    assert Appointment.objects.filter(starts_at=at(9, 30)).exists()
    assert keys.clicks <= MOST_CLICKS


def test_a_lost_slot_is_recovered_in_two_keys_with_the_input_kept(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    page.fill("#id_question", "Waarom?")
    page.keyboard.press("Escape")
    for _ in world.specialists:
        world.book(at(9))
    chosen(page).focus()
    keys.press("Enter")
    expect(page.locator("#errors")).to_be_visible()
    expect(chosen(page)).to_be_focused()
    expect(chosen(page)).to_have_value(at(9, 30).isoformat())
    expect(page.locator("#id_question")).to_have_value("Waarom?")
    assert page.title().startswith("Fout:")
    keys.press("Enter")
    expect(page.locator(".booked__reference")).to_be_visible()
    assert Appointment.objects.filter(question="Waarom?", starts_at=at(9, 30)).count() == 1
    assert keys.count <= 2


def test_when_nothing_is_free_the_first_later_day_is_offered(world: World, desk: Desk) -> None:
    for one in world.specialists:
        one.windows.update(valid_from=at(0, day=23).date().replace(month=12, day=14))
    page, keys = desk("/desk/?phone=0612345678")
    choose_topic(page, keys)
    expect(page.locator("#slots legend").last).to_have_text("Vóór ma 14 dec is niets vrij")
    keys.press("Enter")
    assert booked(page).starts_at.date().isoformat() == "2026-12-14"


def test_when_nothing_is_ever_free_the_refusal_is_one_press_away(desk: Desk, complaints: list[str]) -> None:
    page, keys = desk("/desk/?phone=0612345678")
    keys.type("belas")
    keys.press("Enter")
    expect(page.locator("#slots [data-slots]")).to_be_focused()
    expect(page.locator("#slots [data-slots]")).to_contain_text("is niets vrij")
    # Over the summary to the first reason.
    keys.press("Tab", "Tab", "Enter")
    expect(page.locator("main [role=status]").first).to_be_visible()
    contact = Contact.objects.get()
    assert (contact.result, contact.refusal_reason) == (ContactResult.REFUSED, RefusalReason.NOTHING_FREE)
    assert (contact.topic and contact.topic.name) == "Belastingen"
    assert keys.count <= MOST_KEYS
    assert complaints == []


def test_a_second_appointment_on_the_topic_takes_one_key_more(world: World, desk: Desk) -> None:
    customer = CustomerFactory.create(name="Kees Known", phone="+31612345678")
    world.book(at(10, day=24), customer=customer)
    page, keys = desk(f"/desk/?customer={customer.pk}&topic={world.topic.slug}")
    chosen(page).focus()
    keys.press("Enter")
    expect(page.locator("[name=another]")).to_be_focused()
    assert Appointment.objects.count() == 1
    keys.press("Enter")
    expect(page.locator(".booked__reference")).to_be_visible()
    assert Appointment.objects.count() == 2
    assert keys.count == 2


def test_an_error_gets_the_focus_and_leads_to_its_field(world: World, desk: Desk) -> None:
    page, keys = desk(f"/desk/?topic={world.topic.slug}")
    page.locator("#id_name").focus()
    keys.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    keys.press("Tab", "Enter")
    expect(page.locator("#id_phone")).to_be_focused()


def test_a_booking_is_undone_with_one_key(world: World, desk: Desk, complaints: list[str]) -> None:
    page, keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    chosen(page).press("Enter")
    booked(page)
    keys.press("Control+z")
    expect(page.locator("main")).to_contain_text("ongedaan gemaakt")
    assert Contact.objects.get().result == ContactResult.UNDONE
    # For another time of the same caller, everything is there.
    expect(page.locator("#id_phone")).to_have_value("06 1234 5678")
    expect(page.locator("#id_topic")).to_have_value(world.topic.name)
    assert keys.count == 1
    assert complaints == []


def test_a_reload_of_the_receipt_books_nothing_again(world: World, desk: Desk) -> None:
    page, _keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}")
    chosen(page).press("Enter")
    booked(page)
    page.reload()
    booked(page)


def test_without_the_script_everything_is_there(world: World, desk: Desk) -> None:
    page, _keys = desk("/desk/?phone=0612345678", java_script_enabled=False)
    page.select_option("[name=topic]", world.topic.slug)
    page.locator("button[name=show][value=topic]").click()
    page.fill("#id_when", "do na 15")
    page.locator("button[name=show][value=times]").click()
    expect(page.locator("#slots [name=starts_at]").first).to_have_value(at(15, day=26).isoformat())
    page.fill("#id_question", "Waarom?")
    page.locator(".desk__form .button--wide").click()
    made = booked(page)
    assert (made.starts_at, made.question) == (at(15, day=26), "Waarom?")
    page.locator("#undo button").click()
    expect(page.locator("main")).to_contain_text("ongedaan gemaakt")


def test_without_the_script_a_wish_is_shown_before_it_is_booked(world: World, desk: Desk) -> None:
    page, _keys = desk(f"/desk/?phone=0612345678&topic={world.topic.slug}", java_script_enabled=False)
    page.fill("#id_when", "do na 15")
    page.press("#id_when", "Enter")
    expect(page.locator("#slots [name=starts_at]").first).to_have_value(at(15, day=26).isoformat())
    assert not Appointment.objects.exists()
