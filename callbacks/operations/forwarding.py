"""Forwarding an appointment to another team or person: one record and one reference, whoever handles it."""

import datetime as dt
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist, Team, Topic
from availability.queries import free_throughout
from callbacks.errors import Invalid
from callbacks.models import Appointment, Promise, Reservation
from callbacks.operations import promising, records
from callbacks.operations.booking import claim_of
from callbacks.operations.confirming import assign, hand_to_front_office, tell_team
from callbacks.operations.reserving import in_one_transaction, take
from callbacks.permissions import check_forward
from callbacks.queries.slots import busy
from callbacks.states import OWNED, State, Verb


@in_one_transaction
def forward(
    *,
    appointment: Appointment,
    version: int,
    to: Team | Specialist,
    reason: str,
    by: User,
    now: dt.datetime,
    topic: Topic | None = None,
) -> Appointment:
    """Give the appointment to another team, or to a person of any team, because it is theirs to answer.

    The promise stays. When the receiver (of a team whoever knows the topic) published its window and has it
    free, the window stays too; else the front office agrees a new time with that team. A call that was
    planned without a promise goes along to a person. A team that does not handle the topic needs another
    ``topic``, or nobody could be offered a new time there. Raises ``Forbidden``, ``Invalid`` (a reason is
    needed), ``Stale``, ``WrongState``.
    """
    check_forward(by, appointment)
    reason = records.check_reason(reason)
    appointment = records.at_version(appointment, version)
    records.check_state(appointment, Verb.FORWARD)
    team = to if isinstance(to, Team) else to.team
    _check_receiver(appointment, to, team)
    new_topic = _checked_topic(topic or appointment.topic, team)
    before, previous = appointment.state, appointment.specialist
    details = {
        "previous": previous,
        "previous_team": appointment.team if team != appointment.team else None,
        "team": team if team != appointment.team else None,
        "topic": new_topic if new_topic != appointment.topic else None,
    }
    receiver = _hand_over(appointment, to, team=team, topic=new_topic, by=by, now=now)
    records.log(
        appointment,
        verb=Verb.FORWARD,
        by=by,
        now=now,
        from_state=before,
        reason=reason,
        specialist=receiver,
        **details,
    )
    return appointment


def _check_receiver(appointment: Appointment, to: Team | Specialist, team: Team) -> None:
    if not team.is_active or not to.is_active:
        raise Invalid(_("Choose a team or a person who works here."), field="to")
    if isinstance(to, Specialist):
        if not to.user.is_active:
            raise Invalid(_("Choose a team or a person who works here."), field="to")
        if to.pk == appointment.specialist_id:
            raise Invalid(_("This specialist already has the appointment."), field="to")
    elif to.pk == appointment.team_id:
        raise Invalid(_("This team already has the appointment."), field="to")


def _checked_topic(topic: Topic, team: Team) -> Topic:
    if not topic.teams.filter(pk=team.pk).exists():
        raise Invalid(_("This team does not handle this topic. Choose one of its own."), field="topic")
    return topic


def _hand_over(
    appointment: Appointment,
    to: Team | Specialist,
    *,
    team: Team,
    topic: Topic,
    by: User,
    now: dt.datetime,
) -> Specialist | None:
    """Who has it from now on, with the window or the planned call; None for the front office."""
    promise, was_there = promising.open_promise(appointment), appointment.state == State.TO_REBOOK
    appointment.team, appointment.topic = team, topic
    receiver = _receiver(appointment, to, promise, by=by, now=now)
    fields: dict[str, Any] = {"team": team, "topic": topic}
    if receiver:
        assign(appointment, receiver, verb=Verb.FORWARD, by=by, now=now, promise=promise, **fields)
    elif was_there:
        # The front office knows of it, and whoever claimed it goes on.
        records.change(appointment, to_state=State.TO_REBOOK, verb=Verb.FORWARD, **fields)
    else:
        hand_to_front_office(appointment, verb=Verb.FORWARD, by=by, now=now, **fields)
    if receiver is None:
        tell_team(appointment, now=now)
    return receiver


def _receiver(
    appointment: Appointment, to: Team | Specialist, promise: Promise | None, *, by: User, now: dt.datetime
) -> Specialist | None:
    """Who takes the appointment as it is, their time reserved where one is promised."""
    if promise is None:
        return to if isinstance(to, Specialist) and appointment.state in OWNED else None
    if promise.ends_at <= now:
        return None
    claim = claim_of(appointment, _candidates(appointment, to), by=by, now=now)
    free = free_throughout(
        specialists=claim.candidates,
        start=claim.starts_at,
        end=claim.ends_at,
        busy=partial(busy, now=now, holder=by, moving=appointment),
    )
    # One appointment has one reservation: what was the old one's goes before the new one's comes.
    Reservation.objects.filter(appointment=appointment).delete()
    taken = take(claim_of(appointment, free, by=by, now=now))
    return taken.specialist if taken else None


def _candidates(appointment: Appointment, to: Team | Specialist) -> list[int]:
    if isinstance(to, Specialist):
        return [to.pk]
    people = to.specialists.filter(is_active=True, user__is_active=True, topics=appointment.topic)
    return list(people.exclude(pk=appointment.specialist_id or 0).values_list("pk", flat=True))
