"""Beginning a call: the start of an attempt is measured, and colleagues see who is calling."""

import datetime as dt

from accounts.models import User
from callbacks.errors import BeingCalled
from callbacks.models import Appointment
from callbacks.operations import records
from callbacks.operations.reserving import in_one_transaction
from callbacks.permissions import check_begin_call
from callbacks.states import Verb

# Who forgot to log a call can do so later in the day; what is older says nothing about the next call.
MEASURED_FOR = dt.timedelta(hours=12)


@in_one_transaction
def begin_call(*, appointment: Appointment, version: int, by: User, now: dt.datetime) -> Appointment:
    """Remember that this person dials the customer at ``now`` (UTC).

    Doing so again within ``CALL_LASTS`` changes nothing. The version stays: what others have read is still
    true. Raises ``BeingCalled`` (a colleague is calling), ``Forbidden``, ``Stale``, ``WrongState``.
    """
    check_begin_call(by, appointment)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.BEGIN_CALL)
    # Read again: beginning a call makes no new version.
    appointment.refresh_from_db(fields=["calling_by", "calling_since"])
    if appointment.is_being_called(now):
        _check_is_caller(appointment, by)
        return appointment
    appointment.calling_by, appointment.calling_since = by, now
    Appointment.objects.filter(pk=appointment.pk).update(calling_by=by, calling_since=now)
    records.log(appointment, verb=Verb.BEGIN_CALL, by=by, now=now, from_state=appointment.state)
    return appointment


def _check_is_caller(appointment: Appointment, by: User) -> None:
    if appointment.calling_by and appointment.calling_since and appointment.calling_by_id != by.pk:
        raise BeingCalled(by_name=str(appointment.calling_by), since=appointment.calling_since)


def measured_start(appointment: Appointment, *, by: User, now: dt.datetime) -> dt.datetime | None:
    """When this person dialled for the call that they log now; None when that was not measured."""
    since = appointment.calling_since
    mine = appointment.calling_by_id == by.pk and since is not None and now - since < MEASURED_FOR
    return since if mine else None
