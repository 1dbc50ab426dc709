"""What an agent needs at the first line: own topics, who can take over now, and what is open already."""

import datetime as dt
import re
from functools import partial
from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from availability.models import Specialist, Topic
from availability.queries import free_now
from callbacks.models import Appointment, Attempt, Contact, Customer
from callbacks.queries.lists import with_people
from callbacks.queries.presence import calling
from callbacks.queries.slots import busy
from callbacks.states import CONNECTED

RECENT_TOPICS = 5
# A topic that did not come up in so many contacts is not recent.
LOOKED_BACK = 200
# Who spoke with the customer longer ago than this knows them no better than anybody.
LAST_CALLS = 20
MOST_OPEN = 50
# A switchboard's number belongs to many.
MOST_CUSTOMERS = 1000
# Parts of names that many have in common.
PARTICLES = {"van", "von", "de", "den", "der", "het", "t", "te", "ten", "ter", "el", "al", "la", "le", "du"}


class TransferCandidate(NamedTuple):
    """A specialist who can take the customer over now, free until a UTC instant."""

    specialist: Specialist
    until: dt.datetime


def recent_topics(*, user: User, limit: int = RECENT_TOPICS) -> list[Topic]:
    """The last topics, each once, of this person's own contacts; the last one first."""
    last = Contact.objects.filter(agent=user, topic__is_active=True).order_by("-at", "-pk")
    # Read in order of time from the index, and made single here: a DISTINCT would read them all.
    keys = list(dict.fromkeys(last.values_list("topic", flat=True)[:LOOKED_BACK]))[:limit]
    topics = Topic.objects.in_bulk(keys)
    return [topics[key] for key in keys]


def free_for_transfer(*, topic: Topic, now: dt.datetime) -> list[TransferCandidate]:
    """Who knows the topic, is there, free and not calling at ``now`` (UTC) and takes transfers.

    Who is free longest comes first.
    """
    free = free_now(topic=topic, now=now, busy=partial(busy, now=now))
    willing = Specialist.objects.filter(takes_transfers=True).select_related("user", "team")
    specialists = willing.in_bulk([one.specialist_id for one in free])
    on_the_phone = calling([one.user_id for one in specialists.values()], now=now)
    return [
        TransferCandidate(specialists[one.specialist_id], one.until)
        for one in free
        if one.specialist_id in specialists and specialists[one.specialist_id].user_id not in on_the_phone
    ]


def open_on_topic(
    *,
    topic: Topic,
    phone: str,
    name: str = "",
    customer_number: str = "",
    customer: Customer | None = None,
) -> Appointment | None:
    """An open appointment on this topic that the caller seems to have already, the first to act on first.

    Theirs when the ``customer`` is known, by customer number when both have one, else by phone (E.164). One
    at home may share that, so a name that has no word in common with the customer's means somebody else.
    """
    known = Q(phone=phone) | Q(customer_number=customer_number) if customer_number else Q(phone=phone)
    # Keys first: with a subquery in the OR the planner would use no index for either side.
    customers = list(Customer.objects.filter(known).values_list("pk", flat=True)[:MOST_CUSTOMERS])
    if customer:
        customers.append(customer.pk)
    theirs = Appointment.objects.open().filter(Q(phone=phone) | Q(customer__in=customers), topic=topic)
    found = with_people(theirs).order_by("next_action_at", "pk")[:MOST_OPEN]
    return next((one for one in found if _fits(one.customer, name, customer_number)), None)


def _fits(customer: Customer, name: str, customer_number: str) -> bool:
    """Whether a caller who gives this name and number can be this customer."""
    if customer_number and customer.customer_number:
        return customer_number == customer.customer_number
    given, known = _words(name), _words(customer.name)
    return not given or not known or bool(given & known)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold())) - PARTICLES


def who_knows(*, customer: Customer) -> set[int]:
    """Keys of the specialists who spoke with this customer on one of the last calls."""
    spoken = Attempt.objects.filter(appointment__customer=customer, outcome__in=CONNECTED)
    callers = spoken.order_by("-started_at").values("by")[:LAST_CALLS]
    return set(Specialist.objects.filter(user__in=callers, is_active=True).values_list("pk", flat=True))
