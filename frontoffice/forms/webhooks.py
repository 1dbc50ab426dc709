"""What an administrator does with messages that a webhook did not take."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from callbacks.models.outbox import NOTE_LIMIT
from frontoffice.forms.fields import MomentField, short_text
from frontoffice.presenters.rows import PAGE


class WebhookForm(forms.Form):
    """What to do (``do``) with the selected messages, or with all that there were when the page was made."""

    do = forms.ChoiceField(choices=[("again", ""), ("handled", "")])
    seen_at = MomentField(widget=forms.HiddenInput)
    which = forms.ChoiceField(choices=[("some", ""), ("all", "")])
    note = short_text(_("What was done about it"), limit=NOTE_LIMIT)

    def __init__(self, data: QueryDict | None, *, seen_at: dt.datetime) -> None:
        super().__init__(data, initial={"seen_at": seen_at.isoformat(), "which": "some"})
        # What was ticked, as it was sent.
        self.selected = set(data.getlist("message")[:PAGE]) if data else set()
        self.fields["note"].help_text = _("At most %(limit)d characters.") % {"limit": NOTE_LIMIT}

    def clean(self) -> dict[str, Any]:
        """Give what is meant as ``only``: None for all."""
        cleaned = super().clean() or self.cleaned_data
        try:
            some = [UUID(one) for one in self.selected]
        except ValueError:
            some = []
        if cleaned.get("which") == "some" and not some:
            raise ValidationError(_("Select the messages first."))
        return cleaned | {"only": some if cleaned.get("which") == "some" else None}
