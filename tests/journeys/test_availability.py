"""Publishing for a quarter by keyboard, and a series that changes."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from availability.models import Absence, BusyFeed, Closure, Window
from availability.slots import DAY
from callbacks.models import Appointment
from callbacks.operations.publishing import Plan, publish
from callbacks.states import State
from tests.factories import NOW, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser
MONDAY = dt.date(2026, 11, 23)
HALF_AN_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def quarter(world: World) -> World:
    """Somebody who published Tuesday and Thursday mornings, with a week in which something happens."""
    Window.objects.all().delete()
    one = world.specialists[0]
    plan = Plan(
        weekdays=frozenset({1, 2, 4}),
        hours=(dt.time(9), dt.time(12)),
        first_day=MONDAY,
        last_day=MONDAY + 90 * DAY,
    )
    publish(specialist=one, plan=plan, by=one.user, now=NOW)
    world.book(at(10), specialist=one)
    Absence.objects.create(specialist=one, starts_at=at(9, day=24), ends_at=at(10, day=24))
    Closure.objects.create(name="Studiedag", first_day=dt.date(2026, 11, 26), last_day=dt.date(2026, 11, 26))
    wrong = {"failing_since": at(8), "error": "Er is geen server met deze naam.", "seen_at": at(7)}
    BusyFeed.objects.create(specialist=one, url="https://agenda.example.org/a.ics", look_at=at(10), **wrong)
    return world


def seconds(*, keys: int, thoughts: int) -> float:
    """How long an average person takes: the keystroke-level model of Card, Moran and Newell (1983).

    0.28 seconds for a key, 1.35 for each thought before one.
    """
    return 0.28 * keys + 1.35 * thoughts


def test_the_page_is_accessible(quarter: World, visit: Visit, complaints: list[str]) -> None:
    page = visit(quarter.person, "/availability/?day=2026-11-26")
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    assert problems(page) == []
    assert complaints == []


def test_a_phone_shows_it_without_scrolling_sideways(quarter: World, visit: Visit) -> None:
    page = visit(quarter.person, "/availability/?day=2026-11-26", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_arrows_go_from_cell_to_cell(quarter: World, visit: Visit) -> None:
    page = visit(quarter.person, "/availability/")
    page.locator("[data-cell][tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
    reference = Appointment.objects.get().reference
    expect(page.locator(":focus")).to_have_attribute("aria-label", f"ma 23 nov 10:00: {reference}")


def test_enter_on_a_cell_opens_its_day(quarter: World, visit: Visit) -> None:
    page = visit(quarter.person, "/availability/")
    page.locator("[data-cell][tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#day-title")).to_have_text("di 24 nov")


def test_a_quarter_is_published_with_the_sentence_before_the_button(world: World, visit: Visit) -> None:
    Window.objects.all().delete()
    page = visit(world.person, "/availability/")
    page.get_by_label("dinsdag", exact=True).check()
    page.get_by_label("donderdag", exact=True).check()
    page.locator("#id_starts").fill("09:00")
    page.locator("#id_ends").fill("11:00")
    page.locator("#id_ends").press("Tab")
    expect(page.locator(".availability__preview").first).to_contain_text(
        "13 weken, 208 tijdslots van 15 minuten"
    )
    page.get_by_role("button", name="Publiceren", exact=True).click()
    expect(page.locator("main .notice--positive").first).to_contain_text("208 tijdslots")
    assert Window.objects.count() == 2


def test_a_series_of_thirteen_weeks_is_changed_in_a_minute_without_the_mouse(
    quarter: World, visit: Visit
) -> None:
    page = visit(quarter.person, "/availability/")
    keys = Keys(page)
    page.locator("section:has(#series-title) summary").first.focus()
    keys.press("Enter")
    starts = page.locator("section:has(#series-title) input[name=starts]").first
    while not starts.evaluate("(field) => field === document.activeElement"):
        assert keys.count < 12
        keys.press("Tab")
    typed = "0800"
    keys.type(typed)
    keys.press("Enter")
    expect(page.locator("main .notice--positive").first).to_contain_text("08:00")
    assert Window.objects.filter(starts=dt.time(8)).count() == 3
    # To open, to find the field, to decide and to read: people think before each.
    assert seconds(keys=keys.count + len(typed), thoughts=4) <= 60


def test_an_absence_asks_what_becomes_of_appointments(
    quarter: World, visit: Visit, complaints: list[str]
) -> None:
    page = visit(quarter.person, "/availability/")
    page.locator("section:has(#absence-title) summary").click()
    page.locator("#id_absence_last_day").fill("2026-11-23")
    page.locator("#id_absence_last_day").press("Enter")
    reference = Appointment.objects.get().reference
    expect(page.locator(".hits__row")).to_contain_text(reference)
    assert problems(page) == []
    page.locator("#id_decision_reason").fill("Ziek")
    page.locator("#id_decision_reason").press("Enter")
    expect(page.locator("main .notice--positive")).to_contain_text("afwezigheid")
    assert Absence.objects.filter(starts_at=at(0)).exists()
    assert complaints == []


def test_an_absence_that_hits_nine_appointments_is_settled_at_once(
    world: World, visit: Visit, complaints: list[str]
) -> None:
    one, colleague = world.specialists
    made = [world.book(at(10) + half * HALF_AN_HOUR, specialist=one) for half in range(9)]
    page = visit(one.user, "/availability/")
    keys = Keys(page)
    page.locator("section:has(#absence-title) summary").focus()
    keys.press("Enter")
    page.locator("#id_absence_last_day").fill("2026-11-23")
    page.locator("#id_absence_last_day").press("Enter")
    expect(page.locator(".hits__row")).to_have_count(9)
    page.locator("#id_decision_reason").focus()
    keys.type("Ziek")
    keys.press("Enter")
    expect(page.locator("main .notice--positive")).to_contain_text("afwezigheid")
    settled = Appointment.objects.filter(pk__in=[each.pk for each in made])
    assert set(settled.values_list("specialist", "state")) == {(colleague.pk, State.SCHEDULED)}
    assert keys.count == 2
    assert complaints == []


def test_two_keys_copy_the_week_before(world: World, visit: Visit, complaints: list[str]) -> None:
    Window.objects.all().delete()
    plan = Plan(
        weekdays=frozenset({2, 4}),
        hours=(dt.time(9), dt.time(12)),
        first_day=MONDAY,
        last_day=MONDAY + 6 * DAY,
    )
    publish(specialist=world.specialists[0], plan=plan, by=world.person, now=NOW)
    page = visit(world.person, "/availability/?week=2026-11-30")
    page.locator("[data-cell][tabindex='0']").focus()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("main .notice--positive").first).to_be_visible()
    copied = Window.objects.filter(valid_from__gte=MONDAY + 7 * DAY).values_list("valid_from", flat=True)
    assert sorted(copied) == [MONDAY + 8 * DAY, MONDAY + 10 * DAY]
    assert complaints == []


def test_the_keys_of_the_week_are_listed(world: World, visit: Visit) -> None:
    page = visit(world.person, "/availability/")
    page.locator("[data-cell][tabindex='0']").focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts dt").filter(has_text="K Enter")).to_be_visible()


def test_the_agreement_is_accessible(quarter: World, visit: Visit, complaints: list[str]) -> None:
    type(quarter.team).objects.update(agreed_hours=9)
    page = visit(quarter.lead, "/availability/")
    assert problems(page) == []
    assert complaints == []


def test_the_agreement_fits_a_phone(quarter: World, visit: Visit) -> None:
    type(quarter.team).objects.update(agreed_hours=9)
    page = visit(quarter.lead, "/availability/", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
