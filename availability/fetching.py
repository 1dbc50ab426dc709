"""Asking an address that somebody typed in, for a calendar or as a webhook, without becoming their tool.

The name is resolved once and the very addresses found are checked and connected to: an answer that changes in
between leads nowhere else. Redirects are followed by hand, each checked the same way.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

Networks = Collection[IPv4Network | IPv6Network]

SECONDS = 20.0
PATIENCE = 5.0
MOST_BYTES = 2_000_000
MOST_REDIRECTS = 3
PIECE = 65_536
REDIRECTS = {301, 302, 303, 307, 308}
NOT_MODIFIED = 304
# Addresses that carry an IPv4 address inside, which may be a private one: NAT64, Teredo and 6to4.
TUNNELS = [ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")]


class FetchError(Exception):
    """The text could not be fetched; the message is for the person who gave the address."""


class NotPublic(FetchError):
    """The address leads to a network that it must not lead to."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came: ``text`` is None when it is the same as at ``etag``."""

    text: bytes | None
    etag: str


class _Pinned(http.client.HTTPConnection):
    """A connection to one address that was checked; over TLS the certificate must be that of the name."""

    def __init__(self, url: SplitResult, address: str, port: int, patience: float = PATIENCE) -> None:
        super().__init__(url.hostname or "", port, timeout=patience)
        self._address, self._tls = address, url.scheme == "https"

    def connect(self) -> None:
        """Open the line to the address, whatever the name says by now."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def fetch(url: str, *, etag: str = "", allowed: Networks = ()) -> Fetched:
    """Get the text at an address, or that it has not changed since ``etag``.

    Only public addresses are connected to, and those in the networks ``allowed``. Takes about 20 seconds
    and 2 MB at most. Raises ``FetchError``.
    """
    deadline = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        answer = _ask(url, etag, allowed, deadline)
        if isinstance(answer, Fetched):
            return answer
        url = urljoin(url, answer)
    raise FetchError(_("The address leads on and on."))


def post(
    url: str, *, body: bytes, headers: dict[str, str], allowed: Networks = (), patience: float = PATIENCE
) -> int:
    """Hand something to an address and give the status of the answer. Redirects are not followed.

    Only public addresses are connected to, and those in the networks ``allowed``. Takes about four times the
    ``patience`` (seconds) at most, however slowly the other side speaks. Raises ``FetchError``.
    """
    parts = check_address(url)
    port = _port(parts)
    connection = _Pinned(parts, _address(parts.hostname or "", port, allowed), port, patience)
    try:
        connection.connect()
        with _cut_after(3 * patience, connection.sock):
            connection.request(
                "POST", _target(parts), body=body, headers={"User-Agent": "Belbelofte", **headers}
            )
            return connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise FetchError(_("The server does not answer as it should.")) from error
    finally:
        connection.close()


@contextmanager
def _cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Hang up on a server that drips: each byte it sends would start the patience anew."""
    timer = threading.Timer(seconds, _hang_up, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def check_address(url: str) -> SplitResult:
    """Take the address apart; raises ``FetchError`` when no calendar can be there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(_("This is not an address.")) from error
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise FetchError(_("Give an address that begins with https://."))
    if parts.username or parts.password:
        raise FetchError(_("Leave user name and password out of the address."))
    return parts


def _ask(url: str, etag: str, allowed: Networks, deadline: float) -> Fetched | str:
    """One request: what it brought, or where it leads."""
    parts = check_address(url)
    port = _port(parts)
    connection = _Pinned(parts, _address(parts.hostname or "", port, allowed), port)
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "Belbelofte"}
    try:
        connection.connect()
        with _cut_after(deadline - time.monotonic(), connection.sock):
            tag = {"If-None-Match": etag} if etag else {}
            connection.request("GET", _target(parts), headers=headers | tag)
            return _read(connection.getresponse(), deadline)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        _check_time(deadline)
        raise FetchError(_("The server does not answer as it should.")) from error
    finally:
        connection.close()


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _address(host: str, port: int, allowed: Networks) -> str:
    """An address of the host that may be connected to; all of them must be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(_("There is no server of this name.")) from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses or not all(_may_connect(one, allowed) for one in addresses):
        raise NotPublic(_("This address is not on the public internet."))
    return addresses[0]


def _may_connect(text: str, allowed: Networks) -> bool:
    address = ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    public = address.is_global and not address.is_multicast and not any(address in net for net in TUNNELS)
    return public or any(address in network for network in allowed)


def _read(answer: http.client.HTTPResponse, deadline: float) -> Fetched | str:
    etag = (answer.getheader("ETag") or "")[:200]
    if answer.status == NOT_MODIFIED:
        return Fetched(text=None, etag=etag)
    if answer.status in REDIRECTS:
        return answer.getheader("Location") or ""
    if answer.status != 200:
        raise FetchError(_("The server answered with status %(status)d.") % {"status": answer.status})
    text = bytearray()
    # Piece by piece: a server that drips must not hold a worker longer than the time it has.
    while piece := answer.read1(PIECE):
        text += piece
        if len(text) > MOST_BYTES:
            raise FetchError(_("The calendar is larger than 2 MB."))
        _check_time(deadline)
    _check_time(deadline)
    if answer.length:
        # Half a calendar would offer the time that the other half takes.
        raise FetchError(_("The server does not answer as it should."))
    return Fetched(text=bytes(text), etag=etag)


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise FetchError(_("The server is too slow."))
