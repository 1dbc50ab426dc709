"""The story of a customer: what is open, what was promised and said, in words an agent reads out."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from accounts.models import User
from availability.models import Channel
from callbacks import phones
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment, Attempt, Contact, Customer
from callbacks.queries import story as queries
from callbacks.queries.slots import offer
from callbacks.queries.spoken import sentence
from callbacks.states import CLOSED, ContactResult, State
from frontoffice.actions import ACTIONS
from frontoffice.forms import new_token
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters import history, moments, rows, slots
from frontoffice.presenters.status import Status, status

# What can be done from the story itself: the verb, its letter while the row has the focus, its label.
VERBS: tuple[tuple[str, str, StrOrPromise], ...] = (
    ("reschedule", "v", gettext_lazy("Move")),
    ("note", "n", gettext_lazy("Note")),
    ("cancel", "x", gettext_lazy("Cancel")),
)
CLOSED_VERBS = VERBS[1:2]
LONG_AGO = dt.timedelta(days=180)


@dataclass(frozen=True)
class Act:
    """A verb that is being done in the story, with its form and, to move, the times to choose from."""

    reference: str
    slug: str
    label: str
    form: ActionForm
    on_closed: bool = False
    picker: slots.SlotPicker | None = None
    refusal: str = ""

    @property
    def focus(self) -> str:
        """The id of what has the focus when the form opens."""
        if self.slug == "reschedule":
            return "act-slots"
        return self.form[{"cancel": "reason"}.get(self.slug, self.slug)].auto_id


@dataclass(frozen=True)
class Call:
    """The last call to the customer and what came of it."""

    words: str
    for_customer: str
    for_agent: str


@dataclass(frozen=True)
class Line:
    """An appointment as the story tells it. ``verbs`` are (slug, key, label); ``act`` is the open form."""

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
    verbs: tuple[tuple[str, str, StrOrPromise], ...]
    act: Act | None


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
    opened = [_line(one, now, act, VERBS) for one in told.open]
    return StoryView(
        pk=customer.pk,
        name=str(customer),
        phone=phones.display(customer.phone),
        number=customer.customer_number or "",
        email=customer.email,
        open=opened,
        closed=[_line(one, now, act, CLOSED_VERBS) for one in told.closed],
        contacts=[_contact(one, now) for one in told.contacts],
        promises=_promises(told),
        act=act,
        said=said,
        read_aloud=read_aloud(about, now) if about else "",
        focus=act.focus
        if act
        else _focus(opened, about.reference if about else asked_for, acted=bool(about)),
    )


def start(
    slug: str,
    appointment: Appointment,
    *,
    user: User,
    now: dt.datetime,
    day: dt.date | None = None,
    bound: ActionForm | None = None,
    refusal: DomainError | None = None,
) -> Act:
    """Open the form of a verb, or show again the one that was refused."""
    form = bound or ACTIONS[slug].form(appointment=appointment, by=user, now=now)
    if not form.is_bound and "customer_agreed" in form.fields:
        # Whoever moves it from here has the customer with them.
        form.fields["customer_agreed"].initial = True
    if not form.is_bound and "by_customer" in form.fields:
        form.fields["by_customer"].initial = True
    return Act(
        reference=appointment.reference,
        slug=slug,
        label=str(next(label for one, _letter, label in VERBS if one == slug)),
        form=form,
        on_closed=appointment.state in CLOSED,
        picker=_times(appointment, form, now=now, day=day, refusal=refusal) if slug == "reschedule" else None,
        refusal=str(refusal) if refusal else "",
    )


def read_aloud(appointment: Appointment, now: dt.datetime) -> str:
    """The answer to "where is my callback?" while it is still to come; nothing when it is late or over."""
    to_come = appointment.state in {State.SCHEDULED, State.CONFIRMED} and appointment.ends_at > now
    return sentence(appointment) if to_come else ""


def _times(
    appointment: Appointment,
    form: ActionForm,
    *,
    now: dt.datetime,
    day: dt.date | None,
    refusal: DomainError | None,
) -> slots.SlotPicker:
    room = offer(topic=appointment.topic, now=now, holder=form.by)
    if isinstance(refusal, SlotTaken | SlotNotOffered):
        return slots.alternatives(refusal.alternatives, room, now=now)
    chosen = form.cleaned_data.get("starts_at") if form.is_bound else None
    return slots.picker(room, day=day, chosen=chosen, now=now)


def _line(
    appointment: Appointment,
    now: dt.datetime,
    act: Act | None,
    verbs: tuple[tuple[str, str, StrOrPromise], ...],
) -> Line:
    asked = vars(appointment)["asked"]
    return Line(
        reference=appointment.reference,
        status=status(appointment, now),
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        distance=rows.distance(appointment, now),
        topic=str(appointment.topic),
        who=who(appointment),
        attempts=rows.attempts(appointment),
        question=appointment.question.strip(),
        asked=ngettext("asked for %(count)d time", "asked for %(count)d times", asked) % {"count": asked}
        if asked
        else "",
        call=_last_call(list(appointment.attempts.all()), now),
        verbs=verbs,
        act=act if act and act.reference == appointment.reference else None,
    )


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


def _when(at: dt.datetime, now: dt.datetime) -> str:
    """An instant in few words; long ago with its year."""
    return moments.day_clock(at, now) if now - at < LONG_AGO else history.table_moment(at)


def _contact(contact: Contact, now: dt.datetime) -> ContactLine:
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
    references = [one.reference for one in opened]
    if not references:
        return "story-title" if acted else ""
    return f"open-{wanted if wanted in references else references[0]}"
