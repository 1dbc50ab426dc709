"""PostgreSQL is torn down under load: what was acknowledged is there, and all goes on without help."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from knox.models import AuthToken

from tests.factories import World
from tests.faults.database import Database
from tests.faults.processes import Broker, wait_until
from tests.faults.web import Load, Web
from tests.faults.webserver import WebServer
from tests.faults.work import wishes

pytestmark = pytest.mark.fault

RESTARTS = int(os.environ.get("FAULT_RESTARTS", "3"))
BACK_WITHIN = 15.0
# Never half of one.
WHOLE = "SELECT count(*) FROM callbacks_appointment a JOIN callbacks_promise p ON p.appointment_id = a.id"


@pytest.fixture
def token(world: World) -> str:
    token: str = AuthToken.objects.create(user=world.agent)[1]
    return token


@pytest.fixture
def database(token: str) -> Iterator[Database]:
    """With the world in it."""
    database = Database()
    database.copy_test_database()
    yield database
    database.close()


@pytest.fixture
def web(database: Database, broker: Broker, token: str, tmp_path: Path) -> Iterator[Web]:
    environment = {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
    server = WebServer(environment, tmp_path / "gunicorn.log")
    server.start()
    yield Web(server, token)
    server.close()


def test_what_was_acknowledged_survives_and_booking_comes_back(
    world: World, database: Database, web: Web
) -> None:
    load = Load(web, wishes(world))
    load.start()
    for _ in range(RESTARTS):
        wait_for_a_booking(load)
        time.sleep(random.uniform(0, 0.3))
        database.stop_at_once()
        time.sleep(0.3)
        database.start()
        wait_for_a_booking(load)
    acknowledged = set(load.stop())
    stored = {reference for (reference,) in database.rows("SELECT reference FROM callbacks_appointment")}
    assert acknowledged <= stored
    assert database.rows(WHOLE) == [(len(stored),)]


def wait_for_a_booking(load: Load) -> None:
    before = len(load.promised)
    wait_until(lambda: len(load.promised) > before, seconds=BACK_WITHIN)
