"""The switch for warm transfers, with what it does at this moment in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from availability.models import Specialist
from callbacks.queries.presence import Now, Presence, presence
from frontoffice.presenters import moments


@dataclass(frozen=True)
class Switch:
    """Where the switch stands, and what follows from that and from the moment."""

    on: bool
    free: bool
    words: str


def switch(specialist: Specialist, now: dt.datetime) -> Switch:
    """The specialist's own switch."""
    found = presence(specialist=specialist, now=now)
    return Switch(
        on=specialist.takes_transfers, free=found.presence == Presence.FREE, words=_words(found, now)
    )


def _words(found: Now, now: dt.datetime) -> str:
    until = _moment(found.until, now) if found.until else ""
    return {
        Presence.OFF: _("off: nobody is put through to you"),
        Presence.CALLING: _("off by itself while you call about %(reference)s")
        % {"reference": found.reference},
        Presence.OCCUPIED: _("off by itself during your appointment, until %(until)s") % {"until": until},
        Presence.AWAY: _("off by itself: you did not publish this time, or are away or occupied"),
        Presence.FREE: _("on: customers can be put through to you, until %(until)s") % {"until": until},
    }[found.presence]


def _moment(at: dt.datetime, now: dt.datetime) -> str:
    """A time, with its day when that is another one."""
    same_day = moments.today(at) == moments.today(now)
    return moments.clock(at) if same_day else moments.day_clock(at, now)
