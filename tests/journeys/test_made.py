"""The agent sees what became of a promise, and puts it away."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from callbacks import operations
from callbacks.models import Appointment
from callbacks.states import AttemptOutcome, NextStep
from tests.factories import NOW, CustomerFactory, World, at
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def made(world: World) -> list[Appointment]:
    """Two promises of this morning, to the first specialist."""
    mine = world.specialists[0]
    return [
        world.book(
            at(9, minute),
            specialist=mine,
            now=NOW - timedelta(minutes=30),
            customer=CustomerFactory.create(name=name),
            question="Waarom is de aanvraag afgewezen?",
        )
        for minute, name in ((0, "Mevrouw Van den Heuvel-Ooijevaar tot Wolfswinkel"), (30, "De heer Bos"))
    ]


def complete(world: World, appointment: Appointment) -> None:
    """The specialist's call, with what came of it."""
    operations.log_attempt(
        appointment=appointment,
        version=appointment.version,
        started_at=NOW,
        outcome=AttemptOutcome.SPOKEN_DONE,
        next_step=NextStep.CLOSE,
        by=world.person,
        now=NOW,
        result_for_customer="De aanslag vervalt; de brief volgt deze week.",
        result_for_agent="Bezwaar is gegrond.",
    )


def test_the_agent_reads_what_a_specialist_wrote_and_marks_it_as_read_with_one_key(
    world: World, visit: Visit, made: list[Appointment], complaints: list[str]
) -> None:
    specialist = visit(world.person, "/queue/")
    specialist.keyboard.press("p")
    specialist.keyboard.press("1")
    specialist.fill("#id_attempt_result_for_customer", "De aanslag vervalt.")
    specialist.fill("#id_attempt_result_for_agent", "Brief volgt vrijdag.")
    specialist.keyboard.press("Tab")
    specialist.locator("#attempt button").press("Enter")
    expect(specialist.get_by_role("status")).to_contain_text(made[0].reference)

    agent = visit(world.agent, "/desk/")
    link = agent.locator("header").get_by_role("link", name="Door mij geboekt 1 nieuw resultaat")
    link.click()
    expect(agent.locator(f"#row-{made[0].reference}")).to_be_focused()
    expect(agent.locator("#panel")).to_contain_text("De aanslag vervalt.")
    expect(agent.locator("#panel")).to_contain_text("Brief volgt vrijdag.")
    agent.keyboard.press("m")
    expect(agent.get_by_role("status")).to_contain_text("als gelezen")
    expect(agent.locator("header a[href='/made/'] .count")).to_have_count(0)
    assert complaints == []


def test_a_result_that_comes_in_is_counted_without_a_reload(
    world: World, visit: Visit, made: list[Appointment], complaints: list[str]
) -> None:
    page = visit(world.agent, "/desk/")
    # The page asks every minute: sooner here, with nothing else changed.
    page.evaluate("document.querySelector('header [data-poll]').setAttribute('hx-trigger', 'every 1s')")
    page.evaluate("htmx.process(document.querySelector('header [data-poll]'))")
    complete(world, made[0])
    expect(page.locator("header .count")).to_have_text("1")
    assert complaints == []


def results_where_results_belong(page: Page) -> None:
    """Fields for a result are there with *spoken, done* alone."""
    page.locator("[value=busy]").check()
    expect(page.locator("#id_attempt_result_for_agent")).to_be_hidden()
    page.locator("[value=spoken_done]").check()
    expect(page.locator("#id_attempt_result_for_agent")).to_be_visible()


def test_results_are_asked_for_when_the_matter_is_done(
    world: World, visit: Visit, made: list[Appointment]
) -> None:
    results_where_results_belong(visit(world.person, "/queue/"))
    results_where_results_belong(visit(world.person, f"/appointments/{made[0].reference}/"))


def test_a_list_that_cannot_be_refreshed_says_that_it_is_old(
    world: World, visit: Visit, made: list[Appointment]
) -> None:
    page = visit(world.agent, "/made/")
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible(timeout=15_000)
    expect(page.locator(f"#row-{made[0].reference}")).to_be_visible()


def test_a_pause_holds_on_the_next_page_too(world: World, visit: Visit, made: list[Appointment]) -> None:
    page = visit(world.agent, "/made/")
    page.locator("[data-pause]").click()
    page.goto("/worklist/")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-pause]").click()
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "false")


def test_new_results_are_accessible_and_fit(world: World, visit: Visit, made: list[Appointment]) -> None:
    complete(world, made[0])
    page = visit(world.agent, "/made/", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert problems(page) == []
