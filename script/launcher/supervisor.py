"""Keeps the started processes together: when one ends, all end."""

import signal
import sys
import time
from collections.abc import Callable
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

    def run(self, command: Command) -> None:
        """Run a command to its end; raise LauncherError with the end of its log when it fails."""
        process = self.start(command)
        while process.exit_status() is None:
            self.check_others(process)
            time.sleep(0.02)
        self.processes.remove(process)
        if process.exit_status() != 0:
            raise LauncherError(f"{process.name} failed.\n{process.tail()}")

    def check_others(self, busy: Process | None = None) -> None:
        """Raise LauncherError, with the end of its log, when a process other than ``busy`` has ended."""
        for process in self.processes:
            if process is not busy and process.exit_status() is not None:
                raise LauncherError(
                    f"{process.name} ended unexpectedly: {process.ending()}.\n{process.tail()}"
                )

    def watch(self) -> None:
        """Wait until one ends, which is a LauncherError."""
        while True:
            self.check_others()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop all, the last started first, so that nothing loses a service that it uses."""
        while self.processes:
            self.processes.pop().stop()

    def close(self) -> None:
        """Stop all for good, undisturbed by further signals."""
        ignore_signals()
        self.stop()
