"""Contacts with the front office, for whoever may read them."""

from django.db.models import QuerySet

from accounts.models import User
from callbacks.models import Contact
from callbacks.queries.story import SEES_ALL


def contacts_for(user: User) -> QuerySet[Contact]:
    """The front office's own record: all of it for agents and administrators, for others what they wrote.

    The last come first, with what a line in a list shows.
    """
    contacts = Contact.objects.all() if user.role in SEES_ALL else Contact.objects.filter(agent=user)
    return contacts.select_related(
        "customer", "agent", "topic", "about", "appointment", "transferred_to__user", "avoidable_reason"
    ).order_by("-at", "-pk")
