"""Everything breaks at random while people book; ``script/chaos`` does it for ten minutes."""

import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from knox.models import AuthToken

from tests.factories import World
from tests.faults.database import Database
from tests.faults.installation import Installation, Outside, Services
from tests.faults.mailserver import Mood, WatchedMailServer
from tests.faults.processes import Broker, Nursery, Ticker, wait_until
from tests.faults.smsprovider import SmsProvider
from tests.faults.web import Load, Web
from tests.faults.webserver import WebServer
from tests.faults.work import wishes

pytestmark = pytest.mark.fault

# Everything is hit once, and again until this time is over.
SECONDS = float(os.environ.get("CHAOS_SECONDS", "0"))
CLIENTS = 3
MOST_WAITING = 600
COUNT = "SELECT count(*) FROM callbacks_message WHERE state = %s"
ALL = "SELECT count(*) FROM callbacks_message"
SENT = "SELECT uid::text FROM callbacks_message WHERE state = 'sent' AND reader_id IS NULL"
UNTOLD = """
SELECT count(*) FROM callbacks_appointment a
WHERE NOT EXISTS (
  SELECT FROM callbacks_message m WHERE m.appointment_id = a.id AND m.kind = 'specialist_confirm'
)
"""


@pytest.fixture
def crowd(transactional_db: None) -> World:
    """A team with room for ten minutes of booking, which lets SMS go out at night."""
    crowd = World(capacity=12 if SECONDS else 2)
    crowd.team.quiet_from = crowd.team.quiet_until = dt.time(0)
    crowd.team.save(update_fields=["quiet_from", "quiet_until"])
    return crowd


@pytest.fixture
def token(crowd: World) -> str:
    token: str = AuthToken.objects.create(user=crowd.agent)[1]
    return token


@pytest.fixture
def services(
    token: str, broker: Broker, mail_server: WatchedMailServer, sms: SmsProvider
) -> Iterator[Services]:
    """With the crowd in the database, and nothing in the broker."""
    broker.flush()
    database = Database()
    database.copy_test_database()
    yield Services(broker, database, Outside(mail_server, sms))
    database.close()


@pytest.fixture
def installation(services: Services, environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    apart = {**environment, "DATABASE_URL": services.database.url}
    nursery, web = Nursery(apart, tmp_path / "celery.log"), WebServer(apart, tmp_path / "gunicorn.log")
    web.start()
    yield Installation(nursery, web, services)
    web.close()
    nursery.close()


def test_nothing_is_lost_while_everything_breaks(
    crowd: World, token: str, installation: Installation, ticker: Ticker
) -> None:
    wanted, web = list(wishes(crowd)), Web(installation.web, token)
    loads = [Load(web, iter(wanted[number::CLIENTS])) for number in range(CLIENTS)]
    ticker.start()
    end = time.monotonic() + SECONDS
    for load in loads:
        load.start()
    installation.hit_everything()
    while time.monotonic() < end:
        installation.hit_everything()
    promised = {reference for load in loads for reference in load.stop()}
    settle(installation)
    figures = count(installation.services, promised)
    show({**figures, **installation.hits})
    assert promised
    assert (figures["promises lost"], figures["messages lost"]) == (0, 0)
    assert figures["duplicates"] <= installation.excused


def settle(installation: Installation) -> None:
    """Wait until nobody waits for a message."""
    installation.services.outside.treat(Mood.WELL)
    installation.hurry()
    database = installation.services.database
    wait_until(lambda: database.rows(COUNT, "pending") == [(0,)], seconds=MOST_WAITING, every=0.2)


def count(services: Services, promised: set[str]) -> dict[str, int]:
    """What became of everything."""
    database, came = services.database, services.outside.counts
    stored = {reference for (reference,) in database.rows("SELECT reference FROM callbacks_appointment")}
    sent = {uid for (uid,) in database.rows(SENT)}
    return {
        "promises made": len(promised),
        "promises lost": len(promised - stored),
        "messages due": database.rows(ALL)[0][0],
        "sent": database.rows(COUNT, "sent")[0][0],
        "superseded": database.rows(COUNT, "superseded")[0][0],
        "tasks for people": database.rows(COUNT, "failed")[0][0],
        "duplicates": came.total() - len(came),
        "messages lost": len(sent - came.keys()) + database.rows(UNTOLD)[0][0],
    }


def show(figures: dict[str, int]) -> None:
    """For whoever runs it by hand."""
    lines = [f"{name:>20}: {number}" for name, number in figures.items()]
    sys.stderr.write("\n".join(["", f"{SECONDS:.0f} s of chaos", *lines, ""]))
