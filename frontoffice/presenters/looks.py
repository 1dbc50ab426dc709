"""Which times the agent asked to see: a day, words, a part of the day, somebody in particular."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateparse import parse_date

from availability.models import Specialist
from availability.slots import Slot
from frontoffice.dates import Wanted, read_day
from frontoffice.presenters import moments

MORNING, AFTERNOON = "morning", "afternoon"
NOON = dt.time(12)


class Params(Protocol):
    """An address's or a form's values."""

    def get(self, key: str, /) -> Any:
        """One value, or None."""


@dataclass(frozen=True)
class Look:
    """Which times of a topic the agent wants to see: all of it optional, ``when`` as it was typed."""

    day: dt.date | None = None
    when: str = ""
    part: str = ""
    specialist: Specialist | None = None
    wanted: Wanted | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether there may be more to see without it."""
        return bool(self.part or self.specialist or self.wanted)

    def fits(self, slot: Slot) -> bool:
        """Whether a slot begins at an hour that was asked for."""
        begin = timezone.localtime(slot.starts_at).time()
        wanted = self.wanted or Wanted()
        if (wanted.earliest and begin < wanted.earliest) or (wanted.latest and begin >= wanted.latest):
            return False
        return {MORNING: begin < NOON, AFTERNOON: begin >= NOON}.get(self.part, True)


def look(params: Params, *, now: dt.datetime) -> Look:
    """Read what the agent asked to see."""
    when, key = (params.get("when") or "").strip(), params.get("specialist") or ""
    part = params.get("part") or ""
    asked = Specialist.objects.filter(is_active=True).select_related("user")
    return Look(
        day=parse_day(params.get("day") or ""),
        when=when,
        part=part if part in {MORNING, AFTERNOON} else "",
        specialist=asked.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None,
        wanted=read_day(when, today=moments.today(now)) if when else None,
    )


def key(params: Params, *, day: str) -> str:
    """The wish that a form was filled in under."""
    values = [params.get(name) or "" for name in ("topic", "part", "specialist")]
    return "|".join([*values, day, (params.get("when") or "").strip()])


def asks_for_times(params: Params) -> bool:
    """Whether the slots that were sent belong to another wish than the one that was sent with them.

    So it is without the script, and when the times did not come through.
    """
    shown = params.get("shown")
    return shown is not None and shown != key(params, day=params.get("day") or "")


def without_wish(asked: Look) -> Look:
    """All times of the topic again."""
    return replace(asked, day=None, when="", part="", specialist=None, wanted=None)


def parse_day(text: str) -> dt.date | None:
    """A day from an address; what is no day opens none."""
    try:
        return parse_date(text)
    except ValueError:
        return None
