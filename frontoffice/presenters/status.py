"""Where an appointment stands, as a word, a shape and a colour."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callbacks.models import Appointment
from callbacks.queries.lists import open_promise
from callbacks.states import CLOSED, OWNED, State


@dataclass(frozen=True)
class Status:
    """``tone`` names the colour: late, risk, good or plain."""

    word: str
    shape: str
    tone: str


SHAPES = {
    State.SCHEDULED: ("○", "plain"),
    State.CONFIRMED: ("●", "good"),
    State.TO_REBOOK: ("◆", "risk"),
    State.COMPLETED: ("✓", "good"),
    State.NOT_REACHED: ("✕", "plain"),
    State.CANCELLED: ("–", "plain"),
}


def is_missed(appointment: Appointment, now: dt.datetime) -> bool:
    """Whether the next call was planned (no promise holds any more) and its moment has passed."""
    planned = open_promise(appointment) is None and appointment.state in OWNED
    return planned and appointment.next_action_at is not None and appointment.next_action_at < now


def status(appointment: Appointment, now: dt.datetime) -> Status:
    """The most pressing thing to say of it: late, then at risk, then its stored state."""
    promise = open_promise(appointment)
    if appointment.state not in CLOSED and promise and promise.is_overdue(now):
        return Status(_("late"), "▲", "late")
    if is_missed(appointment, now):
        return Status(_("late"), "▲", "late")
    if appointment.state == State.SCHEDULED and promise and promise.is_at_risk(now):
        return Status(_("at risk"), "◆", "risk")
    shape, tone = SHAPES[State(appointment.state)]
    return Status(appointment.state_label, shape, tone)
