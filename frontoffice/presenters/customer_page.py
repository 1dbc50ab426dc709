"""What customers see of their appointment: when, who, under which reference, and what they can do.

Never the question, a note, a name or the whole number: who finds the link learns no more than the mail tells.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import formats
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callbacks.errors import DomainError, SlotNotOffered, SlotTaken, Stale
from callbacks.models import Appointment
from callbacks.operations.correcting import ENDING
from callbacks.operations.promising import open_promise
from callbacks.states import OPEN, OWNED, TRANSITIONS, State, Verb
from frontoffice.context import NAMES
from frontoffice.errors import SummaryLine, summary
from frontoffice.forms.customer_page import CancelForm, CustomerForm, MoveForm, NumberForm
from frontoffice.presenters import moments
from frontoffice.presenters.customer_times import Address, Times, times

FORMS: dict[str, tuple[Verb, type[CustomerForm]]] = {
    "move": (Verb.RESCHEDULE, MoveForm),
    "cancel": (Verb.CANCEL, CancelForm),
    "number": (Verb.CORRECT_PHONE, NumberForm),
}


@dataclass(frozen=True)
class Standing:
    """How it stands, as a heading and a sentence."""

    heading: str
    text: str


@dataclass(frozen=True)
class CustomerPage:
    """All that the page shows. ``forms`` are those that fit the state, by what they are sent to."""

    appointment: Appointment
    address: Address
    standing: Standing
    forms: dict[str, CustomerForm]
    times: Times | None
    tried: str
    done: str
    stale: bool
    summary: list[SummaryLine]

    @property
    def when(self) -> str:
        """The period last promised, in a sentence."""
        one = self.appointment
        words = {
            "day": formats.date_format(one.starts_at.astimezone(one.team.zone), "DATE_FORMAT"),
            "start": moments.clock(one.starts_at),
            "end": moments.clock(one.ends_at),
        }
        return _("%(day)s between %(start)s and %(end)s") % words

    @property
    def ending(self) -> str:
        """The last digits of the number that will be called."""
        return self.appointment.phone[-ENDING:]

    @property
    def is_open(self) -> bool:
        """Whether somebody will still call."""
        return self.appointment.state in OPEN

    @property
    def is_void(self) -> bool:
        """Whether the time shown does not hold any more."""
        return self.appointment.state in {State.CANCELLED, State.TO_REBOOK}

    @property
    def send_to(self) -> dict[str, str]:
        """Where each form is sent."""
        return {slug: self.address.to(slug) for slug in self.forms}


def page(
    appointment: Appointment,
    *,
    address: Address,
    now: dt.datetime,
    asked: Any,
    bound: CustomerForm | None = None,
    tried: str = "",
    refusal: DomainError | None = None,
) -> CustomerPage:
    """The page as the appointment is now; ``bound`` is a form that was refused, sent to ``tried``."""
    state = State(appointment.state)
    fitting = {
        slug: form(initial={"version": appointment.version}, auto_id=f"id_{slug}_%s")
        for slug, (verb, form) in FORMS.items()
        if state in TRANSITIONS[verb]
    }
    if bound is not None and tried in fitting:
        fitting[tried] = bound
    free = times(appointment, address, now=now, asked=asked, refusal=refusal) if "move" in fitting else None
    return CustomerPage(
        appointment=appointment,
        address=address,
        standing=standing(appointment, now),
        forms=fitting,
        times=free,
        tried=tried or ("move" if "day" in asked or "from" in asked else ""),
        done=_done(asked.get("done", "")),
        stale=isinstance(refusal, Stale),
        summary=_summary(bound, refusal),
    )


def other_languages(parameters: Any) -> list[tuple[str, str, str]]:
    """Code, own name and address (of this same page) of the languages it is not shown in."""
    kept = {name: value for name, value in parameters.items() if name != "lang"}
    return [
        (code, name, f"?{urlencode(kept | {'lang': code})}")
        for code, name in NAMES.items()
        if code != get_language()
    ]


def standing(appointment: Appointment, now: dt.datetime) -> Standing:
    """How it stands with the appointment, for whoever waits for the call."""
    if appointment.state in OWNED:
        return _waiting(appointment, now)
    ended = {
        State.TO_REBOOK: (
            _("We need a new time for your call"),
            _("Choose a new time below. If you do not, we will call you to agree on one."),
        ),
        State.CANCELLED: (
            _("Your appointment is cancelled"),
            _("We will not call you. Do you want a call after all? Then call us and give the reference."),
        ),
        State.COMPLETED: (
            _("We called you"),
            _("This appointment is finished. Do you have another question? Then call us."),
        ),
        State.NOT_REACHED: (
            _("We could not reach you"),
            _("Do you still want to be called? Then call us and give the reference."),
        ),
    }
    return Standing(*ended[State(appointment.state)])


def _waiting(appointment: Appointment, now: dt.datetime) -> Standing:
    promise = open_promise(appointment)
    if promise is None:
        return Standing(_("We will call you again"), _("We called you before, and we will try again."))
    if promise.is_overdue(now):
        return Standing(
            _("We should have called you"),
            _("We are sorry that we did not. Choose a new time below, or call us and give the reference."),
        )
    return Standing(_("We will call you"), _("You do not have to do anything. Keep your phone with you."))


def _done(slug: str) -> str:
    done = {
        "move": _("Your appointment has a new time."),
        "cancel": _("You cancelled the appointment."),
        "number": _("Thank you. We will call you on the new number."),
    }
    return done.get(slug, "")


def _summary(bound: forms.Form | None, refusal: DomainError | None) -> list[SummaryLine]:
    """What was wrong. No field of a button can be jumped to."""
    if isinstance(refusal, SlotTaken | SlotNotOffered):
        return [SummaryLine(_("This time is gone. Choose another one. Your appointment stays as it is."), "")]
    lines = summary(bound) if bound is not None else []
    return [SummaryLine(one.sentence, one.target if one.target.endswith("_phone") else "") for one in lines]
