"""A real web server for the fault tests, and clients that know what became of every request they sent."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.faults.processes import wait_until

PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back; ``status`` is 0 when the line was cut before the end."""

    status: int
    body: bytes = b""
    location: str = ""


class WebServer:
    """Gunicorn as in production, on a socket that the test keeps: a successor can listen on it as well."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._environment = {**os.environ, **environment}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more server and wait until its workers are there."""
        workers = self._booted()
        size = ("--workers", "2", "--threads", "4", "--preload")
        options = (*size, "--no-control-socket", "--access-logfile", "-")
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
                    *("--bind", f"fd://{self._listener.fileno()}", *options),
                ],
                cwd=settings.BASE_DIR,
                env=self._environment,
                pass_fds=[self._listener.fileno()],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        wait_until(lambda: self._booted() >= workers + 2, seconds=60)
        return process

    def renew_workers(self) -> None:
        """Let the last server replace its workers, each of which ends what it is doing."""
        workers = self._booted()
        self._running[-1].send_signal(signal.SIGHUP)
        wait_until(lambda: self._booted() >= workers + 2, seconds=60)

    def kill_a_worker(self) -> None:
        """Kill one of the last server's workers, whatever it does; the server makes another one."""
        server = self._running[-1].pid
        workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        os.kill(int(random.choice(workers)), signal.SIGKILL)

    def retire(self, process: subprocess.Popen[bytes]) -> None:
        """Let a server end what it is doing and go."""
        process.terminate()
        process.wait(60)
        self._running.remove(process)

    def close(self) -> None:
        """End all that runs, workers included."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self._listener.close()

    def _booted(self) -> int:
        return self.log.read_text().count("Booting worker") if self.log.exists() else 0

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post on a line of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("POST", path, body, dict(headers))
            response = line.getresponse()
            body = response.read()
            if "json" in response.getheader("Content-Type", ""):
                # The database keeps what was said, not the order in which it was said.
                body = as_json(json.loads(body))
            return Answer(response.status, body, response.getheader("Location", ""))
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            line.close()

    def send_and_hang_up(self, path: str, body: bytes, headers: Mapping[str, str], *, after: int) -> None:
        """Post, and cut the line when so many bytes of the answer have come."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request("POST", path, body, dict(headers))
            if after:
                line.sock.recv(after)


def as_json(said: object) -> bytes:
    """A body for the API."""
    return json.dumps(said, sort_keys=True).encode()
