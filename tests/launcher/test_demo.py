"""script/demo as a whole: from an empty directory to a product that answers, and back to nothing."""

import http.client
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from script.launcher.address import free_port
from tests.launcher.conftest import ORDINARY
from tests.launcher.running import Launched, eventually, launched

DEMO = "script.launcher.demo"


@contextmanager
def demo(
    place: Path, *arguments: str, port: int, run_as: str = "same", **variables: str
) -> Iterator[Launched]:
    """A demo that is starting."""
    given = {"PORT": str(port), "DATA_DIR": str(place), **variables}
    with launched(DEMO, *arguments, place=place, run_as=run_as, **given) as program:
        yield program


def status(port: int, path: str) -> int:
    """The status that a page answers with."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def refusal(place: Path, *arguments: str, **variables: str) -> str:
    """What a demo prints that is not willing to start."""
    port = variables.pop("PORT", str(free_port()))
    with launched(DEMO, *arguments, place=place, DATA_DIR=str(place), PORT=port, **variables) as program:
        exit_status, printed = program.ending(), program.printed
    assert exit_status == 1, printed
    return printed


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a demo that was started from nothing, looked at, and stopped."""
    place, port = tmp_path_factory.mktemp("demo") / "a place", free_port()
    with demo(place, port=port, run_as=ORDINARY) as program:
        program.wait_for("Stop it with")
        assert f"http://localhost:{port}" in program.printed
        assert [status(port, path) for path in ("/health/live/", "/demo/mail/")] == [200, 200]
        program.send(signal.SIGINT)
        assert program.ending() == 0
        assert program.children() == []
    return place


@pytest.mark.fault
@pytest.mark.long
def test_a_second_start_repeats_nothing_and_a_third_beside_it_is_refused(used: Path) -> None:
    with demo(used, port=free_port()) as program:
        program.wait_for("Stop it with")
        prepared = (used / "logs" / "prepare.log").read_text()
        assert "No migrations to apply" in prepared
        assert "nothing was changed" in prepared
        assert not (used / "logs" / "static.log").exists()
        assert "already runs" in refusal(used)


@pytest.mark.fault
@pytest.mark.long
def test_when_a_program_of_the_demo_dies_all_stops_and_its_log_is_shown(used: Path) -> None:
    with demo(used, port=free_port()) as program:
        program.wait_for("Stop it with")
        os.kill(program.child_running("worker"), signal.SIGKILL)
        assert program.ending() == 1
        assert "worker ended unexpectedly: killed by SIGKILL" in program.printed
        assert str(used / "logs" / "worker.log") in program.printed
        assert program.children() == []


@pytest.mark.fault
@pytest.mark.long
def test_killing_the_demo_itself_leaves_nothing_running(used: Path) -> None:
    with demo(used, port=free_port()) as program:
        program.wait_for("Stop it with")
        program.send(signal.SIGKILL)
        program.ending()
        eventually(lambda: not program.children(), seconds=15)


def test_a_port_that_is_taken_is_a_sentence(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} of 127.0.0.1 cannot be used" in (said := refusal(place, PORT=str(port)))
        assert "PORT=8001 script/demo" in said


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_a_sentence(place: Path, port: str) -> None:
    assert "must be a number from 1 to 65535" in refusal(place, PORT=port)


def test_a_place_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "Choose another place: DATA_DIR=" in refusal(tmp_path / "file" / "below")


def test_a_reset_does_not_touch_a_database_that_was_given(place: Path) -> None:
    assert "unset DATABASE_URL" in refusal(place, "--reset", DATABASE_URL="postgres://elsewhere/db")
