"""A contact that ends without a booking: one button says how, the desk's form says the rest."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Channel, Specialist, Topic
from callbacks.models import Appointment
from callbacks.models.contacts import CONTACT_NOTE_LIMIT
from callbacks.operations import CustomerData
from callbacks.references import normalise
from callbacks.states import ContactResult
from frontoffice.forms.callers import chosen_caller
from frontoffice.forms.circumstances import CircumstancesForm
from frontoffice.forms.fields import PhoneField

# What a button may say: one of these words, and for most of them whom or what it is about.
SOLVED, REACHED, MISSED, REFERRED, STATUS = "solved", "reached", "missed", "referred", "status"
REFUSED = "refused"
SOMEBODY_ELSE = "0"
# Of the form around the story's buttons: what is half typed there is for later.
NOT_ASKED = ("topic", "phone", "name", "question", "caller")


@dataclass(frozen=True)
class Ending:
    """How a contact ended, as the door wants to hear it."""

    result: ContactResult
    transferred_to: Specialist | None = None
    reached: bool | None = None
    referred_to: str = ""
    refusal_reason: str = ""
    about: Appointment | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the agent still has something to do for this caller."""
        return self.result == ContactResult.STATUS or self.reached is False


class ContactForm(CircumstancesForm):
    """The desk's form, read for how the contact ended; what only a booking needs is not looked at."""

    free_texts = ("question",)

    ends = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("Choose how it ended.")})
    token = forms.UUIDField(widget=forms.HiddenInput)
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.filter(is_active=True),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("Choose a topic from the list.")},
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, initial=Channel.PHONE)
    phone = PhoneField(label=_("Phone"), max_length=40, required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    question = forms.CharField(label=_("Question"), required=False, max_length=CONTACT_NOTE_LIMIT)
    caller = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)

    def clean_ends(self) -> Ending:
        """Read what the button says."""
        word, _colon, what = str(self.cleaned_data["ends"]).partition(":")
        read = {
            SOLVED: _solved,
            REACHED: _reached,
            MISSED: _missed,
            REFERRED: _referred,
            REFUSED: _refused,
        }.get(word)
        if word == STATUS:
            return self._asked(what)
        if read is None:
            raise ValidationError(_("Choose how it ended."))
        return read(what)

    def clean(self) -> dict[str, Any]:
        """To ask for a callback says nothing else: what is wrong with the rest of the form is for later."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        ending = given.get("ends")
        if ending and ending.result == ContactResult.STATUS:
            for name in NOT_ASKED:
                self.errors.pop(name, None)
        return given

    def _asked(self, reference: str) -> Ending:
        visible = Appointment.objects.visible_to(self.by).select_related("customer", "topic")
        about = visible.filter(reference=normalise(reference)).first()
        if about is None:
            raise ValidationError(_("This appointment is not there any more."))
        return Ending(ContactResult.STATUS, about=about)

    def contact(self) -> dict[str, Any]:
        """The arguments for ``register_contact`` besides the user and the clock."""
        given, ending = self.cleaned_data, self.cleaned_data["ends"]
        # Who asks for a callback asks about its topic and is its customer, whatever else the form says.
        asked = ending.result == ContactResult.STATUS
        return {
            "result": ending.result,
            "about": ending.about,
            "transferred_to": ending.transferred_to,
            "reached": ending.reached,
            "referred_to": ending.referred_to,
            "refusal_reason": ending.refusal_reason,
            "topic": None if asked else given["topic"],
            "customer": None if asked else self.customer(),
            "note": "" if asked else given["question"],
            "channel": given["channel"],
            **self.circumstances(),
        }

    def customer(self) -> CustomerData | None:
        """Who it was: the customer found, else by phone; else nobody knows."""
        given = self.cleaned_data
        known = chosen_caller(given["caller"], name=given["name"])
        phone = given["phone"] or (known.phone if known else "")
        return CustomerData(name=given["name"], phone=phone, known=known) if phone else None


def _solved(_what: str) -> Ending:
    return Ending(ContactResult.SOLVED)


def _reached(key: str) -> Ending:
    return Ending(ContactResult.TRANSFERRED, transferred_to=_colleague(key), reached=True)


def _missed(key: str) -> Ending:
    return Ending(ContactResult.TRANSFERRED, transferred_to=_colleague(key), reached=False)


def _referred(channel: str) -> Ending:
    return Ending(ContactResult.REFERRED, referred_to=channel)


def _refused(reason: str) -> Ending:
    return Ending(ContactResult.REFUSED, refusal_reason=reason)


def _colleague(key: str) -> Specialist | None:
    """The specialist with this key; somebody who is not in the list is nobody's key."""
    if key == SOMEBODY_ELSE:
        return None
    found = Specialist.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise ValidationError(_("Choose a colleague from the list."))
    return found
