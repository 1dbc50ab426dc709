"""What the fault tests start and kill: Celery processes, a broker of their own, and the tick."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from callbacks.tasks import WAITS_AT_MOST
from script.launcher.processes import Process
from script.launcher.valkey import Valkey

WORKER = "worker --pool solo --without-gossip --without-mingle --without-heartbeat --loglevel WARNING"


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.02) -> None:
    """Wait, and fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(every)


class Nursery:
    """Starts Celery processes in the environment given; ``log`` collects what they write."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._alive: set[int] = set()
        self._leaving: set[int] = set()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                env={**os.environ, **environment},
            )

    def start(self, line: str = WORKER) -> int:
        """Start a Celery process and give its id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, self.log.read_text()
        self._alive.add(int(answer))
        return int(answer)

    def kill(self, pid: int) -> None:
        """Kill a process with SIGKILL and wait until it is gone."""
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not _is_alive(pid), seconds=10, every=0.002)
        self._alive.remove(pid)

    def ask_to_go(self, pid: int) -> None:
        """Ask a process to end what it is doing and go, as a deploy does."""
        os.kill(pid, signal.SIGTERM)
        self._alive.remove(pid)
        self._leaving.add(pid)

    def wait_for_death(self, pid: int) -> None:
        """Wait until a process that ends by itself is gone."""
        wait_until(lambda: not _is_alive(pid), seconds=60)
        self._alive.discard(pid)
        self._leaving.discard(pid)

    def kill_all(self) -> None:
        """Kill whatever it started; who was asked to go may have gone."""
        for pid in list(self._alive):
            self.kill(pid)
        for pid in list(self._leaving):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.wait_for_death(pid)

    def close(self) -> None:
        """End the nursery; the kernel kills what it started."""
        self._process.kill()
        self._process.communicate()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Broker:
    """A Valkey server that a test may flush, kill and start again; it keeps nothing."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="broker-"))
        self._valkey = Valkey(data=self._place / "data", sockets=self._place, durable=False)
        self.url = self._valkey.url
        self.start()

    def start(self) -> None:
        """Start the server and wait for its answer."""
        self._process = Process(self._valkey.command(logs=self._place, keep_open=()))
        self._process.wait_until(self._valkey.is_ready, seconds=10)

    def kill(self) -> None:
        """Kill it with everything in it."""
        os.kill(self._process.pid, signal.SIGKILL)
        wait_until(lambda: self._process.exit_status() is not None, seconds=10)

    def flush(self) -> None:
        """Make it forget everything: queues, unfinished tasks, cache."""
        with redis.from_url(self.url) as client:
            client.flushall()

    def close(self) -> None:
        """Stop it and remove its directory."""
        self._process.ask_to_stop()
        self._process.wait_or_kill()
        shutil.rmtree(self._place)


class Ticker:
    """Sends the tick more often than beat would, whether the broker is there or not.

    But not before the last one is done with: on a busy machine delivery, which comes last, would never have
    its turn.
    """

    def __init__(self, broker_url: str, *, every: float) -> None:
        self._redis = redis.from_url(broker_url)
        self._app = Celery(
            broker="redis+socket://" + broker_url.removeprefix("unix://"), set_as_current=False
        )
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def tick(self) -> None:
        """Send one tick."""
        self._app.send_task("callbacks.tick", expires=WAITS_AT_MOST, retry=False)

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            with suppress(OperationalError, OSError, redis.RedisError):
                if not self._redis.keys("celery*"):
                    self.tick()

    def start(self) -> None:
        """Tick until closed."""
        self._thread.start()

    def close(self) -> None:
        """Stop ticking."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self._app.close()
        self._redis.close()
