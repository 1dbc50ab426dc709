"""What the list of appointments can be narrowed by."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Role, User
from availability.models import Specialist
from callbacks import phones
from callbacks.api.filters import Filters, TeamField
from callbacks.api.moments import Boundary
from callbacks.models import Appointment, Customer, Promise
from callbacks.queries.search import matching_appointments
from callbacks.states import State


class StatesField(serializers.MultipleChoiceField):
    """One or more states, repeated or with commas between them."""

    def to_internal_value(self, data: Any) -> Any:
        """Read the list; raises ``ValidationError`` for an unknown state."""
        return super().to_internal_value(data.split(","))


class AppointmentFilters(Filters):
    """Everything given must fit."""

    q = serializers.CharField(
        max_length=100, required=False, help_text=_("Phone, name, e-mail, reference or customer number.")
    )
    phone = serializers.CharField(max_length=40, required=False, help_text=_("In any notation."))
    status = StatesField(choices=State.choices, required=False)
    team = TeamField()
    specialist = serializers.PrimaryKeyRelatedField(queryset=Specialist.objects.all(), required=False)
    overdue = serializers.BooleanField(
        required=False, help_text=_("Whether the promised time and its grace are past without a call.")
    )
    mine = serializers.BooleanField(
        required=False, help_text=_("For specialists: assigned to you; for others: booked by you.")
    )
    lookups = {"status": "state__in", "from": "starts_at__gte", "until": "starts_at__lt"}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` cannot be the name of an attribute."""
        period = {"from": Boundary(required=False), "until": Boundary(end_of_day=True, required=False)}
        return {**super().get_fields(), **period}

    def validate_phone(self, phone: str) -> str:
        """Read the number in any notation."""
        return phones.normalise(phone)

    def appointments(
        self, rows: QuerySet[Appointment], *, user: User, now: dt.datetime
    ) -> QuerySet[Appointment]:
        """Keep the appointments that fit; ``now`` decides what is overdue."""
        given: dict[str, Any] = dict(self.validated_data)
        if text := given.pop("q", ""):
            rows = matching_appointments(rows, text)
        if phone := given.pop("phone", ""):
            rows = rows.filter(_called_on(phone))
        if (overdue := given.pop("overdue", None)) is not None:
            broken = Exists(Promise.objects.overdue(now).filter(appointment=OuterRef("pk")))
            rows = rows.filter(broken if overdue else ~broken)
        if given.pop("mine", False):
            rows = rows.filter(_own(user))
        return rows.filter(**{self.lookups.get(name, name): value for name, value in given.items()})


def _called_on(phone: str) -> Q:
    # Ids first: with a subquery in an "or", no index is used.
    customers = list(Customer.objects.filter(phone=phone).values_list("pk", flat=True))
    return Q(phone=phone) | Q(customer__in=customers)


def _own(user: User) -> Q:
    return Q(specialist__user=user) if user.role == Role.SPECIALIST else Q(created_by=user)
