"""What becomes of appointments that nobody confirmed, though the specialist was reminded."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from availability.models import UnconfirmedPolicy
from callbacks.models import Appointment
from callbacks.operations import promising, records
from callbacks.operations.confirming import pass_to_colleague
from callbacks.operations.notices import Notice, tell
from callbacks.states import MessageKind, State, Verb


@transaction.atomic
def settle_unconfirmed(*, appointment_ids: Sequence[int], now: dt.datetime) -> int:
    """Do with each what its team has decided (``unconfirmed_policy``), once; gives how many there were.

    Where that leaves the specialist with it, unconfirmed, the team's leads are told. The log names nobody but
    the system. While somebody calls, it waits for what comes of that. The caller has the rows locked.
    """
    waiting = Appointment.objects.filter(
        pk__in=appointment_ids, state=State.SCHEDULED, reminded_until__lte=now
    )
    # A lock has been waited for: who confirmed meanwhile is not here any more.
    locked = list(waiting.select_related("topic", "team", "customer", "created_by", "specialist__user"))
    for one in locked:
        if one.is_being_called(now):
            waiting.filter(pk=one.pk).update(reminded_until=one.call_ends_at)
    found = [one for one in locked if not one.is_being_called(now)]
    stays = [one for one in found if not _settle(one, now=now)]
    Appointment.objects.filter(pk__in=[one.pk for one in stays]).update(reminded_until=None)
    tell([_to_lead(one) for one in stays], now=now)
    return len(found)


def _settle(appointment: Appointment, *, now: dt.datetime) -> bool:
    """Follow the team's policy; False when the appointment stays as it is."""
    if appointment.team.unconfirmed_policy == UnconfirmedPolicy.CONFIRMED:
        _count_as_confirmed(appointment, now=now)
        return True
    if appointment.team.unconfirmed_policy == UnconfirmedPolicy.COLLEAGUE:
        reason = _("%(name)s did not confirm in time.") % {"name": appointment.specialist}
        return pass_to_colleague(appointment, reason=reason, by=None, now=now) is not None
    return False


def _count_as_confirmed(appointment: Appointment, *, now: dt.datetime) -> None:
    before = appointment.state
    records.change(appointment, to_state=State.CONFIRMED, verb=Verb.CONFIRM)
    reason = _("Not confirmed in time: in this team it then counts as confirmed.")
    records.log(appointment, verb=Verb.CONFIRM, by=None, now=now, from_state=before, reason=reason)


def _to_lead(appointment: Appointment) -> Notice:
    promise = promising.open_promise(appointment)
    # Once for each version, as the reminder: who is asked anew and forgets again, is told of again.
    occasion = f"{appointment.pk}.{appointment.version}"
    kind = MessageKind.LEAD_UNCONFIRMED
    return Notice(kind, appointment.pk, promise.pk if promise else None, occasion)
