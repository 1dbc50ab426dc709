"""Child processes: each in a session of its own, with a log file, gone when we are gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from script.launcher.errors import LauncherError

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run and how it ends.

    ``stop_with`` is our signal while there is time, ``die_with`` the kernel's when we have vanished; what is
    of a higher ``layer`` is stopped before.
    """

    name: str
    arguments: Sequence[str]
    log: Path
    directory: Path
    environment: Mapping[str, str] | None = None
    run_as: str = "same"
    stop_with: signal.Signals = signal.SIGTERM
    die_with: signal.Signals = signal.SIGKILL
    stop_seconds: float = 10.0
    layer: int = 0
    keep_open: Sequence[int] = field(default=())


class Process:
    """A started command."""

    def __init__(self, command: Command) -> None:
        self.command = command
        with command.log.open("ab") as log:
            self._popen = subprocess.Popen(
                wrapped(command.arguments, run_as=command.run_as, die_with=command.die_with),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=command.directory,
                env=command.environment,
                start_new_session=True,
                pass_fds=command.keep_open,
            )

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self.command.name

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group and session."""
        return self._popen.pid

    def exit_status(self) -> int | None:
        """The exit status once it has ended, negative for a signal, else None."""
        return self._popen.poll()

    def ending(self) -> str:
        """How it ended, in words."""
        status = self._popen.returncode
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"

    def ask_to_stop(self) -> None:
        """Ask it to end, without waiting."""
        if self.exit_status() is None:
            self._popen.send_signal(self.command.stop_with)

    def wait_or_kill(self) -> None:
        """Wait for its end, then end by force what is left of the whole group."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=self.command.stop_seconds)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until ``ready``; raise LauncherError with the end of the log if it dies or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.exit_status() is not None:
                raise LauncherError(f"{self.name} ended while starting.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise LauncherError(f"{self.name} was not ready after {seconds:.0f} seconds.\n{self.tail()}")
            time.sleep(0.02)

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log, with the place to read the rest."""
        text = self.command.log.read_text(errors="replace").splitlines()
        return "\n".join([*text[-lines:], f"(the whole log: {self.command.log})"])


def wrapped(arguments: Sequence[str], *, run_as: str, die_with: signal.Signals) -> list[str]:
    """The command line that runs a program through child.py."""
    wrapper = [sys.executable, "-I", "-S", str(CHILD)]
    return [*wrapper, str(os.getpid()), str(int(die_with)), run_as, *arguments]


def run(
    arguments: Sequence[str], *, run_as: str = "same", input_text: str = "", directory: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short helper program to its end and give what it printed."""
    return subprocess.run(
        wrapped(arguments, run_as=run_as, die_with=signal.SIGKILL),
        input=input_text,
        capture_output=True,
        text=True,
        cwd=directory,
        check=False,
    )
