"""How every sweep runs: batch after batch, one transaction each, with a bad row set aside.

Any number of workers may run the same sweep at once: rows that another one holds are skipped.
"""

import datetime as dt
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from callbacks.clock import Moment, database_now
from callbacks.models import Heartbeat, StuckRow

logger = logging.getLogger(__name__)

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
# Most looks find nothing: the clock, the look and the heartbeat then cost one statement, which does not wait
# for the disk. A heartbeat that a crash of the database takes along is made again a tick later.
REST = """
INSERT INTO callbacks_heartbeat (sweep, at, handled)
SELECT %s, clock_timestamp(), 0
WHERE ({due}) IS NULL AND set_config('synchronous_commit', 'off', true) = 'off'
ON CONFLICT (sweep) DO UPDATE SET at = excluded.at, handled = excluded.handled
RETURNING sweep
"""
# Once in ten seconds is enough: a worker goes through many sweeps in a second.
NOTE_WORKER = """
WITH forgotten AS (DELETE FROM callbacks_workerbeat WHERE at < clock_timestamp() - interval '1 day')
INSERT INTO callbacks_workerbeat AS beat (name, at) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE beat.at < excluded.at - interval '10 seconds'
"""


@dataclass(frozen=True, kw_only=True)
class Sweep(ABC):
    """One kind of work.

    ``due`` gives the rows due at a moment, the oldest first. ``size`` is the most rows of a batch;
    ``priority`` 0 goes before 9 in the queue.
    """

    name: str
    due: Callable[[Moment], QuerySet[Any]]
    size: int = 200
    priority: int = 0

    @abstractmethod
    def run_batch(self, *, now: dt.datetime) -> int:
        """Handle one batch of what is due at ``now`` (UTC) and say how many rows that were."""


@dataclass(frozen=True, kw_only=True)
class LockedRows(Sweep):
    """A sweep that handles its rows in the transaction that locks them.

    ``handle`` gets the keys of the rows and the moment at which they are due.
    """

    handle: Callable[[Sequence[Any], dt.datetime], object]

    def run_batch(self, *, now: dt.datetime) -> int:
        """Lock, handle and commit one batch; when that fails, go through it row by row."""
        with transaction.atomic():
            keys, stuck = self._lock(now)
            if keys and not self._handled(keys, stuck, now) and len(keys) > 1:
                for key in keys:
                    self._handled([key], stuck, now)
        return len(keys)

    def rows(self, now: dt.datetime) -> QuerySet[Any, Any]:
        """The keys of the due rows that nobody else holds."""
        return self.due(now).select_for_update(skip_locked=True).values_list("pk", flat=True)

    def _lock(self, now: dt.datetime) -> tuple[list[Any], Collection[str]]:
        """Lock a batch without the rows set aside; gives its keys, and which rows were stuck until now."""
        rows = self.rows(now)
        keys = list(rows[: self.size])
        if not keys:
            return [], ()
        retry_at = dict(StuckRow.objects.filter(sweep=self.name).values_list("row", "retry_at"))
        waiting = [row for row, moment in retry_at.items() if moment > now]
        return list(rows.exclude(pk__in=waiting)[: self.size]) if waiting else keys, retry_at.keys()

    def _handled(self, keys: Sequence[Any], stuck: Collection[str], now: dt.datetime) -> bool:
        try:
            with transaction.atomic():
                self.handle(keys, now)
        except Exception as error:  # whatever is wrong with one row must not stop the others
            if len(keys) == 1:
                logger.exception("Sweep %s cannot handle row %s and sets it aside", self.name, keys[0])
                _set_aside(self.name, str(keys[0]), error, now)
            return False
        if relieved := [str(key) for key in keys if str(key) in stuck]:
            StuckRow.objects.filter(sweep=self.name, row__in=relieved).delete()
        return True


def run(sweep: Sweep, *, seconds: float) -> bool:
    """Run batches until nothing is due or the time (in seconds) is up; True when there may be more.

    Leaves a heartbeat. An error of the database or of the sweep as a whole leaves none, so that it shows.
    """
    started = time.monotonic()
    if _rests(sweep):
        return False
    handled, more = 0, True
    while more and time.monotonic() - started < seconds:
        count = sweep.run_batch(now=database_now())
        handled += count
        more = count == sweep.size
    Heartbeat.objects.bulk_create(
        [Heartbeat(sweep=sweep.name, at=Now(), handled=handled)],
        update_conflicts=True,
        unique_fields=["sweep"],
        update_fields=["at", "handled"],
    )
    return more


def note_worker(name: str) -> None:
    """Say that this worker is at work; those that have been silent for a day are forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_WORKER, [name[:100]])


def _rests(sweep: Sweep) -> bool:
    """Look by the database's clock whether anything is due; when nothing is, leave the heartbeat at once."""
    with connection.cursor() as cursor:
        cursor.execute(*look(sweep))
        return cursor.fetchone() is not None


@cache
def look(sweep: Sweep) -> tuple[str, tuple[Any, ...]]:
    """The statement for a look and its values, put together once: the moment in it is the database's own."""
    # The oldest one: in its order the index is read, where for any one the whole table might be.
    due, values = sweep.due(Now()).values("pk")[:1].query.sql_with_params()
    return REST.format(due=due), (sweep.name, *values)


def _set_aside(sweep: str, row: str, error: Exception, now: dt.datetime) -> None:
    before = StuckRow.objects.filter(sweep=sweep, row=row).values_list("tries", flat=True).first() or 0
    StuckRow.objects.update_or_create(
        sweep=sweep,
        row=row,
        defaults={
            "tries": before + 1,
            "retry_at": now + min(FIRST_PAUSE * 2 ** min(before, 10), LONGEST_PAUSE),
            "error": f"{type(error).__name__}: {error}"[:300],
        },
    )
