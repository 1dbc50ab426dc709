"""What the front office's own lines must carry, to reckon with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontoffice.forms.fields import whole_number

# Bounds the work: nobody waits for an answer, and at most this many agents are tried.
MOST_AGENTS = 1500


class LinesForm(forms.Form):
    """Calls, handling time and target; agents when one wants to know what so many do."""

    calls = whole_number(_("Calls an hour"), 1, 2000)
    seconds = whole_number(_("Handling time in seconds, with wrapping up"), 1, 1800)
    target = whole_number(_("Share to answer in time, in percent"), 1, 99)
    within = whole_number(_("In time is within so many seconds"), 0, 600)
    agents = whole_number(_("Agents, or empty for how many are needed"), 1, MOST_AGENTS, required=False)
    patience = whole_number(_("Seconds that callers wait before they hang up"), 1, 3600, required=False)

    def __init__(self, data: Any = None) -> None:
        usual = {"calls": 200, "seconds": 180, "target": 80, "within": 20}
        super().__init__(data, initial=usual)
