"""What may be said of every contact with the front office, whatever comes of it."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from callbacks.models import AvoidableReason
from frontoffice.forms.free_text import FreeTextForm

YES, NO = "yes", "no"
MOST_REASONS = 50


def _reasons() -> list[Any]:
    """The answers to "avoidable?": one choice gives the answer and its reason."""
    active = AvoidableReason.objects.filter(is_active=True)[:MOST_REASONS]
    reasons = [(str(one.pk), one.name) for one in active]
    because = [(_("Yes, because of"), reasons)] if reasons else []
    return [("", "–"), (NO, _("No")), *because, (YES, _("Yes, another reason") if reasons else _("Yes"))]


class CircumstancesForm(FreeTextForm):
    """The optional answers about a contact. None of them is needed to go on."""

    searched_online = forms.ChoiceField(
        label=_("Searched online first?"),
        choices=[("", "–"), (YES, _("Yes")), (NO, _("No"))],
        required=False,
        widget=forms.Select(attrs={"data-alt": "o", "aria-keyshortcuts": "Alt+O"}),
    )
    avoidable = forms.ChoiceField(
        label=_("Avoidable?"),
        choices=_reasons,
        required=False,
        widget=forms.Select(attrs={"data-alt": "v", "aria-keyshortcuts": "Alt+V"}),
    )
    opened_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_searched_online(self) -> bool | None:
        """Yes, no, or not asked."""
        return _answer(self.cleaned_data["searched_online"])

    def clean_opened_at(self) -> dt.datetime | None:
        """When the agent turned to this caller. Nobody typed it: what is no moment is left out."""
        try:
            moment = parse_datetime(str(self.cleaned_data["opened_at"]))
        except ValueError:
            return None
        return moment if moment and timezone.is_aware(moment) else None

    def circumstances(self) -> dict[str, Any]:
        """The arguments for the doors that record a contact."""
        given, avoidable = self.cleaned_data, self.cleaned_data["avoidable"]
        # A reason is a yes with more to it.
        reason = AvoidableReason.objects.filter(pk=int(avoidable)).first() if avoidable.isdecimal() else None
        return {
            "searched_online": given["searched_online"],
            "avoidable": True if reason else _answer(avoidable),
            "avoidable_reason": reason,
            "opened_at": given["opened_at"],
        }


def _answer(text: str) -> bool | None:
    return {YES: True, NO: False}.get(text)
