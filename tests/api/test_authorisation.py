"""Every endpoint × role."""

from typing import Any

import pytest
from django.db import transaction
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User
from availability.models import Absence, Closure, Window, WindowException
from callbacks import operations
from callbacks.api.appointments.views import AppointmentViewSet
from callbacks.api.urls import router
from callbacks.models import Appointment, AvoidableReason
from tests.factories import NOW, World, at

ROLES = ("nobody", "agent", "specialist", "lead", "administrator")
READ = "401 200 200 200 200"
OWN_TEAM = "401 403 403 {ok} {ok}"
RECORDS = ("teams", "topics", "specialists", "windows", "window-exceptions", "absences", "closures")
DAY = {"first_day": "2026-12-24", "last_day": "2026-12-24", "name": "Christmas Eve"}
# Method, address, body, and the status for each of ROLES.
MATRIX = [
    ("post", "token/", {}, "400 400 400 400 400"),
    ("delete", "token/", None, "401 204 204 204 204"),
    ("get", "schema/", None, "200 200 200 200 200"),
    ("get", "slots/?topic={topic}&from=2026-11-24&until=2026-11-24", None, READ),
    *[("get", f"{name}/", None, READ) for name in RECORDS],
    *[("get", f"{name}/{{{name}}}/", None, READ) for name in RECORDS],
    *[("patch", f"{name}/{{{name}}}/", {}, OWN_TEAM.format(ok=200)) for name in RECORDS],
    *[("put", f"{name}/{{{name}}}/", {}, OWN_TEAM.format(ok=400)) for name in RECORDS],
    *[("post", f"{name}/", {}, OWN_TEAM.format(ok=400)) for name in RECORDS],
    ("delete", "teams/{teams}/", None, "401 403 403 403 409"),
    ("delete", "specialists/{specialists}/", None, OWN_TEAM.format(ok=409)),
    *[
        ("delete", f"{name}/{{{name}}}/", None, OWN_TEAM.format(ok=204))
        for name in ("windows", "window-exceptions", "absences", "closures")
    ],
    ("post", "teams/?", {"slug": "new", "name": "New"}, "401 403 403 403 201"),
    ("post", "closures/?", DAY, "401 403 403 403 201"),
    ("get", "appointments/", None, READ),
    ("get", "appointments/{appointment}/", None, READ),
    ("get", "appointments/{appointment}/log/", None, READ),
    ("post", "appointments/", "booking", "401 201 201 201 201"),
    ("post", "appointments/{appointment}/confirm/", {}, "401 403 200 200 200"),
    ("post", "appointments/{appointment}/decline/", {"reason": "Ill"}, "401 403 200 200 200"),
    (
        "post",
        "appointments/{appointment}/propose/",
        {"starts_at": "2026-11-24T09:00Z"},
        "401 403 200 200 200",
    ),
    ("post", "appointments/{appointment}/begin-call/", {}, "401 403 200 200 200"),
    ("post", "appointments/{appointment}/attempts/", {"outcome": "spoken_done"}, "401 403 201 201 201"),
    ("post", "appointments/{appointment}/reschedule/", {"starts_at": "2026-11-24T09:00Z"}, READ),
    ("post", "appointments/{appointment}/reassign/", "colleague", "401 403 403 200 200"),
    ("post", "appointments/{appointment}/forward/", "receiver", "401 403 200 200 200"),
    ("post", "appointments/{to_rebook}/forward/", "receiver", READ),
    ("post", "appointments/{appointment}/send-back/", {"reason": "Not ours"}, "401 403 200 200 200"),
    ("post", "appointments/{appointment}/cancel/", {"reason": "Solved"}, READ),
    ("post", "appointments/{cancelled}/reopen/", {"reason": "Not solved"}, READ),
    ("post", "appointments/{appointment}/notes/", {"note": "Speaks Frisian"}, "401 201 201 201 201"),
    ("post", "appointments/{appointment}/phone/", {"phone": "06 1234 5678"}, READ),
    ("post", "appointments/{linked}/withdraw-link/", {}, READ),
    ("post", "appointments/{to_rebook}/claim/", {}, READ),
    ("post", "appointments/{claimed}/release/", {}, READ),
    ("post", "appointments/{appointment}/undo/", {}, "401 200 403 403 403"),
    ("post", "holds/", "slot", "401 201 201 201 201"),
    ("delete", "holds/", None, "401 204 204 204 204"),
    ("get", "specialists/available/?topic={topic}", None, READ),
    ("post", "specialists/available/", {"available": False}, "401 403 200 403 403"),
    ("post", "contacts/", {"result": "solved"}, "401 201 201 201 201"),
    ("get", "contacts/", None, READ),
    ("get", "contacts/{contact}/", None, "401 200 404 404 200"),
    ("get", "avoidable-reasons/", None, READ),
    ("get", "avoidable-reasons/{reason}/", None, READ),
    ("post", "avoidable-reasons/", {"name": "Broken link"}, "401 403 403 403 201"),
    ("post", "avoidable-reasons/?", {}, "401 403 403 403 400"),
    ("patch", "avoidable-reasons/{reason}/", {"is_active": False}, "401 403 403 403 200"),
    ("put", "avoidable-reasons/{reason}/", {"name": "Lost letter"}, "401 403 403 403 200"),
    ("delete", "avoidable-reasons/{reason}/", None, "401 403 403 403 204"),
    # Of a team that is not theirs: appointments are hidden, records can be read only.
    ("get", "appointments/{foreign}/", None, "401 200 404 404 200"),
    ("post", "appointments/{foreign}/confirm/", {}, "401 403 404 404 200"),
    ("post", "appointments/{foreign}/cancel/", {"reason": "Solved"}, "401 200 404 404 200"),
    ("post", "appointments/{foreign}/notes/", {"note": "Speaks Frisian"}, "401 201 404 404 201"),
    ("post", "contacts/", "enquiry", "401 201 404 404 201"),
    ("patch", "teams/{foreign_team}/", {}, "401 403 403 403 200"),
    ("patch", "windows/{foreign_window}/", {}, "401 403 403 403 200"),
    ("delete", "windows/{foreign_window}/", None, "401 403 403 403 204"),
]


