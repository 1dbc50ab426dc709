"""Who gets which page, and how one comes in and goes out."""

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from accounts.models import Role, User
from availability.models import Specialist
from callbacks import operations
from tests.factories import NOW, UserFactory, World
from tests.frontoffice.conftest import Enter, squashed, text_of

MATRIX = {
    "/desk/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/queue/": {Role.SPECIALIST},
    "/day-list/": {Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/board/": {Role.LEAD, Role.ADMINISTRATOR},
    "/board/reassign/": {Role.LEAD, Role.ADMINISTRATOR},
    "/look-back/": {Role.LEAD, Role.ADMINISTRATOR},
    "/look-back/paper/": {Role.LEAD, Role.ADMINISTRATOR},
    "/look-back/lines/": {Role.LEAD, Role.ADMINISTRATOR},
    "/look-back/quadrant/": {Role.LEAD, Role.ADMINISTRATOR},
    "/worklist/": {Role.AGENT, Role.LEAD, Role.ADMINISTRATOR},
    "/made/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/made/unread/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/delivery/": {Role.ADMINISTRATOR},
    "/messages/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/messages/unread/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/appointments/{reference}/": {Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR},
    "/admin/": {Role.ADMINISTRATOR},
}
START = {
    Role.AGENT: "/desk/",
    Role.SPECIALIST: "/queue/",
    Role.LEAD: "/board/",
    Role.ADMINISTRATOR: "/board/",
}


def in_role(world: World, role: Role) -> User:
    """Somebody of the world in a role."""
    people = {Role.AGENT: world.agent, Role.SPECIALIST: world.person, Role.LEAD: world.lead}
    return people.get(role, world.admin)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", MATRIX)
def test_a_page_opens_for_its_roles_only(world: World, enter: Enter, path: str, role: Role) -> None:
    address = path.format(reference=world.book().reference)
    status = enter(in_role(world, role)).get(address).status_code
    # The administration sends others to its own sign-in page.
    assert status == (200 if role in MATRIX[path] else 302 if path == "/admin/" else 403)


@pytest.mark.parametrize("path", [path for path in MATRIX if path != "/admin/"])
def test_who_is_not_signed_in_goes_to_sign_in_and_comes_back(world: World, client: Client, path: str) -> None:
    address = path.format(reference=world.book().reference)
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={address}")


@pytest.mark.usefixtures("_uncounted")
@pytest.mark.parametrize("role", [None, *Role])
def test_a_customers_page_opens_for_whoever_has_its_link(
    world: World, client: Client, enter: Enter, role: Role | None
) -> None:
    key = operations.link_token(appointment=world.book(), now=NOW)
    somebody = enter(in_role(world, role)) if role else client
    assert somebody.get(f"/callback/?key={key}").status_code == 200
    assert somebody.get("/callback/?key=another").status_code == 404


@pytest.mark.usefixtures("_uncounted")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("slug", ["move", "cancel", "number"])
def test_a_role_alone_does_nothing_on_a_customers_page(
    world: World, enter: Enter, role: Role, slug: str
) -> None:
    assert enter(in_role(world, role)).post(f"/callback/{slug}/", {"version": 1}).status_code == 404


def test_a_lost_session_sends_the_whole_page_to_sign_in(db: None, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/?tile=late"}
    response = client.get("/board/?tile=late&open=X", headers=headers)
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fboard%2F%3Ftile%3Dlate"


def test_a_verb_needs_a_session_too(world: World, client: Client) -> None:
    appointment = world.book()
    client.post(f"/appointments/{appointment.reference}/confirm/", {"version": 1})
    appointment.refresh_from_db()
    assert appointment.version == 1


def test_an_appointment_of_another_team_is_not_found(world: World, enter: Enter) -> None:
    stranger = World().person
    assert enter(stranger).get(f"/appointments/{world.book().reference}/").status_code == 404


def test_a_specialist_without_a_team_has_no_list(db: None, enter: Enter) -> None:
    assert enter(UserFactory.create(role=Role.SPECIALIST)).get("/queue/").status_code == 403


@pytest.mark.parametrize("role", Role)
def test_the_start_page_is_where_the_work_is(world: World, enter: Enter, role: Role) -> None:
    assert enter(in_role(world, role)).get("/")["Location"] == START[role]


def test_the_menu_has_the_pages_of_the_role(agent: Client) -> None:
    page = agent.get("/desk/").content.decode()
    assert [f'href="/{name}/"' in page for name in ("desk", "worklist", "board", "queue")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_lead_who_takes_calls_has_a_queue_too(world: World, lead: Client) -> None:
    mine = world.specialist(user=world.lead)
    made = world.book(specialist=mine)
    assert 'href="/queue/"' in lead.get("/board/").content.decode()
    assert made.reference in lead.get("/queue/").content.decode()


def test_who_takes_no_calls_any_more_has_no_queue(world: World, specialist: Client) -> None:
    Specialist.objects.update(is_active=False)
    assert specialist.get("/queue/").status_code == 403
    assert 'href="/queue/"' not in specialist.get("/desk/").content.decode()


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_s_mail_is_a_link_away(agent: Client, settings: Settings, *, demo: bool) -> None:
    settings.DEMO = demo
    assert ('href="/demo/mail/"' in agent.get("/desk/").content.decode()) is demo


def test_signing_in_leads_to_the_start_page(db: None, client: Client) -> None:
    User.objects.create_user("anna", "a-long-password", name="Anna", role=Role.AGENT)
    response = client.post("/sign-in/", {"username": "anna", "password": "a-long-password"})
    assert response["Location"] == "/"


def test_a_wrong_password_says_so_in_title_and_page(db: None, client: Client) -> None:
    page = client.post("/sign-in/", {"username": "anna", "password": "wrong"}).content.decode()
    assert "<title>Fout:" in squashed(page)
    assert 'role="alert"' in page


def test_too_many_wrong_passwords_pause_signing_in(db: None, client: Client) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/sign-in/", {"username": "anna", "password": "wrong"})
    assert response.status_code == 429
    assert "15 minuten" in text_of(response.content.decode())


def test_signing_out_takes_a_post(agent: Client) -> None:
    assert agent.get("/sign-out/").status_code == 405
    assert agent.post("/sign-out/")["Location"] == "/sign-in/"
    assert agent.get("/desk/").status_code == 302


def test_pages_with_personal_data_are_not_kept_by_the_browser(agent: Client) -> None:
    assert "no-store" in agent.get("/desk/")["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "current"), [("/look-back/", "page"), ("/look-back/forecast/", "true"), ("/board/", "page")]
)
def test_the_menu_says_where_one_is(world: World, enter: Enter, address: str, current: str) -> None:
    page = enter(world.lead).get(address).content.decode()
    marked = re.findall(r'<a href="([^"]+)"\s+aria-current="(\w+)"', page.partition("<main")[0])
    assert marked == [("/" + address.split("/")[1] + "/", current)]
