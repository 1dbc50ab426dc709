"""A web server that people book through while everything around it breaks."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

from tests.callbacks.messages.mailserver import free_port
from tests.faults.processes import Nursery, wait_until

PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.05
OPTIONS = "--workers 1 --threads 4 --no-control-socket --log-level error"


class Web:
    """A gunicorn on a port of its own; ``token`` is an API token of whoever books."""

    def __init__(self, nursery: Nursery, token: str) -> None:
        self._nursery, self.port = nursery, free_port()
        self._token = token
        address = f"127.0.0.1:{self.port}"
        self._pid = nursery.start(f"gunicorn config.wsgi --bind {address} {OPTIONS}")
        wait_until(self._answers, seconds=60)

    def book(self, wish: dict[str, Any]) -> str | None:
        """The reference of what was booked; None when the server did not say that it was."""
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            headers = {"Authorization": f"Token {self._token}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/appointments/", json.dumps(wish), headers)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
        except (OSError, HTTPException):
            return None
        return json.loads(body)["reference"] if answer.status == 201 else None

    def close(self) -> None:
        """Kill it."""
        self._nursery.kill(self._pid)

    def _answers(self) -> bool:
        # The port is open long before the product behind it is loaded.
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("GET", "/health/live/")
            return connection.getresponse().status == HTTPStatus.OK
        return False


class Load(threading.Thread):
    """Somebody who books one callback after the other and remembers what was promised."""

    def __init__(self, web: Web, wanted: Iterator[dict[str, Any]]) -> None:
        super().__init__()
        self._web, self._wanted, self._stopped = web, wanted, threading.Event()
        self.promised: list[str] = []

    def run(self) -> None:
        for wish in self._wanted:
            if self._stopped.wait(PAUSE_SECONDS):
                return
            if reference := self._web.book(wish):
                self.promised.append(reference)

    def stop(self) -> list[str]:
        """The references of what was promised."""
        self._stopped.set()
        self.join()
        return self.promised
