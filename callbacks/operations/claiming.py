"""Claiming work from the worklist, so that two agents do not call one customer."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import WrongState
from callbacks.models import Appointment
from callbacks.operations import records
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_claim, check_release_claim
from callbacks.states import State, Verb


@in_one_transaction
def claim(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """Take an appointment from the worklist upon oneself, also one that a colleague has.

    Of two who claim the same version one gets it; the other is told who. Claiming what one has already
    changes nothing. Raises ``Forbidden``, ``Stale``, ``WrongState``.
    """
    check_claim(by, appointment)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.CLAIM)
    previous = appointment.claimed_by
    if previous == by:
        return appointment
    records.change(appointment, to_state=State.TO_REBOOK, verb=Verb.CLAIM, claimed_by=by, claimed_at=now)
    records.log(appointment, verb=Verb.CLAIM, by=by, now=now, from_state=State.TO_REBOOK, previous=previous)
    return appointment


@in_one_transaction
def release_claim(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """Put an appointment back for everybody; a claim of somebody who went home too.

    Raises ``Forbidden``, ``Stale``, ``WrongState`` (also when nobody has it).
    """
    check_release_claim(by, appointment)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.RELEASE_CLAIM)
    previous = appointment.claimed_by
    if previous is None:
        raise WrongState(_("Nobody has claimed this appointment."))
    records.change(
        appointment, to_state=State.TO_REBOOK, verb=Verb.RELEASE_CLAIM, claimed_by=None, claimed_at=None
    )
    records.log(
        appointment, verb=Verb.RELEASE_CLAIM, by=by, now=now, from_state=State.TO_REBOOK, previous=previous
    )
    return appointment
