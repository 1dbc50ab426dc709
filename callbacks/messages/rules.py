"""When a message is still true. Asked just before sending: what it speaks of may have changed since."""

from dataclasses import dataclass

from callbacks.models import Appointment, Message
from callbacks.states import OPEN, OWNED, MessageKind, State


@dataclass(frozen=True)
class Rule:
    """The appointment is in one of ``states``; the promise spoken of is open; the reader must still call."""

    states: tuple[State, ...]
    promise_open: bool = True
    for_caller: bool = False


RULES: dict[MessageKind, Rule] = {
    MessageKind.CUSTOMER_BOOKED: Rule(OWNED),
    MessageKind.CUSTOMER_MOVED: Rule(OWNED),
    MessageKind.CUSTOMER_CANCELLED: Rule((State.CANCELLED,), promise_open=False),
    MessageKind.CUSTOMER_NOT_REACHED: Rule((State.NOT_REACHED,), promise_open=False),
    MessageKind.CUSTOMER_DAY_BEFORE: Rule(OWNED),
    MessageKind.CUSTOMER_HOUR_BEFORE: Rule(OWNED),
    MessageKind.SPECIALIST_CONFIRM: Rule((State.SCHEDULED,), for_caller=True),
    MessageKind.SPECIALIST_UNCONFIRMED: Rule((State.SCHEDULED,), for_caller=True),
    MessageKind.SPECIALIST_REMINDER: Rule(OWNED, for_caller=True),
    MessageKind.SPECIALIST_AT_RISK: Rule((State.SCHEDULED, State.TO_REBOOK), for_caller=True),
    MessageKind.SPECIALIST_OVERDUE: Rule(OWNED, for_caller=True),
    MessageKind.LEAD_UNCONFIRMED: Rule((State.SCHEDULED,)),
    MessageKind.LEAD_OVERDUE: Rule(OPEN),
    MessageKind.AGENT_TO_REBOOK: Rule((State.TO_REBOOK,), promise_open=False),
}


def is_still_true(message: Message) -> bool:
    """Whether what the message says holds for its appointment, promise and reader as they are read now."""
    rule = RULES[MessageKind(message.kind)]
    promise = message.promise
    return (
        message.appointment.state in rule.states
        and not (rule.promise_open and promise is not None and promise.ended_at is not None)
        and not (rule.for_caller and message.recipient != _caller_address(message.appointment))
    )


def _caller_address(appointment: Appointment) -> str:
    specialist = appointment.specialist
    return (specialist.user.email if specialist else "") or appointment.team.mailbox
