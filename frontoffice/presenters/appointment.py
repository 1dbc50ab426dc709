"""One appointment: its facts, what this person may do with it, and its history."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from callbacks import phones
from callbacks.errors import DomainError, SlotNotOffered, SlotTaken, Stale
from callbacks.models import Appointment
from callbacks.operations.dialling import measured_start
from callbacks.queries.colleagues import Fit, colleagues
from callbacks.queries.slots import free_slots, other_times
from callbacks.retrying import Proposed, Why
from callbacks.states import AttemptOutcome
from frontoffice import errors
from frontoffice.actions import Action, open_to
from frontoffice.forms.actions import ActionForm, AttemptForm, attempt_number
from frontoffice.presenters import history, moments, rows, slots
from frontoffice.presenters.looks import Look
from frontoffice.presenters.times import Times, to_move

NEW_TIMES = 12
ROOMS = {Fit.FREE: "free", Fit.AWAY: "away", Fit.OCCUPIED: "busy"}


@dataclass(frozen=True)
class OutcomeChoice:
    """An outcome of a call with its digit and the next steps that fit it, the usual one first."""

    digit: int
    value: str
    label: str
    steps: str
    checked: bool


@dataclass(frozen=True)
class Colleague:
    """A specialist who could take over: ``room`` is free, away (hours, absence, topic) or busy then."""

    pk: int
    name: str
    room: str
    chosen: bool


@dataclass(frozen=True)
class Retry:
    """What the team's policy proposes after a call in vain; ``told`` is what can be promised instead."""

    words: str
    told: str
    told_words: str
    is_last: bool


@dataclass(frozen=True)
class Sheet:
    """What the panel beside a list shows of an appointment, and the forms for what may be done."""

    appointment: Appointment
    row: rows.Row
    phone: str
    user: User
    now: dt.datetime
    back: str
    forms: dict[str, ActionForm]
    actions: dict[str, Action]
    tried: str = ""
    bound: ActionForm | None = None
    outcomes: list[OutcomeChoice] = field(default_factory=list)
    new_times: list[slots.SlotChoice] = field(default_factory=list)
    colleagues: list[Colleague] = field(default_factory=list)
    number: int = 1
    retry: Retry | None = None

    @property
    def second_phone(self) -> str:
        """The other number, as people write it; empty when there is none."""
        return phones.display(self.appointment.second_phone) if self.appointment.second_phone else ""

    @property
    def dialled(self) -> str:
        """When this person dialled for the call to be logged: 14:03; empty when that was not measured."""
        since = measured_start(self.appointment, by=self.user, now=self.now)
        return moments.clock(since) if since else ""

    @property
    def called_by_other(self) -> str:
        """Who else is calling the customer now, and since when; empty when nobody is."""
        mine = self.appointment.calling_by_id == self.user.pk
        return "" if mine else rows.calling(self.appointment, self.now)

    @property
    def claimed_since(self) -> str:
        """When it was claimed: 14:30; empty when nobody has it."""
        return moments.clock(self.appointment.claimed_at) if self.appointment.claimed_at else ""


@dataclass(frozen=True)
class AppointmentPage:
    """The page of one appointment; after a refusal with the summary of what was wrong."""

    sheet: Sheet
    promises: list[history.PromiseLine]
    attempts: list[history.AttemptLine]
    log: list[history.LogLine]
    times: Times | None
    summary: list[errors.SummaryLine]
    conflict: bool
    stale: Stale | None
    changed_at: str
    leftovers: list[str]


def sheet(
    appointment: Appointment,
    *,
    user: User,
    now: dt.datetime,
    back: str = "",
    bound: ActionForm | None = None,
    tried: str = "",
) -> Sheet:
    """The facts and the forms; ``bound`` is the form of the action that was ``tried`` and refused."""
    actions = {one.slug: one for one in open_to(user, appointment)}
    forms = {
        slug: action.form(appointment=appointment, by=user, now=now, back=back)
        for slug, action in actions.items()
    }
    if bound and tried in forms:
        forms[tried] = bound
    return Sheet(
        appointment=appointment,
        row=rows.row(appointment, now),
        phone=phones.display(appointment.phone),
        user=user,
        now=now,
        back=back,
        forms=forms,
        actions=actions,
        tried=tried,
        bound=bound,
        outcomes=_outcomes(forms.get("attempt")),
        new_times=_new_times(appointment, now) if {"attempt", "propose"} & forms.keys() else [],
        colleagues=_colleagues(appointment, forms["reassign"], now) if "reassign" in forms else [],
        number=attempt_number(appointment),
        retry=_retry(forms.get("attempt"), now),
    )


