"""The demo as a person starts it, with a hand on its clock."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from script.launcher.address import free_port

START_SECONDS = 120
DATABASE = "story"


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, and its database to move time with."""

    url: str
    database: dict[str, Any]

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement in the demo's database and give the rows, if any."""
        with closing(psycopg2.connect(**self.database)) as session, session, session.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def let_time_pass(self, reference: str, *, starts_in: str) -> None:
        """Move an appointment and its promise so that the window starts after an interval from now.

        Waiting for days is no test; a promise's facts cannot be changed, so its guard is off meanwhile.
        """
        self.execute(
            """
            ALTER TABLE callbacks_promise DISABLE TRIGGER USER;
            WITH moved AS (
                SELECT id, now() + %s::interval - starts_at AS shift
                FROM callbacks_appointment WHERE reference = %s
            ), appointment AS (
                UPDATE callbacks_appointment a
                SET starts_at = a.starts_at + shift, ends_at = a.ends_at + shift,
                    next_action_at = a.next_action_at + shift, created_at = a.created_at + shift
                FROM moved WHERE a.id = moved.id
            )
            UPDATE callbacks_promise p
            SET starts_at = p.starts_at + shift, ends_at = p.ends_at + shift,
                counts_from = p.counts_from + shift, due_at = p.due_at + shift,
                made_at = p.made_at + shift, remind_at = p.remind_at + shift,
                at_risk_at = p.at_risk_at + shift
            FROM moved WHERE p.appointment_id = moved.id;
            ALTER TABLE callbacks_promise ENABLE TRIGGER USER;
            """,
            starts_in,
            reference,
        )


def wait_for(found: Callable[[], bool], *, seconds: float) -> float:
    """Wait until something is found; gives how long it took, fails after the limit."""
    started = time.monotonic()
    while not found():
        waited = time.monotonic() - started
        assert waited < seconds, f"not found within {seconds} s"
        time.sleep(0.25)
    return time.monotonic() - started


@contextmanager
def running_demo(state: Path) -> Iterator[Demo]:
    """``script/demo`` on the test's own PostgreSQL and Valkey, stopped with Ctrl-C."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATA_DIR": str(state),
        "DATABASE_URL": settings.DATABASE_URL.rsplit("/", 1)[0] + "/" + DATABASE,
        "REDIS_URL": settings.REDIS_URL.split("?")[0] + "?db=7",
    }
    command = [str(Path(settings.BASE_DIR) / "script" / "demo")]
    log = (state / "demo.log").open("w")
    with fresh_database() as database, log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(lambda: is_ready(process, state / "demo.log"), seconds=START_SECONDS)
            yield Demo(f"http://localhost:{port}", database)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def is_ready(process: "subprocess.Popen[bytes]", log: Path) -> bool:
    """Whether the demo has said how to stop it; fails when it has ended."""
    assert process.poll() is None, log.read_text()
    return "Stop it with" in log.read_text()


@contextmanager
def fresh_database() -> Iterator[dict[str, Any]]:
    """An empty database beside the test's own; gives how to connect to it."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    parameters = {
        name: parameters[name]
        for name in ("user", "password", "host", "port", "dbname")
        if name in parameters
    }
    for statement in (f"DROP DATABASE IF EXISTS {DATABASE} (FORCE)", f"CREATE DATABASE {DATABASE}"):
        administer(parameters, statement)
    try:
        yield {**parameters, "dbname": DATABASE}
    finally:
        administer(parameters, f"DROP DATABASE {DATABASE} (FORCE)")


def administer(parameters: dict[str, Any], statement: str) -> None:
    """Run a statement that PostgreSQL allows outside transactions only."""
    with closing(psycopg2.connect(**parameters)) as session:
        session.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        session.cursor().execute(statement)
