"""The database that those of the tests are copied from."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from script.launcher import migrated
from script.launcher.environment import ROOT
from script.launcher.errors import LauncherError
from tests.services import KEPT

AGAIN = "belbelofte_migrated_again"
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = 'public' ORDER BY table_name, ordinal_position
"""


@pytest.fixture
def url(db: None) -> Iterator[str]:
    """The server; what a test makes there is gone afterwards."""
    url = os.environ["DATABASE_URL"]
    yield url
    with closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        session.cursor().execute(f"DROP DATABASE IF EXISTS {AGAIN}")


def test_what_was_kept_has_the_tables_of_the_tests(url: str) -> None:
    migrated.provide(url, kept=KEPT, name=AGAIN)
    with closing(psycopg2.connect(url, dbname=AGAIN)) as session, session.cursor() as cursor:
        cursor.execute(COLUMNS)
        restored = cursor.fetchall()
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        assert cursor.fetchall() == restored


def test_a_dump_that_is_broken_is_said_to_be(url: str, tmp_path: Path) -> None:
    (tmp_path / migrated.dump_name(ROOT)).write_text("half of it")
    with pytest.raises(LauncherError, match="pg_restore failed"):
        migrated.provide(url, kept=tmp_path, name=AGAIN)


@pytest.mark.parametrize("changed", ["requirements.txt", "app/migrations/0001_begin.py"])
def test_other_migrations_have_another_dump(tmp_path: Path, changed: str) -> None:
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    for name in ("requirements.txt", "app/migrations/0001_begin.py"):
        (tmp_path / name).write_text("before")
    before = migrated.dump_name(tmp_path)
    (tmp_path / changed).write_text("behind")
    assert migrated.dump_name(tmp_path) != before
