"""A real HTTP server in a thread: SMS gateway, chat or a program elsewhere; it remembers what it got."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider(ThreadingHTTPServer):
    """``status`` is the answer to everything; ``waits`` is how many seconds it takes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.waits = 200, 0.0
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self._thread = threading.Thread(target=self.serve_forever, args=[0.05])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        """Remember what came; False when it is to be left without an answer."""
        self.got.append((path, headers, body))
        return True

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What came, read as JSON."""
        return [json.loads(body) for _path, _headers, body in self.got]


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        """Remember it and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not self.server.take(self.path, headers, body):
            self.close_connection = True
            return
        time.sleep(self.server.waits)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Be quiet."""
