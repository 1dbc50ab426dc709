"""Two of everything at once, and a row that nobody can handle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client

from callbacks.clock import database_now
from callbacks.models import LogEntry, Message, Promise
from callbacks.states import MessageState, Verb
from tests.factories import World
from tests.faults.mailserver import WatchedMailServer
from tests.faults.processes import WORKER, Nursery, Ticker, wait_until
from tests.faults.work import slipped_promises

pytestmark = pytest.mark.fault


TEN_MINUTES = 600
UNFLAGGED = Q(ended_at__isnull=True, overdue_flagged_at__isnull=True)


def unflagged() -> int:
    return Promise.objects.filter(UNFLAGGED).count()


def test_two_beats_and_ten_workers_with_wrong_clocks_do_everything_once(
    world: World, mail_server: WatchedMailServer, nursery: Nursery, tmp_path: Path
) -> None:
    promises, begun = slipped_promises(world, 45, early=5), database_now()
    for skew in (-TEN_MINUTES, TEN_MINUTES):
        beat = f"beat --schedule {tmp_path}/beat{skew} --pidfile= --loglevel WARNING"
        nursery.start(f"CLOCK_SKEW={skew} {beat}")
    for skew in (0, TEN_MINUTES, -TEN_MINUTES, TEN_MINUTES, -TEN_MINUTES) * 2:
        nursery.start(f"CLOCK_SKEW={skew} {WORKER}")
    # To the specialist, the lead and whoever made the promise.
    wait_until(lambda: len(mail_server.mails) >= 120, seconds=90)
    wait_until(lambda: not Message.objects.exclude(state=MessageState.SENT).exists(), seconds=60)
    # What is due in five minutes is not due where the clock is ahead.
    assert set(Promise.objects.filter(UNFLAGGED).values_list("pk", flat=True)) == {
        one.pk for one in promises[:5]
    }
    flagged = LogEntry.objects.filter(verb=Verb.FLAG_OVERDUE)
    assert flagged.filter(at__range=(begun, database_now())).count() == flagged.count() == 40
    assert (len(mail_server.counts), set(mail_server.counts.values())) == (120, {1})


@pytest.mark.parametrize("skew", [-TEN_MINUTES, TEN_MINUTES])
def test_a_worker_whose_clock_is_wrong_does_its_work(
    world: World, nursery: Nursery, ticker: Ticker, skew: int
) -> None:
    slipped_promises(world, 5)
    nursery.start(f"CLOCK_SKEW={skew} {WORKER}")
    ticker.start()
    wait_until(lambda: unflagged() == 0, seconds=40)


def test_a_poisonous_row_is_set_aside_and_seen(
    poison: Promise, nursery: Nursery, ticker: Ticker, client: Client
) -> None:
    nursery.start()
    ticker.start()
    wait_until(lambda: unflagged() == 1, seconds=90)
    wait_until(lambda: client.get("/health/").json()["sweeps"]["overdue"]["stuck_rows"] == 1, seconds=60)
    poison.refresh_from_db()
    assert poison.overdue_flagged_at is None
    # All others in the batch that met it: nobody waited for the next tick.
    flagged = Promise.objects.filter(overdue_flagged_at__isnull=False)
    assert len(set(flagged.values_list("overdue_flagged_at", flat=True))) == 1
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
