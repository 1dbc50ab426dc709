"""Adding a note: what the next reader of an appointment should know."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.errors import Invalid
from callbacks.models import Appointment
from callbacks.models.appointments import REASON_LIMIT
from callbacks.operations import records
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_add_note
from callbacks.states import State, Verb


@in_one_transaction
def add_note(*, appointment: Appointment, version: int, note: str, by: User, now: dt.datetime) -> Appointment:
    """Write something in the log of an appointment, open or closed.

    The version rises: whoever was about to act reads the note first. Raises ``Forbidden``, ``Invalid``
    (empty, or longer than a reason may be), ``Stale``.
    """
    check_add_note(by, appointment)
    note = _checked(note)
    appointment = records.at_version(appointment, version)
    state = State(appointment.state)
    records.change(appointment, to_state=state, verb=Verb.ADD_NOTE)
    records.log(appointment, verb=Verb.ADD_NOTE, by=by, now=now, from_state=state, reason=note)
    return appointment


def _checked(note: str) -> str:
    note = note.strip()
    if not note:
        raise Invalid(_("Write a note."), field="note")
    records.check_length(note, REASON_LIMIT, field="note")
    return note
