"""How sweeps take batches, skip what others hold and set aside what fails."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import InterfaceError, OperationalError, connection

from accounts.models import User
from callbacks.clock import database_now
from callbacks.models import Heartbeat, StuckRow
from callbacks.sweeps.engine import LockedRows, run
from tests.callbacks.holding import holding
from tests.factories import NOW, UserFactory


class Deactivate:
    """A small piece of work: users are due until they are inactive. ``poison`` cannot be handled."""

    def __init__(self) -> None:
        self.poison: set[int] = set()
        self.batches: list[list[int]] = []

    def __call__(self, keys: Sequence[int], _now: dt.datetime) -> None:
        self.batches.append(list(keys))
        User.objects.filter(pk__in=keys).update(is_active=False)
        if self.poison & set(keys):
            raise ValueError("no good")


@pytest.fixture
def work() -> Deactivate:
    return Deactivate()


@pytest.fixture
def sweep(work: Deactivate) -> LockedRows:
    due = User.objects.filter(is_active=True).order_by("pk")
    return LockedRows(name="probe", size=2, due=lambda _now: due.all(), handle=work)


def test_batches_follow_until_nothing_is_due(db: None, sweep: LockedRows, work: Deactivate) -> None:
    keys = [user.pk for user in UserFactory.create_batch(5)]
    assert not run(sweep, seconds=10)
    assert work.batches == [keys[:2], keys[2:4], keys[4:]]


def test_when_time_is_up_there_is_more(db: None, sweep: LockedRows, work: Deactivate) -> None:
    UserFactory.create_batch(5)

    def slowly(keys: Sequence[int], now: dt.datetime) -> None:
        work(keys, now)
        time.sleep(0.02)

    assert run(replace(sweep, handle=slowly), seconds=0.01)
    assert len(work.batches) == 1


def test_a_run_leaves_a_heartbeat_by_the_databases_clock(db: None, sweep: LockedRows) -> None:
    UserFactory.create_batch(3)
    before = database_now()
    run(sweep, seconds=10)
    beat = Heartbeat.objects.get(sweep="probe")
    assert before < beat.at <= database_now()
    assert beat.handled == 3
    run(sweep, seconds=10)
    assert Heartbeat.objects.get(sweep="probe").handled == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_never_taken_for_rest(sweep: LockedRows, work: Deactivate) -> None:
    user = UserFactory.create()
    run(sweep, seconds=10)
    run(sweep, seconds=10)
    assert work.batches == [[user.pk]]


@pytest.mark.django_db(transaction=True)
def test_only_the_heartbeat_itself_does_not_wait_for_the_disk(sweep: LockedRows) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = 'local'")
        run(sweep, seconds=10)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("local",)
        cursor.execute("RESET synchronous_commit")


def test_a_poisonous_row_does_not_stop_the_others(
    db: None, sweep: LockedRows, work: Deactivate, caplog: pytest.LogCaptureFixture
) -> None:
    users = UserFactory.create_batch(5)
    work.poison = {users[1].pk}
    run(sweep, seconds=10)
    assert list(User.objects.filter(is_active=True)) == [users[1]]
    assert f"Sweep probe cannot handle row {users[1].pk} and sets it aside" in caplog.text


def test_what_a_poisonous_row_did_is_undone(db: None, sweep: LockedRows, work: Deactivate) -> None:
    user = UserFactory.create()
    work.poison = {user.pk}
    run(sweep, seconds=10)
    user.refresh_from_db()
    assert user.is_active
    assert len(work.batches) == 1


def test_a_row_set_aside_is_tried_again_after_a_growing_pause(
    db: None, sweep: LockedRows, work: Deactivate
) -> None:
    user = UserFactory.create()
    work.poison = {user.pk}
    moment, pauses = NOW, []
    for _ in range(8):
        assert sweep.run_batch(now=moment) == 1
        assert sweep.run_batch(now=moment) == 0
        stuck = StuckRow.objects.get(sweep="probe", row=str(user.pk))
        pauses.append((stuck.retry_at - moment).total_seconds() / 60)
        moment = stuck.retry_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (stuck.tries, stuck.error) == (8, "ValueError: no good")


def test_a_row_that_works_again_is_stuck_no_more(db: None, sweep: LockedRows, work: Deactivate) -> None:
    user = UserFactory.create()
    work.poison = {user.pk}
    sweep.run_batch(now=NOW)
    work.poison = set()
    sweep.run_batch(now=NOW + dt.timedelta(hours=1))
    assert not StuckRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_that_another_worker_holds_are_skipped(sweep: LockedRows, work: Deactivate) -> None:
    held, free = UserFactory.create_batch(2)
    with holding(User.objects.filter(pk=held.pk)):
        sweep.run_batch(now=NOW)
    assert work.batches == [[free.pk]]


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_not_a_poisonous_row(sweep: LockedRows) -> None:
    UserFactory.create()

    def lose_the_server(_keys: Sequence[int], _now: dt.datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises((OperationalError, InterfaceError)):
        run(replace(sweep, handle=lose_the_server), seconds=10)
    connection.close()
    assert not StuckRow.objects.exists()
    assert not Heartbeat.objects.exists()
