"""Phone numbers: accepted in any notation, stored as E.164, shown the Dutch way."""

import re
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST = 7
TAKES_TEXTS = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    phonenumbers.PhoneNumberType.UNKNOWN,
}


def normalise(raw: str) -> str:
    """Give the E.164 form of a number typed in any notation (spaces, dashes, brackets, 0031).

    Raises ``ValidationError`` when no phone number can be read in it.
    """
    try:
        number = phonenumbers.parse(raw, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not _could_ring(number):
        raise ValidationError(_("Enter a phone number, for example 06 1234 5678."), code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def beginning(raw: str) -> str:
    """Give how the E.164 form of a number begins, as far as it is typed: "06 12" is "+31612".

    Nothing when the text does not begin like a number: with a zero or a plus.
    """
    typed = re.sub(r"\(0\)|[^0-9+]|(?<!^)\+", "", raw.strip())
    if typed.startswith(("+", "00")):
        return f"+{typed.lstrip('+0')}"
    if typed.startswith("0"):
        return f"+{phonenumbers.country_code_for_region(settings.PHONE_REGION)}{typed[1:]}"
    return ""


def _could_ring(number: phonenumbers.PhoneNumber) -> bool:
    """Possible in its country, and not a local number without area code: new ranges need no new release."""
    national = phonenumbers.national_significant_number(number)
    return phonenumbers.is_possible_number(number) and len(national) >= SHORTEST


@lru_cache(maxsize=4096)
def display(e164: str) -> str:
    """Show an E.164 number: 06 1234 5678 or 020 123 4567 at home, +32 2 123 45 67 from abroad."""
    if mobile := re.fullmatch(r"\+316(\d{4})(\d{4})", e164):
        return f"06 {mobile[1]} {mobile[2]}"
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    home = phonenumbers.region_code_for_number(number) == settings.PHONE_REGION
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


@lru_cache(maxsize=4096)
def is_mobile(e164: str) -> bool:
    """Whether an E.164 number takes text messages: not when it is known to be something else."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) in TAKES_TEXTS
