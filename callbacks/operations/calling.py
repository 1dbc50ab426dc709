"""Logging a call: it settles the promise, and something always follows."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import Invalid
from callbacks.models import Appointment, Attempt, Promise, Reservation
from callbacks.models.appointments import NOTE_LIMIT, RESULT_LIMIT
from callbacks.operations import booking, outbox, promising, records
from callbacks.operations.confirming import hand_to_front_office
from callbacks.operations.dialling import measured_start
from callbacks.operations.moving import move
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_log_attempt
from callbacks.states import (
    CONNECTED,
    IN_VAIN,
    NEXT_STEPS,
    AttemptOutcome,
    MessageKind,
    NextStep,
    PromiseOutcome,
    State,
    Verb,
)


@in_one_transaction
def log_attempt(
    *,
    appointment: Appointment,
    version: int,
    outcome: AttemptOutcome,
    next_step: NextStep,
    by: User,
    now: dt.datetime,
    started_at: dt.datetime | None = None,
    note: str = "",
    next_at: dt.datetime | None = None,
    reason: str = "",
    result_for_customer: str = "",
    result_for_agent: str = "",
) -> Appointment:
    """Record a call, what came of it and what follows.

    It started when this person dialled (see ``begin_call``); when that was not measured at ``started_at``
    (UTC), by default now.
    ``next_at`` is when to call again (``try_again``) or the start of a free slot (``new_promise``).
    Giving up without having spoken needs the team's number of attempts or a ``reason``. The results are
    what the front office reads out to a customer who asks, and what it should know itself. Raises
    ``Forbidden``, ``Invalid``, ``SlotTaken``, ``SlotNotOffered``, ``Stale``, ``WrongState``.
    """
    check_log_attempt(by, appointment)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.LOG_ATTEMPT)
    measured = measured_start(appointment, by=by, now=now)
    before, promise = appointment.state, promising.open_promise(appointment)
    attempt = Attempt(
        appointment=appointment,
        promise=promise,
        number=appointment.attempts.count() + 1,
        started_at=measured or started_at or now,
        by=by,
        outcome=outcome,
        note=note,
        result_for_customer=result_for_customer,
        result_for_agent=result_for_agent,
        next_step=next_step,
    )
    reason = _check(attempt, next_at=next_at, reason=reason, now=now)
    attempt.save(force_insert=True)
    if promise:
        _settle(promise, attempt, now=now)
    _follow(appointment, attempt, next_at=next_at, now=now)
    _log(
        appointment,
        attempt,
        from_state=before,
        reason=reason,
        next_at=next_at,
        now=now,
        measured=measured is not None,
    )
    _tell(appointment, promise, attempt, now=now)
    return appointment


def _check(attempt: Attempt, *, next_at: dt.datetime | None, reason: str, now: dt.datetime) -> str:
    """Refuse what does not fit with ``Invalid``; gives the reason without blanks around it."""
    if not attempt.appointment.created_at <= attempt.started_at <= now:
        raise Invalid(_("A call starts after the booking and not in the future."), field="started_at")
    _check_texts(attempt)
    if attempt.next_step not in NEXT_STEPS[AttemptOutcome(attempt.outcome)]:
        raise Invalid(_("This next step does not fit the outcome."), field="next_step")
    _check_moment(attempt, next_at=next_at, now=now)
    team = attempt.appointment.team
    again = attempt.next_step == NextStep.TRY_AGAIN and attempt.outcome in IN_VAIN
    if again and attempt.number >= team.max_attempts:
        raise Invalid(_("This was the last attempt: close it, or agree a new time."), field="next_step")
    gives_up = attempt.next_step == NextStep.CLOSE and attempt.outcome not in CONNECTED
    # No silent end: fewer attempts than the team's number need a written reason.
    if gives_up and attempt.number < team.max_attempts:
        return records.check_reason(reason)
    return records.clean_reason(reason)


def _check_texts(attempt: Attempt) -> None:
    records.check_length(attempt.note, NOTE_LIMIT, field="note")
    for field in ("result_for_customer", "result_for_agent"):
        records.check_length(getattr(attempt, field), RESULT_LIMIT, field=field)


def _check_moment(attempt: Attempt, *, next_at: dt.datetime | None, now: dt.datetime) -> None:
    if attempt.next_step not in {NextStep.TRY_AGAIN, NextStep.NEW_PROMISE}:
        return
    if next_at is None or next_at <= now:
        raise Invalid(_("Give a moment in the future."), field="next_at")
    days = attempt.appointment.team.horizon_days
    # An appointment planned years ahead would be open, owned and forgotten.
    if next_at > now + dt.timedelta(days=days):
        raise Invalid(_("Give a moment within %(days)d days.") % {"days": days}, field="next_at")


def _settle(promise: Promise, attempt: Attempt, *, now: dt.datetime) -> None:
    """The first call that counts decides; giving the window up without one breaks it."""
    outcome = promising.judge_call(
        promise, started_at=attempt.started_at, outcome=AttemptOutcome(attempt.outcome)
    )
    if outcome is None and attempt.next_step in {NextStep.CLOSE, NextStep.NEW_PROMISE}:
        outcome = PromiseOutcome.BROKEN
    if outcome:
        promising.end(promise, outcome, at=now)


def _follow(
    appointment: Appointment, attempt: Attempt, *, next_at: dt.datetime | None, now: dt.datetime
) -> None:
    verb, by = Verb.LOG_ATTEMPT, attempt.by
    if attempt.next_step == NextStep.NEW_PROMISE and next_at:
        promise = move(appointment, starts_at=next_at, verb=verb, by=by, now=now)
        booking.announce(appointment, promise, customer_kind=MessageKind.CUSTOMER_MOVED, now=now)
    elif attempt.next_step == NextStep.FRONT_OFFICE:
        hand_to_front_office(appointment, verb=verb, by=by, now=now)
    elif attempt.next_step == NextStep.TRY_AGAIN:
        _plan(appointment, next_at=next_at)
    else:
        Reservation.objects.filter(appointment=appointment).delete()
        reached = attempt.outcome in CONNECTED
        closed = State.COMPLETED if reached else State.NOT_REACHED
        records.change(appointment, to_state=closed, verb=verb, next_action_at=None)


def _tell(appointment: Appointment, promise: Promise | None, attempt: Attempt, *, now: dt.datetime) -> None:
    """What the call means to whoever promised it, and to a customer who was not reached or is done with."""
    told = outbox.outcome_to_booker(appointment, promise, by=attempt.by, now=now)
    news = outbox.news_of_change(appointment, None, now=now)
    if appointment.state == State.COMPLETED:
        told += news.to_customer(MessageKind.CUSTOMER_CLOSED)
    # The customer does not know that we called, or what comes next. A wrong number is somebody else's.
    elif appointment.state == State.NOT_REACHED or (
        attempt.outcome in IN_VAIN and attempt.next_step == NextStep.TRY_AGAIN
    ):
        told += news.to_customer(MessageKind.CUSTOMER_NOT_REACHED)
    outbox.queue(told)


def _log(
    appointment: Appointment,
    attempt: Attempt,
    *,
    from_state: str,
    reason: str,
    next_at: dt.datetime | None,
    now: dt.datetime,
    measured: bool,
) -> None:
    records.log(
        appointment,
        verb=Verb.LOG_ATTEMPT,
        by=attempt.by,
        now=now,
        from_state=from_state,
        reason=reason,
        number=attempt.number,
        outcome=attempt.outcome,
        next_step=attempt.next_step,
        started_at=attempt.started_at,
        measured=measured,
        next_at=next_at,
    )


def _plan(appointment: Appointment, *, next_at: dt.datetime | None) -> None:
    """Whoever has called stands for the appointment: nobody need confirm it any more."""
    scheduled = appointment.state == State.SCHEDULED
    state = State.CONFIRMED if scheduled else State(appointment.state)
    if promising.open_promise(appointment) is None:
        Reservation.objects.filter(appointment=appointment).delete()
    records.change(appointment, to_state=state, verb=Verb.LOG_ATTEMPT, next_action_at=next_at)
