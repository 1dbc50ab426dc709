"""The story of a customer: what is open, what was promised and said, in words an agent reads out."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from callbacks import phones
from callbacks.models import Appointment, Customer
from callbacks.queries import story as queries
from callbacks.queries.spoken import sentence
from callbacks.states import State
from frontoffice.forms import new_token
from frontoffice.presenters.acting import Act
from frontoffice.presenters.status import Status
from frontoffice.presenters.told import ContactLine, Line, contact_line, line


@dataclass(frozen=True)
class StoryView:
    """All that a page shows of a customer. ``said`` is what was just done, ``focus`` an element's id."""

    pk: int
    name: str
    phone: str
    number: str
    email: str
    open: list[Line]
    closed: list[Line]
    contacts: list[ContactLine]
    promises: list[Status]
    token: str = field(default_factory=new_token)
    act: Act | None = None
    said: str = ""
    read_aloud: str = ""
    focus: str = ""
    none_open: str = ""


def story(
    customer: Customer,
    *,
    user: User,
    now: dt.datetime,
    act: Act | None = None,
    said: str = "",
    about: Appointment | None = None,
    asked_for: str = "",
) -> StoryView:
    """The story at a UTC instant.

    ``about`` is the appointment that something was just ``said`` of, ``asked_for`` the reference by which
    the customer was found.
    """
    told = queries.story(customer=customer, user=user, now=now)
    wanted = about.reference if about else asked_for
    opened = [line(one, now=now, act=act) for one in told.open]
    return StoryView(
        pk=customer.pk,
        name=str(customer),
        phone=phones.display(customer.phone),
        number=customer.customer_number or "",
        email=customer.email,
        open=opened,
        closed=[line(one, now=now, act=act) for one in told.closed],
        contacts=[contact_line(one, now=now) for one in told.contacts],
        promises=_promises(told),
        act=act,
        said=said,
        read_aloud=read_aloud(about, now) if about else "",
        none_open=none_open(user),
        focus=act.focus if act else _focus(opened, wanted, acted=bool(about)),
    )


def none_open(user: User) -> str:
    """What is said when nothing is open: who sees the appointments of some teams knows of those alone."""
    return (
        _("No open appointments")
        if user.role in queries.SEES_ALL
        else _("No open appointments with your teams")
    )


def read_aloud(appointment: Appointment, now: dt.datetime) -> str:
    """The answer to "where is my callback?" while it is still to come; nothing when it is late or over."""
    to_come = appointment.state in {State.SCHEDULED, State.CONFIRMED} and appointment.ends_at > now
    return sentence(appointment) if to_come else ""


def _promises(told: queries.Story) -> list[Status]:
    """How promises to this customer ended; nothing when there were none."""
    counted = (
        (_("%(count)d kept") % {"count": told.kept}, "✓", "good", told.kept),
        (_("%(count)d late") % {"count": told.late}, "▲", "risk", told.late),
        (_("%(count)d not kept") % {"count": told.broken}, "✕", "late", told.broken),
    )
    return [Status(word, shape, tone) for word, shape, tone, number in counted if number]


def _focus(opened: list[Line], wanted: str, *, acted: bool) -> str:
    """Where the work goes on: at the appointment that is wanted, else at the first open one.

    With none left it stays with the story when something was done there, else it is the page's to say.
    """
    if not opened:
        return "story-title" if acted else ""
    return next((one for one in opened if one.reference == wanted), opened[0]).anchor
