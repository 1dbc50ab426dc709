"""Hours without mail and SMS: what is of use goes out soon after, the rest is a person's task."""

import datetime as dt

import pytest

from callbacks.clock import database_now
from callbacks.models import ChannelHealth, Message
from callbacks.queries import lists
from callbacks.states import MessageChannel, MessageKind, MessageState
from tests.factories import World
from tests.faults.mailserver import Mood, WatchedMailServer
from tests.faults.processes import Nursery
from tests.faults.smsprovider import SmsProvider
from tests.faults.work import HOUR, let_deliver, let_time_pass, pending_messages

pytestmark = pytest.mark.fault

MOBILE = "+447700900123"
EACH, EXPIRING = 8, 4
BOTH = (MessageChannel.EMAIL, MessageChannel.SMS)
OUTAGE = 6 * HOUR
MINUTE = dt.timedelta(minutes=1)
SOON = 5
# So often tried that every pause is the longest there is.
LONG_AGO = 9


def count(**where: object) -> int:
    """Of the messages that the test made: that a channel is down is told to the lead besides."""
    return Message.objects.filter(dedupe_key__startswith="copy.", **where).count()


def channels_down() -> set[str]:
    return set(ChannelHealth.objects.filter(opened_at__isnull=False).values_list("channel", flat=True))


def prepare(world: World) -> None:
    """As many mails as SMS, of use for a day, a few of each for an hour."""
    world.team.quiet_from = world.team.quiet_until = dt.time(0)
    world.team.save(update_fields=["quiet_from", "quiet_until"])
    pending_messages(world, 2 * EACH)
    keys, now = list(Message.objects.values_list("pk", flat=True)), database_now()
    Message.objects.update(useful_until=now + 4 * OUTAGE, tries=LONG_AGO)
    Message.objects.filter(pk__in=keys[::2]).update(channel=MessageChannel.SMS, recipient=MOBILE)
    Message.objects.filter(pk__in=keys[:EXPIRING]).update(useful_until=now + HOUR)
    for channel in BOTH:
        ChannelHealth.objects.create(channel=channel, failures=LONG_AGO, failed_at=now)


@pytest.mark.parametrize("mood", [Mood.AWAY, Mood.HANGING, Mood.BUSY, Mood.CUTTING])
def test_after_six_hours_what_is_of_use_goes_out_and_the_rest_is_a_task(
    world: World, mail_server: WatchedMailServer, sms: SmsProvider, nursery: Nursery, mood: Mood
) -> None:
    mail_server.mood = sms.mood = mood
    prepare(world)
    nursery.start("deliver")
    let_deliver()
    let_time_pass(OUTAGE)
    let_deliver()
    assert (count(state=MessageState.FAILED), count(state=MessageState.SENT)) == (EXPIRING, 0)
    assert lists.undelivered(user=world.agent, now=database_now()).count() == EXPIRING
    assert channels_down() == set(BOTH)
    mail_server.mood = sms.mood = Mood.WELL
    for _ in range(SOON):
        let_time_pass(MINUTE)
        let_deliver()
    assert count(state=MessageState.SENT) == 2 * EACH - EXPIRING
    assert sent() <= {message_id[1:37] for message_id in mail_server.counts} | set(sms.counts)
    assert channels_down() == set()


def sent() -> set[str]:
    """What we say has gone out, each known by its own name."""
    said = Message.objects.filter(dedupe_key__startswith="copy.", state=MessageState.SENT)
    return {str(uid) for uid in said.values_list("uid", flat=True)}


def test_refused_for_good_is_a_task_at_once(
    world: World, mail_server: WatchedMailServer, sms: SmsProvider, nursery: Nursery
) -> None:
    mail_server.mood = sms.mood = Mood.REFUSING
    prepare(world)
    nursery.start("deliver")
    let_deliver()
    assert count(state=MessageState.FAILED) == 2 * EACH
    assert lists.undelivered(user=world.agent, now=database_now()).count() == 2 * EACH
    assert channels_down() == set()


def test_bad_messages_delay_no_other(world: World, mail_server: WatchedMailServer, nursery: Nursery) -> None:
    mail_server.refusals["nobody@example.org"] = "550 no such user"
    pending_messages(world, 40)
    of_team = {"appointment": None, "promise": None, "team": world.team}
    keys = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:3])
    # The first to look at: a reader who is refused, a kind that nobody knows, values that no text can take.
    make_bad(keys[0], recipient="nobody@example.org")
    make_bad(keys[1], kind="unheard_of")
    make_bad(keys[2], **of_team, kind=MessageKind.LEAD_CHANNEL_DOWN, details={"since": "never"})
    nursery.start("deliver")
    # The others go out in the same batch: whoever stops it lets them wait for the end of a lease.
    let_deliver()
    assert count(state=MessageState.SENT) == 37
    assert [*Message.objects.filter(pk__in=keys).order_by("pk").values_list("state", "tries")] == [
        (MessageState.FAILED, 1),
        (MessageState.PENDING, 1),
        (MessageState.PENDING, 1),
    ]


def make_bad(key: int, **changes: object) -> None:
    Message.objects.filter(pk=key).update(look_at=database_now() - HOUR, **changes)
