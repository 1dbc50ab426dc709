"""Finding a caller from whatever they say: phone, name, e-mail, reference, customer or case number."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import User
from callbacks import references
from callbacks.models import Appointment, Customer
from callbacks.queries.prepared import OneOf
from callbacks.queries.search.names import Named, named
from callbacks.queries.search.numbers import is_email, numbered

__all__ = ["Caller", "find_callers", "is_email", "matching_appointments"]

SHORTEST = 2
# More is not typed while somebody waits; a whole page pasted by mistake must not cost anything.
LONGEST = 200
# Of a frequent name, the best fits: whoever looks for one person types more of it.
MOST_CUSTOMERS = 500


@dataclass(frozen=True)
class Caller:
    """A customer who was found, with the appointments still open, first due first.

    ``is_guess``: the name is only like the one typed, for instance misspelt.
    """

    customer: Customer
    open_appointments: list[Appointment]
    is_guess: bool = False


def find_callers(*, text: str, user: User, limit: int = 20) -> list[Caller]:
    """Customers that fit the text, the best fit first, with the open appointments this user may see.

    Understands a phone number in any notation (of the customer or of an appointment), as far as it is typed
    or its last six digits; names with slips and in any order; an e-mail address as far as it is typed; a
    reference, a customer or a case number.
    Numbers come before names, whole words before beginnings, those before guesses; among equals, who has an
    open appointment comes first. Gives nothing for fewer than two letters or digits.
    """
    found = _found(text, limit=limit)
    visible = (
        Appointment.objects.visible_to(user)
        .open()
        .select_related("topic", "team", "specialist__user")
        .order_by("next_action_at", "pk")
    )
    customers = Customer.objects.prefetch_related(
        Prefetch("appointments", queryset=visible, to_attr="still_open")
    ).in_bulk([one.customer for one in found])
    return [
        Caller(customers[one.customer], customers[one.customer].still_open, one.is_guess)
        for one in found
        if one.customer in customers
    ]


def matching_appointments(appointments: QuerySet[Appointment], text: str) -> QuerySet[Appointment]:
    """Narrow appointments down to those whose reference or customer fits the text."""
    found = _found(text, limit=MOST_CUSTOMERS)
    # Guesses are for people who look at them, and better than nothing.
    sure = [one.customer for one in found if not one.is_guess] or [one.customer for one in found]
    # Keys first: with a subquery on one side of the OR the planner uses no index for either.
    fitting = Appointment.objects.filter(
        Q(reference=references.normalise(text[:LONGEST])) | Q(customer__in=sure)
    )
    # As an array, of which it cannot know how long it is: else it may expect to meet some of them soon, and
    # read all appointments there are in the order wanted.
    return appointments.filter(OneOf(F("pk"), ArraySubquery(fitting.order_by().values("pk"))))


def _found(text: str, *, limit: int) -> list[Named]:
    text = text[:LONGEST].strip()
    if sum(letter.isalnum() for letter in text) < SHORTEST:
        return []
    found = [Named(customer) for customer in numbered(text, limit=limit)]
    if is_email(text):
        return found
    # What has a digit and fits a number is no name.
    if any(letter.isalpha() for letter in text) and not (found and any(one.isdigit() for one in text)):
        known = [one.customer for one in found]
        found += named(text, limit=limit - len(found), known=known)
    return found
