"""Several appointments that are given to one colleague."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from availability.models import Specialist
from callbacks.models.appointments import REASON_LIMIT
from frontoffice.forms.free_text import FreeTextForm


class ReassignSeveralForm(FreeTextForm):
    """Whom to give them to, of these teams (keys), and why."""

    free_texts = ("reason",)

    specialist = forms.ModelChoiceField(
        label=_("To"),
        queryset=Specialist.objects.none(),
        error_messages={"required": _("Choose a specialist."), "invalid_choice": _("Choose a specialist.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Give a reason.")},
    )

    def __init__(self, data: Any = None, *, teams: Collection[int]) -> None:
        super().__init__(data, auto_id="id_several_%s")
        self.fields["reason"].help_text = _("At most %(limit)d characters.") % {"limit": REASON_LIMIT}
        field = self.fields["specialist"]
        if isinstance(field, forms.ModelChoiceField):
            people = Specialist.objects.filter(team__in=teams, is_active=True, user__is_active=True)
            field.queryset = people.select_related("user")
