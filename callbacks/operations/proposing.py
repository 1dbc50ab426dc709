"""Proposing another time: the specialist cannot keep the window, and says when instead."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import SlotTaken, WrongState
from callbacks.models import Appointment
from callbacks.operations import promising, records
from callbacks.operations.confirming import hand_to_front_office
from callbacks.operations.reserving import Missed, Wish, find_slot, in_one_transaction
from callbacks.permissions import check_propose
from callbacks.queries.slots import INSTANT, free_slots
from callbacks.states import Verb


@in_one_transaction
def propose(
    *,
    appointment: Appointment,
    version: int,
    starts_at: dt.datetime,
    by: User,
    now: dt.datetime,
    reason: str = "",
) -> Appointment:
    """Ask the front office to agree another free slot (its UTC start) of the same specialist.

    The promise stays until the customer agrees; nothing is reserved for the proposal. Raises ``Forbidden``,
    ``Invalid``, ``SlotNotOffered``, ``SlotTaken``, ``Stale``, ``WrongState``.
    """
    check_propose(by, appointment)
    reason = records.clean_reason(reason)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.PROPOSE)
    before, specialist = appointment.state, appointment.specialist
    if specialist is None:  # the database keeps this from happening
        raise WrongState(_("Nobody has this appointment."))
    _check_free(appointment, starts_at, now=now)
    hand_to_front_office(
        appointment,
        verb=Verb.PROPOSE,
        by=by,
        now=now,
        proposed_specialist=specialist,
        proposed_starts_at=starts_at,
    )
    records.log(
        appointment,
        verb=Verb.PROPOSE,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        previous=specialist,
        proposed_starts_at=starts_at,
    )
    return appointment


def _check_free(appointment: Appointment, starts_at: dt.datetime, *, now: dt.datetime) -> None:
    promising.check_other_time(appointment, starts_at)
    wish = Wish(topic=appointment.topic, starts_at=starts_at, now=now, specialist=appointment.specialist)
    find_slot(wish)
    free = free_slots(
        topic=appointment.topic,
        start=starts_at,
        end=starts_at + INSTANT,
        now=now,
        specialist=appointment.specialist,
        moving=appointment,
    )
    if not free:
        raise Missed(SlotTaken, wish)
