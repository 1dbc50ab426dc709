"""Free texts: what people write down, and what must not be among it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callbacks import bsn


class FreeTextForm(forms.Form):
    """A form that asks to take out what may be a citizen service number (BSN), unless it is said to be none.

    ``free_texts`` names the fields that are read for it.
    """

    free_texts: ClassVar[tuple[str, ...]] = ()

    # Said of a number that only looks like a BSN.
    not_bsn = forms.BooleanField(label=_("This is not a BSN"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse each text with the first number in it that may be one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("not_bsn"):
            for name in self.free_texts:
                for piece in bsn.suspects(given.get(name) or "", phone=self.own_phone())[:1]:
                    sentence = _("%(number)s may be a BSN. Remove it, or say that it is none.")
                    self.add_error(name, ValidationError(sentence % {"number": piece}, code="bsn"))
        return given

    def own_phone(self) -> str:
        """The customer's number, in any notation: it is no BSN."""
        return self.cleaned_data.get("phone") or ""

    def bsn_found(self) -> list[str]:
        """What was said of numbers in the texts that may be citizen service numbers."""
        wrong = self.errors.as_data()
        found = [error for name in self.free_texts for error in wrong.get(name, []) if error.code == "bsn"]
        return [str(sentence) for error in found for sentence in error.messages]

    @property
    def may_hold_bsn(self) -> bool:
        """Whether a text was refused, or let pass, because of a number in it."""
        return self.is_bound and bool(self.bsn_found() or self["not_bsn"].value())
