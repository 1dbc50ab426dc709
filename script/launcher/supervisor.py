"""Keeps the started processes together: when one ends, all end."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from script.launcher.errors import LauncherError
from script.launcher.processes import Command, Process

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCH_SECONDS = 0.25


class Stopped(Exception):
    """Somebody asked the launcher to stop."""


def raise_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into Stopped; a background job has inherited SIGINT as ignored."""
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_stopped)


def ignore_signals() -> None:
    """A second Ctrl-C must not cut the stopping short."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _raise_stopped(_number: int, _frame: FrameType | None) -> None:
    ignore_signals()
    raise Stopped


def run_until_stopped(work: Callable[[], None]) -> int:
    """Run work that ends by Stopped or LauncherError; gives the exit status."""
    raise_on_signals()
    try:
        work()
    except Stopped:
        print("Stopped.", flush=True)
    except LauncherError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


class Supervisor:
    """The processes of one launcher, in the order of their start."""

    def __init__(self) -> None:
        self.processes: list[Process] = []

    def start(self, command: Command) -> Process:
        """Start a command that is meant to run until stop."""
        process = Process(command)
        self.processes.append(process)
        return process

    def run(self, *commands: Command) -> None:
        """Run commands side by side to their end; raise LauncherError with the log's end when one fails."""
        lasting = list(self.processes)
        passing = [self.start(command) for command in commands]
        while any(process.exit_status() is None for process in passing):
            self._check(lasting, allowed=None)
            self._check(passing, allowed=0)
            time.sleep(0.02)
        self._check(passing, allowed=0)
        self.processes = lasting

    def _check(self, processes: Sequence[Process], *, allowed: int | None) -> None:
        """Raise LauncherError, with the log's end, for a process that has ended otherwise than allowed."""
        for process in processes:
            if process.exit_status() not in (None, allowed):
                raise LauncherError(
                    f"{process.name} ended unexpectedly: {process.ending()}.\n{process.tail()}"
                )

    def watch(self) -> None:
        """Wait until one ends, which is a LauncherError."""
        while True:
            self._check(self.processes, allowed=None)
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop all, layer by layer, so that nothing loses a service that it uses."""
        while self.processes:
            top = max(process.command.layer for process in self.processes)
            leaving = [process for process in self.processes if process.command.layer == top]
            for process in leaving:
                process.ask_to_stop()
            for process in leaving:
                process.wait_or_kill()
                self.processes.remove(process)

    def close(self) -> None:
        """Stop all for good, undisturbed by further signals."""
        ignore_signals()
        self.stop()
