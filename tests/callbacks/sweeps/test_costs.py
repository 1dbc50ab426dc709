"""A sweep costs what is due, not what exists."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model, QuerySet
from pytest_django import DjangoAssertNumQueries

from callbacks.clock import database_now
from callbacks.messages import due_for_delivery
from callbacks.models import (
    Appointment,
    Contact,
    Heartbeat,
    IdempotentRequest,
    Message,
    Promise,
    Recount,
    Reservation,
)
from callbacks.states import MessageState, PromiseOutcome, State
from callbacks.sweeps import SWEEPS, run
from callbacks.sweeps.engine import LockedRows, look
from tests.factories import NOW, World, at

MANY = 2000
DUE = 3
LATER = at(16, 55)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
INDEXES = {
    "reminders": "promise_to_remind",
    "unconfirmed": "appt_unconfirmed",
    "overdue": "promise_to_flag",
    "escalation": "promise_to_escalate",
    "holds": "reservation_expiry",
    "answers": "idempotent_by_age",
    "sessions": "django_session_expire_date_a5c62663",
}


@pytest.fixture
def crowd(world: World) -> World:
    """A few open appointments, and many of everything that no sweep needs to look at."""
    open_ones = [world.book(at(10 + number)) for number in range(DUE)]
    Promise.objects.update(escalate_at=LATER)
    _close_copies(open_ones[0])
    _young_answers_and_sessions(world)
    _hold_much(world)
    with connection.cursor() as cursor:
        # What earlier tests left in an index is read as its size, and two of these are much alike.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (Promise, Appointment, Reservation, IdempotentRequest, Session, Message):
            cursor.execute(f"REINDEX TABLE {model._meta.db_table}")
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return world


def test_a_sweep_reads_its_index_and_only_what_is_due(crowd: World) -> None:
    indexes, rows_read = {}, {}
    for name in INDEXES:
        sweep = SWEEPS[name]
        assert isinstance(sweep, LockedRows)
        scans = list(_scans(sweep.rows(LATER)[: sweep.size]))
        indexes[name] = [scan.get("Index Name", scan["Node Type"]) for scan in scans]
        rows_read[name] = sum(_rows_read(scan) for scan in scans)
    assert indexes == {name: [index] for name, index in INDEXES.items()}
    assert rows_read == dict.fromkeys(INDEXES, DUE)


def test_delivery_reads_its_index_and_only_what_is_due(crowd: World) -> None:
    due = due_for_delivery(LATER)
    (scan,) = _scans(due.select_for_update(skip_locked=True).values_list("pk", "tries")[:20])
    assert (scan["Index Name"], _rows_read(scan)) == ("message_due", 2 * DUE)


def test_what_is_at_risk_is_found_through_its_index(crowd: World) -> None:
    sweep = SWEEPS["at_risk"]
    assert isinstance(sweep, LockedRows)
    scans = list(_scans(sweep.rows(at(10))[: sweep.size]))
    promises = [scan for scan in scans if scan["Relation Name"] == "callbacks_promise"]
    assert [(scan["Index Name"], _rows_read(scan)) for scan in promises] == [("promise_to_watch", 1)]
    assert sum(_rows_read(scan) for scan in scans) <= 1 + DUE


@pytest.mark.parametrize("name", SWEEPS)
def test_nothing_due_is_one_statement_heartbeat_included(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    # It counts from the first night on.
    Recount.objects.update(next_at=database_now() + dt.timedelta(hours=1))
    with django_assert_num_queries(1):
        assert not run(SWEEPS[name], seconds=10)
    assert Heartbeat.objects.get(sweep=name).handled == 0


def test_the_look_reads_at_most_one_row_of_the_index(crowd: World) -> None:
    expected, found, rows_read = INDEXES | {"delivery": "message_due"}, {}, {}
    for name in expected:
        statement, values = look(SWEEPS[name])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            ((explained,),) = cursor.fetchall()
        (scan,) = _tables_read(explained[0]["Plan"])
        found[name], rows_read[name] = scan["Index Name"], _rows_read(scan)
    assert found == expected
    assert [name for name, number in rows_read.items() if number > 1] == []


def _scans(rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of the executed plan that read a table."""
    with connection.cursor() as cursor:
        # Whether an index is read or a bitmap of it hangs on what earlier tests left in the table.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    (explained,) = json.loads(rows.explain(analyze=True, format="json"))
    return _tables_read(explained["Plan"])


def _tables_read(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    nodes = [plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Relation Name" in node and node["Node Type"] != "ModifyTable":
            yield node


def _rows_read(scan: dict[str, Any]) -> float:
    rows: float = (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)) * scan["Actual Loops"]
    return rows


def _close_copies(one: Appointment) -> None:
    """Many closed appointments with ended promises and sent messages, all of the past."""
    past = NOW - dt.timedelta(days=30)
    contacts = Contact.objects.bulk_create(
        Contact(customer=one.customer, agent=one.created_by, result="callback", at=past) for _ in range(MANY)
    )
    closed = {"state": State.COMPLETED, "next_action_at": None, "confirm_by": past}
    _copy(one, lambda n: {**closed, "contact_id": contacts[n].pk, "reference": f"C{n}"})
    _copy(one.promises.get(), lambda _: {"ended_at": past, "outcome": PromiseOutcome.KEPT})
    sent = {"state": MessageState.SENT, "look_at": past}
    for message in one.messages.all()[:1]:
        _copy(message, lambda n: {**sent, "uid": uuid4(), "dedupe_key": f"copy.{n}"})


def _young_answers_and_sessions(world: World) -> None:
    """Many that are kept, and a few to throw away."""
    ages = [DAY] * DUE + [dt.timedelta()] * MANY
    IdempotentRequest.objects.bulk_create(
        IdempotentRequest(user=world.agent, key=f"k{n}", fingerprint="f", created_at=LATER - 2 * age)
        for n, age in enumerate(ages)
    )
    Session.objects.bulk_create(
        Session(session_key=f"k{n}", session_data="", expire_date=LATER + DAY - 2 * age)
        for n, age in enumerate(ages)
    )


def _hold_much(world: World) -> None:
    """Many holds, of which a few are over."""
    Reservation.objects.bulk_create(
        Reservation(
            specialist=world.specialists[0],
            starts_at=LATER + (n + 1) * DAY,
            ends_at=LATER + (n + 1) * DAY + MINUTE,
            held_by=world.agent,
            expires_at=LATER if n < DUE else LATER + DAY,
        )
        for n in range(MANY)
    )


def _copy(row: Model, changes: Callable[[int], dict[str, object]]) -> None:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]}
    model = type(row)
    model._default_manager.bulk_create(model(**{**fields, **changes(n)}) for n in range(MANY))
