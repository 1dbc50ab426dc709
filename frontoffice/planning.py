"""What people type in to publish availability, read into plain values."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from availability.models import Specialist
from availability.models.calendar import Weekday
from availability.models.feeds import URL_LIMIT
from availability.slots import DAY, Hours
from callbacks.models.appointments import REASON_LIMIT
from callbacks.operations.absences import ABSENCE_REASON_LIMIT
from callbacks.operations.publishing import Plan
from callbacks.operations.rearranging import Decision
from callbacks.states import Remedy

QUARTER = 13 * 7
# Before the reference of an appointment: the version of it that the page showed.
SEEN = "seen-"


class DayField(forms.DateField):
    """A day, in the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ClockField(forms.TimeField):
    """A wall-clock time in quarters."""

    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")


class PeopleForm(forms.Form):
    """For whom else, where a lead does it for several people at once."""

    people = forms.ModelMultipleChoiceField(
        label=_("For"),
        queryset=Specialist.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, colleagues: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        if colleagues is None:
            del self.fields["people"]
        elif isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = colleagues


class HoursForm(forms.Form):
    """From and until; 00:00 as the end is the end of the day."""

    starts = ClockField(label=_("From"), error_messages={"required": _("Enter a time.")})
    ends = ClockField(label=_("Until"), error_messages={"required": _("Enter a time.")})

    def hours(self) -> Hours:
        """What was typed."""
        return self.cleaned_data["starts"], self.cleaned_data["ends"]


class PublishForm(HoursForm, PeopleForm):
    """Hours that repeat on days of the week, for a quarter unless said otherwise."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Every"),
        choices=Weekday,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day of the week.")},
    )
    first_day = DayField(label=_("First day"), error_messages={"required": _("Enter a day.")})
    last_day = DayField(label=_("Last day"), error_messages={"required": _("Enter a day.")})
    field_order = ("weekdays", "starts", "ends", "first_day", "last_day", "people")

    def __init__(self, data: Any = None, *, first: dt.date, **kwargs: Any) -> None:
        quarter = {"first_day": first, "last_day": first + DAY * (QUARTER - 1)}
        super().__init__(data, initial=quarter | kwargs.pop("initial", {}), **kwargs)

    def plan(self) -> Plan:
        """What was typed, for the door."""
        given = self.cleaned_data
        return Plan(
            weekdays=frozenset(given["weekdays"]),
            hours=self.hours(),
            first_day=given["first_day"],
            last_day=given["last_day"],
        )


class VersionsField(forms.Field):
    """Windows with the versions that the page showed: ``12:1 13:4``."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict[int, int]:
        """Read what ``versions_text`` wrote; anything else is as if nothing had been seen."""
        pairs = [one.partition(":") for one in str(value or "").split()]
        return {
            int(pk): int(version) for pk, _colon, version in pairs if _is_small(pk) and _is_small(version)
        }

    def validate(self, value: Any) -> None:
        """Nothing seen is refused by the door, in its own words."""


def versions_text(versions: dict[int, int]) -> str:
    """What a page carries of the windows it shows."""
    return " ".join(f"{pk}:{version}" for pk, version in sorted(versions.items()))


def _is_small(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


class ChangeSeriesForm(PublishForm):
    """The same for a series that is there, from its new first day on."""

    series = forms.UUIDField(widget=forms.HiddenInput)
    versions = VersionsField(required=False)


class EndSeriesForm(PeopleForm):
    """The last day that a series is offered."""

    series = forms.UUIDField(widget=forms.HiddenInput)
    versions = VersionsField(required=False)
    last_day = DayField(label=_("Last day"), error_messages={"required": _("Enter a day.")})


class SameDayForm(PeopleForm):
    """One window on one day: taken off, or as usual again. ``versions`` are those of colleagues' windows."""

    window = forms.IntegerField(widget=forms.HiddenInput, max_value=2**63 - 1)
    version = forms.IntegerField(widget=forms.HiddenInput, max_value=2**31 - 1)
    versions = VersionsField(required=False)
    day = forms.DateField(widget=forms.HiddenInput)


class DayForm(HoursForm, SameDayForm):
    """Other hours for one window on one day."""


class AbsenceForm(PeopleForm):
    """A time away: whole days, or from and until a time. Without a last day: until further notice.

    ``team`` are those who can stand in, ``colleagues`` those who can be away too.
    """

    first_day = DayField(label=_("First day"), error_messages={"required": _("Enter a day.")})
    starts = ClockField(label=_("From"), required=False)
    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until further notice; all series end.")
    )
    ends = ClockField(label=_("Until"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=ABSENCE_REASON_LIMIT)
    substitute = forms.ModelChoiceField(
        label=_("Substitute"), queryset=Specialist.objects.none(), required=False, empty_label=_("Nobody")
    )

    field_order = ("first_day", "starts", "last_day", "ends", "reason", "substitute", "people")

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["substitute"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = team

    def period(self, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """The absence in UTC, its end excluded; only asked for when there is a last day."""
        given = self.cleaned_data
        start = dt.datetime.combine(given["first_day"], given["starts"] or dt.time(0), zone)
        end = dt.datetime.combine(given["last_day"], given["ends"] or dt.time(0), zone)
        whole = end if given["ends"] else dt.datetime.combine(given["last_day"] + DAY, dt.time(0), zone)
        return start.astimezone(dt.UTC), whole.astimezone(dt.UTC)


class BackForm(forms.Form):
    """An absence to be taken back."""

    absence = forms.IntegerField(widget=forms.HiddenInput, max_value=2**63 - 1)
    version = forms.IntegerField(widget=forms.HiddenInput, max_value=2**31 - 1)


class DecisionForm(forms.Form):
    """What becomes of the appointments that a change hits: one answer for all, or for each its own."""

    remedy = forms.ChoiceField(label=_("For all of them"), choices=Remedy, initial=Remedy.COLLEAGUE)
    decision_reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LIMIT, error_messages={"required": _("Give a reason.")}
    )
    decision_substitute = forms.ModelChoiceField(
        label=_("Substitute"), queryset=Specialist.objects.none(), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision_substitute"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues

    def decisions(self) -> dict[str, Decision]:
        """What was decided, by reference; the page sent the version of each appointment it showed."""
        given = self.cleaned_data
        seen = {
            name.removeprefix(SEEN): str(self.data[name]) for name in self.data if str(name).startswith(SEEN)
        }
        return {
            reference: Decision(
                remedy=self._remedy(reference),
                version=int(version),
                reason=given["decision_reason"],
                substitute=given["decision_substitute"],
            )
            for reference, version in seen.items()
            if version.isdecimal() and len(version) < 10
        }

    def _remedy(self, reference: str) -> Remedy:
        own = str(self.data.get(f"remedy-{reference}", ""))
        return Remedy(own if own in Remedy.values else self.cleaned_data["remedy"])


class BusyFeedForm(forms.Form):
    """The address of a calendar elsewhere."""

    url = forms.CharField(
        label=_("Address of your calendar (iCalendar)"),
        max_length=URL_LIMIT,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter an address.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
