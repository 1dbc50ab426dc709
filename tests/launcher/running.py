"""Starts launcher programs as a person would, and looks at what runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from script.launcher.claim import holders
from script.launcher.environment import ROOT
from script.launcher.processes import wrapped

GIVEN = ("DATABASE_URL", "REDIS_URL", "PORT", "HOST", "DATA_DIR")
# Far more than it takes on a quiet machine: tests of a busy one must fail for a reason.
PATIENCE = 120.0


def eventually(fact: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait until a fact is true; fail if it never is."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)


class Launched:
    """A launcher program in a process of its own, with what it prints.

    ``prelude`` is what a shell does before it becomes the program.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        place: Path,
        run_as: str = "same",
        prelude: str = ":",
        **variables: str,
    ) -> None:
        command = ["sh", "-c", f'{prelude}; exec "$@"', "sh", sys.executable, "-m", module, *arguments]
        inherited = {name: value for name, value in os.environ.items() if name not in GIVEN}
        self.place = place
        self._output = os.memfd_create("output")
        self._popen = subprocess.Popen(
            wrapped(command, run_as=run_as, die_with=signal.SIGKILL),
            stdout=self._output,
            stderr=self._output,
            cwd=ROOT,
            env={**inherited, **variables},
        )

    @property
    def printed(self) -> str:
        """Everything it has printed so far."""
        return os.pread(self._output, 100_000, 0).decode()

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses it has printed as shell commands."""
        exports = [
            line.removeprefix("export ") for line in self.printed.splitlines() if line.startswith("export ")
        ]
        return {name: url for name, _, url in (line.partition("=") for line in exports)}

    def wait_for(self, words: str) -> None:
        """Wait until it has printed some words."""
        eventually(lambda: words in self.printed or self._popen.poll() is not None)
        assert words in self.printed, self.printed

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._popen.send_signal(number)

    def ending(self) -> int:
        """Wait for its end and give its exit status."""
        return self._popen.wait(timeout=PATIENCE)

    def children(self) -> list[int]:
        """The ids of everything that runs on its state directory except itself."""
        lock = self.place / "children.lock"
        return [pid for pid in holders(lock) if pid != self._popen.pid] if lock.exists() else []

    def child(self, program: str) -> int:
        """The id of the process that is a program, not one of its own children."""
        return min(pid for pid in self.children() if _program(pid) == program)

    def child_running(self, word: str) -> int:
        """The id of the process that has a word on its command line."""
        return next(pid for pid in self.children() if word in _command_line(pid))

    def end(self) -> None:
        """Make sure that it is gone; what it started goes with it."""
        if self._popen.poll() is None:
            self._popen.terminate()
            self._popen.wait(timeout=PATIENCE)
        os.close(self._output)


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return ""


def _command_line(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


@contextmanager
def launched(
    module: str, *arguments: str, place: Path, run_as: str = "same", **variables: str
) -> Iterator[Launched]:
    """A launcher program that is ended at the end."""
    program = Launched(module, *arguments, place=place, run_as=run_as, **variables)
    try:
        yield program
    finally:
        program.end()


@contextmanager
def services(place: Path, *, run_as: str = "same", **variables: str) -> Iterator[Launched]:
    """Services that are ready."""
    with launched("script.launcher.services", str(place), place=place, run_as=run_as, **variables) as program:
        program.wait_for("Ready")
        yield program


def refusal(place: Path, *, run_as: str = "same", **variables: str) -> str:
    """What services print that are not willing to start."""
    with launched("script.launcher.services", str(place), place=place, run_as=run_as, **variables) as program:
        status, printed = program.ending(), program.printed
    assert status == 1, printed
    return printed
