"""What the front office's own lines must carry, to reckon with."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# Bounds the work: nobody waits for an answer, and at most this many agents are tried.
MOST_AGENTS = 1500


def _whole(label: StrOrPromise, low: int, high: int, *, required: bool = True) -> forms.IntegerField:
    """A whole number whose limits are said before and after it is typed.

    A line of text, because a browser empties its own number field of what is no number.
    """
    wrong = format_lazy(
        _("{label}: enter a whole number from {low} to {high}."), label=label, low=low, high=high
    )
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=low,
        max_value=high,
        help_text=format_lazy(_("{low} to {high}"), low=low, high=high),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class LinesForm(forms.Form):
    """Calls, handling time and target; agents when one wants to know what so many do."""

    calls = _whole(_("Calls an hour"), 1, 2000)
    seconds = _whole(_("Handling time in seconds, with wrapping up"), 1, 1800)
    target = _whole(_("Share to answer in time, in percent"), 1, 99)
    within = _whole(_("In time is within so many seconds"), 0, 600)
    agents = _whole(_("Agents, or empty for how many are needed"), 1, MOST_AGENTS, required=False)
    patience = _whole(_("Seconds that callers wait before they hang up"), 1, 3600, required=False)

    def __init__(self, data: Any = None) -> None:
        usual = {"calls": 200, "seconds": 180, "target": 80, "within": 20}
        super().__init__(data, initial=usual)
