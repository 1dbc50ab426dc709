"""What a verb of the appointment page asks for: per verb a form."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from availability.models import Specialist, Team, Topic
from callbacks.models import Appointment
from callbacks.models.appointments import NOTE_LIMIT, REASON_LIMIT, RESULT_LIMIT
from callbacks.queries.retries import Retries, retries
from callbacks.states import IN_VAIN, NEXT_STEPS, AttemptOutcome, NextStep
from frontoffice.forms.fields import PHONE_LIMIT, MomentField, PhoneField, long_text
from frontoffice.forms.free_text import FreeTextForm

# Between the page and its form alone.
NOT_TOLD = {"back", "not_bsn"}
LONGEST_AGO = dt.timedelta(hours=12)


def default_steps(appointment: Appointment, outcome: AttemptOutcome, *, number: int) -> list[NextStep]:
    """The next steps that fit the outcome of call attempt ``number``, the sensible one first.

    After the last attempt in vain nobody calls just once more: it is closed, or agreed anew.
    """
    steps = list(NEXT_STEPS[outcome])
    if number >= appointment.team.max_attempts and outcome in IN_VAIN:
        steps.remove(NextStep.TRY_AGAIN)
        steps.sort(key=lambda step: step != NextStep.CLOSE)
    return steps


def attempt_number(appointment: Appointment) -> int:
    """Which call attempt comes now. The appointment comes from ``queries.lists.with_people``."""
    return int(vars(appointment)["attempt_count"]) + 1


class ActionForm(FreeTextForm):
    """A verb on one appointment, as somebody saw it: at that version. ``back`` is the page to return to."""

    free_texts = ("reason", "note", "result_for_customer", "result_for_agent")

    version = forms.IntegerField(widget=forms.HiddenInput)
    back = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, appointment: Appointment, by: User, now: dt.datetime, back: str = ""
    ) -> None:
        self.appointment, self.by, self.now = appointment, by, now
        super().__init__(
            data,
            auto_id=f"id_{type(self).__name__.removesuffix('Form').lower()}_%s",
            initial={"version": appointment.version, "back": back},
        )

    def arguments(self) -> dict[str, Any]:
        """What the door is given besides the appointment, the user and the clock."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_TOLD}

    def own_phone(self) -> str:
        """The number of the customer."""
        return self.appointment.phone

    @property
    def bsn_field(self) -> str:
        """The field beside which somebody may say that the number in it is no BSN."""
        if not self.may_hold_bsn:
            return ""
        texts = [name for name in self.free_texts if self.has_error(name, "bsn") or self.data.get(name)]
        return next(iter(texts), "")


class ConfirmForm(ActionForm):
    """One button."""


