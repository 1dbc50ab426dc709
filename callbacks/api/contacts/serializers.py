"""Contacts as JSON."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from availability.models import Channel, Specialist, Topic
from callbacks import references
from callbacks.api.appointments.serializers import (
    CallerSerializer,
    CircumstancesSerializer,
    CustomerSerializer,
)
from callbacks.api.authentication import signed_in
from callbacks.api.moments import Moment
from callbacks.api.organisation.serializers import RecordSerializer
from callbacks.models import Appointment, AvoidableReason, Contact
from callbacks.models.contacts import CONTACT_NOTE_LIMIT
from callbacks.operations.contacts import REGISTERED
from callbacks.states import RefusalReason


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A contact moment. What nobody asked, or does not go with the result, is null or empty."""

    at = Moment(read_only=True)
    opened_at = Moment(
        read_only=True, allow_null=True, help_text=_("When the agent turned to the customer, if known.")
    )
    agent = serializers.CharField(source="agent.name", read_only=True)
    result_label = serializers.CharField(source="get_result_display", read_only=True)
    topic: serializers.SlugRelatedField[Topic] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )
    topic_name = serializers.CharField(source="topic.name", read_only=True, allow_null=True)
    customer = CustomerSerializer(read_only=True, allow_null=True)
    appointment = serializers.CharField(
        source="appointment.reference",
        read_only=True,
        allow_null=True,
        help_text=_("Reference of what was booked."),
    )
    about = serializers.CharField(
        source="about.reference",
        read_only=True,
        allow_null=True,
        help_text=_("Reference of what the customer asked for."),
    )
    transferred_to: serializers.PrimaryKeyRelatedField[Specialist] = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True
    )
    transferred_to_name = serializers.CharField(
        source="transferred_to.user.name", read_only=True, allow_null=True
    )
    referred_to = serializers.ChoiceField(choices=Channel.choices, allow_blank=True, read_only=True)
    refusal_reason = serializers.ChoiceField(choices=RefusalReason.choices, allow_blank=True, read_only=True)
    avoidable_reason: serializers.PrimaryKeyRelatedField[AvoidableReason] = (
        serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    )
    avoidable_reason_name = serializers.CharField(
        source="avoidable_reason.name", read_only=True, allow_null=True
    )

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = [
            "id",
            "at",
            "opened_at",
            "agent",
            "channel",
            "result",
            "result_label",
            "topic",
            "topic_name",
            "customer",
            "appointment",
            "about",
            "transferred_to",
            "transferred_to_name",
            "reached",
            "referred_to",
            "refusal_reason",
            "note",
            "searched_online",
            "avoidable",
            "avoidable_reason",
            "avoidable_reason_name",
        ]
        read_only_fields: ClassVar[list[str]] = fields


class AppointmentField(serializers.SlugRelatedField[Appointment]):
    """An appointment that the caller of the API may see, its reference in any notation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="reference", queryset=Appointment.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Appointment]:
        """What one may not see is not there."""
        seen = Appointment.objects.visible_to(signed_in(self.context["request"]))
        return seen.select_related("customer", "topic")

    def to_internal_value(self, data: Any) -> Appointment:
        """Find it; raises ``ValidationError`` with code ``does_not_exist``."""
        return super().to_internal_value(references.normalise(data) if isinstance(data, str) else data)


class RegisterSerializer(CircumstancesSerializer):
    """A contact that ended without a booking, and what goes with its result."""

    result = serializers.ChoiceField(choices=[(result.value, result.label) for result in REGISTERED])
    topic = serializers.SlugRelatedField(
        slug_field="slug", queryset=Topic.objects.filter(is_active=True), required=False, allow_null=True
    )
    customer = CallerSerializer(required=False, allow_null=True, help_text=_("Nobody, if they did not say."))
    about = AppointmentField(required=False, allow_null=True, help_text=_("Needed with status."))
    transferred_to = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user"), required=False, allow_null=True
    )
    reached = serializers.BooleanField(
        required=False, allow_null=True, help_text=_("Needed with transferred.")
    )
    referred_to = serializers.ChoiceField(
        choices=Channel.choices, required=False, allow_blank=True, help_text=_("Needed with referred.")
    )
    refusal_reason = serializers.ChoiceField(
        choices=RefusalReason.choices, required=False, allow_blank=True, help_text=_("Needed with refused.")
    )
    note = serializers.CharField(max_length=CONTACT_NOTE_LIMIT, required=False, allow_blank=True)


class AvoidableReasonSerializer(RecordSerializer[AvoidableReason]):
    """Why a contact would not have been needed."""

    class Meta:
        model = AvoidableReason
        fields = ["id", "name", "is_active", "version"]
