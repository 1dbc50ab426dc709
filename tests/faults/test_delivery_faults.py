"""Messages survive workers that are killed and a broker that forgets everything."""

import itertools
import os
import random
from collections import Counter

import pytest

from callbacks.models import Message
from callbacks.states import MessageState
from tests.factories import World
from tests.faults.mailserver import Stage, WatchedMailServer
from tests.faults.processes import Broker, Nursery, Ticker, wait_until
from tests.faults.work import pending_messages

pytestmark = [pytest.mark.fault, pytest.mark.long]

KILLS = int(os.environ.get("FAULT_WORKER_KILLS", "50"))
# A killed worker takes a batch with it for the length of a lease; the next must find others.
MESSAGES = 20 * KILLS + 20


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def sent_ids() -> set[str]:
    """The Message-IDs that we know to be sent."""
    sent = Message.objects.filter(state=MessageState.SENT)
    return {f"<{uid}@localhost>" for uid in sent.values_list("uid", flat=True)}


def test_killed_workers_lose_nothing_and_repeat_only_what_they_could_not_know(
    world: World, mail_server: WatchedMailServer, nursery: Nursery, ticker: Ticker
) -> None:
    pending_messages(world, MESSAGES)
    ticker.start()
    unknown: Counter[str] = Counter()
    for stage in itertools.islice(itertools.cycle(Stage), KILLS):
        worker = nursery.start()
        ticker.tick()
        _let_some_pass(mail_server, random.randrange(4))
        mail_server.arm(stage)
        assert mail_server.reached.wait(90), nursery.log.read_text()
        nursery.kill(worker)
        # Accepted by the server, and the worker died before it could write that down.
        unknown += Counter(mail_server.counts.keys() - sent_ids())
    nursery.start()
    wait_until(lambda: states() == {MessageState.SENT: MESSAGES}, seconds=120)
    repeated = mail_server.counts - Counter(mail_server.counts.keys())
    assert mail_server.counts.keys() == sent_ids()
    assert repeated
    assert repeated <= unknown


def test_a_broker_that_forgets_and_dies_loses_and_repeats_nothing(
    world: World, broker: Broker, mail_server: WatchedMailServer, nursery: Nursery, ticker: Ticker
) -> None:
    pending_messages(world, 120)
    nursery.start()
    ticker.start()
    wait_until(lambda: len(mail_server.mails) > 10, seconds=90)
    broker.flush()
    broker.kill()
    nursery.start()
    broker.start()
    wait_until(lambda: states() == {MessageState.SENT: 120}, seconds=90)
    assert set(mail_server.counts.values()) == {1}


def _let_some_pass(mail_server: WatchedMailServer, count: int) -> None:
    before = len(mail_server.mails)
    wait_until(lambda: len(mail_server.mails) >= before + count, seconds=90, every=0.002)
