"""Health for machines."""

import datetime as dt

import pytest
from django.db import Error, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from callbacks.clock import database_now
from callbacks.models import Heartbeat, Message, StuckRow
from callbacks.states import MessageState
from callbacks.sweeps import SWEEPS, run
from tests.factories import World

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def beating(db: None) -> None:
    """Every sweep has just run."""
    for sweep in SWEEPS.values():
        run(sweep, seconds=1)


def test_all_is_well_without_signing_in(beating: None, client: Client) -> None:
    response = client.get("/health/")
    body = response.json()
    assert (response.status_code, body["status"], body["database"], body["broker"]) == (200, "ok", "ok", "ok")
    assert set(body["sweeps"]) == set(SWEEPS)
    assert all(sweep["age_seconds"] < 60 for sweep in body["sweeps"].values())
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("seconds", "status"), [(110, 200), (121, 503)])
def test_red_when_a_heartbeat_is_older_than_two_minutes(
    beating: None, client: Client, seconds: int, status: int
) -> None:
    Heartbeat.objects.filter(sweep="overdue").update(at=database_now() - seconds * SECOND)
    response = client.get("/health/")
    assert response.status_code == status
    assert response.json()["sweeps"]["overdue"]["status"] == ("ok" if status == 200 else "red")
    assert response.json()["sweeps"]["holds"]["status"] == "ok"


def test_red_when_a_heartbeat_is_missing(beating: None, client: Client) -> None:
    Heartbeat.objects.filter(sweep="delivery").delete()
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["sweeps"]["delivery"] == {"status": "red", "age_seconds": None, "stuck_rows": 0}


def test_red_when_the_broker_is_away(beating: None, client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    response = client.get("/health/")
    assert (response.status_code, response.json()["broker"]) == (503, "red")


@pytest.mark.django_db(transaction=True)
def test_red_when_the_database_is_away(client: Client) -> None:
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    response = client.get("/health/")
    connection.close()
    assert (response.status_code, response.json()["database"]) == (503, "red")
    assert response.json()["broker"] == "ok"


def test_stuck_rows_and_failed_messages_are_counted(beating: None, world: World, client: Client) -> None:
    world.book()
    StuckRow.objects.create(sweep="overdue", row="1", retry_at=database_now(), error="x")
    Message.objects.exclude(channel="app").update(state=MessageState.FAILED, ended_at=database_now())
    body = client.get("/health/").json()
    assert (body["status"], body["sweeps"]["overdue"]["stuck_rows"], body["failed_messages"]) == ("ok", 1, 2)


def test_health_asks_a_fixed_number_of_questions(
    beating: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        client.get("/health/")


def test_live_touches_no_service(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    response = client.get("/health/live/")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize("address", ["/health/", "/health/live/"])
def test_health_is_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
