"""What the list of contacts can be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User
from availability.models import Channel, Topic
from callbacks import phones, references
from callbacks.api.filters import Filters
from callbacks.api.moments import Boundary
from callbacks.models import Contact, Customer
from callbacks.states import ContactResult


class ContactFilters(Filters):
    """Everything given must fit."""

    phone = serializers.CharField(
        max_length=40, required=False, help_text=_("The customer's number in any notation.")
    )
    customer_number = serializers.CharField(max_length=30, required=False)
    about = serializers.CharField(
        max_length=20, required=False, help_text=_("Reference of the appointment that was asked for.")
    )
    result = serializers.ChoiceField(choices=ContactResult.choices, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.all(), required=False)
    avoidable = serializers.BooleanField(required=False)
    mine = serializers.BooleanField(required=False, help_text=_("Registered by you."))
    lookups = {
        "about": "about__reference",
        "customer_number": "customer__customer_number",
        "from": "at__gte",
        "until": "at__lt",
    }

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` cannot be the name of an attribute."""
        period = {"from": Boundary(required=False), "until": Boundary(end_of_day=True, required=False)}
        return {**super().get_fields(), **period}

    def validate_phone(self, phone: str) -> str:
        """Read the number in any notation."""
        return phones.normalise(phone)

    def validate_about(self, reference: str) -> str:
        """Read the reference in any notation."""
        return references.normalise(reference)

    def contacts(self, rows: QuerySet[Contact], *, user: User) -> QuerySet[Contact]:
        """Keep the contacts that fit."""
        given: dict[str, Any] = dict(self.validated_data)
        if phone := given.pop("phone", ""):
            # Keys first, so that the index over customer and moment serves.
            customers = list(Customer.objects.filter(phone=phone).values_list("pk", flat=True))
            rows = rows.filter(customer__in=customers)
        if given.pop("mine", False):
            rows = rows.filter(agent=user)
        return rows.filter(**{self.lookups.get(name, name): value for name, value in given.items()})
