"""Messages that did not arrive: a person passes them on, or an administrator has them tried again."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from callbacks.errors import WrongState
from callbacks.models import LogEntry, Message
from callbacks.operations import records
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_administer, check_tell
from callbacks.states import MessageState, Verb


@in_one_transaction
def tell_by_hand(*, message: Message, by: User, now: dt.datetime) -> Message:
    """Say that one has told the reader oneself what the message did not; the task is done.

    Of two who say so one was first; the other is told who. The log of the appointment has it, if it speaks of
    one. Raises ``Forbidden``, ``WrongState``.
    """
    check_tell(by, message)
    task = Message.objects.filter(pk=message.pk, state=MessageState.FAILED, handled_at__isnull=True)
    if not task.update(handled_at=now, handled_by=by):
        raise _no_task(message)
    message.handled_at, message.handled_by = now, by
    _log([message], Verb.TELL, by=by, now=now)
    return message


@in_one_transaction
def retry_failed(*, channel: str, error: str, by: User, now: dt.datetime) -> int:
    """Send again what failed on a channel for one reason, nobody passed on yet and is still of use.

    Gives how many messages that are. Raises ``Forbidden``.
    """
    check_administer(by)
    failed: QuerySet[Message] = Message.objects.filter(
        channel=channel,
        last_error=error,
        state=MessageState.FAILED,
        handled_at__isnull=True,
        useful_until__gt=now,
    )
    messages = list(failed.select_related("appointment").select_for_update(of=("self",), no_key=True))
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(
        state=MessageState.PENDING, look_at=now, ended_at=None
    )
    _log(messages, Verb.RETRY, by=by, now=now)
    return len(messages)


def _no_task(message: Message) -> WrongState:
    current = Message.objects.select_related("handled_by").get(pk=message.pk)
    if current.handled_by:
        return WrongState(_("%(name)s has passed this on already.") % {"name": current.handled_by})
    return WrongState(_("This message is on its way again."))


def _log(messages: list[Message], verb: Verb, *, by: User, now: dt.datetime) -> None:
    entries = [
        records.entry(
            message.appointment,
            verb=verb,
            by=by,
            now=now,
            from_state=message.appointment.state,
            message=message.kind,
        )
        for message in messages
        if message.appointment
    ]
    LogEntry.objects.bulk_create(entries)
