"""Delivery of the outbox: at least once, and without a crash in between exactly once.

What cannot be sent because its channel rests waits, and no try is counted (see ``breaker``).

A batch is claimed by moving ``look_at`` a lease ahead; whoever dies leaves it to be found after that.
Each message then gets a fresh lease of its own just before it is sent, by compare-and-set on ``tries``:
a worker that was too slow notices that another one went on, and leaves it alone.
"""

import datetime as dt
import logging
import random
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least, Now

from callbacks.clock import Moment, database_now
from callbacks.messages.breaker import FIRST_PAUSE as KNOCK_AGAIN
from callbacks.messages.breaker import Breakers
from callbacks.messages.channels import LineDown, Lines, Refused
from callbacks.messages.failpoints import fail_point
from callbacks.messages.rules import is_still_true
from callbacks.models import Message
from callbacks.operations.reaching import House, after_quiet
from callbacks.operations.rerouting import send_another_way
from callbacks.states import MessageChannel, MessageState

logger = logging.getLogger(__name__)

# After so many tries, or so long at a channel that rests, a customer is told by the next way there is.
ELSEWHERE_TRIES = 4
ELSEWHERE_AFTER = dt.timedelta(minutes=5)
FIRST_PAUSE = dt.timedelta(seconds=30)
# Whatever a server said for hours, five minutes after its return all has been tried again.
LONGEST_PAUSE = dt.timedelta(minutes=4)


@dataclass(frozen=True)
class Claim:
    """A message that is ours to deliver as long as nobody tries it in between."""

    pk: int
    tries: int


@dataclass(frozen=True)
class Ways:
    """The lines of a batch, and what is known of their other sides."""

    lines: Lines
    breakers: Breakers


def due_for_delivery(now: Moment) -> QuerySet[Message]:
    """Messages to look at by now, those longest due first."""
    return Message.objects.filter(state=MessageState.PENDING, look_at__lte=now).order_by("look_at")


def deliver_due(*, now: dt.datetime, size: int) -> int:
    """Deliver at most ``size`` messages due at ``now`` (UTC) and say how many were dealt with."""
    leased_until = time.monotonic() + _lease().total_seconds()
    breakers = Breakers()
    _let_rest(breakers, now)
    claims = claim_due(now=now, size=size)
    fail_point("claimed")
    done = 0
    with Lines() as lines:
        # When the lease runs out in the middle, the rest is anybody's again.
        while done < len(claims) and time.monotonic() < leased_until:
            _deliver(claims[done], Ways(lines, breakers))
            done += 1
    return done


def claim_due(*, now: dt.datetime, size: int) -> list[Claim]:
    """Take a lease on the messages longest due; others skip them from here on."""
    with transaction.atomic():
        due = due_for_delivery(now).select_for_update(skip_locked=True)
        rows = due.values_list("pk", "tries")[:size]
        claims = [Claim(pk, tries) for pk, tries in rows]
        if claims:
            ours = Message.objects.filter(pk__in=[claim.pk for claim in claims])
            ours.update(look_at=now + _lease())
    return claims


def _let_rest(breakers: Breakers, now: dt.datetime) -> None:
    """All that is due for a resting channel waits for its next try; what is past its moment does not."""
    for channel, until in breakers.resting(now).items():
        waiting = due_for_delivery(now).filter(channel=channel, useful_until__gt=now).order_by()
        waiting.update(look_at=Least(F("useful_until"), until))


def _deliver(claim: Claim, ways: Ways) -> None:
    message = _read(claim)
    if message is None:
        return
    now = database_now()
    try:
        state = _fate(message, now) or _send(message, ways, now)
    except LineDown as error:
        ways.breakers.failed(message.channel, _describe(error))
        _rest(message, now + KNOCK_AGAIN, now, error)
    except Refused as error:
        ways.breakers.answered(message.channel)
        _give_up(message, error, now)
    except OSError as error:
        logger.warning("Message %s is not delivered: %s", message.pk, _describe(error))
        ways.breakers.failed(message.channel, _describe(error))
        _after_failure(message, error, now)
    except Exception as error:  # whatever is wrong with one message must not stop the others
        logger.exception("Message %s cannot be delivered", message.pk)
        _after_failure(message, error, now)
    else:
        if state is not None:
            _end(message, state)
            fail_point("ended")
        if state == MessageState.SENT:
            ways.breakers.answered(message.channel)


