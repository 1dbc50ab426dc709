"""Moving an appointment: to another time, or to another person."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist
from callbacks.errors import Invalid, SlotTaken, WrongState
from callbacks.models import Actor, Appointment, Promise, Reservation
from callbacks.operations import outbox, promising, records
from callbacks.operations.booking import announce, claim_of, confirm_by, first_state
from callbacks.operations.confirming import assign
from callbacks.operations.reserving import Missed, Wish, find_slot, in_one_transaction, take
from callbacks.permissions import check_reassign, check_reschedule
from callbacks.states import MessageKind, State, Verb


@in_one_transaction
def reschedule(
    *,
    appointment: Appointment,
    version: int,
    starts_at: dt.datetime,
    customer_agreed: bool,
    by: Actor,
    now: dt.datetime,
    specialist: Specialist | None = None,
    reason: str = "",
) -> Appointment:
    """End the promise that holds and make a new one at another slot (its UTC start).

    With the customer's agreement, before the window, the old promise is withdrawn; else it is broken.
    Raises ``SlotTaken``, ``SlotNotOffered``, ``Invalid``, ``Forbidden``, ``Stale``, ``WrongState``.
    """
    check_reschedule(by, appointment)
    reason = records.clean_reason(reason)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.RESCHEDULE)
    promising.check_other_time(appointment, starts_at)
    before, old = appointment.state, promising.open_promise(appointment)
    if old:
        outcome = promising.judge_giving_up(old, customer_agreed=customer_agreed, now=now)
        promising.end(old, outcome, at=now)
    promise = move(
        appointment, starts_at=starts_at, verb=Verb.RESCHEDULE, by=by, now=now, specialist=specialist
    )
    records.log(
        appointment,
        verb=Verb.RESCHEDULE,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        specialist=appointment.specialist,
        previous_starts_at=old and old.starts_at,
    )
    announce(appointment, promise, customer_kind=MessageKind.CUSTOMER_MOVED, now=now)
    outbox.queue(outbox.outcome_to_booker(appointment, old, by=by, now=now))
    return appointment


def move(
    appointment: Appointment,
    *,
    starts_at: dt.datetime,
    verb: Verb,
    by: Actor,
    now: dt.datetime,
    specialist: Specialist | None = None,
) -> Promise:
    """Reserve another slot for the appointment and promise it; whoever has it now keeps it when free.

    Raises ``SlotTaken`` or ``SlotNotOffered``, both with alternatives.
    """
    wish = Wish(topic=appointment.topic, starts_at=starts_at, now=now, specialist=specialist)
    slot = find_slot(wish)
    # The new time may overlap the old one.
    Reservation.objects.filter(appointment=appointment).delete()
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    taken = take(claim_of(appointment, slot.specialists, by=by, now=now))
    if taken is None:
        raise Missed(SlotTaken, wish)
    chosen = taken.specialist
    # Who proposed this very time stands for it.
    state = State.CONFIRMED if appointment.is_proposed(chosen) else first_state(chosen, by)
    records.change(
        appointment,
        to_state=state,
        verb=verb,
        team=chosen.team,
        specialist=chosen,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        confirm_by=confirm_by(chosen.team, slot.starts_at, now),
        unconfirmed_flagged_at=None,
        reminded_until=None,
        next_action_at=slot.starts_at,
    )
    return promising.make(appointment, by=by, now=now)


@in_one_transaction
def reassign(
    *,
    appointment: Appointment,
    version: int,
    specialist: Specialist,
    by: User,
    now: dt.datetime,
    reason: str = "",
) -> Appointment:
    """The lead gives the appointment, with the same window, to somebody else of the team.

    A lead may use time that was not published, never time that is reserved. Raises ``SlotTaken`` (the
    specialist is busy then), ``Invalid``, ``Forbidden``, ``Stale``, ``WrongState``.
    """
    check_reassign(by, appointment)
    reason = records.clean_reason(reason)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.REASSIGN)
    if not specialist.is_active or specialist.team_id != appointment.team_id:
        raise Invalid(_("Choose an active specialist of this team."), field="specialist")
    if specialist.pk == appointment.specialist_id:
        raise Invalid(_("This specialist already has the appointment."), field="specialist")
    promise = promising.open_promise(appointment)
    if promise is None and appointment.state == State.TO_REBOOK:
        raise WrongState(_("Agree a new time with the customer first."))
    before, previous = appointment.state, appointment.specialist
    Reservation.objects.filter(appointment=appointment).delete()
    if promise and promise.ends_at > now:
        _take_window(appointment, specialist, by=by, now=now)
    assign(appointment, specialist, verb=Verb.REASSIGN, by=by, now=now, promise=promise)
    records.log(
        appointment,
        verb=Verb.REASSIGN,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        previous=previous,
        specialist=specialist,
    )
    return appointment


def _take_window(appointment: Appointment, specialist: Specialist, *, by: User, now: dt.datetime) -> None:
    if take(claim_of(appointment, [specialist.pk], by=by, now=now)) is None:
        wanted = appointment.starts_at
        raise Missed(
            SlotTaken, Wish(topic=appointment.topic, starts_at=wanted, now=now, specialist=specialist)
        )
