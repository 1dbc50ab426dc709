"""A database with the product's tables, for tests to copy: migrating takes longer than most of them."""

import hashlib
import os
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from script.launcher.environment import PYTHON, ROOT
from script.launcher.errors import LauncherError
from script.launcher.postgres import find_binaries

NAME = "belbelofte_migrated"
SECONDS = 600.0


def provide(url: str, *, kept: Path, name: str = NAME) -> str:
    """Make it on the server of ``url``, by migrating or from what was ``kept`` after that; gives its name.

    Raises LauncherError when a program fails.
    """
    _create(url, name)
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    program, dump = find_binaries().program, kept / dump_name(ROOT)
    if dump.exists():
        _run(program("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={own}", str(dump))
        return name
    _run(str(PYTHON), "manage.py", "migrate", "--verbosity=0", DATABASE_URL=own)
    for old in kept.glob("migrated-*.dump"):
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as place:
        half = Path(place, "half")
        _run(program("pg_dump"), "--format=custom", f"--file={half}", own)
        half.rename(dump)
    return name


def dump_name(sources: Path) -> str:
    """Other migrations, of the product or of what it requires, have another one."""
    seen = hashlib.sha256()
    for file in sorted([*sources.glob("*/migrations/*.py"), sources / "requirements.txt"]):
        seen.update(f"{file.relative_to(sources)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return f"migrated-{seen.hexdigest()[:16]}.dump"


def _create(url: str, name: str) -> None:
    with closing(psycopg2.connect(url)) as session:
        session.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with session.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")


def _run(*arguments: str, **environment: str) -> None:
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        raise LauncherError(f"{Path(arguments[0]).name} failed: {done.stderr.strip()}")
