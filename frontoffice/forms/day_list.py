"""Which day list goes on paper."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from availability.models import Specialist, Team
from frontoffice.planning import DayField


class DayListForm(forms.Form):
    """A day, of whom, and whether paper carries more than it must."""

    day = DayField(label=_("Day"), error_messages={"required": _("Enter a day.")})
    of = forms.ChoiceField(label=_("Of"), error_messages={"invalid_choice": _("Choose a team or a person.")})
    with_notes = forms.BooleanField(label=_("With questions and notes"), required=False)

    def __init__(
        self, data: Any = None, *, people: list[Specialist], teams: list[Team], today: dt.date
    ) -> None:
        self._offered: dict[str, Specialist | Team] = {f"team-{team.pk}": team for team in teams}
        self._offered |= {f"person-{one.pk}": one for one in people}
        super().__init__(data, initial={"day": today})
        of = self.fields["of"]
        if isinstance(of, forms.ChoiceField):
            of.choices = [(value, str(one)) for value, one in self._offered.items()]

    def chosen(self) -> Specialist | Team:
        """Whose list it is."""
        return self._offered[self.cleaned_data["of"]]
