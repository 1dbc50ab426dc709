"""Changing availability without silently breaking what was promised in it."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist
from callbacks.errors import AppointmentsHit, Invalid, SlotTaken
from callbacks.models import Appointment, Reservation
from callbacks.operations import outbox, promising, records
from callbacks.operations.booking import claim_of
from callbacks.operations.confirming import assign, decline, send_back
from callbacks.operations.noting import add_note
from callbacks.operations.reserving import in_one_transaction, take
from callbacks.permissions import check_handle
from callbacks.queries.slots import nearest
from callbacks.queries.uncovered import uncovered
from callbacks.states import MessageKind, Remedy, State, Verb

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do with one appointment that a change hits, as somebody saw it: at that version."""

    remedy: Remedy
    version: int
    reason: str
    substitute: Specialist | None = None


@in_one_transaction
def rearrange(
    *,
    specialists: Collection[int],
    change: Callable[[], R],
    decisions: Mapping[str, Decision],
    by: User,
    now: dt.datetime,
) -> R:
    """Change what these people (keys) publish, and do what was decided for every appointment that this hits.

    ``decisions`` go by reference. What lay outside their windows before is not asked about again, and what
    people have who stop working is passed on by a worker (see ``leaving``). All of it is done or nothing:
    raises ``AppointmentsHit`` with those for which nothing was decided, and whatever the change and the
    decisions raise.
    """
    before = {one.pk for one in uncovered(specialists=specialists, now=now)}
    result = change()
    after = uncovered(specialists=specialists, now=now)
    hit = [one for one in after if one.pk not in before and _works(one.specialist)]
    undecided = [one for one in hit if one.reference not in decisions]
    if undecided:
        raise AppointmentsHit(hit)
    for appointment in hit:
        _settle(appointment, decisions[appointment.reference], by=by, now=now)
    return result


def _works(specialist: Specialist | None) -> bool:
    return specialist is not None and specialist.is_active and specialist.user.is_active


def _settle(appointment: Appointment, decision: Decision, *, by: User, now: dt.datetime) -> None:
    common: dict[str, Any] = {"appointment": appointment, "version": decision.version, "by": by, "now": now}
    if decision.remedy == Remedy.COLLEAGUE:
        _tell_if_dropped(decline(**common, reason=decision.reason), now=now)
    elif decision.remedy == Remedy.REBOOK:
        _tell_if_dropped(send_back(**common, reason=decision.reason), now=now)
    elif decision.remedy == Remedy.KEEP:
        check_handle(by, appointment)
        add_note(**common, note=decision.reason)
    else:
        _substitute(appointment, decision, by=by, now=now)


def _tell_if_dropped(appointment: Appointment, *, now: dt.datetime) -> None:
    """Whoever knows long before the window that it cannot be kept says so to the customer."""
    if appointment.state == State.TO_REBOOK:
        promise = promising.open_promise(appointment)
        news = outbox.news_of_change(appointment, promise, now=now)
        outbox.queue(news.to_customer(MessageKind.CUSTOMER_TO_REBOOK))


def _substitute(appointment: Appointment, decision: Decision, *, by: User, now: dt.datetime) -> None:
    """Let the substitute keep the window, in time that need not be published but must be free."""
    check_handle(by, appointment)
    reason, substitute = records.check_reason(decision.reason), decision.substitute
    if substitute is None or not substitute.is_active or substitute.team_id != appointment.team_id:
        raise Invalid(_("Choose an active specialist of this team."), field="substitute")
    appointment = records.at_version(appointment, decision.version)
    before, previous = appointment.state, appointment.specialist
    Reservation.objects.filter(appointment=appointment).delete()
    if take(claim_of(appointment, [substitute.pk], by=by, now=now)) is None:
        raise SlotTaken(nearest(topic=appointment.topic, wanted=appointment.starts_at, now=now))
    promise = promising.open_promise(appointment)
    assign(appointment, substitute, verb=Verb.REASSIGN, by=by, now=now, promise=promise)
    records.log(
        appointment,
        verb=Verb.REASSIGN,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        previous=previous,
        specialist=substitute,
    )
