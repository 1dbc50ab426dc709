"""The worklist in a browser: claiming, losing a claim, and agreeing a new time by keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from callbacks import operations
from callbacks.models import Appointment, LogEntry
from callbacks.states import State, Verb
from tests.factories import NOW, CustomerFactory, UserFactory, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit
from tests.journeys.test_keyboard import Keys

pytestmark = pytest.mark.browser


@pytest.fixture
def waiting(world: World) -> list[Appointment]:
    """Three customers who need a new time: nobody else of the team was free."""
    mine, other = world.specialists
    other.windows.all().delete()
    made = [
        world.book(at(hour), specialist=mine, customer=CustomerFactory.create(name=name))
        for hour, name in ((13, "Mevrouw Bos"), (14, "De heer Tak"), (15, "Familie Blad"))
    ]
    return [
        operations.decline(appointment=one, version=one.version, reason="Ziek", by=world.person, now=NOW)
        for one in made
    ]


@pytest.fixture
def bram(world: World) -> User:
    """A colleague of the front office."""
    return UserFactory.create(name="Bram Bel")


def claim(appointment: Appointment, by: User) -> Appointment:
    """Somebody takes it upon themselves."""
    return operations.claim(appointment=appointment, version=appointment.version, by=by, now=NOW)


def refresh(page: Page) -> None:
    """What the page does by itself every ten seconds, now."""
    with page.expect_response(lambda response: "seen=" in response.url):
        page.evaluate("htmx.ajax('GET', document.getElementById('live').getAttribute('hx-get'), '#live')")


def test_of_two_agents_who_claim_one_row_the_second_is_told_by_whom(
    world: World, visit: Visit, waiting: list[Appointment], bram: User, complaints: list[str]
) -> None:
    first, second = visit(world.agent, "/worklist/"), visit(bram, "/worklist/")
    for page in (first, second):
        expect(page.locator(f"#row-{waiting[0].reference}")).to_be_focused()
    first.keyboard.press("o")
    expect(first.get_by_role("status").filter(has_text=waiting[0].reference)).to_be_visible()
    second.keyboard.press("o")
    expect(second.get_by_role("alert").filter(has_text="Anna Agent was je voor")).to_be_visible()
    expect(second.locator("#panel")).to_contain_text("Overnemen van Anna Agent")
    assert Appointment.objects.get(pk=waiting[0].pk).claimed_by == world.agent
    assert complaints == []


def test_a_claimed_customer_gets_a_new_time_in_three_keys(
    world: World, visit: Visit, waiting: list[Appointment], complaints: list[str]
) -> None:
    page = visit(world.agent, "/worklist/")
    keys = Keys(page)
    keys.press("o")
    expect(page.locator("#release")).to_be_visible()
    page.wait_for_load_state()
    expect(page.locator(f"#row-{waiting[0].reference}")).to_be_focused()
    keys.press("v")
    expect(page.locator("[name=starts_at]:checked")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("status").filter(has_text="nieuwe afgesproken tijd")).to_be_visible()
    expect(page.locator(f"#row-{waiting[1].reference}")).to_be_focused()
    assert Appointment.objects.get(pk=waiting[0].pk).state == State.SCHEDULED
    assert keys.count == 3
    assert complaints == []


def test_another_time_is_chosen_by_its_digit(world: World, visit: Visit, waiting: list[Appointment]) -> None:
    page = visit(world.agent, "/worklist/")
    for key in ("v", "3", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").filter(has_text=waiting[0].reference)).to_be_visible()
    assert Appointment.objects.get(pk=waiting[0].pk).starts_at == at(9, 30)


def test_a_day_far_ahead_is_said_in_words(
    world: World, visit: Visit, waiting: list[Appointment], complaints: list[str]
) -> None:
    page = visit(world.agent, "/worklist/")
    keys = Keys(page)
    keys.press("v", "d")
    expect(page.locator("#move-when")).to_be_focused()
    keys.type("wk 50")
    keys.press("Enter")
    expect(page.locator("[name=starts_at]:checked")).to_be_focused()
    expect(page.locator("[name=starts_at]:checked")).to_have_value("2026-12-07T08:00:00+00:00")
    keys.press("Enter")
    expect(page.get_by_role("status").filter(has_text=waiting[0].reference)).to_be_visible()
    assert Appointment.objects.get(pk=waiting[0].pk).starts_at == at(9, day=30) + dt.timedelta(days=7)
    assert complaints == []


def test_a_call_in_vain_leaves_its_time_in_the_note(
    world: World, visit: Visit, waiting: list[Appointment]
) -> None:
    page = visit(world.agent, "/worklist/", timezone_id="America/New_York")
    page.clock.set_fixed_time(NOW)
    page.evaluate("addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())")
    page.locator("[data-calls]").click()
    expect(page.locator("#id_note_note")).to_have_value("Gebeld om 09:00: ")
    page.locator("#id_note_note").press("End")
    page.keyboard.type("geen gehoor")
    page.locator("#note button").click()
    expect(page.locator("#panel")).to_contain_text("geen gehoor")
    assert LogEntry.objects.get(verb=Verb.ADD_NOTE).reason == "Gebeld om 09:00: geen gehoor"


def test_a_refresh_leaves_the_focused_row_where_it_is_on_the_screen(
    world: World, visit: Visit, waiting: list[Appointment], complaints: list[str]
) -> None:
    page = visit(world.agent, "/worklist/", height=400)
    row = page.locator(f"#row-{waiting[1].reference}")
    row.focus()
    before = row.bounding_box()
    # The last one goes to the top, and with it comes a heading: everything moves down.
    claim(waiting[2], world.agent)
    refresh(page)
    expect(page.locator("#live h2")).to_have_count(2)
    expect(row).to_be_focused()
    after = row.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2
    assert complaints == []


def test_when_the_focused_row_leaves_the_list_the_next_one_has_the_focus(
    world: World, visit: Visit, waiting: list[Appointment]
) -> None:
    page = visit(world.agent, "/worklist/")
    page.locator(f"#row-{waiting[1].reference}").focus()
    operations.cancel(
        appointment=waiting[1],
        version=waiting[1].version,
        reason="x",
        by_customer=True,
        by=world.lead,
        now=NOW,
    )
    refresh(page)
    expect(page.locator(f"#row-{waiting[2].reference}")).to_be_focused()


def test_the_panel_says_when_somebody_else_claims_what_it_shows(
    world: World, visit: Visit, waiting: list[Appointment], bram: User
) -> None:
    page = visit(world.agent, "/worklist/")
    claim(waiting[0], bram)
    refresh(page)
    expect(page.locator("#panel-note")).to_contain_text("Bram Bel heeft deze afspraak gewijzigd")
    page.locator("#panel-note a").click()
    expect(page.locator("#panel")).to_contain_text("Overnemen van Bram Bel")


@pytest.mark.parametrize("state", ["free", "mine", "theirs", "empty"])
def test_every_state_is_accessible_and_fits(
    world: World, visit: Visit, waiting: list[Appointment], state: str
) -> None:
    if state in {"mine", "theirs"}:
        claim(waiting[0], world.agent if state == "mine" else world.lead)
    if state == "empty":
        Appointment.objects.update(state=State.COMPLETED, next_action_at=None)
    address = f"/worklist/?open={waiting[0].reference}"
    check(visit(world.agent, address, width=320, height=640))


def test_what_a_refresh_says_is_accessible_and_fits(
    world: World, visit: Visit, waiting: list[Appointment]
) -> None:
    page = visit(world.agent, "/worklist/", width=320, height=640)
    claim(waiting[0], world.lead)
    refresh(page)
    expect(page.locator("#panel-note")).to_contain_text("Lea Lead")
    check(page)


def check(page: Page) -> None:
    """No sideways scroll, and nothing that axe complains of."""
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []
