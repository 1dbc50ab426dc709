"""Where the demo listens."""

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from script.launcher.errors import LauncherError

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, never the default


@dataclass(frozen=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What a person on this machine opens."""
        return f"http://localhost:{self.port}"

    def listen(self) -> socket.socket:
        """Take the port at once, so that nothing else can while the rest starts; raises LauncherError."""
        try:
            family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            raise LauncherError(
                f"Port {self.port} of {self.host} cannot be used ({error.strerror}). "
                "Choose another: PORT=8001 script/demo"
            ) from error

    def answers(self, path: str) -> bool:
        """Whether a GET gives status 200."""
        connection = http.client.HTTPConnection(ANYWHERE.get(self.host, self.host), self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def read_address(environment: Mapping[str, str]) -> Address:
    """HOST and PORT, or 127.0.0.1 and 8000."""
    port = environment.get("PORT") or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise LauncherError(f"PORT is {port!r}, but must be a number from 1 to 65535.")
    return Address(environment.get("HOST") or "127.0.0.1", int(port))


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
