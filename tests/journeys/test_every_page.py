"""What holds for every page: accessible, within the window, quiet in the console."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import Role, User
from availability.models import Team
from callbacks import operations
from callbacks.models import Message, Wallboard, Webhook
from tests.factories import NOW, CustomerFactory, TeamFactory, TopicFactory, UserFactory, World, at
from tests.frontoffice.test_quadrant import add, contacts, rate
from tests.journeys.accessibility import problems
from tests.journeys.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("_uncounted")]

Who = Callable[[World], User | None]
PAGES: dict[str, tuple[Who, str]] = {
    "sign-in": (lambda _: None, "/sign-in/"),
    "desk": (lambda world: world.agent, "/desk/"),
    "desk-topic": (lambda world: world.agent, "/desk/?topic={topic}&phone=0612345678"),
    "desk-callers": (lambda world: world.agent, "/desk/?q=Van den"),
    "desk-nobody": (lambda world: world.agent, "/desk/?q=zzzz"),
    "desk-booked": (lambda world: world.agent, "/desk/?booked={reference}"),
    "day-list": (lambda world: world.lead, "/day-list/"),
    "day-list-sheet": (lambda world: world.lead, "/day-list/{sheet}/"),
    "queue": (lambda world: world.person, "/queue/"),
    "board": (lambda world: world.lead, "/board/?tile=at_risk"),
    "board-empty": (lambda world: world.lead, "/board/?tile=late"),
    "board-room": (lambda world: world.lead, "/board/?tile=room"),
    "board-reassign": (
        lambda world: world.lead,
        "/board/reassign/?appointment={reference}.1&appointment={to_rebook}.2",
    ),
    "board-reassign-empty": (lambda world: world.lead, "/board/reassign/"),
    "look-back": (lambda world: world.lead, "/look-back/?weeks=4"),
    "look-back-paper": (lambda world: world.lead, "/look-back/paper/?weeks=4"),
    "forecast": (lambda world: world.lead, "/look-back/forecast/?day=2026-12-01&away=1&more=10"),
    "forecast-refused": (lambda world: world.lead, "/look-back/forecast/?away=2&more=veel"),
    "lines": (
        lambda world: world.lead,
        "/look-back/lines/?calls=200&seconds=180&target=80&within=20&agents=&patience=60",
    ),
    "lines-refused": (lambda world: world.lead, "/look-back/lines/?calls=veel"),
    "quadrant": (lambda world: world.lead, "/look-back/quadrant/"),
    "quadrant-unrated": (lambda _: lead_of(TeamFactory.create()), "/look-back/quadrant/"),
    "quadrant-empty": (lambda _: lead_of(), "/look-back/quadrant/"),
    "quadrant-topic": (lambda world: world.lead, "/look-back/quadrant/topics/{topic}/"),
    "quadrant-topic-of-others": (lambda _: lead_of(), "/look-back/quadrant/topics/{topic}/"),
    "quadrant-improvement": (lambda world: world.lead, "/look-back/quadrant/improvements/{improvement}/"),
    "worklist": (lambda world: world.agent, "/worklist/"),
    "made": (lambda world: world.agent, "/made/"),
    "messages": (lambda world: world.person, "/messages/"),
    "messages-empty": (lambda world: world.admin, "/messages/"),
    "made-empty": (lambda world: world.lead, "/made/"),
    "delivery": (lambda world: world.admin, "/delivery/"),
    "delivery-webhook": (lambda world: world.admin, "/delivery/webhooks/{webhook}/"),
    "appointment": (lambda world: world.admin, "/appointments/{reference}/"),
    "appointment-closed": (lambda world: world.admin, "/appointments/{closed}/"),
    "customer": (lambda _: None, "/callback/?key={key}"),
    "customer-times": (lambda _: None, "/callback/?key={key}&day=2026-11-24&lang=en"),
    "customer-done": (lambda _: None, "/callback/?key={closed_key}&done=cancel"),
    "customer-unknown": (lambda _: None, "/callback/?key=nothing"),
    "wallboard": (lambda _: None, "/wallboard/?key={wall_key}"),
    "wallboard-unknown": (lambda _: None, "/wallboard/?key=nothing"),
    "not-found": (lambda world: world.agent, "/nowhere/"),
    "no-access": (lambda world: world.agent, "/board/"),
}

# Those that are used on a telephone.
TOUCHED_PAGES = {
    "desk-topic",
    "queue",
    "board",
    "appointment",
    "worklist",
    "made",
    "customer",
    "customer-times",
}
TOUCHED = (
    "button:not(.visually-hidden), select, textarea, summary, nav a, .choice, .button, .rows__row, .tile, "
    "input:not([type=radio]):not([type=checkbox]):not([type=hidden])"
)
TOO_SMALL = """(touched) => [...document.querySelectorAll(touched)]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """What stands between braces in an address; a world with rows on every list."""
    name = "Mevrouw Van den Heuvel-Ooijevaar tot Wolfswinkel"
    question = "Aanvraag afgewezen, vraagt waarom. " * 8
    mine = world.specialists[0]
    webhook = Webhook.objects.create(name="Zaaksysteem", url="https://elsewhere.example")
    shown = world.book(at(9), customer=CustomerFactory.create(name=name), question=question, specialist=mine)
    world.book(at(14), specialist=mine)
    closed = world.book(at(15), specialist=mine)
    operations.cancel(
        appointment=closed,
        version=closed.version,
        reason="Opgelost",
        by_customer=True,
        by=world.agent,
        now=NOW,
    )
    world.topic.guidance = "Vraag eerst naar het zaaknummer.\n\nKosten staan op de website."
    world.topic.save(update_fields=["guidance"])
    world.specialists[1].windows.all().delete()
    to_rebook = world.book(at(16), specialist=mine)
    operations.decline(
        appointment=to_rebook, version=to_rebook.version, reason="Ziek", by=world.person, now=NOW
    )
    sheet = operations.print_day_list(of=world.team, day=NOW.date(), with_notes=True, by=world.lead, now=NOW)
    contacts(world, 30)
    rate(world, 2, 4)
    Message.objects.filter(webhook=webhook).update(state="failed", ended_at=NOW, last_error="OSError: " * 20)
    return {
        "webhook": str(webhook.pk),
        "improvement": str(add(world, "Bij de aanslag uitleggen waarom het bedrag anders is. " * 3).pk),
        "sheet": str(sheet.pk),
        "topic": world.topic.slug,
        "reference": shown.reference,
        "closed": closed.reference,
        "to_rebook": to_rebook.reference,
        "key": operations.link_token(appointment=shown, now=NOW),
        "wall_key": wall_key(world),
        "closed_key": operations.link_token(appointment=closed, now=NOW),
    }


