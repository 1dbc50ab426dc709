"""All that went before with a customer: for the answer to "where is my callback?" while they wait."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from callbacks.models import Appointment, Attempt, Contact, Customer, Promise
from callbacks.queries.lists import with_people
from callbacks.states import CLOSED, OPEN, ContactResult, PromiseOutcome

# More than anybody reads while a caller waits.
MOST_OPEN = 20
LAST_CLOSED = 10
LAST_CONTACTS = 10
# Who talks with every caller sees every contact; others what touches their own appointments.
SEES_ALL = {Role.AGENT, Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Story:
    """What went before with a customer, as far as the reader may see it.

    ``open`` has the first to act on first, ``closed`` and ``contacts`` the last first. Of each appointment
    ``attempts`` and ``open_promises`` are read already, and ``asked`` counts how often the customer asked
    where the callback is. ``kept``, ``late`` and ``broken`` count promises; one that is overdue counts as
    broken.
    """

    customer: Customer
    open: list[Appointment]
    closed: list[Appointment]
    contacts: list[Contact]
    kept: int
    late: int
    broken: int


def story(*, customer: Customer, user: User, now: dt.datetime) -> Story:
    """The story of a customer at a UTC instant, in a fixed number of queries."""
    visible = Appointment.objects.visible_to(user).filter(customer=customer)
    # What was taken back within its minute never was an agreement: only its contact tells of it.
    closed = visible.filter(state__in=CLOSED).exclude(contact__result=ContactResult.UNDONE)
    return Story(
        customer=customer,
        open=list(_told(visible.filter(state__in=OPEN)).order_by("next_action_at", "pk")[:MOST_OPEN]),
        closed=list(_told(closed).order_by("-starts_at", "-pk")[:LAST_CLOSED]),
        contacts=list(_contacts(customer, user, visible)[:LAST_CONTACTS]),
        **_counts(visible, now),
    )


def _told(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With every call, and how often the customer asked."""
    enquiries = Contact.objects.filter(about=OuterRef("pk"), result=ContactResult.STATUS).order_by()
    return (
        with_people(appointments)
        .prefetch_related(Prefetch("attempts", Attempt.objects.select_related("by").order_by("number")))
        .annotate(asked=Coalesce(Subquery(enquiries.values("about").values(n=Count("pk"))), 0))
    )


def _contacts(customer: Customer, user: User, visible: QuerySet[Appointment]) -> QuerySet[Contact]:
    contacts = Contact.objects.filter(customer=customer)
    if user.role not in SEES_ALL:
        contacts = contacts.filter(Q(appointment__in=visible) | Q(about__in=visible))
    return contacts.select_related(
        "agent", "topic", "about", "appointment", "transferred_to__user", "avoidable_reason"
    ).order_by("-at", "-pk")


def _counts(visible: QuerySet[Appointment], now: dt.datetime) -> dict[str, int]:
    overdue = Q(ended_at__isnull=True, due_at__lt=now)
    return Promise.objects.filter(appointment__in=visible).aggregate(
        kept=Count("pk", filter=Q(outcome=PromiseOutcome.KEPT)),
        late=Count("pk", filter=Q(outcome=PromiseOutcome.LATE)),
        broken=Count("pk", filter=Q(outcome=PromiseOutcome.BROKEN) | overdue),
    )
