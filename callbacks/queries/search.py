"""Finding a caller from whatever they say: phone, name, reference or customer number."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Right

from accounts.models import User
from callbacks import phones, references
from callbacks.models import Appointment, Customer

SHORTEST = 2
LAST_DIGITS = 6
MOST_CUSTOMERS = 1000


@dataclass(frozen=True)
class Caller:
    """A customer who was found, with the appointments still open, first due first."""

    customer: Customer
    open_appointments: list[Appointment]


def find_callers(*, text: str, user: User, limit: int = 20) -> list[Caller]:
    """Customers that fit the text, each with the open appointments this user may see.

    Understands a phone number in any notation or its last six digits, part of a name, a reference and a
    customer number. Gives nothing for fewer than two characters.
    """
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    visible = (
        Appointment.objects.visible_to(user)
        .open()
        .select_related("topic", "team", "specialist__user")
        .order_by("next_action_at", "pk")
    )
    found = _matching(text).prefetch_related(Prefetch("appointments", queryset=visible, to_attr="still_open"))
    return [Caller(customer, customer.still_open) for customer in found[:limit]]


def matching_appointments(appointments: QuerySet[Appointment], text: str) -> QuerySet[Appointment]:
    """Narrow appointments down to those whose reference or customer fits the text."""
    # Keys first: with a subquery on one side of the OR the planner uses no index for either.
    customers = list(_matching(text.strip()).order_by().values_list("pk", flat=True)[:MOST_CUSTOMERS])
    return appointments.filter(Q(reference=references.normalise(text)) | Q(customer__in=customers))


def _matching(text: str) -> QuerySet[Customer]:
    """One index each: a search that fits several of them would scan them all."""
    customers = Customer.objects.order_by("name", "pk")
    digits = re.sub(r"\D", "", text)
    if len(digits) >= LAST_DIGITS and not re.search(r"[^\W\d]", text):
        return _by_digits(customers, text, digits)
    unsorted = Customer.objects.order_by()
    named = unsorted.filter(name__icontains=text).values("pk")
    numbered = unsorted.filter(customer_number=text).values("pk")
    booked = Appointment.objects.filter(reference=references.normalise(text)).values("customer")
    # A union keeps an index for each; joined to the appointments, every customer would be read.
    return customers.filter(pk__in=named.union(numbered, booked))


def _by_digits(customers: QuerySet[Customer], text: str, digits: str) -> QuerySet[Customer]:
    numbered = Q(customer_number=text)
    try:
        return customers.filter(numbered | Q(phone=phones.normalise(text)))
    except ValidationError:
        return customers.alias(end=Right("phone", LAST_DIGITS)).filter(
            numbered | Q(end=digits[-LAST_DIGITS:])
        )
