"""Agents at their desks: a program of its own that sends the requests they do, at the pace they work at.

Reads a Shift as JSON from its input, and writes an Outcome as JSON.
"""

import http.client
import json
import random
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from threading import Barrier, Thread

from bench.clients import PATIENCE, Outcome


@dataclass(frozen=True)
class Shift:
    """Requests (method, path, body) for so many agents and seconds, with an average pause after each."""

    port: int
    expected: int
    agents: int
    seconds: float
    pause: float
    headers: dict[str, str]
    requests: Sequence[tuple[str, str, str]]


class Agent(Thread):
    """One connection, kept alive as long as there is no pause."""

    def __init__(self, shift: Shift, requests: "deque[tuple[str, str, str]]", start: Barrier) -> None:
        super().__init__()
        self.shift, self.requests, self.barrier, self.outcome = shift, requests, start, Outcome()
        self.connection = http.client.HTTPConnection("127.0.0.1", shift.port, timeout=PATIENCE)

    def run(self) -> None:
        """Work until the time is up or nothing is left to do, and do something in any case."""
        # Connected by the first request: a connection that says nothing keeps a thread of the server waiting.
        self.barrier.wait()
        end = time.perf_counter() + self.shift.seconds
        # Nobody begins to type at the same moment.
        time.sleep(random.uniform(0, self.shift.pause))
        while self.requests:
            self.send(*self.requests.popleft())
            if time.perf_counter() > end:
                break
            if self.shift.pause:
                # Servers hang up on those who say nothing for a while.
                self.connection.close()
            time.sleep(random.uniform(0.5, 1.5) * self.shift.pause)
        self.connection.close()

    def send(self, method: str, path: str, body: str) -> None:
        """One request and its answer, read whole."""
        begun = time.perf_counter()
        try:
            self.connection.request(method, path, body or None, self.shift.headers)
            answer = self.connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.outcome.failures.append(f"{method} {path}: {error!r}")
            return
        if answer.status == self.shift.expected:
            self.outcome.latencies.append(time.perf_counter() - begun)
        else:
            self.outcome.failures.append(f"{method} {path}: {answer.status} {text[:500]}")


def work(shift: Shift) -> Outcome:
    """Let all agents start together; gives what came of it."""
    requests, start = deque(shift.requests), Barrier(shift.agents + 1)
    agents = [Agent(shift, requests, start) for _ in range(shift.agents)]
    for agent in agents:
        agent.start()
    start.wait()
    begun = time.perf_counter()
    for agent in agents:
        agent.join()
    together = Outcome(seconds=time.perf_counter() - begun)
    for agent in agents:
        together.latencies += agent.outcome.latencies
        together.failures += agent.outcome.failures
    return together


if __name__ == "__main__":
    json.dump(asdict(work(Shift(**json.load(sys.stdin)))), sys.stdout)
