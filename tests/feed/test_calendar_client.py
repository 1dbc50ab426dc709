"""The feed in a real calendar program: vdirsyncer fetches it from the live server, khal shows it."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from callbacks import operations
from callbacks.operations.feeds import open_personal_feed
from tests.factories import NOW, World, at

SYNC = """
[general]
status_path = "{folder}/status/"
[pair appointments]
a = "site"
b = "computer"
collections = null
[storage site]
type = "http"
url = "{address}"
[storage computer]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
"""
SHOW = """
[calendars]
[[appointments]]
path = {folder}/calendar/
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/Amsterdam
default_timezone = Europe/Amsterdam
timeformat = %H:%M
dateformat = %d-%m-%Y
longdateformat = %d-%m-%Y
datetimeformat = %d-%m-%Y %H:%M
longdatetimeformat = %d-%m-%Y %H:%M
"""
LINE = "{start} {end-time} {title} | {description}"
# Monday in summer, 9:00 in Amsterdam.
SUMMER = dt.datetime(2027, 6, 14, 7, 0, tzinfo=dt.UTC)

# Lists the appointments of one day as the program shows them, after it has fetched the feed again.
Listed = Callable[[str], list[str]]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Committed, so that the server sees it."""
    return World()


@pytest.fixture(params=[NOW, SUMMER], ids=["winter", "summer"])
def moment(request: pytest.FixtureRequest) -> Iterator[dt.datetime]:
    """A Monday at nine, for the server; programs beside it have a clock of their own."""
    now: dt.datetime = request.param
    with time_machine.travel(now, tick=True):
        yield now


@pytest.fixture
def listed(world: World, moment: dt.datetime, live_server: LiveServer, tmp_path: Path) -> Listed:
    """A calendar program with the address of the specialist's feed."""
    secret = open_personal_feed(specialist=world.specialists[0], by=world.person, now=moment)
    address = f"{live_server.url}/calendar/appointments.ics?key={secret}"
    sync, show = tmp_path / "vdirsyncer", tmp_path / "khal"
    sync.write_text(SYNC.format(folder=tmp_path, address=address))
    show.write_text(SHOW.replace("{folder}", str(tmp_path)))
    (tmp_path / "calendar").mkdir()
    run(tmp_path, "vdirsyncer", "--config", sync, "discover")

    def ask(day: str) -> list[str]:
        run(tmp_path, "vdirsyncer", "--config", sync, "sync")
        return run(
            tmp_path, "khal", "--config", show, "list", "--day-format", "", "--format", LINE, day, "1d"
        )

    return ask


def run(home: Path, program: str, *arguments: object) -> list[str]:
    """Run a program that keeps what it knows under ``home``; gives its lines."""
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *map(str, arguments)],
        env={**os.environ, "HOME": str(home), "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line]


def test_an_appointment_is_shown_at_its_local_time(world: World, moment: dt.datetime, listed: Listed) -> None:
    booked = world.book(moment + dt.timedelta(hours=1), now=moment)
    day = f"{moment:%d-%m-%Y}"
    assert listed(day) == [f"{day} 10:00 10:30 Terugbellen {booked.reference} | {world.team}"]


@pytest.mark.parametrize("moment", [NOW], indirect=True)
def test_a_moved_appointment_moves_and_a_cancelled_one_goes(world: World, listed: Listed) -> None:
    booked = world.book()
    # The program does not believe a calendar that is suddenly empty.
    world.book(at(10, day=24))
    assert len(listed("23-11-2026")) == 1
    moved = operations.reschedule(
        appointment=booked, version=1, starts_at=at(15), customer_agreed=True, by=world.agent, now=NOW
    )
    assert [line[11:16] for line in listed("23-11-2026")] == ["15:00"]
    operations.cancel(
        appointment=moved, version=2, reason="Opgelost", by_customer=True, by=world.agent, now=NOW
    )
    assert listed("23-11-2026") == []


@pytest.mark.parametrize("moment", [NOW], indirect=True)
def test_all_appointments_are_shown(world: World, listed: Listed) -> None:
    for hour in (10, 11, 13):
        world.book(at(hour))
    assert [line[11:16] for line in listed("23-11-2026")] == ["10:00", "11:00", "13:00"]
