"""The tasks put the right things in the queue."""

from collections.abc import Iterator
from contextlib import suppress
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

from callbacks import tasks
from callbacks.models import Heartbeat
from callbacks.sweeps import SWEEPS
from config.celery import app


@pytest.fixture
def queue() -> Iterator[Connection]:
    """The broker's queue, empty before and after."""
    with app.connection_for_write() as connection:
        app.control.purge()
        yield connection
        app.control.purge()


def drain(connection: Connection) -> list[tuple[str, int, str]]:
    """Task, priority and sweep of everything that waits, in the order in which a worker gets it."""
    found = []
    waiting = connection.SimpleQueue(app.conf.task_default_queue)
    with waiting, suppress(Empty):
        while message := waiting.get_nowait():
            message.ack()
            _args, kwargs, _embed = message.payload
            found.append((message.headers["task"], int(message.properties["priority"]), kwargs["name"]))
    return found


def test_a_tick_starts_every_sweep_and_delivery_after_the_quick_ones(queue: Connection) -> None:
    tasks.tick()
    waiting = drain(queue)
    assert {name for _, _, name in waiting} == set(SWEEPS)
    assert [priority for _, priority, _ in waiting] == sorted(priority for _, priority, _ in waiting)
    assert {name for _, priority, name in waiting if priority == 0} == {
        "reminders",
        "unconfirmed",
        "at_risk",
        "still_unconfirmed",
        "escalation",
        "overdue",
        "leavers",
        "holds",
        "channels",
    }


def test_a_sweep_that_is_done_does_not_start_itself_again(db: None, queue: Connection) -> None:
    tasks.sweep(name="overdue")
    assert Heartbeat.objects.filter(sweep="overdue").exists()
    assert drain(queue) == []


def test_beat_knows_the_tick() -> None:
    tick = {"task": tasks.tick.name, "schedule": 15.0, "options": {"expires": tasks.WAITS_AT_MOST}}
    assert {"tick": tick} == settings.CELERY_BEAT_SCHEDULE
