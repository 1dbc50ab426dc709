"""The specialist's answer to an appointment: confirm it, decline it or send it back."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import User
from availability.models import Specialist
from callbacks.models import Appointment, LogEntry, Promise, Reservation
from callbacks.operations import outbox, promising, records
from callbacks.operations.booking import claim_of, confirm_by
from callbacks.operations.notices import Notice, tell
from callbacks.operations.reserving import in_one_transaction, take
from callbacks.permissions import check_confirm, check_decline, check_send_back
from callbacks.queries.slots import INSTANT, free_slots
from callbacks.states import MessageKind, State, Verb


@in_one_transaction
def confirm(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """The specialist's team stands for the promised time.

    Raises ``Forbidden``, ``Stale``, ``WrongState``.
    """
    check_confirm(by, appointment)
    appointment = records.at_version(appointment, version)
    before = appointment.state
    records.change(appointment, to_state=State.CONFIRMED, verb=Verb.CONFIRM)
    records.log(appointment, verb=Verb.CONFIRM, by=by, now=now, from_state=before)
    return appointment


@in_one_transaction
def decline(
    *, appointment: Appointment, version: int, reason: str, by: User, now: dt.datetime
) -> Appointment:
    """The specialist cannot keep the window. The promise stays.

    Another free specialist of the team takes the same window; when there is none, the appointment goes to
    the front office's worklist. Raises ``Forbidden``, ``Invalid``, ``Stale``, ``WrongState``.
    """
    check_decline(by, appointment)
    reason = records.check_reason(reason)
    appointment = records.at_version(appointment, version)
    pass_on(appointment, reason=reason, by=by, now=now)
    return appointment


def pass_on(appointment: Appointment, *, reason: str, by: User | None, now: dt.datetime) -> None:
    """Give an appointment that was just read to whoever of the team is free, else to the front office.

    ``by`` is None when nobody said so but the system found that the specialist cannot keep it.
    """
    records.check_state(appointment, Verb.DECLINE)
    before, decliner = appointment.state, appointment.specialist
    promise = promising.open_promise(appointment)
    successor = _successor(appointment, promise, by=by, now=now)
    if successor is None:
        hand_to_front_office(appointment, verb=Verb.DECLINE, by=by, now=now)
        tell_team(appointment, now=now)
    _log_passed_on(appointment, decliner, successor, from_state=before, reason=reason, by=by, now=now)


def pass_to_colleague(
    appointment: Appointment, *, reason: str, by: User | None, now: dt.datetime
) -> Specialist | None:
    """Give an appointment that was just read to whoever of the team is free; None when nobody is.

    Then nothing changes.
    """
    before, previous = appointment.state, appointment.specialist
    with transaction.atomic():
        successor = _successor(appointment, promising.open_promise(appointment), by=by, now=now)
        if successor is None:
            # The time of whoever keeps it was given back to look for another.
            transaction.set_rollback(True)
            return None
    _log_passed_on(appointment, previous, successor, from_state=before, reason=reason, by=by, now=now)
    return successor


@in_one_transaction
def send_back(
    *, appointment: Appointment, version: int, reason: str, by: User, now: dt.datetime
) -> Appointment:
    """The front office must agree a new time, or find another team. The promise stays until it does.

    Raises ``Forbidden``, ``Invalid`` (a reason is needed), ``Stale``, ``WrongState``.
    """
    check_send_back(by, appointment)
    reason = records.check_reason(reason)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.SEND_BACK)
    before, previous = appointment.state, appointment.specialist
    hand_to_front_office(appointment, verb=Verb.SEND_BACK, by=by, now=now)
    records.log(
        appointment,
        verb=Verb.SEND_BACK,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        previous=previous,
    )
    return appointment


def hand_to_front_office(
    appointment: Appointment, *, verb: Verb, by: User | None, now: dt.datetime, **fields: Any
) -> None:
    """Nobody of the team can keep the time: the front office must agree a new one with the customer.

    ``fields`` are what else changes of the appointment. ``by`` is None when a worker does it.
    """
    previous = appointment.specialist
    Reservation.objects.filter(appointment=appointment).delete()
    records.change(
        appointment, to_state=State.TO_REBOOK, verb=verb, specialist=None, next_action_at=now, **fields
    )
    news = outbox.news_of_change(appointment, None, now=now)
    outbox.queue(news.to_booker(MessageKind.AGENT_TO_REBOOK))
    _relieve(previous, news, by=by)


def tell_team(appointment: Appointment, *, now: dt.datetime) -> None:
    """Tell the team that it has the appointment, at its present version, and nobody who can take it."""
    occasion = f"{appointment.pk}.{appointment.version}"
    tell([Notice(MessageKind.TEAM_UNTAKEN, appointment.pk, None, occasion)], now=now)


def assign(
    appointment: Appointment,
    specialist: Specialist,
    *,
    verb: Verb,
    by: User | None,
    now: dt.datetime,
    promise: Promise | None,
    **fields: Any,
) -> None:
    """Give the appointment, with its window, to a specialist, who is asked to confirm.

    ``fields`` are what else changes of the appointment. ``by`` is None when a worker does it.
    """
    previous = appointment.specialist
    records.change(
        appointment,
        to_state=State.SCHEDULED,
        verb=verb,
        specialist=specialist,
        confirm_by=confirm_by(specialist.team, appointment.starts_at, now),
        unconfirmed_flagged_at=None,
        reminded_until=None,
        # Between two calls the planned one stays planned.
        next_action_at=max(appointment.starts_at if promise else appointment.next_action_at or now, now),
        **fields,
    )
    news = outbox.news_of_change(appointment, promise, now=now)
    asked = MessageKind.SPECIALIST_GIVEN if previous else MessageKind.SPECIALIST_CONFIRM
    outbox.queue(news.to_specialist(asked))
    _relieve(previous, news, by=by)


def _relieve(previous: Specialist | None, news: outbox.News, *, by: User | None) -> None:
    """Tell whoever had it that they need not call, unless it is their own doing or they work here no more."""
    if previous and previous.user.is_active and previous.user != by:
        outbox.queue(news.to_specialist(MessageKind.SPECIALIST_RELIEVED, previous))


def _log_passed_on(
    appointment: Appointment,
    previous: Specialist | None,
    successor: Specialist | None,
    *,
    from_state: str,
    reason: str,
    by: User | None,
    now: dt.datetime,
) -> None:
    records.log(
        appointment,
        verb=Verb.DECLINE,
        by=by,
        now=now,
        from_state=from_state,
        reason=reason,
        previous=previous,
        previous_id=previous and previous.pk,
        specialist=successor,
    )


def _successor(
    appointment: Appointment, promise: Promise | None, *, by: User | None, now: dt.datetime
) -> Specialist | None:
    """Another specialist of the team who takes the window now, if one is free."""
    if promise is None or appointment.starts_at <= now:
        return None
    # Asked as of the promise: what was far enough ahead to promise may be kept at shorter notice.
    found = free_slots(
        topic=appointment.topic,
        start=appointment.starts_at,
        end=appointment.starts_at + INSTANT,
        now=promise.made_at,
    )
    team = appointment.team.specialists.values_list("pk", flat=True)
    colleagues = {*team} - {appointment.specialist_id} - _who_declined(promise)
    candidates = [one for slot in found for one in slot.specialists if one in colleagues]
    Reservation.objects.filter(appointment=appointment).delete()
    taken = take(claim_of(appointment, candidates, by=by, now=now))
    if taken is None:
        return None
    successor = taken.specialist
    assign(appointment, successor, verb=Verb.DECLINE, by=by, now=now, promise=promise)
    return successor


def _who_declined(promise: Promise) -> set[int]:
    """The keys of the specialists who have already said that they cannot keep this promise."""
    declined = LogEntry.objects.filter(
        appointment=promise.appointment_id, verb=Verb.DECLINE, at__gte=promise.made_at
    )
    return {details["previous_id"] for details in declined.values_list("details", flat=True)}
