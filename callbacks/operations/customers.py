"""Who the caller is: found again, or made."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from callbacks import phones
from callbacks.errors import Invalid
from callbacks.models import Customer
from callbacks.operations.records import check_length

LIMITS = {"name": 100, "email": 200, "customer_number": 30}


@dataclass(frozen=True, kw_only=True)
class CustomerData:
    """What the caller says of themselves; ``phone`` in any notation."""

    name: str
    phone: str
    email: str = ""
    customer_number: str = ""
    language: str = "nl"


def identify(given: Customer | CustomerData, *, now: dt.datetime) -> tuple[Customer, str]:
    """The customer, made when nobody fits, and the number (E.164) to call.

    A customer number decides; without one, phone and name together do. An address that is given replaces
    the one known. Raises ``Invalid`` with the field.
    """
    if isinstance(given, Customer):
        return given, given.phone
    for field, limit in LIMITS.items():
        check_length(getattr(given, field), limit, field=field)
    try:
        phone = phones.normalise(given.phone)
    except ValidationError as error:
        raise Invalid(error.messages[0], field="phone") from error
    customer = _find_or_make(given, phone, now=now)
    if given.email and given.email != customer.email:
        customer.email = given.email
        customer.save(update_fields=["email"])
    return customer, phone


def _find_or_make(given: CustomerData, phone: str, *, now: dt.datetime) -> Customer:
    fields = {
        "name": given.name,
        "phone": phone,
        "email": given.email,
        "language": given.language,
        "created_at": now,
    }
    if given.customer_number:
        # Two agents may make the same customer at once: the unique number decides.
        return Customer.objects.get_or_create(customer_number=given.customer_number, defaults=fields)[0]
    known = Customer.objects.filter(phone=phone, name__iexact=given.name).order_by("pk").first()
    return known or Customer.objects.create(**fields)
