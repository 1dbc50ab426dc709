"""The booking desk: the caller, the times and the form."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.http import urlencode

from accounts.models import User
from availability.models import Topic
from callbacks import phones
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Customer
from callbacks.queries.first_line import open_on_topic, recent_topics, who_knows
from frontoffice import errors
from frontoffice.errors import AlreadyOpen
from frontoffice.forms import BookingForm
from frontoffice.forms.callers import chosen_caller, found_caller
from frontoffice.presenters import moments
from frontoffice.presenters import times as looking
from frontoffice.presenters.caller import Column, column
from frontoffice.presenters.first_line import FirstLine, first_line
from frontoffice.presenters.looks import Params, look, parse_day, without_wish
from frontoffice.presenters.prefilled import initial_values
from frontoffice.presenters.status import Status, status
from frontoffice.presenters.times import Times

__all__ = ["Desk", "again", "fresh", "lost", "parse_day", "slots", "times"]


@dataclass(frozen=True)
class OpenAlready:
    """What the caller has on this topic. ``asks`` when it must be said that another one is wanted."""

    reference: str
    period: str
    status: Status
    may_open: bool
    asks: bool


@dataclass(frozen=True)
class Desk:
    """Everything the booking desk shows. ``focus`` names a part of it.

    ``not_yet``: somebody booked a time, but of other times than those they asked for last, which are shown.
    """

    form: BookingForm
    caller: Column
    first_line: FirstLine
    topic: Topic | None = None
    times: Times | None = None
    recent: tuple[Topic, ...] = ()
    already: OpenAlready | None = None
    focus: str = "search"
    conflict: bool = False
    not_yet: bool = False
    summary: tuple[errors.SummaryLine, ...] = ()


def fresh(params: QueryDict, *, user: User, now: dt.datetime) -> Desk:
    """The desk as its address says: search text, screen-pop, chosen caller, topic and times."""
    found, topic = column(params, user=user, now=now), _topic(params)
    initial = initial_values(params, found, user=user) | {
        "topic": topic and topic.slug,
        "opened_at": now.isoformat(),
    }
    return Desk(
        form=BookingForm(initial=initial),
        caller=found,
        first_line=first_line(topic, now=now),
        topic=topic,
        times=_times(topic, params, found.customer, user=user, now=now) if topic else None,
        recent=tuple(recent_topics(user=user)),
        already=_already(topic, initial, user=user, now=now) if topic else None,
        focus=_focus(params, found),
    )


def times(params: Params, *, user: User, now: dt.datetime) -> Desk:
    """Only what changes with the topic or the times asked for; the values of the form come along."""
    topic, customer = _topic(params), found_caller(params.get("caller"))
    said = {name: params.get(name) or "" for name in ("phone", "name", "customer_number", "caller")}
    return Desk(
        form=BookingForm(initial={"topic": topic and topic.slug}),
        caller=Column(""),
        first_line=first_line(topic, now=now),
        topic=topic,
        times=_times(topic, params, customer, user=user, now=now) if topic else None,
        already=_already(topic, said, user=user, now=now) if topic else None,
    )


def slots(params: Params, *, user: User, now: dt.datetime) -> Desk:
    """Only the slots of the topic, when other ones were asked for."""
    return _slots(params, user=user, now=now)


def lost(params: Params, refusal: SlotTaken | SlotNotOffered, *, user: User, now: dt.datetime) -> Desk:
    """The slots once more after a hold was refused or went to somebody else."""
    return _slots(params, user=user, now=now, lost=str(refusal))


def _slots(params: Params, *, user: User, now: dt.datetime, **how: Any) -> Desk:
    topic, customer = _topic(params), found_caller(params.get("caller"))
    # Who can be asked for, and what can be done without a callback, stays on the page as it is.
    shown = _times(topic, params, customer, user=user, now=now, alone=True, **how) if topic else None
    return Desk(
        form=BookingForm(),
        caller=Column(""),
        first_line=first_line(None, now=now),
        topic=topic,
        times=shown,
    )


def again(
    form: BookingForm,
    *,
    user: User,
    now: dt.datetime,
    refusal: DomainError | None = None,
    not_yet: bool = False,
) -> Desk:
    """The desk after a form that was not accepted: all input kept, the slots and the token anew."""
    form.renew_token()
    topic, chosen = form.cleaned_data.get("topic"), form.cleaned_data.get("starts_at")
    gone = refusal if isinstance(refusal, SlotTaken | SlotNotOffered) else None
    customer = found_caller(form.data.get("caller"))
    asked = QueryDict(urlencode({"customer": customer.pk}) if customer else "")
    shown = (
        _times(topic, form.data, customer, user=user, now=now, chosen=chosen, refusal=gone) if topic else None
    )
    return Desk(
        form=form,
        caller=column(asked, user=user, now=now),
        first_line=first_line(topic, now=now),
        topic=topic,
        times=shown,
        recent=tuple(recent_topics(user=user)),
        already=_open(refusal.appointment, user=user, now=now, asks=True)
        if isinstance(refusal, AlreadyOpen)
        else None,
        focus=_focus_again(form, refusal),
        conflict=bool(gone),
        not_yet=not_yet,
        summary=() if isinstance(refusal, AlreadyOpen) else tuple(errors.summary(form)),
    )


def _times(
    topic: Topic,
    params: Params,
    customer: Customer | None,
    *,
    user: User,
    now: dt.datetime,
    **how: Any,
) -> Times:
    asked = look(params, now=now)
    if params.get("show") == "all":
        asked = without_wish(asked)
    knows = who_knows(customer=customer) if customer else ()
    return looking.times(topic, asked, user=user, now=now, knows=knows, **how)


def _already(topic: Topic, said: dict[str, Any], *, user: User, now: dt.datetime) -> OpenAlready | None:
    """What is open already, told before anybody is disappointed; nothing while it is not known who calls."""
    name = str(said["name"] or "")
    known = chosen_caller(said.get("caller"), name=name)
    try:
        phone = phones.normalise(str(said["phone"] or ""))
    except ValidationError:
        if known is None:
            return None
        phone = known.phone
    found = open_on_topic(
        topic=topic,
        phone=phone,
        name=name,
        customer_number=str(said.get("customer_number") or ""),
        customer=known,
    )
    return _open(found, user=user, now=now, asks=False) if found else None


def _open(appointment: Appointment, *, user: User, now: dt.datetime, asks: bool) -> OpenAlready:
    return OpenAlready(
        reference=appointment.reference,
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        status=status(appointment, now),
        may_open=Appointment.objects.visible_to(user).filter(pk=appointment.pk).exists(),
        asks=asks,
    )


def _topic(params: Params) -> Topic | None:
    return Topic.objects.filter(is_active=True, slug=params.get("topic") or "").first()


def _focus(params: QueryDict, found: Column) -> str:
    if found.found:
        return "callers"
    if found.story and found.story.focus and not params.get("topic"):
        return "story"
    return "topic" if params.get("topic") or found.text or found.customer else "search"


def _focus_again(form: BookingForm, refusal: DomainError | None) -> str:
    if isinstance(refusal, SlotTaken | SlotNotOffered):
        return "slots"
    if isinstance(refusal, AlreadyOpen):
        return "another"
    return "errors" if form.errors else "slots"
