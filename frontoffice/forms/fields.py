"""Fields that several forms have."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from callbacks import phones
from callbacks.api.moments import FIRST_YEAR, LAST_YEAR, OUT_OF_RANGE

# Longer than any notation of a number; what is longer is no number.
PHONE_LIMIT = 40


class PhoneField(forms.CharField):
    """A phone number in any notation; the value is its E.164 form."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        """Give the E.164 form, or ask for a number."""
        text = super().clean(value)
        return phones.normalise(text) if text else ""


def long_text(label: Any, *, limit: int, rows: int, **attrs: str) -> forms.CharField:
    """An optional piece of text with its limit shown; the page's script counts down."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows, "data-count": limit, **attrs}),
    )


def short_text(label: Any, *, limit: int, **attrs: str) -> forms.CharField:
    """An optional line of text: the caller's, so that the agent's browser has nothing to fill in."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=limit,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def whole_number(label: StrOrPromise, low: int, high: int, *, required: bool = True) -> forms.IntegerField:
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
