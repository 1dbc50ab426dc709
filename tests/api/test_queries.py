"""Every list costs the same number of queries for one row and for three."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from availability.models import Absence, Closure, Window, WindowException
from callbacks import operations
from callbacks.models import AvoidableReason, Contact
from tests.factories import NOW, World, at

API = "/api/v1"


def queries(client: APIClient, path: str, rows: int) -> int:
    """How many queries a list takes that must have so many rows."""
    with CaptureQueriesContext(
        connection,
    ) as taken:
        body = client.get(f"{API}/{path}").json()
    assert len(body["results"]) == rows
    return len(taken)


def add_appointment(world: World, number: int) -> None:
    world.book(at(9 + number))


def add_absence(world: World, number: int) -> None:
    start, end = at(8, day=1 + number), at(9, day=1 + number)
    Absence.objects.create(specialist=world.specialists[0], starts_at=start, ends_at=end)


def add_exception(world: World, number: int) -> None:
    window = Window.objects.filter(specialist=world.specialists[0])[0]
    WindowException.objects.create(window=window, day=at(8, day=1 + number).date())


def add_closure(world: World, number: int) -> None:
    day = at(8, day=1 + number).date()
    Closure.objects.create(team=world.team, first_day=day, last_day=day, name="Outing")


def add_contact(world: World, number: int) -> None:
    asked = operations.register_contact(
        result="status", about=world.book(at(9 + number)), by=world.agent, now=NOW
    )
    # One list for both: the booking's own contact would be a second row.
    Contact.objects.exclude(pk=asked.pk).filter(result="callback").update(at=NOW - dt.timedelta(days=30))


def add_reason(_world: World, number: int) -> None:
    AvoidableReason.objects.create(name=f"Reason {number}")


def add_world(_world: World, _number: int) -> None:
    World()


@pytest.mark.parametrize(
    ("path", "add"),
    [
        ("appointments/", add_appointment),
        ("appointments/?q=Customer&status=scheduled&overdue=false", add_appointment),
        ("absences/", add_absence),
        ("window-exceptions/", add_exception),
        ("closures/", add_closure),
        ("contacts/?from=2026-11-20", add_contact),
        ("avoidable-reasons/", add_reason),
        ("teams/?page_size={rows}", add_world),
        ("topics/?page_size={rows}", add_world),
        ("specialists/?page_size={rows}", add_world),
        ("windows/?page_size={rows}", add_world),
    ],
)
def test_a_list_costs_the_same_for_more_rows(agent: APIClient, world: World, path: str, add: Any) -> None:
    add(world, 0)
    one = queries(agent, path.format(rows=1), 1)
    add(world, 1)
    add(world, 2)
    assert queries(agent, path.format(rows=3), 3) == one


def test_a_log_costs_the_same_for_more_rows(agent: APIClient, world: World) -> None:
    appointment = world.book()
    path = f"appointments/{appointment.reference}/log/"
    one = queries(agent, path, 1)
    confirmed = operations.confirm(appointment=appointment, version=1, by=world.person, now=NOW)
    operations.decline(appointment=confirmed, version=2, reason="Ill", by=world.person, now=NOW)
    assert queries(agent, path, 3) == one


def test_a_page_of_appointments_takes_two_queries(agent: APIClient, world: World) -> None:
    world.book()
    assert queries(agent, "appointments/", 1) == 2


def test_who_is_available_costs_the_same_for_more_people(agent: APIClient, world: World) -> None:
    path = f"specialists/available/?topic={world.topic.slug}"
    one = queries(agent, path, 1)
    world.specialist()
    world.specialist()
    assert queries(agent, path, 3) == one


def test_slots_cost_the_same_for_more_days(agent: APIClient, world: World) -> None:
    path = f"{API}/slots/?topic={world.topic.slug}&from=2026-11-24&until=2026-"
    counts = []
    for until in ("11-24", "12-24"):
        with CaptureQueriesContext(connection) as taken:
            assert agent.get(path + until).json()["results"]
        counts.append(len(taken))
    assert counts[0] == counts[1]
