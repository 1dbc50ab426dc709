"""Who is the caller: what a search found, or the one who was chosen."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from callbacks import phones
from callbacks.models import Appointment, Customer, Promise
from callbacks.queries.search import SHORTEST, Caller, find_callers
from callbacks.references import normalise
from frontoffice.forms.callers import found_caller
from frontoffice.presenters import moments
from frontoffice.presenters import story as stories
from frontoffice.presenters.status import Status, status

SHOWN = 8


@dataclass(frozen=True)
class OpenAppointment:
    """An appointment that a caller has."""

    reference: str
    topic: str
    period: str
    status: Status


@dataclass(frozen=True)
class Found:
    """Somebody whom the search found: the first thing that is open, and how much more there is."""

    pk: int
    name: str
    phone: str
    number: str
    first: OpenAppointment | None
    more: str


@dataclass(frozen=True)
class Column:
    """The left side of the desk: the search, and what it led to.

    ``found`` is None before a search. ``customer`` is the one chosen, or the only one found; ``story`` is
    theirs. ``said`` is spoken: how many were found.
    """

    text: str
    found: list[Found] | None = None
    customer: Customer | None = None
    story: stories.StoryView | None = None
    said: str = ""
    none_open: str = ""


def column(params: QueryDict, *, user: User, now: dt.datetime, typing: bool = False) -> Column:
    """The caller as an address says: chosen by key, searched for, or popped up by the telephone system.

    While the agent is still ``typing`` nobody is chosen yet.
    """
    text = _asked(params)
    if chosen := found_caller(params.get("customer")):
        return _of(chosen, text, user=user, now=now)
    if not text:
        return Column(text)
    callers = find_callers(text=text, user=user, limit=SHOWN + 1)
    only = None if typing else _only(callers, name=params.get("name", "").strip())
    if only:
        return _of(only, text, user=user, now=now)
    if not callers and (name := _named_too(params, text)):
        return _of_that_name(name, user=user, now=now) or Column(text, found=[], said=_said(text, []))
    found = cards(callers[:SHOWN], now=now)
    return Column(text, found, said=_said(text, callers), none_open=stories.none_open(user))


def _named_too(params: QueryDict, text: str) -> str:
    """The name that a screen-pop gave beside the number or e-mail address."""
    said = {popped_phone(params), params.get("email", "").strip()}
    return params.get("name", "").strip() if text in said else ""


def _of_that_name(name: str, *, user: User, now: dt.datetime) -> Column | None:
    """Who has the name of a caller whose number nobody has: to choose from, for many share a name."""
    callers = [one for one in find_callers(text=name, user=user, limit=SHOWN) if not one.is_guess]
    said = _("Nobody is known with this. With this name:")
    if not callers:
        return None
    return Column(name, cards(callers, now=now), said=said, none_open=stories.none_open(user))


def cards(callers: list[Caller], *, now: dt.datetime) -> list[Found]:
    """Known callers with what of theirs is due first."""
    first = [caller.open_appointments[0] for caller in callers if caller.open_appointments]
    prefetch_related_objects(
        first, Prefetch("promises", queryset=Promise.objects.open(), to_attr="open_promises")
    )
    return [_found(caller, now) for caller in callers]


def _of(customer: Customer, text: str, *, user: User, now: dt.datetime) -> Column:
    told = stories.story(customer, user=user, now=now, asked_for=normalise(text))
    return Column(text, customer=customer, story=told)


def popped_phone(params: QueryDict) -> str:
    """The number of a screen-pop; nothing when there is a word in its place, as for a withheld one."""
    phone = params.get("phone", "").strip()
    return phone if any(one.isdigit() for one in phone) else ""


def _asked(params: QueryDict) -> str:
    """What to search for: as typed, else the number of a screen-pop, its e-mail address, its name."""
    email, name = params.get("email", "").strip(), params.get("name", "").strip()
    return params.get("q", "").strip() or popped_phone(params) or email or name


def _only(callers: list[Caller], *, name: str) -> Customer | None:
    """The one customer that fits; somebody else of the same household is not."""
    if name:
        callers = [one for one in callers if one.customer.name.casefold() == name.casefold()]
    return callers[0].customer if len(callers) == 1 else None


def _found(caller: Caller, now: dt.datetime) -> Found:
    customer, appointments = caller.customer, caller.open_appointments
    others = len(appointments) - 1
    return Found(
        pk=customer.pk,
        name=str(customer),
        phone=phones.display(customer.phone),
        number=customer.customer_number or "",
        first=_open_appointment(appointments[0], now) if appointments else None,
        more=_("and %(count)d more") % {"count": others} if others > 0 else "",
    )


def _open_appointment(appointment: Appointment, now: dt.datetime) -> OpenAppointment:
    return OpenAppointment(
        reference=appointment.reference,
        topic=str(appointment.topic),
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        status=status(appointment, now),
    )


def _said(text: str, callers: list[Caller]) -> str:
    if len(text) < SHORTEST:
        return _("Type two characters or more.")
    if len(callers) > SHOWN:
        return _("More than %(count)d found: type more of it.") % {"count": SHOWN}
    return ngettext("%(count)d found", "%(count)d found", len(callers)) % {"count": len(callers)}
