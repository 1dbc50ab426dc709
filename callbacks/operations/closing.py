"""Cancelling an appointment, and opening a closed one again."""

import datetime as dt

from accounts.models import User
from callbacks.models import Actor, Appointment, Customer, Reservation
from callbacks.operations import outbox, promising, records
from callbacks.operations.reserving import in_one_transaction
from callbacks.operations.silencing import silence
from callbacks.permissions import check_cancel, check_reopen
from callbacks.states import MessageKind, State, Verb


@in_one_transaction
def cancel(
    *,
    appointment: Appointment,
    version: int,
    reason: str,
    by_customer: bool,
    by: Actor,
    now: dt.datetime,
) -> Appointment:
    """Nobody will call any more. The promise is withdrawn when the customer wished so before the window.

    Customers owe nobody a reason. Raises ``Forbidden``, ``Invalid`` (a reason is needed), ``Stale``,
    ``WrongState``.
    """
    check_cancel(by, appointment)
    reason = records.clean_reason(reason) if isinstance(by, Customer) else records.check_reason(reason)
    appointment = records.at_version(appointment, version)
    before, promise = appointment.state, promising.open_promise(appointment)
    records.change(appointment, to_state=State.CANCELLED, verb=Verb.CANCEL, next_action_at=None)
    Reservation.objects.filter(appointment=appointment).delete()
    if promise:
        outcome = promising.judge_giving_up(promise, customer_agreed=by_customer, now=now)
        promising.end(promise, outcome, at=now)
    records.log(
        appointment,
        verb=Verb.CANCEL,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        by_customer=by_customer,
    )
    heard_nothing = silence(appointment, now=now)
    # Who asked for it before anything was sent knows all there is to know.
    if not (by_customer and heard_nothing):
        news = outbox.news_of_change(appointment, None, now=now)
        outbox.queue(news.to_customer(MessageKind.CUSTOMER_CANCELLED))
    outbox.queue(outbox.outcome_to_booker(appointment, promise, by=by, now=now))
    return appointment


@in_one_transaction
def reopen(*, appointment: Appointment, version: int, reason: str, by: User, now: dt.datetime) -> Appointment:
    """Put a closed appointment on the worklist: a new time must be agreed with the customer.

    Raises ``Forbidden``, ``Invalid`` (a reason is needed), ``Stale``, ``WrongState``.
    """
    check_reopen(by, appointment)
    reason = records.check_reason(reason)
    appointment = records.at_version(appointment, version)
    before = appointment.state
    records.change(
        appointment, to_state=State.TO_REBOOK, verb=Verb.REOPEN, specialist=None, next_action_at=now
    )
    records.log(appointment, verb=Verb.REOPEN, by=by, now=now, from_state=before, reason=reason)
    return appointment
