"""Making, judging and ending promises."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from callbacks.errors import Invalid
from callbacks.models import Actor, Appointment, Promise
from callbacks.models.history import person
from callbacks.reminders import next_reminder, risk_moment
from callbacks.states import CONNECTED, OWNED, AttemptOutcome, PromiseOutcome


def make(appointment: Appointment, *, by: Actor, now: dt.datetime) -> Promise:
    """Promise the appointment's period, under the rules the team has now."""
    promise = promise_of(appointment, by=by, now=now)
    promise.save(force_insert=True)
    return promise


def promise_of(appointment: Appointment, *, by: Actor, now: dt.datetime, key: int | None = None) -> Promise:
    """The promise that ``make`` makes, not stored yet."""
    team = appointment.team
    return Promise(
        pk=key,
        appointment=appointment,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        counts_from=appointment.starts_at - dt.timedelta(minutes=team.early),
        due_at=appointment.ends_at + dt.timedelta(minutes=team.grace),
        made_at=now,
        made_by=person(by),
        remind_at=next_reminder(starts_at=appointment.starts_at, after=now),
        at_risk_at=risk_moment(
            starts_at=appointment.starts_at, made_at=now, within=dt.timedelta(minutes=team.at_risk_within)
        ),
    )


def check_other_time(appointment: Appointment, starts_at: dt.datetime) -> None:
    """Raise ``Invalid`` when the time is the one that is promised already."""
    if appointment.state in OWNED and starts_at == appointment.starts_at:
        raise Invalid(_("This is the time that is promised already."), field="starts_at")


def open_promise(appointment: Appointment) -> Promise | None:
    """The promise that still holds, if any; the database allows one."""
    return Promise.objects.open().filter(appointment=appointment).first()


def end(promise: Promise, outcome: PromiseOutcome, *, at: dt.datetime) -> None:
    """Settle a promise once; one that has ended keeps its outcome."""
    Promise.objects.open().filter(pk=promise.pk).update(ended_at=at, outcome=outcome)
    promise.ended_at, promise.outcome = at, outcome


def judge_call(
    promise: Promise, *, started_at: dt.datetime, outcome: AttemptOutcome
) -> PromiseOutcome | None:
    """What a call makes of an open promise: None leaves it open.

    A call before the window that reached nobody does not count: the customer expects the window. One
    that did reach the customer withdraws the promise, with the customer's consent.
    """
    if started_at > promise.due_at:
        return PromiseOutcome.LATE
    if started_at >= promise.counts_from:
        return PromiseOutcome.KEPT
    return PromiseOutcome.WITHDRAWN if outcome in CONNECTED else None


def judge_giving_up(promise: Promise, *, customer_agreed: bool, now: dt.datetime) -> PromiseOutcome:
    """What moving or cancelling makes of an open promise: only the customer, before the window, withdraws."""
    withdrawn = customer_agreed and now < promise.starts_at
    return PromiseOutcome.WITHDRAWN if withdrawn else PromiseOutcome.BROKEN
