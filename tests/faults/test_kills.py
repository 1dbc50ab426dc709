"""Workers die anywhere in a delivery: nothing is lost, and who knows repetitions reads each message once."""

import os
import random
import time
from collections import Counter

import pytest

from callbacks.models import Message
from callbacks.states import MessageState
from tests.factories import World
from tests.faults.mailserver import WatchedMailServer
from tests.faults.processes import Nursery, wait_until
from tests.faults.work import lose_leases, pending_messages

pytestmark = [pytest.mark.fault, pytest.mark.long]

KILLS = int(os.environ.get("FAULT_KILLS", "200"))
# Each life sends some; the leases of the dead are given back now and then, so that the next finds others.
MESSAGES = 4 * KILLS + 200
LIVES = 10
POINTS = ("claimed", "opened", "taken", "sent", "ended")


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def unknown(mail_server: WatchedMailServer) -> set[str]:
    """What the server has accepted and we do not know to be sent."""
    sent = Message.objects.filter(state=MessageState.SENT).values_list("uid", flat=True)
    return set(mail_server.counts) - {f"<{uid}@localhost>" for uid in sent}


def wait_for_mail(mail_server: WatchedMailServer) -> None:
    before = len(mail_server.mails)
    wait_until(lambda: len(mail_server.mails) > before, seconds=60, every=0.001)


def drain(nursery: Nursery, number: int) -> None:
    """Let one worker that lives send the rest."""
    lose_leases()
    nursery.start("deliver")
    wait_until(lambda: states() == {MessageState.SENT: number}, seconds=120)


def test_killed_at_random_points_nothing_is_lost_and_each_is_one_mail(
    world: World, mail_server: WatchedMailServer, nursery: Nursery
) -> None:
    pending_messages(world, MESSAGES)
    in_between: set[str] = set()
    for life in range(KILLS):
        if life % LIVES == 0:
            lose_leases()
        worker = nursery.start("deliver")
        wait_for_mail(mail_server)
        time.sleep(random.uniform(0, 0.03))
        nursery.kill(worker)
        in_between |= unknown(mail_server)
    drain(nursery, MESSAGES)
    # To who knows repetitions by their Message-ID: every message once, none lost, none twice.
    assert len(mail_server.counts) == MESSAGES
    twice = {mail for mail, times in mail_server.counts.items() if times > 1}
    assert twice <= in_between
    assert set(mail_server.counts.values()) <= {1, 2, 3}


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_named_point_nothing_is_lost(
    world: World, mail_server: WatchedMailServer, nursery: Nursery, point: str
) -> None:
    pending_messages(world, 20)
    nursery.wait_for_death(nursery.start(f"FAIL_POINT={point} deliver"))
    drain(nursery, 20)
    assert len(mail_server.counts) == 20
    # Between the server's acceptance and our commit no protocol helps; everywhere else it was sent once.
    assert mail_server.counts.total() == 20 + (point == "sent")
