"""Messages of the demo's stories, as the outbox would hold them by now."""

import datetime as dt
import random
from typing import NamedTuple
from uuid import UUID

from callbacks.states import MessageKind, MessageState
from demo.rows import MessageRow, PromiseRow

A_DAY = dt.timedelta(days=1)
DELIVERY = dt.timedelta(seconds=20)
# So many messages, one on average, bounce.
ONE_BOUNCES_IN = 150
TRIES = 5


class Letter(NamedTuple):
    """One message a story wrote: what, to whom, when. ``occasion`` tells repetitions apart."""

    kind: MessageKind
    recipient: str
    language: str
    occasion: str
    at: dt.datetime
    promise: PromiseRow | None
    superseded: bool = False


def message_row(
    letter: Letter, *, key: int, appointment_id: int, now: dt.datetime, rng: random.Random
) -> MessageRow:
    """The outbox row: delivered by now, refused, no longer true, or still waiting."""
    state, tries, error = _fate(letter, now, rng)
    promise = letter.promise
    waiting = state == MessageState.PENDING
    return MessageRow(
        id=key,
        uid=UUID(int=rng.getrandbits(128), version=4),
        appointment_id=appointment_id,
        promise_id=promise.id if promise else None,
        kind=letter.kind,
        channel="email",
        recipient=letter.recipient,
        language=letter.language,
        dedupe_key=f"{letter.kind}:{letter.occasion}:{letter.recipient}",
        state=state,
        look_at=letter.at,
        useful_until=promise.ends_at if promise and promise.ends_at > letter.at else letter.at + A_DAY,
        tries=tries,
        last_error=error,
        created_at=letter.at,
        ended_at=None if waiting else letter.at + DELIVERY,
    )


def _fate(letter: Letter, now: dt.datetime, rng: random.Random) -> tuple[MessageState, int, str]:
    if letter.superseded:
        return MessageState.SUPERSEDED, 0, ""
    if letter.at + DELIVERY > now:
        return MessageState.PENDING, 0, ""
    if rng.randrange(ONE_BOUNCES_IN) == 0:
        return MessageState.FAILED, TRIES, "550 5.1.1 Mailbox unavailable"
    return MessageState.SENT, 1, ""
