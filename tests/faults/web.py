"""Somebody who books over the API while everything around the web server breaks."""

import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from tests.faults.webserver import WebServer, as_json

PAUSE_SECONDS = 0.05


class Web:
    """A web server that runs already; ``token`` is an API token of whoever books."""

    def __init__(self, server: WebServer, token: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def book(self, wish: dict[str, Any]) -> str | None:
        """The reference of what was booked; None when the server did not say that it was."""
        answer = self._server.send("/api/v1/appointments/", as_json(wish), self._headers)
        return json.loads(answer.body)["reference"] if answer.status == HTTPStatus.CREATED else None


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
