"""Undoing a booking that should not have been made, while the caller is still on the line."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import Invalid
from callbacks.models import Appointment, Contact, Reservation
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.operations import outbox, promising, records
from callbacks.operations.reserving import in_one_transaction
from callbacks.operations.silencing import silence
from callbacks.permissions import check_undo
from callbacks.states import ContactResult, MessageKind, PromiseOutcome, State, Verb


@in_one_transaction
def undo(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """Take a booking back as if it had not been made; only its log and its contact tell of it.

    The customer, whose confirmation waits for as long as this is possible, hears nothing. Raises
    ``Forbidden`` for all but whoever booked, ``Invalid`` when it is too late (then cancel), ``Stale`` when
    somebody else acted or the customer was called, ``WrongState``.
    """
    check_undo(by, appointment)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.UNDO)
    _check_untouched(appointment, by=by, now=now)
    before, promise = appointment.state, promising.open_promise(appointment)
    records.change(appointment, to_state=State.CANCELLED, verb=Verb.UNDO, next_action_at=None)
    Reservation.objects.filter(appointment=appointment).delete()
    if promise:
        promising.end(promise, PromiseOutcome.WITHDRAWN, at=now)
    Contact.objects.filter(pk=appointment.contact_id).update(result=ContactResult.UNDONE)
    records.log(appointment, verb=Verb.UNDO, by=by, now=now, from_state=before)
    if not silence(appointment, now=now):
        news = outbox.news_of_change(appointment, None, now=now)
        outbox.queue(news.to_customer(MessageKind.CUSTOMER_CANCELLED))
    return appointment


def _check_untouched(appointment: Appointment, *, by: User, now: dt.datetime) -> None:
    if now > appointment.created_at + UNDO_WITHIN:
        raise Invalid(_("A booking can be undone for one minute. Cancel the appointment instead."))
    acted = appointment.log.filter(~Q(by=by) | Q(verb=Verb.LOG_ATTEMPT))
    if acted.exists():
        raise records.stale(appointment)
