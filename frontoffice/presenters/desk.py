"""The booking desk: the caller, the slots and the form."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.models import User
from availability.models import Channel, Topic
from callbacks import phones
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Customer, Promise
from callbacks.queries.search import Caller, find_callers
from callbacks.queries.slots import offer
from frontoffice import errors
from frontoffice.forms import BookingForm, new_token
from frontoffice.presenters import moments, slots
from frontoffice.presenters.caller import Column, column
from frontoffice.presenters.first_line import FirstLine, first_line
from frontoffice.presenters.status import Status, status

CALLERS_SHOWN = 8


@dataclass(frozen=True)
class OpenAppointment:
    """An appointment the caller already has."""

    reference: str
    topic: str
    period: str
    status: Status


@dataclass(frozen=True)
class CallerCard:
    """A known caller with what is open."""

    pk: int
    name: str
    phone: str
    number: str
    appointments: list[OpenAppointment]


@dataclass(frozen=True)
class Desk:
    """Everything the booking desk shows. ``callers`` is None before a search; ``focus`` names a part."""

    form: BookingForm
    text: str = ""
    callers: list[CallerCard] | None = None
    caller: Column = Column("")
    first_line: FirstLine | None = None
    topic: Topic | None = None
    picker: slots.SlotPicker | None = None
    focus: str = "search"
    conflict: bool = False
    summary: tuple[errors.SummaryLine, ...] = ()


def fresh(params: QueryDict, *, user: User, now: dt.datetime) -> Desk:
    """The desk as its address says: search text, screen-pop, chosen caller, topic and day."""
    text = params.get("q", "").strip() or params.get("phone", "").strip()
    found = find_callers(text=text, user=user, limit=CALLERS_SHOWN) if text else []
    topic = Topic.objects.filter(is_active=True, slug=params.get("topic", "")).first()
    form = BookingForm(initial=_initial(params, text, found) | {"topic": topic and topic.slug})
    return Desk(
        form=form,
        text=text,
        callers=cards(found, now=now) if text else None,
        caller=column(params, user=user, now=now),
        first_line=first_line(topic, now=now),
        topic=topic,
        picker=_picker(topic, user=user, now=now, day=parse_day(params.get("day", ""))),
        focus=_focus(params, text, found),
    )


def again(
    form: BookingForm, *, day: str, user: User, now: dt.datetime, refusal: DomainError | None = None
) -> Desk:
    """The desk after a form that was not accepted: all input kept, the slots and the token anew."""
    form.renew_token()
    topic, chosen = form.cleaned_data.get("topic"), form.cleaned_data.get("starts_at")
    picker = _picker(topic, user=user, now=now, day=parse_day(day), chosen=chosen)
    lost = isinstance(refusal, SlotTaken | SlotNotOffered)
    if topic and isinstance(refusal, SlotTaken | SlotNotOffered):
        picker = slots.alternatives(refusal.alternatives, offer(topic=topic, now=now, holder=user), now=now)
    return Desk(
        form=form,
        first_line=first_line(topic, now=now),
        topic=topic,
        picker=picker,
        focus="slots" if lost else "errors",
        conflict=lost,
        summary=tuple(errors.summary(form)),
    )


def cards(callers: list[Caller], *, now: dt.datetime) -> list[CallerCard]:
    """Known callers with their open appointments."""
    appointments = [one for caller in callers for one in caller.open_appointments]
    open_promises = Prefetch("promises", queryset=Promise.objects.open(), to_attr="open_promises")
    prefetch_related_objects(appointments, open_promises)
    return [
        CallerCard(
            pk=one.customer.pk,
            name=str(one.customer),
            phone=phones.display(one.customer.phone),
            number=one.customer.customer_number or "",
            appointments=[_open_appointment(open, now) for open in one.open_appointments],
        )
        for one in callers
    ]


def _open_appointment(appointment: Appointment, now: dt.datetime) -> OpenAppointment:
    return OpenAppointment(
        reference=appointment.reference,
        topic=str(appointment.topic),
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        status=status(appointment, now),
    )


def _picker(
    topic: Topic | None,
    *,
    user: User,
    now: dt.datetime,
    day: dt.date | None = None,
    chosen: dt.datetime | None = None,
) -> slots.SlotPicker | None:
    if topic is None:
        return None
    return slots.picker(offer(topic=topic, now=now, holder=user), day=day, chosen=chosen, now=now)


def parse_day(text: str) -> dt.date | None:
    """A day from an address; what is no day opens none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _initial(params: QueryDict, text: str, found: list[Caller]) -> dict[str, Any]:
    """What is known of the caller: of the one chosen, else of the only one found, else what was said."""
    channel = params.get("channel", "")
    chosen = _chosen(params) or _only(found, name=str(params.get("name", "")))
    return {
        "token": new_token(),
        "channel": channel if channel in Channel.values else Channel.PHONE,
        **(_known(chosen) if chosen else {"name": params.get("name"), "phone": _as_phone(params, text)}),
    }


def _known(customer: Customer) -> dict[str, str]:
    return {
        "name": customer.name,
        "phone": phones.display(customer.phone),
        "email": customer.email,
        "customer_number": customer.customer_number or "",
        "caller": str(customer.pk),
    }


def _only(found: list[Caller], *, name: str) -> Customer | None:
    """The one customer that fits; somebody else of the same household is not."""
    if len(found) != 1 or (name and name.casefold() != found[0].customer.name.casefold()):
        return None
    return found[0].customer


def _chosen(params: QueryDict) -> Customer | None:
    pk = params.get("customer", "")
    return Customer.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _as_phone(params: QueryDict, text: str) -> str:
    """The number of the screen-pop, or the search text when it is a number."""
    said = str(params.get("phone") or text)
    try:
        return phones.display(phones.normalise(said))
    except ValidationError:
        return str(params.get("phone", ""))


def _focus(params: QueryDict, text: str, found: list[Caller]) -> str:
    if params.get("topic") or params.get("customer") or (text and len(found) <= 1):
        return "topic"
    return "callers" if found else "search"
