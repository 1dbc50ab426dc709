"""How every sweep runs: batch after batch, one transaction each, with a bad row set aside.

Any number of workers may run the same sweep at once: rows that another one holds are skipped.
"""

import datetime as dt
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from callbacks.clock import database_now
from callbacks.models import Heartbeat, StuckRow

logger = logging.getLogger(__name__)

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Sweep(ABC):
    """One kind of work. ``size`` is the most rows of a batch; ``priority`` 0 goes before 9 in the queue."""

    name: str
    size: int = 200
    priority: int = 0

    @abstractmethod
    def run_batch(self, *, now: dt.datetime) -> int:
        """Handle one batch of what is due at ``now`` (UTC) and say how many rows that were."""


@dataclass(frozen=True, kw_only=True)
class LockedRows(Sweep):
    """A sweep that handles its rows in the transaction that locks them.

    ``due`` gives the rows due at a moment, the oldest first; ``handle`` gets their keys and that moment.
    """

    due: Callable[[dt.datetime], QuerySet[Any]]
    handle: Callable[[Sequence[Any], dt.datetime], object]

    def run_batch(self, *, now: dt.datetime) -> int:
        """Lock, handle and commit one batch; when that fails, go through it row by row."""
        with transaction.atomic():
            keys = self._lock(now)
            if keys and not self._handled(keys, now) and len(keys) > 1:
                for key in keys:
                    self._handled([key], now)
        return len(keys)

    def rows(self, now: dt.datetime) -> QuerySet[Any, Any]:
        """The keys of the due rows that nobody else holds."""
        return self.due(now).select_for_update(skip_locked=True).values_list("pk", flat=True)

    def _lock(self, now: dt.datetime) -> list[Any]:
        """Lock a batch without the rows set aside; when nothing is due, that takes one question."""
        rows = self.rows(now)
        keys = list(rows[: self.size])
        if not keys:
            return []
        set_aside = StuckRow.objects.filter(sweep=self.name, retry_at__gt=now)
        waiting = list(set_aside.values_list("row", flat=True))
        return list(rows.exclude(pk__in=waiting)[: self.size]) if waiting else keys

    def _handled(self, keys: Sequence[Any], now: dt.datetime) -> bool:
        try:
            with transaction.atomic():
                self.handle(keys, now)
        except Exception as error:  # whatever is wrong with one row must not stop the others
            if len(keys) == 1:
                logger.exception("Sweep %s cannot handle row %s and sets it aside", self.name, keys[0])
                _set_aside(self.name, str(keys[0]), error, now)
            return False
        StuckRow.objects.filter(sweep=self.name, row__in=[str(key) for key in keys]).delete()
        return True


def run(sweep: Sweep, *, seconds: float) -> bool:
    """Run batches until nothing is due or the time (in seconds) is up; True when there may be more.

    Leaves a heartbeat. An error of the database or of the sweep as a whole leaves none, so that it shows.
    """
    started = time.monotonic()
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
