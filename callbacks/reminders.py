"""When a promise asks for a reminder. Pure arithmetic on UTC instants."""

import datetime as dt
from collections.abc import Iterator

from callbacks.kinds import Reader, reminders_for
from callbacks.states import MessageKind

CUSTOMER = reminders_for(Reader.CUSTOMER)
SPECIALIST = reminders_for(Reader.SPECIALIST)


def risk_moment(*, starts_at: dt.datetime, made_at: dt.datetime, within: dt.timedelta) -> dt.datetime:
    """When to worry about a promise that nobody confirmed: ``within`` before its start.

    What is promised at short notice gets half of the way: whoever was just asked is not alarmed at once.
    """
    return starts_at - min(within, max((starts_at - made_at) / 2, dt.timedelta(0)))


def next_reminder(*, starts_at: dt.datetime, after: dt.datetime) -> dt.datetime | None:
    """The first reminder moment later than ``after``, or None when all have passed."""
    moments = (starts_at - before for _kind, before in CUSTOMER + SPECIALIST)
    return min((moment for moment in moments if moment > after), default=None)


def due_reminders(*, starts_at: dt.datetime, made_at: dt.datetime, now: dt.datetime) -> Iterator[MessageKind]:
    """The latest reminder due for each recipient.

    A moment before the promise was made never counts, and one that was missed (workers were down)
    gives way to a later one, so that nobody reads "tomorrow" an hour before the call.
    """
    for reminders in (CUSTOMER, SPECIALIST):
        due = [kind for kind, before in reminders if made_at < starts_at - before <= now < starts_at]
        yield from due[-1:]