def page(
    shown: Sheet, *, now: dt.datetime, asked: Look | None = None, refusal: DomainError | None = None
) -> AppointmentPage:
    """The whole page around a sheet, with the times ``asked`` for."""
    bound = shown.bound
    stale = refusal if isinstance(refusal, Stale) else None
    return AppointmentPage(
        sheet=shown,
        promises=history.promise_lines(shown.appointment, now),
        attempts=history.attempt_lines(shown.appointment),
        log=history.log_lines(shown.appointment),
        times=_times(shown, asked or Look(), now=now, refusal=refusal),
        summary=[] if stale or bound is None else errors.summary(bound),
        conflict=shown.tried == "reschedule" and isinstance(refusal, SlotTaken | SlotNotOffered),
        stale=stale,
        changed_at=moments.clock(stale.at) if stale else "",
        leftovers=_leftovers(shown),
    )


def _leftovers(shown: Sheet) -> list[str]:
    """What was typed into a form that does not go with the appointment any more, to copy it from."""
    if shown.bound is None or shown.tried in shown.forms:
        return []
    return [str(shown.bound.data[name]) for name in ("note", "reason") if shown.bound.data.get(name)]


def _times(shown: Sheet, asked: Look, *, now: dt.datetime, refusal: DomainError | None) -> Times | None:
    form = shown.forms.get("reschedule")
    if form is None:
        return None
    refusal = refusal if shown.tried == "reschedule" else None
    return to_move(form, asked, user=shown.user, now=now, refusal=refusal)


def _outcomes(form: ActionForm | None) -> list[OutcomeChoice]:
    if not isinstance(form, AttemptForm):
        return []
    return [
        OutcomeChoice(
            digit=digit,
            value=outcome.value,
            label=str(outcome.label),
            steps=" ".join(form.steps(outcome)),
            checked=form["outcome"].value() == outcome.value,
        )
        for digit, outcome in enumerate(AttemptOutcome, start=1)
    ]


def _retry(form: ActionForm | None, now: dt.datetime) -> Retry | None:
    if not isinstance(form, AttemptForm):
        return None
    found, team = form.retries, form.appointment.team
    return Retry(
        words=_reason(found.planned, team.attempt_spacing, now) if found.planned else "",
        told=found.promised.at.isoformat() if found.promised else "",
        told_words=moments.day_clock(found.promised.at, now) if found.promised else "",
        is_last=attempt_number(form.appointment) >= team.max_attempts,
    )


def _reason(proposed: Proposed, spacing: int, now: dt.datetime) -> str:
    """The proposed moment with the rule that gave it."""
    reasons = {
        Why.INSIDE: _("once more inside the promised time"),
        Why.SAME_DAY: _("the same day, after %(length)s") % {"length": moments.length(spacing)},
        Why.OTHER_DAY: _("the next working day, in the other half of the day if possible"),
    }
    return f"{moments.day_clock(proposed.at, now)}: {reasons[proposed.why]}"


def _new_times(appointment: Appointment, now: dt.datetime) -> list[slots.SlotChoice]:
    found = free_slots(
        topic=appointment.topic,
        start=now,
        end=now + dt.timedelta(days=appointment.team.horizon_days),
        now=now,
        specialist=appointment.specialist,
        limit=NEW_TIMES,
        moving=appointment,
    )
    return slots.choices(other_times(found, appointment), chosen=None, now=now)


def _colleagues(appointment: Appointment, form: ActionForm, now: dt.datetime) -> list[Colleague]:
    """The team's other specialists, those who are free first."""
    chosen = str(form["specialist"].value() or "")
    return [
        Colleague(
            pk=one.specialist.pk,
            name=str(one.specialist),
            room=ROOMS[next(iter(one.fits))],
            chosen=str(one.specialist.pk) == chosen,
        )
        for one in colleagues([appointment], by=form.by, now=now)
    ]
