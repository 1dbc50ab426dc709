"""What to foretell, and what could happen on one of the coming days."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from availability.models import Team, Topic
from frontoffice.forms.fields import whole_number

# As many as any team has.
MOST_AWAY = 50
LEAST_MORE, MOST_MORE = -50, 200


class ForecastForm(forms.Form):
    """Team and topic; so many specialists away on a day, and so much more demand."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    day = forms.ChoiceField(label=_("What if on this day"), required=False)
    away = whole_number(_("Specialists away on that day"), 0, MOST_AWAY, required=False)
    more = whole_number(_("More demand every day, in percent"), LEAST_MORE, MOST_MORE, required=False)

    def __init__(
        self,
        data: Any,
        *,
        teams: Iterable[Team],
        topics: Iterable[Topic],
        days: Iterable[tuple[dt.date, StrOrPromise]],
    ) -> None:
        super().__init__(data)
        options: dict[str, list[tuple[str, StrOrPromise]]] = {
            "team": [("", _("All my teams")), *((one.slug, one.name) for one in teams)],
            "topic": [("", _("All topics")), *((one.slug, one.name) for one in topics)],
            "day": [("", _("no day")), *((day.isoformat(), name) for day, name in days)],
        }
        for name, choices in options.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for the day on which somebody is away."""
        cleaned = super().clean() or {}
        if cleaned.get("away") and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose the day on which they are away."))
        return cleaned
