"""The free times that customers see on their own page: a day at a time, each time a button."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from availability.slots import Slot
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment
from callbacks.queries.slots import DayRoom, Offer, offer, other_times
from frontoffice.presenters import moments
from frontoffice.presenters.looks import parse_day


@dataclass(frozen=True)
class Address:
    """Where this customer's page is, in a language."""

    key: str
    language: str

    def to(self, slug: str = "", **parameters: str) -> str:
        """The page, or what a form on it is sent to."""
        path = reverse(f"customer-{slug}") if slug else reverse("customer-page")
        return f"{path}?{urlencode({'key': self.key, 'lang': self.language} | parameters)}"


@dataclass(frozen=True)
class SlotButton:
    """A time to press; ``said`` is what it does, for who cannot see the day above it."""

    value: str
    label: str
    said: str


@dataclass(frozen=True)
class DayLink:
    """A day with free times."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Times:
    """The free times of one day (or nearest to a time that was just taken), and the other days."""

    title: str
    slots: list[SlotButton]
    days: list[DayLink]
    earlier: str
    later: str


def times(
    appointment: Appointment,
    address: Address,
    *,
    now: dt.datetime,
    asked: Any,
    refusal: DomainError | None,
) -> Times:
    """The days from today on (or from the day asked for) with room, and the times of the one asked for.

    After a lost race those nearest to the time that is gone.
    """
    today, day = moments.today(now), parse_day(asked.get("day", ""))
    first = min(max(parse_day(asked.get("from", "")) or today, today), _last(appointment, now))
    offered = offer(topic=appointment.topic, now=now, first_day=first, moving=appointment)
    rooms = [room for room in offered.days if room.slots]
    opened = next((room for room in rooms if room.day == day), rooms[0] if rooms else None)
    if isinstance(refusal, SlotTaken | SlotNotOffered):
        title, slots = _("Still free around that time"), other_times(refusal.alternatives, appointment)
        opened = None
    else:
        title = formats.date_format(opened.day, "l j F") if opened else ""
        slots = opened.slots if opened else []
    shown = {"from": first.isoformat()} if first > today else {}
    return Times(
        title=title,
        slots=[_button(slot, with_day=opened is None) for slot in slots],
        days=[_link(room, address, shown, current=room is opened) for room in rooms],
        earlier=address.to(day=today.isoformat()) + "#move" if first > today else "",
        later=_later(appointment, offered, address, now=now),
    )


def _button(slot: Slot, *, with_day: bool) -> SlotButton:
    time = moments.clock(slot.starts_at)
    day = formats.date_format(moments.today(slot.starts_at), "l j F")
    return SlotButton(
        value=slot.starts_at.isoformat(),
        label=f"{day} {time}" if with_day else time,
        said=_("Move to %(day)s %(time)s") % {"day": day, "time": time},
    )


def _link(room: DayRoom, address: Address, shown: dict[str, str], *, current: bool) -> DayLink:
    target = address.to(**shown, day=room.day.isoformat()) + "#move"
    return DayLink(label=moments.short_day(room.day), address=target, current=current)


def _later(appointment: Appointment, offered: Offer, address: Address, *, now: dt.datetime) -> str:
    """Where the ten days after these are; nothing beyond what the team offers."""
    next_day = offered.days[-1].day + dt.timedelta(days=1)
    if next_day > _last(appointment, now):
        return ""
    return address.to(**{"from": next_day.isoformat()}) + "#move"


def _last(appointment: Appointment, now: dt.datetime) -> dt.date:
    return moments.today(now + dt.timedelta(days=appointment.team.horizon_days))
