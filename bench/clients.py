"""Clients that send requests as fast as the answers come: a program of its own, nothing of the product in it.

Reads a Load as JSON from its input, and writes an Outcome as JSON.
"""

import http.client
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from threading import Barrier, Thread

PATIENCE = 30.0


@dataclass(frozen=True)
class Load:
    """POST requests (body and headers) to one path, by that many clients, for so many seconds."""

    port: int
    path: str
    expected: int
    clients: int
    seconds: float
    headers: dict[str, str]
    bodies: Sequence[str]


@dataclass
class Outcome:
    """Seconds from the first request to the last answer, those of each right answer, and the wrong ones."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Client(Thread):
    """One connection, kept alive."""

    def __init__(self, load: Load, bodies: "deque[str]", outcome: Outcome, start: Barrier) -> None:
        super().__init__()
        self.load, self.bodies, self.outcome, self.barrier = load, bodies, outcome, start
        self.connection = http.client.HTTPConnection("127.0.0.1", load.port, timeout=PATIENCE)

    def run(self) -> None:
        """Send until the time is up or no request is left."""
        self.connection.connect()
        self.barrier.wait()
        end = time.perf_counter() + self.load.seconds
        while self.bodies and time.perf_counter() < end:
            self.send(self.bodies.popleft())
        self.connection.close()

    def send(self, body: str) -> None:
        """One request and its answer, read whole."""
        begun = time.perf_counter()
        try:
            self.connection.request("POST", self.load.path, body, self.load.headers)
            answer = self.connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.outcome.failures.append(repr(error))
            return
        if answer.status == self.load.expected:
            self.outcome.latencies.append(time.perf_counter() - begun)
        else:
            self.outcome.failures.append(f"{answer.status} {text[:500]}")


def drive(load: Load) -> Outcome:
    """Let all clients start together; gives what came of it."""
    outcome, bodies, start = Outcome(), deque(load.bodies), Barrier(load.clients + 1)
    clients = [Client(load, bodies, outcome, start) for _ in range(load.clients)]
    for client in clients:
        client.start()
    start.wait()
    begun = time.perf_counter()
    for client in clients:
        client.join()
    outcome.seconds = time.perf_counter() - begun
    return outcome


if __name__ == "__main__":
    json.dump(asdict(drive(Load(**json.load(sys.stdin)))), sys.stdout)
