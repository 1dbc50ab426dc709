"""What leads say of a topic, and of what is done about it."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Topic
from callbacks.models import Improvement, TopicRating
from callbacks.models.improving import WHAT_LIMIT
from callbacks.operations.improving import AHEAD
from callbacks.queries.improving import owners
from callbacks.states import ImprovementAction, ImprovementState, Value
from frontoffice.forms.fields import long_text
from frontoffice.planning import DayField

WRONG_VALUE = _("Choose a value from the scale.")


def _value(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[("", _("Choose a value")), *((one.value, f"{one.value} {one.label}") for one in Value)],
        help_text=_("From 1 (irritates) to 5 (valuable)"),
        error_messages={"required": WRONG_VALUE, "invalid_choice": WRONG_VALUE},
    )


class RatingForm(forms.Form):
    """Two values, given on top of the rating with the number ``version``."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, last: TopicRating | None) -> None:
        initial: dict[str, int] = {"version": 0}
        if last:
            values = {"for_customer": last.for_customer, "for_organisation": last.for_organisation}
            initial = {"version": last.number, **values}
        super().__init__(data, initial=initial)
        # Made here: the names of the values are in the reader's language.
        self.fields["for_customer"] = _value(_("Value for the customer"))
        self.fields["for_organisation"] = _value(_("Value for the organisation"))


class ImprovementForm(forms.Form):
    """What is going to be done, by whom and before when."""

    action = forms.ChoiceField(
        label=_("Action"),
        choices=[("", _("Choose an action.")), *ImprovementAction.choices],
        error_messages={"required": _("Choose an action."), "invalid_choice": _("Choose an action.")},
    )
    what = long_text(_("What is going to be done"), limit=WHAT_LIMIT, rows=2)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        empty_label=_("Choose an owner."),
        error_messages={"required": _("Choose an owner."), "invalid_choice": _("Choose an owner.")},
    )
    due_on = DayField(
        label=_("Due on"),
        help_text=_("From today, at most two years ahead"),
        error_messages={"required": _("Enter a day."), "invalid": _("Enter a day.")},
    )

    def __init__(self, data: Any = None, *, topic: Topic, today: dt.date, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["what"].required = True
        self.fields["what"].error_messages["required"] = _("Say what is going to be done.")
        self.fields["due_on"].widget.attrs["max"] = (today + AHEAD).isoformat()
        self.offer(User.objects.filter(pk__in=owners(topic).values("pk")))

    def offer(self, people: Any) -> None:
        """Let one of these be chosen."""
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        owner.queryset = people


class ChangeForm(ImprovementForm):
    """The same of an improvement as it was seen, and where it stands."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    state = forms.ChoiceField(
        label=_("Where it stands"),
        choices=ImprovementState,
        error_messages={
            "required": _("Choose where it stands."),
            "invalid_choice": _("Choose where it stands."),
        },
    )
    field_order = ("state", "action", "what", "owner", "due_on")

    def __init__(self, data: Any = None, *, improvement: Improvement, today: dt.date) -> None:
        names = ("version", "state", "action", "what", "due_on")
        initial = {name: getattr(improvement, name) for name in names} | {"owner": improvement.owner_id}
        super().__init__(data, topic=improvement.topic, today=today, initial=initial)
        # Whoever left keeps it until somebody takes over.
        mine = Q(pk=improvement.owner_id)
        self.offer(User.objects.filter(Q(pk__in=owners(improvement.topic).values("pk")) | mine))
