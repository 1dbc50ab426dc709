"""Correcting the number that will be called."""

import datetime as dt

from callbacks.models import Actor, Appointment
from callbacks.operations import records
from callbacks.operations.customers import read_phone
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_correct_phone
from callbacks.states import State, Verb

# What may be told of a number where others can read it.
ENDING = 3


@in_one_transaction
def correct_phone(
    *, appointment: Appointment, version: int, phone: str, by: Actor, now: dt.datetime
) -> Appointment:
    """Call this appointment's customer on another number, typed in any notation.

    What is known of the customer elsewhere stays as it is, and the log keeps the last digits only. Giving the
    number that is there changes nothing. Raises ``Forbidden``, ``Invalid``, ``Stale``, ``WrongState``.
    """
    check_correct_phone(by, appointment)
    number = read_phone(phone, field="phone")
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.CORRECT_PHONE)
    state, previous = State(appointment.state), appointment.phone
    if number == previous:
        return appointment
    records.change(appointment, to_state=state, verb=Verb.CORRECT_PHONE, phone=number)
    records.log(
        appointment,
        verb=Verb.CORRECT_PHONE,
        by=by,
        now=now,
        from_state=state,
        ending=number[-ENDING:],
        previous_ending=previous[-ENDING:],
    )
    return appointment
