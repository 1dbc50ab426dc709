"""The embedded services: first start, second start, stop, whoever starts them and wherever."""

import signal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from script.launcher import identity
from script.launcher.processes import run
from tests.launcher.conftest import ORDINARY
from tests.launcher.running import Launched, refusal, services


def ask(program: Launched, sql: str) -> Any:
    """The first value that PostgreSQL answers, or None when the statement gives no rows."""
    connection = psycopg2.connect(program.urls["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else [(None,)]
            return rows[0][0]
    finally:
        connection.close()


def queue(program: Launched) -> "redis.Redis":
    """A client of Valkey."""
    return redis.Redis.from_url(program.urls["REDIS_URL"])


@pytest.mark.parametrize("run_as", sorted({identity.SAME, ORDINARY}))
def test_a_first_start_gives_a_database_and_a_queue(place: Path, run_as: str) -> None:
    with services(place, run_as=run_as) as program, queue(program) as client:
        assert ask(program, "SELECT 'É' ILIKE 'é'") is True
        assert client.ping() is True


def test_sorting_depends_on_postgresql_alone(running: Launched) -> None:
    assert ask(running, "SELECT datlocprovider FROM pg_database WHERE datname = current_database()") == "b"


def test_a_second_start_keeps_the_data(place: Path) -> None:
    with services(place) as first, queue(first) as client:
        ask(first, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        client.set("kept", "7")
    with services(place) as second, queue(second) as client:
        assert ask(second, "SELECT n FROM kept") == 7
        assert client.get("kept") == b"7"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(running: Launched, number: signal.Signals) -> None:
    running.send(number)
    assert running.ending() == 0
    assert running.children() == []


def test_a_background_job_whose_shell_ignores_interrupts_can_be_interrupted(place: Path) -> None:
    with services(place, prelude="trap '' INT") as program:
        program.send(signal.SIGINT)
        assert program.ending() == 0


def test_what_it_starts_does_not_inherit_ignored_signals() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run(["sh", "-c", "kill -INT $$; echo survived"]).returncode == -signal.SIGINT
    finally:
        signal.signal(signal.SIGINT, before)


def test_stopping_leaves_clean_data(place: Path) -> None:
    with services(place):
        pass
    assert "database system is shut down" in (place / "logs" / "postgresql.log").read_text()


def test_a_second_start_beside_the_first_is_refused(running: Launched) -> None:
    assert "already runs" in refusal(running.place)
    assert ask(running, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    with services(tmp_path / ("long" * 30)) as program:
        assert ask(program, "SELECT 1") == 1


def test_a_path_with_signs_that_mean_something_to_postgresql_works(tmp_path: Path) -> None:
    with services(tmp_path / 'A,"B"%é') as program, queue(program) as client:
        assert ask(program, "SELECT 1") == 1
        assert client.ping() is True


def test_only_the_owner_can_reach_the_sockets(running: Launched) -> None:
    assert running.place.stat().st_mode & 0o077 == 0
    assert (running.place / "run").stat().st_mode & 0o077 == 0


def test_addresses_given_mean_that_nothing_is_embedded(place: Path) -> None:
    given = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere:6379/0"}
    with services(place, **given) as program:
        assert program.urls == given
        assert program.children() == []


def test_one_address_given_means_that_only_the_other_is_embedded(place: Path) -> None:
    with services(place, DATABASE_URL="postgres://elsewhere/db") as program, queue(program) as client:
        assert client.ping() is True
        assert len(program.children()) == 1


def test_a_place_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be used" in refusal(tmp_path / "file" / "below")


def test_a_place_that_cannot_be_written_to_is_a_sentence(place: Path) -> None:
    place.mkdir(mode=0o500)
    assert "Permission denied" in refusal(place, run_as=ORDINARY)


def test_data_of_another_version_is_a_sentence(place: Path) -> None:
    (place / "postgres").mkdir(parents=True)
    (place / "postgres" / "PG_VERSION").write_text("13\n")
    assert "made by PostgreSQL 13" in refusal(place)
