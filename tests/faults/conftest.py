"""Services of their own for tests that break them, and workers on the test database."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from knox.models import AuthToken

from tests.factories import World
from tests.faults.creates import Wishes
from tests.faults.database import Database
from tests.faults.installation import Installation, Outside, Services
from tests.faults.mailserver import Mood, WatchedMailServer
from tests.faults.processes import Broker, Nursery, Ticker
from tests.faults.smsprovider import SmsProvider
from tests.faults.webserver import WebServer

# Runs of minutes need a larger team.
RUNS_LONG = bool({"CHAOS_SECONDS", "OUTAGE_SECONDS"} & os.environ.keys())


@pytest.fixture
def world(transactional_db: None) -> World:
    """Seen by other processes too."""
    return World()


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    broker = Broker()
    yield broker
    broker.close()


@pytest.fixture(scope="session")
def watched_mail_server() -> Iterator[WatchedMailServer]:
    server = WatchedMailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sms_provider() -> Iterator[SmsProvider]:
    provider = SmsProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="session")
def environment(
    django_db_setup: None, broker: Broker, watched_mail_server: WatchedMailServer, sms_provider: SmsProvider
) -> dict[str, str]:
    """What processes that work on the test database need to know."""
    return {
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(watched_mail_server.port),
        "EMAIL_TIMEOUT_SECONDS": "3",
        "DELIVERY_LEASE_SECONDS": "13",
        "SMS_URL": sms_provider.address,
        "CHANNEL_TIMEOUT_SECONDS": "2",
    }


@pytest.fixture(scope="session")
def born_nursery(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(environment, tmp_path_factory.mktemp("nursery") / "celery.log")
    yield nursery
    nursery.close()


@pytest.fixture
def nursery(transactional_db: None, born_nursery: Nursery, broker: Broker) -> Iterator[Nursery]:
    """No process of an earlier test is alive, nothing waits in the queue."""
    broker.flush()
    yield born_nursery
    born_nursery.kill_all()


@pytest.fixture
def web_server(environment: dict[str, str], tmp_path: Path) -> Iterator[WebServer]:
    """Nothing answers there before the test starts it. Pages find their files where the sources are."""
    server = WebServer({**environment, "DEBUG": "true"}, tmp_path / "gunicorn.log")
    yield server
    server.close()


@pytest.fixture
def wishes(world: World) -> Wishes:
    """In a world with hundreds of free times."""
    world.topic.duration = 15
    world.topic.save(update_fields=["duration"])
    world.specialist()
    return Wishes(world)


@pytest.fixture
def mail_server(watched_mail_server: WatchedMailServer) -> Iterator[WatchedMailServer]:
    """It has seen nothing yet."""
    watched_mail_server.mails.clear()
    watched_mail_server.refusals.clear()
    watched_mail_server.cut_off = 0
    yield watched_mail_server
    watched_mail_server.mood = Mood.WELL


@pytest.fixture
def sms(sms_provider: SmsProvider) -> Iterator[SmsProvider]:
    """It has seen nothing yet."""
    sms_provider.counts.clear()
    sms_provider.cut_off = 0
    yield sms_provider
    sms_provider.mood = Mood.WELL


@pytest.fixture
def ticker(broker: Broker) -> Iterator[Ticker]:
    ticker = Ticker(broker.url, every=1)
    yield ticker
    ticker.close()


def database_url() -> str:
    database = connection.settings_dict
    user, password = quote(database["USER"]), quote(database["PASSWORD"])
    where = f"{quote(database['HOST'], safe='')}:{database['PORT'] or 5432}"
    return f"postgres://{user}{':' if password else ''}{password}@{where}/{database['NAME']}"


@pytest.fixture
def crowd(transactional_db: None) -> World:
    """A team with room for ten minutes of booking, which lets SMS go out at night."""
    crowd = World(capacity=12 if RUNS_LONG else 2)
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
