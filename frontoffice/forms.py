"""What people type in, read into plain values. The rules of the domain are the doors' business."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from availability.models import Channel, Topic
from callbacks import phones
from callbacks.api.moments import FIRST_YEAR, LAST_YEAR, OUT_OF_RANGE
from callbacks.models import Customer
from callbacks.models.appointments import QUESTION_LIMIT
from callbacks.operations import CustomerData
from frontoffice.circumstances import CircumstancesForm


class PhoneField(forms.CharField):
    """A phone number in any notation; the value is its E.164 form."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        """Give the E.164 form, or ask for a number."""
        text = super().clean(value)
        return phones.normalise(text) if text else ""


def long_text(label: Any, *, limit: int, rows: int) -> forms.CharField:
    """An optional piece of text with its limit shown; the page's script counts down."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows, "data-count": limit}),
    )


class MomentField(forms.DateTimeField):
    """A moment in a year that can be reckoned with."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Read a moment; one without an offset is local."""
        moment = super().to_python(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(OUT_OF_RANGE, code="invalid")
        return moment


def new_token() -> str:
    """A token for a form that was not sent yet."""
    return str(uuid.uuid4())


class BookingForm(CircumstancesForm):
    """A callback for the caller on the line: topic, slot and phone, the rest is optional."""

    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.filter(is_active=True),
        to_field_name="slug",
        empty_label=_("Choose a topic"),
        error_messages={
            "required": _("Choose a topic."),
            "invalid_choice": _("Choose a topic from the list."),
        },
    )
    starts_at = MomentField(
        label=_("Slot"),
        error_messages={"required": _("Choose a slot."), "invalid": _("Choose a slot from the list.")},
    )
    phone = PhoneField(
        label=_("Phone"), max_length=40, error_messages={"required": _("Enter a phone number.")}
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)
    question = long_text(_("Question"), limit=QUESTION_LIMIT, rows=4)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, initial=Channel.PHONE)
    customer_number = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    caller = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "email"):
            # The caller's data, not those of the agent whose browser this is.
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_customer_number(self) -> str:
        """The number of the customer who was found, unless the agent went on to type another name."""
        number = str(self.cleaned_data["customer_number"])
        known = Customer.objects.filter(customer_number=number).first() if number else None
        name = str(self.cleaned_data.get("name", ""))
        return "" if known and known.name.casefold() != name.casefold() else number

    def renew_token(self) -> None:
        """Make the form one that was not sent yet."""
        # By items: unpacking would give the lists that Django keeps behind the values.
        self.data = {**dict(self.data.items()), "token": new_token()}

    def fingerprint(self) -> str:
        """What was typed, as a hash: another one is another booking."""
        typed = {name: str(value) for name, value in self.cleaned_data.items() if name != "token"}
        return hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()

    def booking(self) -> dict[str, Any]:
        """The arguments for ``book`` that were typed in."""
        given = self.cleaned_data
        return {
            "topic": given["topic"],
            "starts_at": given["starts_at"],
            "customer": CustomerData(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                customer_number=given["customer_number"],
            ),
            "question": given["question"],
            "channel": given["channel"],
            **self.circumstances(),
        }
