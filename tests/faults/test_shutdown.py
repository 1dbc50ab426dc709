"""Workers are replaced in the middle of their deliveries: nothing is lost and nothing comes twice."""

import pytest

from callbacks.clock import database_now
from callbacks.models import Message
from callbacks.states import MessageState
from tests.factories import World
from tests.faults.mailserver import Stage, WatchedMailServer
from tests.faults.processes import Nursery, Ticker
from tests.faults.work import pending_messages

pytestmark = pytest.mark.fault

MESSAGES = 20
# With children, as in production.
WORKER = "worker --concurrency 2 --without-gossip --without-mingle --without-heartbeat --loglevel WARNING"


def test_a_worker_that_is_asked_to_go_ends_what_it_began(
    world: World, mail_server: WatchedMailServer, nursery: Nursery, ticker: Ticker
) -> None:
    pending_messages(world, MESSAGES)
    begun = database_now()
    ticker.start()
    mail_server.arm(Stage.ANSWERED)
    worker = nursery.start(WORKER)
    assert mail_server.reached.wait(90), nursery.log.read_text()
    nursery.ask_to_go(worker)
    nursery.wait_for_death(worker)
    # Nothing waits for the end of a lease, and what went out is known to be sent.
    assert not Message.objects.filter(state=MessageState.PENDING, look_at__gt=begun).exists()
    sent = Message.objects.filter(state=MessageState.SENT)
    assert (len(mail_server.counts), set(mail_server.counts.values())) == (sent.count(), {1})