def _fate(message: Message, now: dt.datetime) -> MessageState | None:
    """How a message ends that must not be sent any more."""
    if not is_still_true(message):
        return MessageState.SUPERSEDED
    return MessageState.FAILED if message.useful_until <= now else None


def _send(message: Message, ways: Ways, now: dt.datetime) -> MessageState | None:
    """Send it; None when it must wait or another worker went on with it."""
    line, rests_until = ways.lines.to(message.channel), ways.breakers.rests_until(message.channel, now)
    if rests_until or line.is_down:
        _rest(message, rests_until or now + KNOCK_AGAIN, now)
        return None
    if (quiet_until := _quiet_until(message, now)) > now:
        # Tried again, it would ring at night: it waits where that is of use, else it goes another way.
        late = quiet_until >= message.useful_until
        if not (late and send_another_way(message=message, error=message.last_error, now=now)):
            _wait(message, quiet_until)
        return None
    line.open()
    fail_point("opened")
    if not _take(message):
        return None
    fail_point("taken")
    line.send(message)
    fail_point("sent")
    return MessageState.SENT


def _quiet_until(message: Message, now: dt.datetime) -> dt.datetime:
    """When an SMS may be sent, which is now unless the team's quiet hours have begun."""
    if message.channel != MessageChannel.SMS or message.appointment is None:
        return now
    return after_quiet(now, House.of(message.appointment.team))


def _read(claim: Claim) -> Message | None:
    about = (
        "promise",
        "appointment__team",
        "appointment__customer",
        "appointment__specialist__user",
        "team",
        "webhook",
    )
    messages = Message.objects.select_related(*about)
    return messages.filter(pk=claim.pk, tries=claim.tries, state=MessageState.PENDING).first()


def _take(message: Message) -> bool:
    """Begin a try with a fresh lease; False when somebody else began one."""
    ours = Message.objects.filter(pk=message.pk, tries=message.tries, state=MessageState.PENDING)
    taken = ours.update(tries=message.tries + 1, look_at=Now() + _lease())
    return taken == 1


def _wait(message: Message, until: dt.datetime, error: Exception | None = None) -> None:
    """Look again later without counting a try: nothing was sent. A worker that began one goes before."""
    changes = {"last_error": _describe(error)} if error else {}
    ours = Message.objects.filter(pk=message.pk, tries=message.tries, state=MessageState.PENDING)
    ours.update(look_at=min(until, message.useful_until), **changes)


def _rest(message: Message, until: dt.datetime, now: dt.datetime, error: Exception | None = None) -> None:
    """The channel is away: wait for it, or after a while go another way."""
    said = _describe(error) if error else message.last_error
    waited = now - message.created_at > ELSEWHERE_AFTER
    if not (waited and send_another_way(message=message, error=said, now=now)):
        _wait(message, until, error)


def _give_up(message: Message, error: Exception, now: dt.datetime) -> None:
    """This way does not lead to the reader: another one, or a person."""
    if not send_another_way(message=message, error=_describe(error), now=now):
        _end(message, MessageState.FAILED, last_error=_describe(error))


def _after_failure(message: Message, error: Exception, now: dt.datetime) -> None:
    tries = message.tries + 1
    if tries >= ELSEWHERE_TRIES and send_another_way(message=message, error=_describe(error), now=now):
        return
    # A higher number means that another worker began a try of its own.
    Message.objects.filter(pk=message.pk, state=MessageState.PENDING, tries__lte=tries).update(
        tries=tries,
        # Not later than its last moment, so that a person hears of it in time.
        look_at=min(now + _pause(message.tries), message.useful_until),
        last_error=_describe(error),
    )


def _end(message: Message, state: MessageState, **more: str) -> None:
    """One statement, at once: between the server's acceptance and this, a crash means a repetition."""
    pending = Message.objects.filter(pk=message.pk, state=MessageState.PENDING)
    pending.update(state=state, ended_at=Now(), **more)


def _describe(error: Exception) -> str:
    """One short line for the log and the worklist."""
    return f"{type(error).__name__}: {error}"[:300]


def _pause(tries: int) -> dt.timedelta:
    """Twice as long after every try; the jitter spreads those that failed together."""
    longest: dt.timedelta = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.75, 1)


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
