"""Slots to choose from: the six next ones, or those of one day, with ten days beside them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from availability.slots import Slot
from callbacks.queries.slots import DayRoom, Offer
from frontoffice.presenters import moments

NUMBERED = 6
FEW = 5


@dataclass(frozen=True)
class SlotChoice:
    """One slot as a radio button; ``number`` is its digit, 0 when it has none.

    ``knows`` says that somebody who is free then spoke with the customer before.
    """

    number: int
    value: str
    day: str
    time: str
    checked: bool
    focus: bool
    knows: bool = False


@dataclass(frozen=True)
class DayChoice:
    """One day with its room in words."""

    value: str
    label: str
    room: str
    full: bool
    checked: bool


@dataclass(frozen=True)
class SlotPicker:
    """The slots shown and the days to choose from. ``title`` says what the list holds."""

    title: str
    choices: list[SlotChoice]
    days: list[DayChoice]


def picker(
    offer: Offer,
    *,
    day: dt.date | None = None,
    chosen: dt.datetime | None = None,
    now: dt.datetime,
    knows: Collection[int] = (),
    title: str = "",
    choose: bool = True,
) -> SlotPicker:
    """The next slots, or those of a day; what was chosen stays chosen, else it is the first.

    ``knows`` are the keys of specialists who know the customer. ``title`` is that of the next slots.
    """
    opened = next((room for room in offer.days if room.day == day), None)
    slots = opened.slots if opened else offer.next_slots
    return SlotPicker(
        title=moments.short_day(opened.day) if opened else title or _("First free slots"),
        choices=choices(slots, chosen=chosen, now=now, knows=knows, choose=choose),
        days=[_day(room, checked=room is opened) for room in offer.days],
    )


def alternatives(
    slots: Sequence[Slot], offer: Offer, *, now: dt.datetime, knows: Collection[int] = ()
) -> SlotPicker:
    """After a lost race: the nearest slots, the first one chosen and in focus, so that Enter books it."""
    return SlotPicker(
        title=_("Still free around that time"),
        choices=choices(slots, chosen=None, now=now, knows=knows, focus=True),
        days=[_day(room, checked=False) for room in offer.days],
    )


def choices(
    slots: Sequence[Slot],
    *,
    chosen: dt.datetime | None,
    now: dt.datetime,
    knows: Collection[int] = (),
    focus: bool = False,
    choose: bool = True,
) -> list[SlotChoice]:
    """Radio buttons for slots, of which one is chosen (or has the focus) as long as there are any."""
    selected = max((i for i, slot in enumerate(slots) if slot.starts_at == chosen), default=0)
    return [
        SlotChoice(
            number=index + 1 if index < NUMBERED else 0,
            value=slot.starts_at.isoformat(),
            day=moments.day_words(slot.starts_at, now),
            time=f"{moments.clock(slot.starts_at)}–{moments.clock(slot.ends_at)}",
            checked=choose and index == selected,
            focus=focus and index == selected,
            knows=not set(slot.specialists).isdisjoint(knows),
        )
        for index, slot in enumerate(slots)
    ]


def _day(room: DayRoom, *, checked: bool) -> DayChoice:
    return DayChoice(
        value=room.day.isoformat(),
        # In a narrow place the weekday stands alone, never the month.
        label="\N{NO-BREAK SPACE}".join(moments.short_day(room.day).rsplit(maxsplit=1)),
        room=room_words(room.free),
        full=not room.free,
        checked=checked,
    )


def room_words(free: int) -> str:
    """Free places in words: full, 2 left, plenty."""
    if not free:
        return _("full")
    return _("%(count)d left") % {"count": free} if free <= FEW else _("plenty")
