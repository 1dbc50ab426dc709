"""Numbers for Prometheus, and the dead-man's switch."""

import datetime as dt
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from callbacks.clock import database_now
from callbacks.health import deadman
from callbacks.models import ChannelHealth, Heartbeat, Message, Promise, WorkerBeat
from callbacks.states import MessageChannel, MessageState
from callbacks.sweeps.engine import note_worker
from tests.callbacks.messages.mailserver import free_port
from tests.factories import World, at

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def token(settings: Settings) -> str:
    settings.METRICS_TOKEN = "only-for-tests"
    return "only-for-tests"


def scrape(client: Client, token: str) -> dict[str, float]:
    """The metrics by name and label."""
    response = client.get("/metrics/", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (200, "text/plain")
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_token_in_the_settings_there_are_none(db: None, client: Client) -> None:
    assert client.get("/metrics/", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Bearer ünd"])
def test_only_who_knows_the_token_reads_them(db: None, client: Client, token: str, given: str) -> None:
    response = client.get("/metrics/", headers={"Authorization": given} if given else {})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_what_waits_and_how_long(world: World, client: Client, token: str) -> None:
    world.book()
    Message.objects.update(created_at=database_now() - 10 * MINUTE)
    found = scrape(client, token)
    assert found['belbelofte_messages_waiting{channel="email"}'] == 2
    assert 600 <= found['belbelofte_message_oldest_seconds{channel="email"}'] < 660


def test_how_long_what_went_out_had_waited(world: World, client: Client, token: str) -> None:
    world.book()
    now = database_now()
    first, second = Message.objects.filter(channel=MessageChannel.EMAIL)
    for message, minutes in ((first, 1), (second, 3)):
        sent = Message.objects.filter(pk=message.pk)
        sent.update(state=MessageState.SENT, created_at=now - minutes * MINUTE, ended_at=now)
    found = scrape(client, token)
    assert found['belbelofte_message_dwell_seconds_mean{channel="email"}'] == 120
    assert found['belbelofte_message_dwell_seconds_max{channel="email"}'] == 180


def test_broken_promises_are_counted(world: World, client: Client, token: str) -> None:
    world.book(at(10))
    overdue = Promise.objects.overdue(database_now()).count()
    assert scrape(client, token)["belbelofte_promises_overdue"] == overdue


def test_sweeps_workers_and_channels_show_how_they_are(db: None, client: Client, token: str) -> None:
    now = database_now()
    Heartbeat.objects.create(sweep="overdue", at=now - MINUTE)
    note_worker('celery@"host"')
    ChannelHealth.objects.create(channel="email", failures=3, opened_at=now, probe_at=now)
    found = scrape(client, token)
    assert 60 <= found['belbelofte_sweep_age_seconds{sweep="overdue"}'] < 90
    assert found['belbelofte_sweep_age_seconds{sweep="delivery"}'] == float("inf")
    assert found['belbelofte_worker_age_seconds{worker="celery@\\"host\\""}'] < 30
    assert found['belbelofte_channel_down{channel="email"}'] == 1


def test_a_worker_notes_itself_at_most_every_ten_seconds(db: None) -> None:
    note_worker("celery@one")
    first = WorkerBeat.objects.get().at
    note_worker("celery@one")
    assert WorkerBeat.objects.get().at == first
    WorkerBeat.objects.update(at=first - 11 * MINUTE / 60)
    note_worker("celery@one")
    assert WorkerBeat.objects.get().at > first


def test_a_worker_that_is_gone_for_a_day_is_forgotten(db: None) -> None:
    WorkerBeat.objects.create(name="celery@old", at=database_now() - dt.timedelta(days=1, minutes=1))
    note_worker("celery@new")
    assert list(WorkerBeat.objects.values_list("name", flat=True)) == ["celery@new"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said_to_be(client: Client, token: str) -> None:
    with pytest.raises(Exception, match="terminat"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    response = client.get("/metrics/", headers={"Authorization": f"Bearer {token}"})
    connection.close()
    assert response.status_code == 503


class Listener(BaseHTTPRequestHandler):
    """Answers after a while, and remembers who called."""

    calls: list[str] = []
    status, pause = 200, 0.0

    def do_GET(self) -> None:
        self.calls.append(self.path)
        time.sleep(self.pause)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_values: object) -> None:
        """Stay silent."""


@pytest.fixture
def outside() -> Iterator[str]:
    """The address of a monitoring service."""
    Listener.calls, Listener.status, Listener.pause = [], 200, 0.0
    server = HTTPServer(("127.0.0.1", free_port()), Listener)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/secret"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_switch_is_called(outside: str) -> None:
    assert deadman.call_outside(outside)
    assert Listener.calls == ["/secret"]


def test_a_silent_or_refusing_switch_is_logged_without_its_address(
    outside: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadman, "PATIENCE_SECONDS", 0.1)
    Listener.status = 500
    assert not deadman.call_outside(outside)
    Listener.pause = 0.3
    assert not deadman.call_outside(outside)
    assert not deadman.call_outside(f"http://127.0.0.1:{free_port()}/secret")
    assert caplog.text.count("dead-man's switch did not answer") == 3
    assert "secret" not in caplog.text
