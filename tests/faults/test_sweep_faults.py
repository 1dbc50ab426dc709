"""Two of everything at once, and a row that nobody can handle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from callbacks.models import LogEntry, Message, Promise
from callbacks.states import MessageState, Verb
from tests.factories import World
from tests.faults.mailserver import WatchedMailServer
from tests.faults.processes import Nursery, Ticker, wait_until
from tests.faults.work import slipped_promises

pytestmark = pytest.mark.fault


def unflagged() -> int:
    return Promise.objects.filter(ended_at__isnull=True, overdue_flagged_at__isnull=True).count()


def test_two_beats_and_three_workers_do_nothing_twice(
    world: World, mail_server: WatchedMailServer, nursery: Nursery, tmp_path: Path
) -> None:
    promises = slipped_promises(world, 100)
    for number in range(2):
        nursery.start(f"beat --schedule {tmp_path}/beat{number} --pidfile= --loglevel WARNING")
    for _ in range(3):
        nursery.start()
    # To the specialist, the lead and whoever made the promise.
    wait_until(lambda: len(mail_server.mails) >= 300, seconds=90)
    wait_until(lambda: not Message.objects.exclude(state=MessageState.SENT).exists(), seconds=60)
    assert unflagged() == 0
    assert LogEntry.objects.filter(verb=Verb.FLAG_OVERDUE).count() == len(promises)
    assert (len(mail_server.counts), set(mail_server.counts.values())) == (300, {1})


def test_a_poisonous_row_is_set_aside_and_seen(
    poison: Promise, nursery: Nursery, ticker: Ticker, client: Client
) -> None:
    nursery.start()
    ticker.start()
    wait_until(lambda: unflagged() == 1, seconds=90)
    wait_until(lambda: client.get("/health/").json()["sweeps"]["overdue"]["stuck_rows"] == 1, seconds=60)
    poison.refresh_from_db()
    assert poison.overdue_flagged_at is None
    assert f"Sweep overdue cannot handle row {poison.pk} and sets it aside" in nursery.log.read_text()


@pytest.fixture
def poison(world: World) -> Iterator[Promise]:
    """One of fifty promises, of whose appointment the database refuses every log entry."""
    promise = slipped_promises(world, 50)[25]
    refuse = "ALTER TABLE callbacks_logentry ADD CONSTRAINT poison CHECK (appointment_id <> %s)"
    with connection.cursor() as cursor:
        cursor.execute(refuse, [promise.appointment_id])
    yield promise
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE callbacks_logentry DROP CONSTRAINT poison")
