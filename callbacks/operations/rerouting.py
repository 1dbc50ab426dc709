"""Another way for a message that does not get through by its own."""

import datetime as dt

from django.db import transaction

from callbacks.kinds import KINDS, Reader
from callbacks.models import Message
from callbacks.operations import rows
from callbacks.operations.outbox import client_of
from callbacks.operations.reaching import Fact, House, after_channel, common
from callbacks.states import MessageKind, MessageState


@transaction.atomic
def send_another_way(*, message: Message, error: str, now: dt.datetime) -> bool:
    """Queue a customer's message by the next way that reaches them, in place of its own, if there is one.

    The first is superseded and keeps its ``error``. ``now`` is UTC. A message that another worker settled
    meanwhile stays as it is.
    """
    kind, appointment = MessageKind(message.kind), message.appointment
    row = KINDS[kind]
    if appointment is None or row.reader != Reader.CUSTOMER or message.channel not in row.reach:
        return False
    fact = Fact(
        kind=kind,
        occasion="",
        house=House.of(appointment.team),
        now=now,
        look_at=now,
        useful_until=message.useful_until,
        appointment_id=appointment.pk,
        promise_id=message.promise_id,
        client=client_of(appointment),
    )
    way = after_channel(fact, message.channel)
    ours = Message.objects.filter(pk=message.pk, state=MessageState.PENDING)
    if way is None or not ours.update(state=MessageState.SUPERSEDED, ended_at=now, last_error=error):
        return False
    again = Message(
        **common(fact),
        channel=way.channel,
        recipient=way.recipient,
        language=message.language,
        look_at=way.look_at,
        dedupe_key=f"{message.dedupe_key}:{way.channel}"[:300],
    )
    rows.write(unless_there=[again])
    return True