class ReasonForm(ActionForm):
    """A reason in a line."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LIMIT, error_messages={"required": _("Give a reason.")}
    )


class DeclineForm(ReasonForm):
    """Why the specialist cannot keep the window."""


class SendBackForm(ReasonForm):
    """Why the front office has to agree something else with the customer."""


class ForwardForm(ReasonForm):
    """Another team, or a person of any team, and what it is about where that was wrong too."""

    to = forms.ChoiceField(
        label=_("To"),
        error_messages={
            "required": _("Choose a team or a person."),
            "invalid_choice": _("Choose a team or a person."),
        },
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=Topic.objects.none(), required=False, empty_label=_("stays as it is")
    )
    field_order = ("to", "topic", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to, topic = self.fields["to"], self.fields["topic"]
        if isinstance(to, forms.ChoiceField):
            # Asked for when it is shown: most pages that have the form do not show it.
            to.choices = self._receivers
        if isinstance(topic, forms.ModelChoiceField):
            topic.queryset = Topic.objects.filter(is_active=True).exclude(pk=self.appointment.topic_id)

    def _receivers(self) -> list[tuple[str, Any]]:
        """The teams, each with its people; not who has the appointment now."""
        people: dict[int, list[tuple[str, str]]] = {}
        working = Specialist.objects.filter(is_active=True, user__is_active=True).select_related("user")
        for one in working.exclude(pk=self.appointment.specialist_id or 0):
            people.setdefault(one.team_id, []).append((f"person-{one.pk}", str(one)))
        anybody = str(_("whoever is free"))
        return [
            ("", _("Choose a team or a person.")),
            *(
                (team.name, self._anybody(team, f"{team}: {anybody}") + people.get(team.pk, []))
                for team in Team.objects.filter(is_active=True)
            ),
        ]

    def _anybody(self, team: Team, label: str) -> list[tuple[str, str]]:
        return [] if team.pk == self.appointment.team_id else [(f"team-{team.pk}", label)]

    def clean_to(self) -> Team | Specialist:
        """Who was chosen, from what the page offered."""
        kind, _dash, pk = self.cleaned_data["to"].partition("-")
        if kind == "team":
            return Team.objects.get(pk=pk)
        return Specialist.objects.select_related("user", "team").get(pk=pk)


class ReopenForm(ReasonForm):
    """Why a closed appointment goes on."""


class CancelForm(ReasonForm):
    """Why nobody calls any more, and who wished so."""

    by_customer = forms.BooleanField(label=_("The customer asked for it"), required=False)


class RescheduleForm(ActionForm):
    """Another slot."""

    starts_at = MomentField(label=_("Slot"), error_messages={"required": _("Choose a slot.")})
    customer_agreed = forms.BooleanField(label=_("The customer agrees with the new time"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LIMIT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The front office moves with the customer on the line.
        self.fields["customer_agreed"].initial = self.by.role == Role.AGENT


class ProposeForm(ActionForm):
    """A time that the specialist would rather have."""

    starts_at = MomentField(label=_("Proposed time"), error_messages={"required": _("Choose a time.")})
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LIMIT, required=False)


class AgreeForm(ActionForm):
    """One button: the customer agrees with what the specialist proposed."""

    def arguments(self) -> dict[str, Any]:
        """The proposal, as it stands at the version that was seen."""
        return {
            **super().arguments(),
            "starts_at": self.appointment.proposed_starts_at,
            "specialist": self.appointment.proposed_specialist,
            "customer_agreed": True,
        }


class ReassignForm(ActionForm):
    """A colleague of the same team."""

    specialist = forms.ModelChoiceField(
        label=_("Specialist"),
        queryset=Specialist.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose a specialist."), "invalid_choice": _("Choose a specialist.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LIMIT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Specialist.objects.filter(team=self.appointment.team_id, is_active=True)
        field = self.fields["specialist"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues.exclude(pk=self.appointment.specialist_id or 0).select_related("user")


class ClaimForm(ActionForm):
    """One button: this person agrees a new time with the customer."""


class ReleaseForm(ActionForm):
    """One button: somebody else may do it."""


class NoteForm(ActionForm):
    """What the next reader should know."""

    note = forms.CharField(
        label=_("Note"),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Write a note.")},
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "data-count": REASON_LIMIT,
                "data-key": "n",
                # Who dials from the worklist finds the time of the call in the note.
                "data-called": _("Called at {time}: "),
                "data-zone": settings.TIME_ZONE,
            }
        ),
    )


class NumberForm(ActionForm):
    """The number to call from now on."""

    phone = PhoneField(label=_("Phone"), max_length=PHONE_LIMIT, help_text=_("At most 40 characters."))


class LinkForm(ActionForm):
    """One button: what the customer got opens nothing any more."""


class AttemptForm(ActionForm):
    """A call that was made, and what follows. Only the outcome has to be chosen: the rest has a default."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=AttemptOutcome,
        error_messages={"required": _("Choose the outcome of the call.")},
    )
    started_at = forms.TimeField(
        label=_("Called at"),
        required=False,
        # The page's script fills in the moment of dialling, as the clock says where the site is.
        widget=forms.TimeInput(attrs={"type": "time", "data-zone": settings.TIME_ZONE}, format="%H:%M"),
    )
    note = long_text(_("Note"), limit=NOTE_LIMIT, rows=2, **{"data-beside": "n"})
    result_for_customer = long_text(_("Information for the customer"), limit=RESULT_LIMIT, rows=2)
    result_for_agent = long_text(_("Information for the front office"), limit=RESULT_LIMIT, rows=2)
    next_step = forms.ChoiceField(
        label=_("Next step"), choices=[("", _("the usual one")), *NextStep.choices], required=False
    )
    next_at = MomentField(
        label=_("Call again at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    # The customer was told when: what would be planned is promised.
    told = MomentField(required=False)
    starts_at = MomentField(label=_("New agreed time"), required=False)
    reason = forms.CharField(
        label=_("Reason to close without having spoken"), max_length=REASON_LIMIT, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_at"].initial = self.again_at()

    @cached_property
    def retries(self) -> Retries:
        """What the team's policy proposes after this call, if it is in vain."""
        return retries(self.appointment, number=attempt_number(self.appointment), now=self.now)

    def again_at(self) -> dt.datetime:
        """When the policy says to call again; where nobody works in sight after the team's spacing."""
        if self.retries.planned:
            return self.retries.planned.at
        at = self.now + dt.timedelta(minutes=self.appointment.team.attempt_spacing + 4)
        return at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)

    def steps(self, outcome: str) -> list[NextStep]:
        """The next steps that fit an outcome, the usual one first."""
        return default_steps(
            self.appointment, AttemptOutcome(outcome), number=attempt_number(self.appointment)
        )

    def clean(self) -> dict[str, Any]:
        """A new promise is made at a time that somebody chose."""
        given = super().clean()
        outcome, unread = given.get("outcome"), "starts_at" in self.errors
        if outcome and not unread and self._step() == NextStep.NEW_PROMISE and not self._promised():
            self.add_error("starts_at", _("Choose a time."))
        return given

    def _promised(self) -> dt.datetime | None:
        """The time that was chosen, or that the customer was told."""
        chosen: dt.datetime | None = self.cleaned_data.get("starts_at")
        return chosen or (self.cleaned_data.get("told") if self._usual_step() == NextStep.TRY_AGAIN else None)

    def arguments(self) -> dict[str, Any]:
        """The call with its defaults filled in."""
        given, step = self.cleaned_data, self._step()
        moments = {
            NextStep.TRY_AGAIN: given["next_at"] or self.again_at(),
            NextStep.NEW_PROMISE: self._promised(),
        }
        return {
            "version": given["version"],
            "outcome": AttemptOutcome(given["outcome"]),
            "started_at": self._started_at(given["started_at"]),
            "note": given["note"],
            **self._results(given),
            "next_step": step,
            "next_at": moments.get(step),
            "reason": given["reason"],
        }

    def _results(self, given: dict[str, Any]) -> dict[str, str]:
        """What was found out by a call that finished the matter: other outcomes do not show it."""
        names = ("result_for_customer", "result_for_agent")
        done = given["outcome"] == AttemptOutcome.SPOKEN_DONE
        return {name: given[name] if done else "" for name in names}

    def _step(self) -> NextStep:
        step = self._usual_step()
        return NextStep.NEW_PROMISE if step == NextStep.TRY_AGAIN and self.cleaned_data.get("told") else step

    def _usual_step(self) -> NextStep:
        given = self.cleaned_data
        return NextStep(given.get("next_step") or self.steps(given["outcome"])[0])

    def _started_at(self, typed: dt.time | None) -> dt.datetime:
        """The minute typed, last time the clock said so; this very minute (or nothing) means now."""
        now = timezone.localtime(self.now)
        if typed is None or (typed.hour, typed.minute) == (now.hour, now.minute):
            return self.now
        today = dt.datetime.combine(now.date(), typed)
        yesterday = today - dt.timedelta(days=1)
        # A call before midnight. Most of a day ago is a slip of the hand, which the door refuses as to come.
        was_yesterday = typed > now.time() and now.replace(tzinfo=None) - yesterday < LONGEST_AGO
        return timezone.make_aware(yesterday if was_yesterday else today).astimezone(dt.UTC)
