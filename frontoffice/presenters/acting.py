"""The verbs that are done from the story itself, each with its form in place."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.models import Appointment
from callbacks.queries.slots import offer, other_times
from callbacks.states import CLOSED
from frontoffice.actions import ACTIONS
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters import slots


class Verb(NamedTuple):
    """A verb with the letter that starts it while its row has the focus."""

    slug: str
    letter: str
    label: StrOrPromise


MOVE = Verb("reschedule", "v", _("Move"))
NOTE = Verb("note", "n", _("Note"))
CANCEL = Verb("cancel", "x", _("Cancel"))
VERBS = {verb.slug: verb for verb in (MOVE, NOTE, CANCEL)}
ON_OPEN = (MOVE, NOTE, CANCEL)
ON_CLOSED = (NOTE,)
# The field of its form in which each verb begins; slots have a place of their own.
FIRST = {NOTE.slug: "note", CANCEL.slug: "reason"}


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
        return "act-slots" if self.slug == MOVE.slug else self.form[FIRST[self.slug]].auto_id


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
    for name in {"customer_agreed", "by_customer"} & set(form.fields):
        # Whoever does it from here has the customer with them.
        form.fields[name].initial = True
    return Act(
        reference=appointment.reference,
        slug=slug,
        label=str(VERBS[slug].label),
        form=form,
        on_closed=appointment.state in CLOSED,
        picker=_times(appointment, form, now=now, day=day, refusal=refusal) if slug == MOVE.slug else None,
        refusal=str(refusal) if refusal else "",
    )


def _times(
    appointment: Appointment,
    form: ActionForm,
    *,
    now: dt.datetime,
    day: dt.date | None,
    refusal: DomainError | None,
) -> slots.SlotPicker:
    room = offer(topic=appointment.topic, now=now, holder=form.by, moving=appointment)
    if isinstance(refusal, SlotTaken | SlotNotOffered):
        return slots.alternatives(other_times(refusal.alternatives, appointment), room, now=now)
    chosen = form.cleaned_data.get("starts_at") if form.is_bound else None
    return slots.picker(room, day=day, chosen=chosen, now=now)
