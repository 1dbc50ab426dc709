"""What customers ask for on their own page: per verb a form. What is asked may be so already."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callbacks.models import Appointment
from callbacks.states import OWNED, State
from frontoffice.forms.fields import PHONE_LIMIT, MomentField, PhoneField


class CustomerForm(forms.Form):
    """A verb on the appointment as the customer saw it: at that version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        """What the door is given besides the appointment, the customer and the clock."""
        return self.cleaned_data

    def is_met(self, appointment: Appointment) -> bool:
        """Whether it is already as this form asks: a button pressed twice is no mistake of the customer's."""
        raise NotImplementedError


class MoveForm(CustomerForm):
    """Another slot; the customer who takes it agrees with it."""

    starts_at = MomentField(
        error_messages={"required": _("Choose a time."), "invalid": _("Choose a time.")},
    )

    def arguments(self) -> dict[str, Any]:
        """The slot, with the customer's consent."""
        return {**self.cleaned_data, "customer_agreed": True}

    def is_met(self, appointment: Appointment) -> bool:
        """Promised at this time."""
        return appointment.state in OWNED and appointment.starts_at == self.cleaned_data["starts_at"]


class CancelForm(CustomerForm):
    """No input: the customer owes no reason."""

    def arguments(self) -> dict[str, Any]:
        """The customer's own wish."""
        return {**self.cleaned_data, "reason": "", "by_customer": True}

    def is_met(self, appointment: Appointment) -> bool:
        """Cancelled, by whomever."""
        return appointment.state == State.CANCELLED


class NumberForm(CustomerForm):
    """The number to call."""

    phone = PhoneField(
        label=_("Your phone number"),
        max_length=PHONE_LIMIT,
        help_text=_("For example 06 1234 5678. At most 40 characters."),
        error_messages={"required": _("Enter a phone number, for example 06 1234 5678.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def is_met(self, appointment: Appointment) -> bool:
        """This number will be called."""
        return bool(appointment.phone == self.cleaned_data["phone"])
