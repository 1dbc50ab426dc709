"""Redis stops, forgets and comes back again and again while people book: nothing is lost and nobody waits."""

import datetime as dt
import os
import time

import pytest
from django.db.models import F, Max
from knox.models import AuthToken

from callbacks.models import Appointment, Message
from callbacks.states import MessageChannel, MessageKind, MessageState
from tests.factories import World
from tests.faults.mailserver import WatchedMailServer
from tests.faults.processes import Broker, Nursery, Ticker, wait_until
from tests.faults.web import Web
from tests.faults.webserver import WebServer
from tests.faults.work import wishes

pytestmark = pytest.mark.fault

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))
MOST = dt.timedelta(seconds=30)


@pytest.fixture
def web(nursery: Nursery, web_server: WebServer, world: World) -> Web:
    nursery.start()
    web_server.start()
    return Web(web_server, AuthToken.objects.create(user=world.agent)[1])


def test_redis_dies_and_forgets_while_people_book(
    world: World, broker: Broker, mail_server: WatchedMailServer, web: Web, ticker: Ticker
) -> None:
    ticker.start()
    booked, wanted = [], wishes(world)
    for number in range(ROUNDS):
        booked.append(web.book(next(wanted)))
        if number % 2:
            broker.flush()
        else:
            broker.kill()
        booked.append(web.book(next(wanted)))
        if number % 2 == 0:
            broker.start()
        time.sleep(0.05)
    assert all(booked)
    assert Appointment.objects.count() == len(booked)
    asked = Message.objects.filter(kind=MessageKind.SPECIALIST_CONFIRM, channel=MessageChannel.EMAIL)
    wait_until(lambda: not asked.exclude(state=MessageState.SENT).exists(), seconds=60)
    assert asked.count() == len(booked)
    assert asked.aggregate(longest=Max(F("ended_at") - F("created_at")))["longest"] <= MOST
