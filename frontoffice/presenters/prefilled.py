"""What stands in the desk's form before anybody typed: what is known of the caller."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from availability.models import Channel
from callbacks import phones
from callbacks.models import Appointment, Customer
from callbacks.queries.search import is_email
from callbacks.states import State
from frontoffice.forms import new_token
from frontoffice.presenters.caller import Column, popped_phone

NAME_LIMIT, EMAIL_LIMIT = 100, 200


# What an agent need not type again.
TYPED = ("question", "reach_note", "case_number", "second_phone_note")


def initial_values(params: QueryDict, found: Column, *, user: User) -> dict[str, Any]:
    """What is known of the caller: of the one chosen or only one found, else what was said.

    After a booking that was undone, also what stood in its form.
    """
    channel = params.get("channel", "").lower()
    known = _known(found.customer) if found.customer else _said(params, found)
    return {
        "token": new_token(),
        "channel": channel if channel in Channel.values else Channel.PHONE,
        **known,
        **_undone(params.get("again", ""), user=user),
    }


def _undone(reference: str, *, user: User) -> dict[str, str]:
    """What this person typed for an appointment that was taken back."""
    mine = Appointment.objects.filter(created_by=user, state=State.CANCELLED)
    made = mine.filter(reference=reference).first() if reference else None
    if made is None:
        return {}
    second = phones.display(made.second_phone) if made.second_phone else ""
    typed = {name: getattr(made, name) for name in TYPED}
    return {**typed, "phone": phones.display(made.phone), "second_phone": second}


def _known(customer: Customer) -> dict[str, str]:
    return {
        "name": customer.name,
        "phone": phones.display(customer.phone),
        "email": customer.email,
        "customer_number": customer.customer_number or "",
        "caller": str(customer.pk),
    }


def _said(params: QueryDict, found: Column) -> dict[str, str]:
    """What the screen-pop said; what was searched for is phone, e-mail or name, when nobody has it."""
    phone, name = popped_phone(params), params.get("name", "").strip()
    email = params.get("email", "").strip() or (found.text if is_email(found.text) else "")
    said = phone or found.text
    try:
        phone = phones.display(phones.normalise(said))
    except ValidationError:
        is_name = not (name or email or found.found or any(letter.isdigit() for letter in found.text))
        name = found.text if is_name else name
    return {"name": name[:NAME_LIMIT], "phone": phone, "email": email[:EMAIL_LIMIT]}
