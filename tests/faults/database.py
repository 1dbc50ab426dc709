"""A PostgreSQL with a copy of the test database, so that it can be broken without anybody else noticing."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

from script.launcher import identity
from script.launcher.placement import place
from script.launcher.postgres import Postgres
from script.launcher.processes import Process
from tests.faults.processes import wait_until

# Full durability, as in production.
SETTINGS = {"max_connections": "50", "shared_buffers": "32MB"}


class Database:
    """A server that keeps what it acknowledged when it is shut down in immediate mode."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="pg-"))
        placed = place(self._place, namespaces=identity.namespaces_work())
        self._postgres = Postgres(
            binaries=placed.binaries,
            data=placed.data,
            sockets=placed.sockets,
            run_as=placed.run_as,
            settings=SETTINGS,
        )
        self.url = self._postgres.url
        self._postgres.create(sync=False)
        self.start()

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        self._process = Process(self._postgres.command(logs=self._place, keep_open=()))
        self._process.wait_until(self._postgres.is_ready, seconds=30)

    def stop_at_once(self) -> None:
        """Immediate mode: no checkpoint, no goodbye; the next start recovers from the log."""
        os.kill(self._process.pid, signal.SIGQUIT)
        wait_until(lambda: self._process.exit_status() is not None, seconds=30)
        self._postgres.forget_stale_files()

    def copy_test_database(self) -> None:
        """Take over schema and rows of the test database, with PostgreSQL's own programs."""
        source = connection.settings_dict
        program = self._postgres.binaries.program
        dump = [program("pg_dump"), "--format=custom", "--host", source["HOST"], "--username", source["USER"]]
        kept = self._place / "copy.dump"
        with kept.open("wb") as output:
            subprocess.run([*dump, "--dbname", source["NAME"]], stdout=output, check=True)
        restore = [program("pg_restore"), "--no-owner", "--exit-on-error", "--dbname", self.url, str(kept)]
        subprocess.run(restore, check=True)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask something."""
        with closing(psycopg2.connect(self.url)) as session, session.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def execute(self, sql: str) -> None:
        """Change something."""
        with closing(psycopg2.connect(self.url)) as session, session, session.cursor() as cursor:
            cursor.execute(sql)

    def close(self) -> None:
        """Stop it and remove its directory."""
        self._process.ask_to_stop()
        self._process.wait_or_kill()
        shutil.rmtree(self._place, ignore_errors=True)
