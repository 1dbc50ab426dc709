"""Keeping from readers what was true when it was written and is not worth telling any more."""

import datetime as dt

from django.db.models import Q

from callbacks.models import Appointment
from callbacks.states import FOR_CUSTOMERS, TO_ONE_READER, MessageChannel, MessageState


def silence(appointment: Appointment, *, now: dt.datetime) -> bool:
    """Drop the messages of an appointment that nobody began to send; whether the customer was told nothing.

    A worker that is about to send one of them finds it gone: both go by the state of the row.
    """
    untried = Q(state=MessageState.PENDING, tries=0)
    unseen = Q(channel=MessageChannel.APP, read_at=None)
    appointment.messages.filter(untried | unseen).update(state=MessageState.SUPERSEDED, ended_at=now)
    to_customer = appointment.messages.filter(kind__in=FOR_CUSTOMERS, channel__in=TO_ONE_READER)
    told = to_customer.exclude(state=MessageState.SUPERSEDED, tries=0)
    return not told.exists()
