"""What is killed hard leaves nothing running, or the next start repairs it."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from script.launcher import claim, identity
from script.launcher.claim import Claim
from script.launcher.valkey import Valkey
from tests.launcher.conftest import ORDINARY
from tests.launcher.running import Launched, eventually, refusal, services
from tests.launcher.test_services import ask, queue

PROGRAMS = {"postgres": "postgres", "valkey": "valkey-server"}


def say_loading(listener: socket.socket) -> None:
    """Answer one caller as a server does that reads its data."""
    caller, _ = listener.accept()
    with caller:
        caller.sendall(b"-LOADING\r\n")


@pytest.mark.parametrize("run_as", sorted({identity.SAME, ORDINARY}))
def test_killing_the_launcher_ends_what_it_started_and_keeps_the_data(place: Path, run_as: str) -> None:
    with services(place, run_as=run_as) as program:
        ask(program, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        program.send(signal.SIGKILL)
        program.ending()
        eventually(lambda: not program.children(), seconds=10)
    with services(place, run_as=run_as) as again:
        assert ask(again, "SELECT n FROM kept") == 7


def test_a_start_right_after_the_kill_waits_for_what_is_still_stopping(place: Path) -> None:
    with services(place) as program:
        program.send(signal.SIGKILL)
        program.ending()
        with services(place) as again:
            assert ask(again, "SELECT 1") == 1


@pytest.mark.parametrize("name", PROGRAMS)
def test_killing_a_service_stops_all_with_a_sentence_and_keeps_the_data(place: Path, name: str) -> None:
    with services(place) as program, queue(program) as client:
        ask(program, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        client.set("kept", "7")
        client.bgrewriteaof()
        os.kill(program.child(PROGRAMS[name]), signal.SIGKILL)
        assert program.ending() == 1
        assert "ended unexpectedly: killed by SIGKILL" in program.printed
        assert program.children() == []
    with services(place) as again:
        assert ask(again, "SELECT n FROM kept") == 7


def test_stale_files_do_not_stop_a_start(place: Path) -> None:
    with services(place):
        pass
    stranger = f"{os.getpid()}\n{place / 'postgres'}\n1700000000\n5432\n{place / 'run'}\n\n 1 1\nready\n"
    (place / "postgres" / "postmaster.pid").write_text(stranger)
    (place / "run" / ".s.PGSQL.5432.lock").write_text(stranger)
    (place / "run" / "valkey.sock").write_text("not a socket")
    with services(place) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_socket_without_a_server_is_not_taken_for_one(place: Path) -> None:
    (place / "run").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place / "run" / "valkey.sock"))
    with services(place) as program, queue(program) as client:
        assert client.ping() is True


def test_a_server_that_still_loads_its_data_is_not_ready(tmp_path: Path) -> None:
    server = Valkey(data=tmp_path / "data", sockets=tmp_path, durable=True)
    with socket.socket(socket.AF_UNIX) as loading:
        loading.bind(str(server.socket))
        loading.listen()
        answer = Thread(target=lambda: say_loading(loading))
        answer.start()
        assert not server.is_ready()
        answer.join()


def test_a_first_start_cut_short_begins_again(place: Path) -> None:
    (place / "postgres.new" / "base").mkdir(parents=True)
    with services(place) as program:
        assert ask(program, "SELECT 1") == 1
    assert not (place / "postgres.new").exists()


def test_leftovers_that_do_not_stop_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "LEFTOVER_SECONDS", 0.3)
    first = Claim(tmp_path)
    hanging = subprocess.Popen(["sleep", "60"], pass_fds=[first.inherited])
    first.release()
    Claim(tmp_path).release()
    assert hanging.wait(timeout=5) == -signal.SIGKILL


def test_a_directory_is_in_use_until_the_last_process_is_gone(tmp_path: Path) -> None:
    first = Claim(tmp_path)
    with subprocess.Popen(["sleep", "60"], pass_fds=[first.inherited]) as child:
        assert claim.in_use(tmp_path)
        first.release()
        assert claim.in_use(tmp_path)
        child.kill()
    assert not claim.in_use(tmp_path)


def test_a_killed_launcher_does_not_hold_its_place(running: Launched) -> None:
    assert "already runs" in refusal(running.place)
    running.send(signal.SIGKILL)
    running.ending()
    eventually(lambda: not claim.in_use(running.place), seconds=10)
