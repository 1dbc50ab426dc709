"""The administration asks what becomes of appointments before their time goes."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from availability.models import Absence, Closure, Specialist, Team, Window
from callbacks.models import Appointment
from callbacks.states import State
from tests.administration import filled_in, page
from tests.factories import SpecialistFactory, World, at

CLOSED = {"first_day": "2026-11-23", "last_day": "2026-11-23", "name": "Studiedag"}


@pytest.fixture
def booked(world: World) -> Appointment:
    """Monday 10:00–10:30."""
    return world.book(specialist=world.specialists[0])


@pytest.fixture
def browser(world: World) -> Client:
    """The administrator's session."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(world.admin)
    return client


def window_until_ten(browser: Client, world: World) -> Any:
    address = page(Window, "change", Window.objects.get(weekday=1).pk)
    return browser.post(address, {**filled_in(browser, address), "ends": "10:00"})


def exception_on_the_day(browser: Client, world: World) -> Any:
    address = page(Window, "change", Window.objects.get(weekday=1).pk)
    row = {"exceptions-TOTAL_FORMS": 1, "exceptions-0-day": "2026-11-23"}
    return browser.post(address, {**filled_in(browser, address), **row})


def window_in_the_form_of_its_specialist(browser: Client, world: World) -> Any:
    address = page(Specialist, "change", world.specialists[0].pk)
    form = filled_in(browser, address)
    monday = next(name for name, value in form.items() if name.endswith("-weekday") and value == ["1"])
    return browser.post(address, {**form, monday.replace("weekday", "ends"): "10:00"})


def window_deleted(browser: Client, world: World) -> Any:
    return browser.post(page(Window, "delete", Window.objects.get(weekday=1).pk), {"post": "yes"})


def windows_deleted_in_the_list(browser: Client, world: World) -> Any:
    chosen = list(Window.objects.values_list("pk", flat=True))
    form = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return browser.post(page(Window, "changelist"), form)


def absence(browser: Client, world: World) -> Any:
    times = {"starts_at_0": "2026-11-23", "starts_at_1": "09:00", "ends_at_0": "2026-11-23"}
    form = {"specialist": world.specialists[0].pk, **times, "ends_at_1": "12:00"}
    return browser.post(page(Absence, "add"), form)


def closing_day_of_all(browser: Client, world: World) -> Any:
    return browser.post(page(Closure, "add"), CLOSED)


def another_time_zone(browser: Client, world: World) -> Any:
    address = page(Team, "change", world.team.pk)
    return browser.post(address, {**filled_in(browser, address), "time_zone": "Asia/Tokyo"})


def stored() -> list[Any]:
    """All that says what can be booked."""
    models: list[type[Any]] = [Team, Specialist, Window, Absence, Closure]
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize(
    "change",
    [
        window_until_ten,
        exception_on_the_day,
        window_in_the_form_of_its_specialist,
        window_deleted,
        windows_deleted_in_the_list,
        absence,
        closing_day_of_all,
        another_time_zone,
    ],
    ids=lambda change: change.__name__,
)
def test_a_change_that_hits_appointments_asks_first(
    browser: Client, world: World, booked: Appointment, change: Any
) -> None:
    before = stored()
    answer = change(browser, world)
    assert (answer.status_code, stored()) == (409, before)
    text = answer.content.decode()
    assert booked.reference in text
    assert "successfully" not in text


def answered(browser: Client, booked: Appointment, remedy: str, **more: Any) -> Any:
    decided = {"remedy": remedy, "decision_reason": "Studiedag", f"seen-{booked.reference}": booked.version}
    return browser.post(page(Closure, "add"), {**CLOSED, **decided, **more})


def test_the_answer_makes_the_change_and_settles_the_appointments(
    browser: Client, world: World, booked: Appointment
) -> None:
    assert answered(browser, booked, "rebook").status_code == 302
    booked.refresh_from_db()
    assert (Closure.objects.count(), booked.state) == (1, State.TO_REBOOK)


def test_thousands_of_appointments_can_be_answered_at_once(
    browser: Client, world: World, booked: Appointment
) -> None:
    many = {f"{name}-R{number}": 1 for number in range(2000) for name in ("seen", "remedy")}
    assert answered(browser, booked, "rebook", **many).status_code == 302


def test_what_cannot_be_done_is_asked_again(browser: Client, world: World, booked: Appointment) -> None:
    stranger = SpecialistFactory.create()
    answer = answered(browser, booked, "substitute", decision_substitute=stranger.pk)
    assert (answer.status_code, Closure.objects.count()) == (422, 0)
    assert "Choose an active specialist of this team." in answer.content.decode()


def test_a_change_that_hits_nothing_is_made(browser: Client, world: World) -> None:
    booked = world.book(at(10, day=24), specialist=world.specialists[0])
    assert closing_day_of_all(browser, world).status_code == 302
    booked.refresh_from_db()
    assert (Closure.objects.count(), booked.state) == (1, State.SCHEDULED)


def test_what_people_have_who_stop_working_is_left_to_the_worker(
    browser: Client, world: World, booked: Appointment
) -> None:
    address = page(Specialist, "change", world.specialists[0].pk)
    form = {name: value for name, value in filled_in(browser, address).items() if name != "is_active"}
    assert browser.post(address, form).status_code == 302
    assert not Specialist.objects.get(pk=world.specialists[0].pk).is_active
