"""Appointments as rows of a list. They come from ``queries.lists.with_people``."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from callbacks.models import Appointment
from callbacks.queries.lists import open_promise
from callbacks.states import OPEN, TRANSITIONS, State, Verb
from frontoffice.presenters import moments
from frontoffice.presenters.status import Status, is_missed, status

M = TypeVar("M", bound=Model)
# A list of appointments renews itself every ten seconds: as many as somebody deals with in half a day.
PAGE = 50
SOON = dt.timedelta(hours=1)
GROUPS: dict[str, StrOrPromise] = {
    "late": gettext_lazy("Late"),
    "soon": gettext_lazy("Now and the next hour"),
    "today": gettext_lazy("Later today"),
    "coming": gettext_lazy("Coming days"),
}
# What a list can offer to do with several rows at once, by the state that they are in.
TOGETHER = {
    state: frozenset(verb for verb in (Verb.CONFIRM, Verb.REASSIGN) if state in TRANSITIONS[verb])
    for state in State
}


class Mark(NamedTuple):
    """Something that is not so of most appointments, as words and a shape."""

    kind: str
    shape: str
    words: str


@dataclass(frozen=True)
class Row:
    """One appointment in a list. ``distance`` says how far away the next call is."""

    reference: str
    status: Status
    period: str
    distance: str
    customer: str
    topic: str
    team: str
    specialist: str
    attempts: str
    question: str
    claim: str
    proposal: str
    calling: str
    watched: str
    version: int
    together: frozenset[Verb]

    @property
    def seen(self) -> str:
        """The appointment as it is shown here, for a form about several."""
        return f"{self.reference}.{self.version}"

    @property
    def select(self) -> str:
        """What the box to select it says."""
        return _("Select %(customer)s") % {"customer": self.customer}

    @property
    def marks(self) -> list[Mark]:
        """Who works on it or looks at it, and what was proposed."""
        marks = (
            Mark("claim", "◉", self.claim),
            Mark("claim", "↷", self.proposal),
            Mark("claim", "☎", self.calling),
            Mark("watched", "◎", self.watched),
        )
        return [mark for mark in marks if mark.words]


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: StrOrPromise
    rows: Sequence[Row]


def page(found: QuerySet[M], number: str) -> Page[M]:
    """The rows of one page; a number that is none gives the first page or the last."""
    return Paginator(found, PAGE).get_page(number)


def row(appointment: Appointment, now: dt.datetime) -> Row:
    """What a list shows of one appointment."""
    return Row(
        reference=appointment.reference,
        status=status(appointment, now),
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        distance=distance(appointment, now),
        customer=str(appointment.customer),
        topic=str(appointment.topic),
        team=str(appointment.team),
        specialist=str(appointment.specialist or ""),
        attempts=coming_attempt(appointment),
        question=appointment.question.strip().partition("\n")[0],
        claim=claim(appointment, now),
        proposal=proposal(appointment, now),
        calling=calling(appointment, now),
        watched=watched(appointment),
        version=appointment.version,
        together=TOGETHER[State(appointment.state)],
    )


def under(title: StrOrPromise, appointments: Iterable[Appointment], now: dt.datetime) -> list[Group]:
    """Rows under one heading; no heading without rows."""
    found = [row(one, now) for one in appointments]
    return [Group(title, found)] if found else []


def grouped(appointments: Iterable[Appointment], now: dt.datetime) -> list[Group]:
    """Rows in the order of the promise: late, now and the next hour, later today, coming days."""
    order = list(GROUPS)
    by_group = sorted(
        ((_group(one, now), one) for one in appointments), key=lambda pair: order.index(pair[0])
    )
    return [
        Group(GROUPS[name], [row(one, now) for _, one in pairs])
        for name, pairs in groupby(by_group, key=lambda pair: pair[0])
    ]


def distance(appointment: Appointment, now: dt.datetime) -> str:
    """How far away the promise is; without one, the next call, or how long the customer waits."""
    if promise := open_promise(appointment):
        return moments.distance(
            starts_at=promise.starts_at, ends_at=promise.ends_at, due_at=promise.due_at, now=now
        )
    if not appointment.next_action_at:
        return ""
    if appointment.state == State.TO_REBOOK:
        return _("waiting since %(at)s") % {"at": moments.day_clock(appointment.next_action_at, now)}
    if not vars(appointment)["attempt_count"]:
        return ""
    if appointment.next_action_at <= now:
        late = (now - appointment.next_action_at) // moments.MINUTE
        return _("%(length)s late") % {"length": moments.length(late)} if late else _("call again now")
    return _("call again %(at)s") % {"at": moments.day_clock(appointment.next_action_at, now)}


def attempts(appointment: Appointment) -> str:
    """How often was called, of how often the team calls; nothing before the first call."""
    made = vars(appointment)["attempt_count"]
    if not made:
        return ""
    return _("call attempt %(made)d of %(limit)d") % {"made": made, "limit": appointment.team.max_attempts}


def coming_attempt(appointment: Appointment) -> str:
    """Which call attempt comes now, of how many the team makes; of what is closed, how many were made."""
    made, limit = vars(appointment)["attempt_count"], appointment.team.max_attempts
    if appointment.state not in OPEN or made >= limit:
        return attempts(appointment)
    return _("call attempt %(made)d of %(limit)d") % {"made": made + 1, "limit": limit}


def claim(appointment: Appointment, now: dt.datetime) -> str:
    """Who of the front office is working on it, and since when; nothing when nobody is."""
    if not appointment.claimed_by or not appointment.claimed_at:
        return ""
    since = moments.day_clock(appointment.claimed_at, now)
    return _("with %(name)s since %(at)s") % {"name": appointment.claimed_by, "at": since}


def proposal(appointment: Appointment, now: dt.datetime) -> str:
    """The time that the specialist would rather have; nothing when none was proposed."""
    if not appointment.proposed_starts_at:
        return ""
    at = moments.day_clock(appointment.proposed_starts_at, now)
    return _("proposed: %(at)s with %(name)s") % {"at": at, "name": appointment.proposed_specialist}


def calling(appointment: Appointment, now: dt.datetime) -> str:
    """Who is calling the customer now, and since when; nothing when nobody is."""
    if not appointment.calling_since or not appointment.is_being_called(now):
        return ""
    since = moments.clock(appointment.calling_since)
    return _("%(name)s is calling since %(at)s") % {"name": appointment.calling_by, "at": since}


def watched(appointment: Appointment) -> str:
    """Who else has it open (see ``work.mark_watched``); nothing when nobody has."""
    names: list[str] = vars(appointment).get("watched_by", [])
    return _("open with %(names)s") % {"names": ", ".join(names)} if names else ""


def _group(appointment: Appointment, now: dt.datetime) -> str:
    promise = open_promise(appointment)
    if (promise and promise.is_overdue(now)) or is_missed(appointment, now):
        return "late"
    at = promise.starts_at if promise else appointment.next_action_at or now
    if at <= now + SOON:
        return "soon"
    return "today" if moments.today(at) == moments.today(now) else "coming"