def on_worklist(world: World, hour: int) -> Appointment:
    """An appointment that needs a new time."""
    return operations.decline(
        appointment=world.book(at(hour)), version=1, reason="Ill", by=world.admin, now=NOW
    )


class Scene:
    """One record of each kind, in a team with everybody and in a foreign team."""

    def __init__(self) -> None:
        self.world, other = World(), World()
        own, world = self.world.specialists[0], self.world
        window = Window.objects.filter(specialist__team=world.team, weekday=5)[0]
        foreign = Window.objects.filter(specialist__team=other.team, weekday=5)[0]
        cancelled, linked = world.book(at(12)), world.book(at(9))
        operations.link_token(appointment=linked, now=NOW)
        Appointment.objects.filter(pk=cancelled.pk).update(state="cancelled", next_action_at=None)
        self.names = {
            "topic": world.topic.slug,
            "teams": world.team.slug,
            "topics": world.topic.slug,
            "specialists": own.pk,
            "windows": window.pk,
            "window-exceptions": WindowException.objects.create(window=window, day="2026-12-11").pk,
            "absences": Absence.objects.create(specialist=own, starts_at=at(17), ends_at=at(18)).pk,
            "closures": Closure.objects.create(
                team=world.team, first_day="2026-12-25", last_day="2026-12-25", name="Christmas"
            ).pk,
            "appointment": world.book().reference,
            "linked": linked.reference,
            "cancelled": cancelled.reference,
            "to_rebook": on_worklist(world, 13).reference,
            "claimed": operations.claim(
                appointment=on_worklist(world, 14), version=2, by=world.agent, now=NOW
            ).reference,
            "contact": operations.register_contact(result="solved", by=world.agent, now=NOW).pk,
            "reason": AvoidableReason.objects.create(name="Letter unclear").pk,
            "foreign": other.book(at(11)).reference,
            "foreign_team": other.team.slug,
            "foreign_window": foreign.pk,
        }
        self.bodies = {
            "booking": {
                "topic": world.topic.slug,
                "starts_at": "2026-11-25T09:00Z",
                "customer": {"name": "Jo Jansen", "phone": "0612345678"},
            },
            "colleague": {"specialist": world.specialist().pk},
            "receiver": {"to": {"specialist": world.specialist().pk}, "reason": "Hers"},
            "slot": {"topic": world.topic.slug, "starts_at": "2026-11-25T10:00Z"},
            "enquiry": {"result": "status", "about": self.names["foreign"]},
        }

    def person(self, role: str) -> User | None:
        """Who has a role in the own team."""
        return {
            "nobody": None,
            "agent": self.world.agent,
            "specialist": self.world.person,
            "lead": self.world.lead,
            "administrator": self.world.admin,
        }[role]


def ask(scene: Scene, client: APIClient, method: str, address: str, body: object) -> int:
    """Send one request and take its effect back; gives the status."""
    path = "/api/v1/" + address.format(**scene.names)
    given = scene.bodies[body] if isinstance(body, str) else body
    with transaction.atomic():
        status: int = getattr(client, method)(path, given, format="json").status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_it_belongs(role: str) -> None:
    scene = Scene()
    person = scene.person(role)
    client = APIClient()
    if person:
        client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user=person)[1]}")
    wanted = {(row[0], row[1]): int(row[3].split()[ROLES.index(role)]) for row in MATRIX}
    found = {(row[0], row[1]): ask(scene, client, *row[:3]) for row in MATRIX}
    assert found == wanted


def test_every_endpoint_is_in_the_matrix() -> None:
    listed = {address.split("?")[0].split("/")[0] for _method, address, _body, _statuses in MATRIX}
    assert listed >= {prefix for prefix, _viewset, _name in router.registry}
    verbs = {address.split("/")[2] for _m, address, _b, _s in MATRIX if address.count("/") == 3}
    actions: list[Any] = AppointmentViewSet.get_extra_actions()
    assert verbs == {action.url_path for action in actions}
