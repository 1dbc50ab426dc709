"""The restore drill, against a real PostgreSQL."""

import pytest
from django.db import connection

from script.launcher import drill
from tests.factories import World
from tests.faults.conftest import database_url


@pytest.fixture
def stored(transactional_db: None) -> World:
    """Rows that other sessions see."""
    world = World()
    world.book()
    return world


def test_the_copy_has_every_row_of_every_table(stored: World) -> None:
    before, after = drill.drill(database_url())
    assert before == after
    assert (before["callbacks_appointment"], before["callbacks_promise"]) == (1, 1)


def test_the_copy_is_gone_afterwards(stored: World) -> None:
    drill.drill(database_url())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", ["%_drill"])
        assert cursor.fetchone() == (0,)


def test_without_a_database_it_says_what_to_give(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert drill.main() == 1
    assert "DATABASE_URL" in capsys.readouterr().out
