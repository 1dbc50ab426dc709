"""Messages that did not arrive: a person passes them on, or an administrator has them tried again."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from callbacks.errors import Invalid, WrongState
from callbacks.models import LogEntry, Message, Webhook
from callbacks.models.outbox import NOTE_LIMIT
from callbacks.operations import records
from callbacks.operations.reaching import A_DAY
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_administer, check_tell
from callbacks.queries.unheard import unheard
from callbacks.states import TO_PEOPLE, MessageState, Verb


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
    """Send people again what failed on a channel for one reason, nobody passed on yet and is still of use.

    Gives how many messages that are. Raises ``Forbidden``.
    """
    check_administer(by)
    failed: QuerySet[Message] = Message.objects.filter(
        channel=channel,
        channel__in=TO_PEOPLE,
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


@in_one_transaction
def tell_webhook_again(
    *,
    webhook: Webhook,
    seen_at: dt.datetime,
    only: Collection[UUID] | None = None,
    by: User,
    now: dt.datetime,
) -> int:
    """Send a webhook again what it did not take until ``seen_at`` (UTC): all of it, or ``only`` some.

    A program wants to know what happened also when it is late: past its moment it is tried for a day more.
    Gives how many messages that are. Raises ``Forbidden``, ``WrongState`` when the webhook is switched off or
    somebody else was first.
    """
    check_administer(by)
    if not Webhook.objects.filter(pk=webhook.pk, is_active=True).exists():
        raise WrongState(_("%(name)s is switched off: it is told nothing.") % {"name": webhook})
    messages, rows = _unheard(webhook, seen_at, only)
    rows.update(
        state=MessageState.PENDING,
        look_at=now,
        ended_at=None,
        useful_until=Greatest("useful_until", now + A_DAY),
    )
    _log(messages, Verb.RETRY, by=by, now=now, webhook=webhook.name)
    return len(messages)


@in_one_transaction
def settle_webhook(
    *,
    webhook: Webhook,
    seen_at: dt.datetime,
    only: Collection[UUID] | None = None,
    note: str,
    by: User,
    now: dt.datetime,
) -> int:
    """Say what was done about that which a webhook did not take until ``seen_at`` (UTC): the task is done.

    All of it, or ``only`` some. Gives how many messages that are. Raises ``Forbidden``, ``Invalid``,
    ``WrongState`` when somebody else was first.
    """
    check_administer(by)
    if not (note := note.strip()):
        raise Invalid(_("Say what was done about it."), field="note")
    records.check_length(note, NOTE_LIMIT, field="note")
    messages, rows = _unheard(webhook, seen_at, only)
    rows.update(handled_at=now, handled_by=by, handled_note=note)
    _log(messages, Verb.TELL, by=by, now=now, reason=note, webhook=webhook.name)
    return len(messages)


def _unheard(
    webhook: Webhook, seen_at: dt.datetime, only: Collection[UUID] | None
) -> tuple[list[Message], QuerySet[Message]]:
    """The tasks that were seen, and are nobody's yet, locked; and the same to be changed."""
    found = unheard().filter(webhook=webhook, ended_at__lte=seen_at)
    if only is not None:
        found = found.filter(uid__in=only)
    locked = found.select_related("appointment").select_for_update(of=("self",), no_key=True)
    messages = list(locked)
    if not messages:
        raise WrongState(_("Somebody else dealt with these messages already."))
    return messages, Message.objects.filter(pk__in=[one.pk for one in messages])


def _no_task(message: Message) -> WrongState:
    current = Message.objects.select_related("handled_by").get(pk=message.pk)
    if current.handled_by:
        return WrongState(_("%(name)s has passed this on already.") % {"name": current.handled_by})
    return WrongState(_("This message is on its way again."))


def _log(messages: list[Message], verb: Verb, *, by: User, now: dt.datetime, **more: str) -> None:
    entries = [
        records.entry(
            message.appointment,
            verb=verb,
            by=by,
            now=now,
            from_state=message.appointment.state,
            message=message.kind,
            **more,
        )
        for message in messages
        if message.appointment
    ]
    LogEntry.objects.bulk_create(entries)
