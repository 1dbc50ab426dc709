"""Several appointments that a lead gives to one colleague: what was chosen, and who could take it over."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from callbacks.errors import DomainError, SlotTaken
from callbacks.models import Appointment
from callbacks.queries.colleagues import Colleague, Fit, colleagues
from callbacks.states import Verb
from frontoffice import errors
from frontoffice.forms.several import ReassignSeveralForm
from frontoffice.presenters import rows

# Whoever is farther down is no suggestion any more.
SUGGESTED = 5


@dataclass(frozen=True)
class Refusal:
    """An appointment that stayed where it was, as it was chosen; ``why`` is the sentence for the lead."""

    appointment: Appointment
    error: DomainError
    why: str


@dataclass(frozen=True)
class Choice:
    """A chosen appointment; what somebody else has just dealt with is not ticked any more."""

    row: rows.Row
    checked: bool


@dataclass(frozen=True)
class Person:
    """Somebody to give them to: for how many they are free, and how many calls they have left today."""

    pk: int
    name: str
    room: str
    left: str
    checked: bool


@dataclass(frozen=True)
class Several:
    """The page. ``done`` and ``refused`` say what came of a first go; then the choices are what is left."""

    title: str
    choices: list[Choice]
    people: list[Person]
    form: ReassignSeveralForm
    back: str
    done: str = ""
    refused: Sequence[str] = ()

    @property
    def suggested(self) -> list[Person]:
        """The most suitable."""
        return self.people[:SUGGESTED]

    @property
    def others(self) -> list[Person]:
        """Everybody else."""
        return self.people[SUGGESTED:]

    @property
    def summary(self) -> list[errors.SummaryLine]:
        """What is wrong with the form."""
        return errors.summary(self.form)


def several(
    appointments: Sequence[Appointment],
    *,
    form: ReassignSeveralForm,
    user: User,
    now: dt.datetime,
    back: str,
    done: str = "",
    refusals: Sequence[Refusal] = (),
) -> Several:
    """The page for appointments; after a first go those are the refused ones, as they are now."""
    errors_by = {one.appointment.reference: one.error for one in refusals}
    choices = [
        Choice(row, checked=isinstance(errors_by.get(row.reference), SlotTaken | None))
        for row in (rows.row(one, now) for one in appointments)
        if Verb.REASSIGN in row.together
    ]
    checked = {choice.row.reference for choice in choices if choice.checked}
    wanted = [one for one in appointments if one.reference in checked] or appointments
    # What was refused is for somebody else.
    chosen = "" if refusals else str(form["specialist"].value() or "")
    title = ngettext("Reassign %(count)d appointment", "Reassign %(count)d appointments", len(choices))
    return Several(
        title=title % {"count": len(choices)} if choices else _("Reassign"),
        choices=choices,
        people=_people(colleagues(wanted, by=user, now=now), len(wanted), chosen),
        form=form,
        back=back,
        done=done,
        refused=[f"{one.appointment.reference} {one.appointment.customer}: {one.why}" for one in refusals],
    )


def _people(found: Sequence[Colleague], count: int, chosen: str) -> list[Person]:
    """The first of them is suggested, unless somebody else was chosen."""
    keys = [str(one.specialist.pk) for one in found]
    suggested = chosen if chosen in keys else next(iter(keys), "")
    return [
        Person(
            pk=one.specialist.pk,
            name=str(one.specialist),
            room=_room(one.fits, count),
            left=ngettext("%(count)d call left today", "%(count)d calls left today", one.left_today)
            % {"count": one.left_today},
            checked=key == suggested,
        )
        for key, one in zip(keys, found, strict=True)
    ]


def _room(fits: Counter[Fit], count: int) -> str:
    """For how many they are free, and what is in the way of the others."""
    if count == 1:
        # Who has it, or is of another team, is not among them.
        alone = {Fit.FREE: _("free"), Fit.OCCUPIED: _("occupied"), Fit.AWAY: _("not available")}
        return alone[next(iter(fits))]
    if fits[Fit.FREE] == count:
        return _("free for all %(count)d") % {"count": count}
    parts = [_("free for %(free)d of %(count)d") % {"free": fits[Fit.FREE], "count": count}]
    parts += [words % {"number": fits[fit]} for fit, words in _in_the_way().items() if fits[fit]]
    return ", ".join(parts)


def _in_the_way() -> dict[Fit, str]:
    return {
        Fit.OCCUPIED: _("occupied for %(number)d"),
        Fit.AWAY: _("not available for %(number)d"),
        Fit.OWN: _("has %(number)d already"),
        Fit.ELSEWHERE: _("%(number)d of another team"),
    }
