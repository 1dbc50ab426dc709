"""The benchmark: ``script/bench``, or ``python -m bench.run`` with the same options.

Starts PostgreSQL, Valkey and a web server for each size (as the demo does), fills a database for each size,
and hands over to the command ``measure``. Everything it made is gone at the end.
"""

import argparse
import datetime as dt
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg2

from script.launcher import state
from script.launcher.claim import Claim
from script.launcher.embedded import start_services
from script.launcher.environment import PYTHON, ROOT, say
from script.launcher.errors import LauncherError
from script.launcher.processes import Command
from script.launcher.product import Product
from script.launcher.supervisor import Supervisor, run_until_stopped
from script.launcher.testrun import ENVIRONMENT

SIZES = (10_000, 100_000, 1_000_000)
PARTS = ("slots", "board", "queue", "lookback", "search", "sweep", "booking", "desk")
ZONE = ZoneInfo("Europe/Amsterdam")
ANY_PORT = ("127.0.0.1", 0)
SETTINGS = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class Place:
    """A database with so many appointments, and the socket of the web server that works on it."""

    size: int
    listener: socket.socket
    environment: Mapping[str, str]

    @property
    def database(self) -> str:
        """Its name."""
        return f"belbelofte_bench_{self.size}"

    @property
    def argument(self) -> str:
        """How ``measure`` is told."""
        return f"{self.size}:{self.listener.getsockname()[1]}:{self.database}"


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="script/bench", description="Measures Belbelofte against plain SQL."
    )
    parser.add_argument(
        "--sizes", type=_numbers, default=SIZES, help="appointments, for example 10000,100000"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure")
    parser.add_argument("--rounds", type=int, default=31, help="repeats of each read")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each turn of booking")
    parser.add_argument(
        "--closed", type=int, default=100_000, help="promises that pass before the last sweeps"
    )
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    return parser.parse_args(arguments)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(number) for number in text.split(",")))


def working_moment(now: dt.datetime) -> dt.datetime:
    """The last eleven o'clock (local) of a working day: the moment that the data are made for."""
    moment = now.astimezone(ZONE).replace(hour=11, minute=0, second=0, microsecond=0)
    while moment > now or moment.isoweekday() > 5:
        moment -= dt.timedelta(days=1)
    return moment


def serve(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Make everything, measure, and leave nothing behind; ends by Stopped or LauncherError."""
    place = state.open_state(Path(environment.get("DATA_DIR") or ROOT / "var" / "bench"))
    claim, supervisor = Claim(place), Supervisor()
    try:
        state.reset(place)
        state.fresh_logs(place)
        (place / "work").mkdir()
        urls = start_services(claim, supervisor, given=environment, durable=True)
        _measure(options, {**environment, **ENVIRONMENT, **urls}, claim, supervisor)
    finally:
        supervisor.close()
        state.reset(place)
        claim.release()


def _measure(
    options: argparse.Namespace, environment: Mapping[str, str], claim: Claim, supervisor: Supervisor
) -> None:
    moment = working_moment(dt.datetime.now(dt.UTC)).isoformat()

    def migrate(place: Place) -> None:
        supervisor.run(_django(claim, place, "migrate"))

    with databases(options.sizes, environment, migrate) as places:
        say(f"Loading {', '.join(f'{size:,}' for size in options.sizes)} appointments")
        for one in places:
            supervisor.run(_django(claim, one, "load_demo", "--now", moment, "--size", str(one.size)))
            supervisor.run(_django(claim, one, "count_days"))
        for one in places:
            product = Product(claim.state, one.environment, keep_open=[claim.inherited])
            supervisor.start(product.web(one.listener))
        _hand_over(options, places, moment)


def _django(claim: Claim, place: Place, *arguments: str) -> Command:
    return Command(
        name=arguments[0],
        arguments=[str(PYTHON), "-m", "django", *arguments],
        log=claim.state / "logs" / f"{arguments[0]}.log",
        directory=ROOT,
        environment=place.environment,
        keep_open=[claim.inherited],
    )


@contextmanager
def databases(
    sizes: Sequence[int], environment: Mapping[str, str], migrate: Callable[[Place], None]
) -> Iterator[list[Place]]:
    """Databases without rows on the server, with a socket each; dropped at the end, whoever still uses them.

    ``migrate`` makes the tables of one; copying them to the others is faster than making them again.
    """
    places = [_place(size, environment) for size in sizes]
    with closing(psycopg2.connect(environment["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for one in places:
                cursor.execute(f"DROP DATABASE IF EXISTS {one.database} WITH (FORCE)")
            try:
                first, *others = places
                cursor.execute(f"CREATE DATABASE {first.database}")
                migrate(first)
                for one in others:
                    cursor.execute(f"CREATE DATABASE {one.database} TEMPLATE {first.database}")
                yield places
            finally:
                for one in places:
                    one.listener.close()
                    cursor.execute(f"DROP DATABASE IF EXISTS {one.database} WITH (FORCE)")


def _place(size: int, environment: Mapping[str, str]) -> Place:
    place = Place(size, socket.create_server(ANY_PORT), {})
    url = urlsplit(environment["DATABASE_URL"])._replace(path=f"/{place.database}").geturl()
    return replace(place, environment={**environment, "DATABASE_URL": url, **SETTINGS})


def _hand_over(options: argparse.Namespace, places: Sequence[Place], moment: str) -> None:
    """Measure, with the output where ours goes; raises LauncherError when that fails."""
    command = [str(PYTHON), "-m", "django", "measure", *(one.argument for one in places), "--now", moment]
    command += ["--only", *options.only, "--rounds", str(options.rounds), "--seconds", str(options.seconds)]
    command += ["--closed", str(options.closed)]
    if options.json:
        command += ["--json", str(options.json.absolute())]
    if subprocess.run(command, cwd=ROOT, env=places[0].environment, check=False).returncode != 0:
        raise LauncherError("The measuring ended unexpectedly, see above.")


def main(arguments: Sequence[str]) -> int:
    """Measure; gives the exit status."""
    options = read_options(arguments)
    return run_until_stopped(lambda: serve(options, os.environ))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
