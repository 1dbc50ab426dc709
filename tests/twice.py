"""Every sweep works twice in the whole suite: a task that comes again must make no visible difference."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callbacks.sweeps import SWEEPS
from callbacks.sweeps.engine import LockedRows, Sweep

Handle = Callable[[Sequence[Any], dt.datetime], object]


@dataclass(frozen=True, kw_only=True)
class Twice(Sweep):
    """A batch, and the same look again; the second one counts for nothing."""

    once: Sweep

    def run_batch(self, *, now: dt.datetime) -> int:
        """Do it, and try again what is not there any more."""
        handled = self.once.run_batch(now=now)
        self.once.run_batch(now=now)
        return handled


def work_twice() -> None:
    """Put sweeps in place of the registered ones that hand every batch over two times."""
    for name, sweep in SWEEPS.items():
        if isinstance(sweep, LockedRows):
            SWEEPS[name] = replace(sweep, handle=_twice(sweep.handle))
        else:
            SWEEPS[name] = Twice(
                name=name, due=sweep.due, size=sweep.size, priority=sweep.priority, once=sweep
            )


def _twice(handle: Handle) -> Handle:
    def handle_twice(keys: Sequence[Any], now: dt.datetime) -> None:
        handle(keys, now)
        handle(keys, now)

    return handle_twice
