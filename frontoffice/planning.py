"""What people type in to publish availability, read into plain values."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from availability.models import Specialist
from availability.models.calendar import Weekday
from availability.models.feeds import URL_LIMIT
from availability.slots import DAY, Hours
from callbacks.operations.publishing import Plan

QUARTER = 13 * 7


class DayField(forms.DateField):
    """A day, in the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ClockField(forms.TimeField):
    """A wall-clock time in quarters."""

    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")


class HoursForm(forms.Form):
    """From and until; 00:00 as the end is the end of the day."""

    starts = ClockField(label=_("From"), error_messages={"required": _("Enter a time.")})
    ends = ClockField(label=_("Until"), error_messages={"required": _("Enter a time.")})

    def hours(self) -> Hours:
        """What was typed."""
        return self.cleaned_data["starts"], self.cleaned_data["ends"]


class PublishForm(HoursForm):
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
    people = forms.ModelMultipleChoiceField(
        label=_("For"),
        queryset=Specialist.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("weekdays", "starts", "ends", "first_day", "last_day", "people")

    def __init__(self, data: Any = None, *, first: dt.date, colleagues: Any = None, **kwargs: Any) -> None:
        quarter = {"first_day": first, "last_day": first + DAY * (QUARTER - 1)}
        super().__init__(data, initial=quarter | kwargs.pop("initial", {}), **kwargs)
        field = self.fields["people"]
        if colleagues is None:
            del self.fields["people"]
        elif isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = colleagues

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


class EndSeriesForm(forms.Form):
    """The last day that a series is offered."""

    series = forms.UUIDField(widget=forms.HiddenInput)
    versions = VersionsField(required=False)
    last_day = DayField(label=_("Last day"), error_messages={"required": _("Enter a day.")})


class SameDayForm(forms.Form):
    """One window on one day: taken off, or as usual again."""

    window = forms.IntegerField(widget=forms.HiddenInput, max_value=2**63 - 1)
    version = forms.IntegerField(widget=forms.HiddenInput, max_value=2**31 - 1)
    day = forms.DateField(widget=forms.HiddenInput)


class DayForm(HoursForm, SameDayForm):
    """Other hours for one window on one day."""


class BusyFeedForm(forms.Form):
    """The address of a calendar elsewhere."""

    url = forms.CharField(
        label=_("Address of your calendar (iCalendar)"),
        max_length=URL_LIMIT,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter an address.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
