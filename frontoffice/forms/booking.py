"""The desk's form: a callback for the caller, in one submit."""

import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from availability.models import Channel, Specialist, Topic
from callbacks.models import Customer
from callbacks.models.appointments import (
    CASE_NUMBER_LIMIT,
    QUESTION_LIMIT,
    REACH_NOTE_LIMIT,
    SECOND_PHONE_NOTE_LIMIT,
)
from callbacks.operations import CustomerData
from frontoffice.forms.callers import chosen_caller
from frontoffice.forms.circumstances import CircumstancesForm
from frontoffice.forms.fields import PHONE_LIMIT, MomentField, PhoneField, long_text, new_token, short_text

# What the agent writes.
TEXTS = ("question", "reach_note", "second_phone_note")
LANGUAGES = [("", _("as known, else Dutch")), ("nl", _("Dutch")), ("en", _("English"))]
# Fields that say nothing of the booking itself: the same booking may be sent with other ones.
NOT_TYPED = {"token", "opened_at"}


class BookingForm(CircumstancesForm):
    """Topic, slot and phone; the rest is optional."""

    free_texts = TEXTS

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
    specialist = forms.ModelChoiceField(
        label=_("With whom"),
        queryset=Specialist.objects.filter(is_active=True),
        required=False,
        error_messages={"invalid_choice": _("Choose a colleague from the list.")},
    )
    phone = PhoneField(
        label=_("Phone"), max_length=PHONE_LIMIT, error_messages={"required": _("Enter a phone number.")}
    )
    name = short_text(_("Name"), limit=100)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    question = long_text(_("Question"), limit=QUESTION_LIMIT, rows=2, **{"data-text": ""})
    second_phone = PhoneField(label=_("Second phone"), max_length=PHONE_LIMIT, required=False)
    second_phone_note = short_text(
        _("Whose second phone"), limit=SECOND_PHONE_NOTE_LIMIT, **{"data-text": ""}
    )
    reach_note = short_text(_("When reachable"), limit=REACH_NOTE_LIMIT, **{"data-text": ""})
    case_number = short_text(_("Case number"), limit=CASE_NUMBER_LIMIT)
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, initial=Channel.PHONE)
    # Said of a second appointment on the same topic.
    another = forms.BooleanField(required=False, widget=forms.HiddenInput)
    customer_number = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    caller = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def clean_customer_number(self) -> str:
        """The number of the customer who was found, unless the agent went on to type another name."""
        number = str(self.cleaned_data["customer_number"])
        known = Customer.objects.filter(customer_number=number).first() if number else None
        name = str(self.cleaned_data.get("name", ""))
        return "" if known and known.name.casefold() != name.casefold() else number

    @property
    def has_more(self) -> bool:
        """Whether something stands, or is wrong, in the optional row."""
        more = ("second_phone", "second_phone_note", "reach_note", "case_number", "language")
        return any(self[name].value() or self.has_error(name) for name in more)

    def renew_token(self) -> None:
        """Make the form one that was not sent yet."""
        # By items: unpacking would give the lists that Django keeps behind the values.
        self.data = {**dict(self.data.items()), "token": new_token()}

    def fingerprint(self) -> str:
        """What was typed, as a hash: another one is another booking."""
        typed = {name: str(value) for name, value in self.cleaned_data.items() if name not in NOT_TYPED}
        return hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()

    def known(self) -> Customer | None:
        """The customer who was found for this caller."""
        return chosen_caller(self.cleaned_data["caller"], name=self.cleaned_data["name"])

    def booking(self) -> dict[str, Any]:
        """The arguments for ``book`` that were typed in."""
        given = self.cleaned_data
        as_they_are = ("topic", "starts_at", "specialist", "channel", "case_number", *TEXTS, "second_phone")
        return {
            **{name: given[name] for name in as_they_are},
            "customer": CustomerData(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                customer_number=given["customer_number"],
                language=given["language"],
                known=self.known(),
            ),
            **self.circumstances(),
        }
