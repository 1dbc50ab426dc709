"""When a message is still true. Asked just before sending: what it speaks of may have changed since."""

from availability.models import Team
from callbacks.kinds import KINDS, Kind, Reader
from callbacks.models import Appointment, Message
from callbacks.states import MessageKind


def is_still_true(message: Message) -> bool:
    """Whether what the message says holds for its appointment, promise and reader as they are read now.

    What is told of a team is true until it is of no use any more.
    """
    kind = KINDS[MessageKind(message.kind)]
    appointment, promise = message.appointment, message.promise
    return appointment is None or (
        appointment.state in kind.states
        and not (kind.promise_open and promise is not None and promise.ended_at is not None)
        and _is_for_reader(kind, message, appointment)
    )


def _is_for_reader(kind: Kind, message: Message, appointment: Appointment) -> bool:
    if message.is_broadcast:
        return True
    if kind.reader == Reader.TEAM:
        return _is_for_team(message, appointment.team)
    if kind.for_caller is None:
        return True
    specialist = appointment.specialist
    if message.reader_id:
        is_caller = bool(specialist and specialist.user_id == message.reader_id)
    else:
        address = (specialist.user.email if specialist else "") or appointment.team.mailbox
        is_caller = message.recipient == address
    return is_caller == kind.for_caller


def _is_for_team(message: Message, team: Team) -> bool:
    """Whether the reader is of the team that has the appointment now: it may have gone on to another."""
    if message.recipient == team.mailbox and not message.reader_id:
        return True
    return any(message.reader_id == one.pk or message.recipient == one.email for one in team.leads.all())
