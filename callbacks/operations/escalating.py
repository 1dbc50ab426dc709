"""The last step of the ladder: a broken promise about which nobody called goes to somebody else."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from availability.models import Absence, Specialist
from availability.models.organisation import EscalateTo
from callbacks.models import Appointment, Promise, Reservation
from callbacks.operations import records
from callbacks.operations.confirming import assign, hand_to_front_office
from callbacks.states import OWNED, Verb


@transaction.atomic
def escalate(*, promise_ids: Sequence[int], now: dt.datetime) -> int:
    """Take broken promises from specialists who did not call, once each. Gives how many changed hands.

    The substitute gets it where the team wants that and there is one at work, else it goes to the worklist.
    The promise stays broken and open until a call; while somebody is calling, this step waits. The caller has
    the promises locked.
    """
    due = Promise.objects.open().filter(pk__in=promise_ids, escalate_at__lte=now)
    promises = {promise.appointment_id: promise for promise in due}
    found = (
        Appointment.objects.filter(pk__in=promises)
        .select_related("topic", "team", "customer", "created_by", "specialist__substitute__user")
        # Whoever changes one now may be about to log the call: the next look sees what came of it. And who
        # waited for them here, with the promise in hand, could be the one they wait for.
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    seen = list(found)
    called = [one for one in seen if one.is_being_called(now)]
    for one in called:
        # Whoever is talking with the customer keeps it, unless nothing comes of that call.
        due.filter(appointment=one).update(escalate_at=one.call_ends_at)
    settled = [one for one in seen if one not in called]
    owned = [appointment for appointment in settled if appointment.state in OWNED]
    for appointment in owned:
        _pass_up(appointment, promises[appointment.pk], now=now)
    # Also of what stands on the worklist already: that step has been taken.
    due.filter(appointment__in=settled).update(escalate_at=None)
    return len(owned)


def _pass_up(appointment: Appointment, promise: Promise, *, now: dt.datetime) -> None:
    before, previous = appointment.state, appointment.specialist
    substitute = _substitute(appointment, now=now)
    if substitute is None:
        hand_to_front_office(appointment, verb=Verb.ESCALATE, by=None, now=now)
    else:
        Reservation.objects.filter(appointment=appointment).delete()
        assign(appointment, substitute, verb=Verb.ESCALATE, by=None, now=now, promise=promise)
    records.log(
        appointment,
        verb=Verb.ESCALATE,
        by=None,
        now=now,
        from_state=before,
        reason=_("Promised and not called."),
        previous=previous,
        specialist=substitute,
    )


def _substitute(appointment: Appointment, *, now: dt.datetime) -> Specialist | None:
    """Who was named for the absence that runs at ``now``, else the usual one; None when they cannot."""
    specialist = appointment.specialist
    if specialist is None or appointment.team.escalate_to != EscalateTo.SUBSTITUTE:
        return None
    absences = Absence.objects.filter(specialist=specialist, starts_at__lte=now, ends_at__gt=now)
    named = absences.filter(substitute__isnull=False).select_related("substitute__user").first()
    substitute = named.substitute if named else specialist.substitute
    if substitute is None or substitute.team_id != appointment.team_id:
        return None
    return substitute if substitute.is_active and substitute.user.is_active else None
