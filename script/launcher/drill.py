"""The restore drill: a back-up is worth what can be restored from it.

Dumps the database of DATABASE_URL with PostgreSQL's own programs, restores it under another name on the same
server, compares the number of rows of every table, and removes the copy. The original is only read.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.sql import SQL, Identifier

from script.launcher.environment import say
from script.launcher.postgres import find_binaries

TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
"""


def main() -> int:
    """Make the drill and print what came of it; 1 when the copy differs."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        say("Say which database: DATABASE_URL=postgres://… script/restore-drill")
        return 1
    begun = time.monotonic()
    before, after = drill(url)
    different = sorted(name for name in before if before[name] != after.get(name))
    for name in different:
        say(f"DIFFERENT {name}: {before[name]} rows, {after.get(name)} restored")
    rows = sum(before.values())
    say(f"{len(before)} tables, {rows} rows, restored in {time.monotonic() - begun:.1f} s")
    say("The copy differs." if different else "The copy is the same.")
    return 1 if different else 0


def drill(url: str) -> tuple[dict[str, int], dict[str, int]]:
    """Dump, restore beside it, and give the rows of each table of the original and of the copy."""
    program, name = find_binaries().program, urlsplit(url).path.removeprefix("/")
    copy = f"{name}_drill"
    copied_url = urlsplit(url)._replace(path=f"/{copy}").geturl()
    with tempfile.TemporaryDirectory() as place:
        kept = str(Path(place) / "backup.dump")
        with closing(psycopg2.connect(url)) as session:
            # What is counted is what the dump sees: both look at one moment.
            session.set_isolation_level(ISOLATION_LEVEL_REPEATABLE_READ)
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
                _run(program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--file={kept}", url)
                before = _count(session)
        _recreate(url, copy)
        try:
            _run(program("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={copied_url}", kept)
            with closing(psycopg2.connect(copied_url)) as session:
                return before, _count(session)
        finally:
            _drop(url, copy)


def _count(session: "psycopg2.extensions.connection") -> dict[str, int]:
    with session.cursor() as cursor:
        cursor.execute(TABLES)
        counts = {}
        for (name,) in cursor.fetchall():
            cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name)))
            (counts[name],) = cursor.fetchone()
    return counts


def _recreate(url: str, name: str) -> None:
    _drop(url, name)
    _alone(url, "CREATE DATABASE {} TEMPLATE template0", name)


def _drop(url: str, name: str) -> None:
    _alone(url, "DROP DATABASE IF EXISTS {}", name)


def _alone(url: str, statement: str, name: str) -> None:
    with closing(psycopg2.connect(url)) as session:
        session.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with session.cursor() as cursor:
            cursor.execute(SQL(statement).format(Identifier(name)))


def _run(*arguments: str) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(arguments[0]).name} failed: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())
