"""PostgreSQL and Valkey together: what is not given by a URL is embedded."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from script.launcher import identity, sockets
from script.launcher.claim import Claim
from script.launcher.placement import place
from script.launcher.postgres import Postgres
from script.launcher.processes import Command
from script.launcher.supervisor import Supervisor
from script.launcher.valkey import Valkey

READY_SECONDS = 60.0
DURABLE: Mapping[str, str] = {"max_connections": "100"}
FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "300",
}


class Server(Protocol):
    """What PostgreSQL and Valkey have in common."""

    @property
    def url(self) -> str:
        """The address that Django gets."""

    def command(self, *, logs: Path, keep_open: Sequence[int]) -> Command:
        """How to start it."""

    def is_ready(self) -> bool:
        """Whether it takes connections."""


def start_services(
    claim: Claim,
    supervisor: Supervisor,
    *,
    given: Mapping[str, str],
    durable: bool,
    templates: Path | None = None,
) -> dict[str, str]:
    """Start what ``given`` leaves open, in the claimed directory; gives DATABASE_URL and REDIS_URL.

    Services that are not ``durable`` lose data in a crash and start faster; ``templates`` is a directory that
    keeps a ready-made cluster for them, since copying one is faster than initdb. Raises LauncherError.
    """
    makers: dict[str, Callable[[], Server]] = {
        "DATABASE_URL": lambda: _prepare_postgres(claim.state, durable=durable, templates=templates),
        "REDIS_URL": lambda: _prepare_valkey(claim.state, durable=durable),
    }
    servers = {name: make() for name, make in makers.items() if not given.get(name)}
    _start(servers.values(), claim, supervisor)
    return {name: servers[name].url if name in servers else given[name] for name in makers}


def _start(servers: Iterable[Server], claim: Claim, supervisor: Supervisor) -> None:
    """Start all, then wait for all: they come up side by side."""
    logs = claim.state / "logs"
    logs.mkdir(exist_ok=True)
    started = [
        (supervisor.start(server.command(logs=logs, keep_open=[claim.inherited])), server)
        for server in servers
    ]
    for process, server in started:
        process.wait_until(server.is_ready, seconds=READY_SECONDS)


def _prepare_valkey(state: Path, *, durable: bool) -> Valkey:
    return Valkey(data=state / "valkey", sockets=sockets.directory_for(state), durable=durable)


def _prepare_postgres(state: Path, *, durable: bool, templates: Path | None) -> Postgres:
    placed = place(state, namespaces=identity.namespaces_work())
    postgres = Postgres(
        binaries=placed.binaries,
        data=placed.data,
        sockets=placed.sockets,
        run_as=placed.run_as,
        settings=DURABLE if durable else FORGETFUL,
    )
    if templates is None:
        postgres.create()
    else:
        _copy_template(postgres, templates)
    postgres.forget_stale_files()
    return postgres


def _copy_template(postgres: Postgres, templates: Path) -> None:
    """Take the cluster from a template; the first start makes it."""
    template = templates / f"postgresql-{postgres.binaries.version}"
    if template.exists():
        shutil.copytree(template, postgres.data)
        identity.give_to(postgres.run_as, postgres.data)
        return
    postgres.create(sync=False)
    half = Path(tempfile.mkdtemp(dir=templates))
    shutil.copytree(postgres.data, half / "data")
    # Several first starts may be under way; one of them wins and the copies of the others are not needed.
    with suppress(OSError):
        (half / "data").rename(template)
    shutil.rmtree(half)
