"""Fetching from an address that somebody typed: what comes, what is refused, and what it is not used for."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Network, ip_network
from typing import ClassVar

import pytest
from django.utils.translation import override

from availability import fetching
from availability.fetching import FetchError, check_address, fetch

LOCAL = [ip_network("127.0.0.0/8")]


class Server(ThreadingHTTPServer):
    """A server that answers as the test says, and remembers what it was asked."""

    daemon_threads = True
    answer: Callable[[BaseHTTPRequestHandler], None]
    asked: ClassVar[list[tuple[str, dict[str, str]]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    Server.asked.clear()
    thread = threading.Thread(target=running.serve_forever, args=[0.05])
    thread.start()
    with override("en"):
        yield running
    running.shutdown()
    thread.join()
    running.server_close()


def says(
    status: int = 200, body: bytes = b"BEGIN:VCALENDAR", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def address(server: Server, path: str = "/agenda.ics") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_the_text_and_its_tag_come(server: Server) -> None:
    server.answer = says(ETag='"one"')
    found = fetch(address(server), allowed=LOCAL)
    assert (found.text, found.etag) == (b"BEGIN:VCALENDAR", '"one"')


def test_the_whole_address_is_asked_for(server: Server) -> None:
    server.answer = says()
    fetch(address(server, "/a/b.ics?key=secret&x=1"), allowed=LOCAL)
    assert server.asked[0][0] == "/a/b.ics?key=secret&x=1"


def test_what_has_not_changed_is_not_fetched_again(server: Server) -> None:
    server.answer = says(304, b"")
    found = fetch(address(server), etag='"one"', allowed=LOCAL)
    assert (found.text, server.asked[0][1]["If-None-Match"]) == (None, '"one"')


def test_a_redirect_is_followed(server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        (says() if handler.path == "/new" else says(302, b"", Location="/new"))(handler)

    server.answer = answer
    assert fetch(address(server), allowed=LOCAL).text == b"BEGIN:VCALENDAR"


def test_a_redirect_without_end_is_given_up(server: Server) -> None:
    server.answer = says(302, b"", Location="/again")
    with pytest.raises(FetchError, match="on and on"):
        fetch(address(server), allowed=LOCAL)
    assert len(server.asked) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd", "//192.168.1.1/"]
)
def test_a_redirect_leads_nowhere_that_could_not_be_asked_directly(server: Server, target: str) -> None:
    server.answer = says(302, b"", Location=target)
    with pytest.raises(FetchError):
        fetch(address(server), allowed=LOCAL)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "2130706433",
        "0x7f.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[64:ff9b:1::1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::1]",
    ],
)
def test_no_private_address_is_connected_to(server: Server, host: str) -> None:
    server.answer = says()
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(f"http://{host}:{server.server_port}/")
    assert server.asked == []


def test_an_administrator_may_allow_a_network_of_the_house(server: Server) -> None:
    server.answer = says()
    assert fetch(address(server), allowed=[IPv4Network("127.0.0.1/32")]).text


def test_only_that_network(server: Server) -> None:
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(address(server), allowed=[IPv4Network("10.0.0.0/8")])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "agenda",
        "ftp://example.org/a.ics",
        "file:///etc/passwd",
        "https:///a.ics",
        "https://user:secret@example.org/a.ics",
        "https://example.org:99999/",
        "https://example.org:0/",
        "http://[::1/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_of_a_calendar_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        check_address(url)


def test_a_name_that_does_not_exist_is_said(server: Server) -> None:
    with pytest.raises(FetchError, match="no server of this name"):
        fetch("http://nothing.invalid/")


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_another_status_is_said(server: Server, status: int) -> None:
    server.answer = says(status, b"")
    with pytest.raises(FetchError, match=str(status)):
        fetch(address(server), allowed=LOCAL)


def test_a_calendar_may_not_be_endless(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    server.answer = says(body=b"x" * 1001)
    with pytest.raises(FetchError, match="larger"):
        fetch(address(server), allowed=LOCAL)


def test_a_server_that_drips_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _piece in range(20):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    server.answer = drip
    with pytest.raises(FetchError, match="too slow"):
        fetch(address(server), allowed=LOCAL)


def test_a_server_whose_headers_drip_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.flush_headers()
        for _piece in range(20):
            handler.wfile.write(b"X: y\r\n")
            time.sleep(0.05)
        handler.end_headers()

    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    server.answer = drip
    begun = time.monotonic()
    with pytest.raises(FetchError, match="too slow"):
        fetch(address(server), allowed=LOCAL)
    assert time.monotonic() - begun < 0.9


def test_half_a_calendar_is_none(server: Server) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"BEGIN:VCALENDAR")

    server.answer = half
    with pytest.raises(FetchError, match="does not answer"):
        fetch(address(server), allowed=LOCAL)


def test_a_server_that_hangs_up_is_said(server: Server) -> None:
    server.answer = lambda handler: handler.connection.close()
    with pytest.raises(FetchError, match="does not answer"):
        fetch(address(server), allowed=LOCAL)


def test_a_server_without_tls_is_not_trusted_as_one_with(server: Server) -> None:
    server.answer = says()
    with pytest.raises(FetchError, match="does not answer"):
        fetch(address(server).replace("http:", "https:"), allowed=LOCAL)
