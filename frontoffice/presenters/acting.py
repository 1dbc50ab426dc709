"""The verbs that are done from the story itself, each with its form in place."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from callbacks.errors import DomainError
from callbacks.models import Appointment
from callbacks.states import CLOSED
from frontoffice.actions import ACTIONS
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters.looks import Look
from frontoffice.presenters.times import Times, to_move


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
    times: Times | None = None
    refusal: str = ""

    @property
    def focus(self) -> str:
        """The id of what has the focus when the form opens."""
        if self.times:
            return "act-when" if self.times.unclear else "act-slots"
        return self.form[FIRST[self.slug]].auto_id


def start(
    slug: str,
    appointment: Appointment,
    *,
    user: User,
    now: dt.datetime,
    asked: Look | None = None,
    bound: ActionForm | None = None,
    refusal: DomainError | None = None,
) -> Act:
    """Open the form of a verb, with the times ``asked`` for, or show again the one that was refused."""
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
        times=to_move(form, asked or Look(), user=user, now=now, refusal=refusal)
        if slug == MOVE.slug
        else None,
        refusal=str(refusal) if refusal else "",
    )
