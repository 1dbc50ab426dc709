"""Keeping from readers what was true when it was written and is not worth telling any more."""

import datetime as dt

from callbacks.models import Appointment
from callbacks.states import FOR_CUSTOMERS, MessageState


def silence(appointment: Appointment, *, now: dt.datetime) -> bool:
    """Drop the messages of an appointment that nobody began to send; whether the customer was told nothing.

    A worker that is about to send one of them finds it gone: both go by the state of the row.
    """
    untried = appointment.messages.filter(state=MessageState.PENDING, tries=0)
    untried.update(state=MessageState.SUPERSEDED, ended_at=now)
    told = appointment.messages.filter(kind__in=FOR_CUSTOMERS).exclude(state=MessageState.SUPERSEDED, tries=0)
    return not told.exists()
