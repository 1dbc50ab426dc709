"""The appointments that a change of availability hits, with what can be done about each."""

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict

from callbacks.errors import AppointmentsHit
from callbacks.models import Appointment
from callbacks.states import Remedy
from frontoffice import errors, planning
from frontoffice.presenters import moments

OWN_FIELDS = ("csrfmiddlewaretoken", "remedy", "decision_reason", "decision_substitute")


@dataclass(frozen=True)
class Hit:
    """One appointment; ``chosen`` is the remedy picked for it alone."""

    reference: str
    version: int
    period: str
    customer: str
    topic: str
    specialist: str
    chosen: str


@dataclass(frozen=True)
class HitsPage:
    """What is asked before a change is made. ``typed`` is the form that is sent again with the answer."""

    title: str
    hits: list[Hit]
    form: planning.DecisionForm
    remedies: list[tuple[str, str]]
    typed: list[tuple[str, str]]
    address: str
    back: str
    summary: list[errors.SummaryLine]


def page(
    error: AppointmentsHit,
    *,
    form: planning.DecisionForm,
    typed: QueryDict,
    address: str,
    back: str,
    now: dt.datetime,
) -> HitsPage:
    """The question for the appointments of the error."""
    return HitsPage(
        title=str(error),
        hits=[_hit(one, typed, now) for one in error.appointments],
        form=form,
        remedies=[(value, str(label)) for value, label in Remedy.choices],
        typed=[
            (name, value)
            for name, values in typed.lists()
            for value in values
            if name not in OWN_FIELDS and not name.startswith((planning.SEEN, "remedy-"))
        ],
        address=address,
        back=back,
        summary=errors.summary(form),
    )


def _hit(appointment: Appointment, typed: QueryDict, now: dt.datetime) -> Hit:
    return Hit(
        reference=appointment.reference,
        version=appointment.version,
        period=moments.period(appointment.starts_at, appointment.ends_at, now),
        customer=str(appointment.customer),
        topic=str(appointment.topic),
        specialist=str(appointment.specialist),
        chosen=str(typed.get(f"remedy-{appointment.reference}", "")),
    )