def lead_of(*teams: Team) -> User:
    """Somebody who leads these teams, each with a topic that nobody rated."""
    lead = UserFactory.create(role=Role.LEAD)
    for team in teams:
        team.leads.add(lead)
        TopicFactory.create(teams=[team])
    return lead


def wall_key(world: World) -> str:
    """The secret of a wallboard that may hang here."""
    wall = Wallboard(name="Hal", team=world.team, networks="127.0.0.1")
    key = wall.renew()
    wall.save()
    return key


@pytest.fixture
def open_page(world: World, visit: Visit, addresses: dict[str, str]) -> Visit:
    """Open a page of ``PAGES`` as whom it is for."""

    def go(name: str, **how: Any) -> Page:
        who, address = PAGES[name]
        return visit(who(world), address.format(**addresses), **how)

    return go


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_accessibility_violations(open_page: Visit, complaints: list[str], name: str) -> None:
    page = open_page(name)
    assert complaints == []
    assert problems(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_in_320_pixels_and_is_touched_there(open_page: Visit, name: str) -> None:
    page = open_page(name, width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    if name in TOUCHED_PAGES:
        assert page.evaluate(TOO_SMALL, TOUCHED) == []


def test_booking_fits_on_one_screen(open_page: Visit) -> None:
    page = open_page("desk-topic")
    assert page.evaluate("document.documentElement.scrollHeight") <= 720


def test_a_leads_menu_takes_one_line(open_page: Visit) -> None:
    header = open_page("board").locator(".page-header").bounding_box()
    assert header is not None
    assert header["height"] <= 44


def test_a_wallboard_is_read_at_five_metres(open_page: Visit) -> None:
    page = open_page("wallboard", width=1920, height=1080)
    sizes = page.locator(".wall :is(h1, h2, p):visible").evaluate_all(
        "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 54
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080


def test_pages_ask_nothing_of_other_sites(open_page: Visit) -> None:
    page = open_page("desk")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    host = page.url.split("/desk/")[0]
    assert [url for url in asked if not url.startswith(host)] == []
