"""What a story is made of: appointments and contacts in a few words each."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from availability.models import Channel
from callbacks.models import Appointment, Attempt, Contact
from callbacks.states import CLOSED, ContactResult, State
from frontoffice.presenters import history, moments, rows
from frontoffice.presenters.acting import ON_CLOSED, ON_OPEN, Act, Verb
from frontoffice.presenters.status import Status, status

LONG_AGO = dt.timedelta(days=180)


@dataclass(frozen=True)
class Call:
    """The last call to the customer and what came of it."""

    words: str
    for_customer: str
    for_agent: str


@dataclass(frozen=True)
class Line:
    """An appointment as the story tells it. ``act`` is the form that is open in it."""

    reference: str
    status: Status
    period: str
    distance: str
    topic: str
    who: str
    attempts: str
    question: str
    asked: str
    call: Call | None
    verbs: tuple[Verb, ...]
    act: Act | None

    @property
    def anchor(self) -> str:
        """The id of its row."""
        return f"open-{self.reference}"


@dataclass(frozen=True)
class ContactLine:
    """One earlier contact: when, how, about what, and how it ended."""

    at: str
    channel: str
    topic: str
    result: str
    note: str
    agent: str
    reference: str


def line(appointment: Appointment, *, now: dt.datetime, act: Act | None) -> Line:
    """An appointment of ``queries.story``; ``act`` is the verb that is being done somewhere in the story."""
    return Line(
        reference=appointment.reference,
        status=status(appointment, now),
        period=_period(appointment, now),
        distance=rows.distance(appointment, now),
        topic=str(appointment.topic),
        who=who(appointment),
        attempts=rows.attempts(appointment),
        question=appointment.question.strip(),
        asked=_asked(vars(appointment)["asked"]),
        call=_last_call(list(appointment.attempts.all()), now),
        verbs=ON_CLOSED if appointment.state in CLOSED else ON_OPEN,
        act=act if act and act.reference == appointment.reference else None,
    )


def _asked(times: int) -> str:
    words = ngettext("asked for %(count)d time", "asked for %(count)d times", times)
    return words % {"count": times} if times else ""


def who(appointment: Appointment) -> str:
    """Who stands for the call."""
    if appointment.state == State.TO_REBOOK:
        return _("nobody yet: agree a new time")
    if appointment.state == State.CONFIRMED:
        return _("confirmed by %(name)s") % {"name": appointment.specialist}
    if appointment.state == State.SCHEDULED:
        return _("%(name)s, not confirmed yet") % {"name": appointment.specialist}
    return str(appointment.specialist or "")


def _last_call(attempts: list[Attempt], now: dt.datetime) -> Call | None:
    if not attempts:
        return None
    last = attempts[-1]
    words = _("%(outcome)s, %(at)s, by %(name)s") % {
        "outcome": last.get_outcome_display(),
        "at": _when(last.started_at, now),
        "name": last.by,
    }
    return Call(words, last.result_for_customer.strip(), last.result_for_agent.strip())


def _period(appointment: Appointment, now: dt.datetime) -> str:
    """The promised window; long ago with its year."""
    if now - appointment.starts_at < LONG_AGO:
        return moments.period(appointment.starts_at, appointment.ends_at, now)
    return f"{history.table_moment(appointment.starts_at)}–{moments.clock(appointment.ends_at)}"


def _when(at: dt.datetime, now: dt.datetime) -> str:
    """An instant in few words; long ago with its year."""
    return moments.day_clock(at, now) if now - at < LONG_AGO else history.table_moment(at)


def contact_line(contact: Contact, *, now: dt.datetime) -> ContactLine:
    """A contact of ``queries.story``."""
    appointment = contact.about or getattr(contact, "appointment", None)
    return ContactLine(
        at=_when(contact.at, now),
        channel=str(contact.get_channel_display()),
        topic=str(contact.topic or ""),
        result=_result(contact),
        note=contact.note,
        agent=str(contact.agent),
        reference=appointment.reference if appointment else "",
    )


def _result(contact: Contact) -> str:
    """How a contact ended, with its particulars."""
    label = str(contact.get_result_display())
    if contact.result == ContactResult.TRANSFERRED:
        outcome = _("reached") if contact.reached else _("not reached")
        to = f"{contact.transferred_to}, " if contact.transferred_to else ""
        return f"{label}: {to}{outcome}"
    if contact.result == ContactResult.REFERRED:
        return f"{label}: {Channel(contact.referred_to).label}"
    if contact.result == ContactResult.REFUSED:
        return f"{label}: {contact.get_refusal_reason_display()}"
    return label
