"""Appointments whose time nobody offers any more: a window ended, somebody is away, a day was closed."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from availability.coverage import is_covered
from availability.models import Specialist, Window
from availability.models.calendar import last_day
from availability.queries import published_by
from availability.slots import Person
from callbacks.clock import Moment
from callbacks.models import Appointment
from callbacks.states import OWNED

A_DAY = dt.timedelta(days=1)


def uncovered(*, specialists: Collection[int], now: dt.datetime) -> list[Appointment]:
    """Appointments to come of these people (keys) that lie outside what they publish, the soonest first.

    All appointments of somebody who does not work any more do. Two queries.
    """
    coming = (
        Appointment.objects.filter(specialist__in=specialists, state__in=OWNED, starts_at__gt=now)
        .select_related("topic", "team", "customer", "specialist__user")
        .order_by("starts_at", "pk")
    )
    appointments = list(coming)
    if not appointments:
        return []
    end = max(_ends_at(one) for one in appointments)
    people = published_by(specialists=specialists, start=now, end=end)
    return [one for one in appointments if not _is_covered(one, people)]


def of_leavers() -> QuerySet[Appointment]:
    """What people who do not work any more still have to call, the soonest first."""
    owned = Appointment.objects.filter(state__in=OWNED, specialist__in=_gone())
    return owned.order_by("next_action_at", "pk")


def windows_of_leavers(now: Moment) -> QuerySet[Window]:
    """What they publish beyond tomorrow (UTC): by then their present day is over in every zone."""
    lasting = Window.objects.alias(last_day=last_day()).filter(last_day__gt=now + A_DAY)
    return lasting.filter(specialist__in=_gone()).order_by("pk")


def _gone() -> QuerySet[Any, Any]:
    # A subquery, so that whoever locks their rows does not lock the people.
    return Specialist.objects.filter(Q(is_active=False) | Q(user__is_active=False)).values("pk")


def _is_covered(appointment: Appointment, people: dict[int, Person]) -> bool:
    specialist = appointment.specialist
    if specialist is None or not specialist.is_active or not specialist.user.is_active:
        return False
    return is_covered(people[specialist.pk], appointment.starts_at, _ends_at(appointment))


def _ends_at(appointment: Appointment) -> dt.datetime:
    return appointment.ends_at + dt.timedelta(minutes=appointment.topic.buffer)
