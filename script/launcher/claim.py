"""One launcher per state directory, and no leftovers of an earlier one.

Two locks: ``lock`` is held by the launcher alone, ``children.lock`` by everything that inherited it.
The kernel lets go of both at the end of the last holder, however that came, so no pid in a file has to be
believed.
"""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from script.launcher.errors import LauncherError

LEFTOVER_SECONDS = 15.0
ENDING_SECONDS = 10.0


class Claim:
    """The right to use a state directory, until it is released or this process ends."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._own = _open(state / "lock")
        if not _lock(self._own):
            os.close(self._own)
            raise LauncherError(
                f"Belbelofte already runs on {state}. Stop it first, or choose another DATA_DIR=…."
            )
        self.inherited = _open(state / "children.lock")
        self._outwait_leftovers()

    def release(self) -> None:
        """Let the next launcher in."""
        os.close(self.inherited)
        os.close(self._own)

    def _outwait_leftovers(self) -> None:
        """Wait for what a killed launcher started, which stops by itself; end what hangs."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while not _lock(self.inherited):
            if time.monotonic() > deadline:
                _end(holders(self.state / "children.lock"))
            if time.monotonic() > deadline + ENDING_SECONDS:
                raise LauncherError(
                    f"Processes of an earlier start still use {self.state} and cannot be ended."
                )
            time.sleep(0.1)


def in_use(state: Path) -> bool:
    """Whether a launcher or anything it started still uses a state directory."""
    for name in ("lock", "children.lock"):
        handle = _open(state / name)
        free = _lock(handle)
        os.close(handle)
        if not free:
            return True
    return False


def holders(path: Path) -> list[int]:
    """The ids of the processes, other than this one, that have a file open."""
    return [pid for pid in _process_ids() if pid != os.getpid() and _has_open(pid, path)]


def _process_ids() -> list[int]:
    return [int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()]


def _has_open(pid: int, path: Path) -> bool:
    try:
        return any(handle.samefile(path) for handle in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def _end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
