"""Appointments, and what the verbs ask for, as JSON."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from availability.models import Channel, Specialist, Team, Topic
from callbacks import phones
from callbacks.api.moments import Moment
from callbacks.api.versions import VersionField
from callbacks.models import Appointment, Attempt, AvoidableReason, Customer, LogEntry, Promise
from callbacks.models.appointments import (
    CASE_NUMBER_LIMIT,
    NOTE_LIMIT,
    QUESTION_LIMIT,
    REACH_NOTE_LIMIT,
    REASON_LIMIT,
    RESULT_LIMIT,
    SECOND_PHONE_NOTE_LIMIT,
)
from callbacks.operations.reaching import reached_by
from callbacks.queries.spoken import sentence
from callbacks.states import NEXT_STEPS, AttemptOutcome, NextStep, PromiseOutcome, State


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """Whom to call."""

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = ["name", "phone", "email", "customer_number", "language"]
        read_only_fields: ClassVar[list[str]] = fields


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """A callback appointment. Instants are in UTC."""

    status = serializers.ChoiceField(source="state", choices=State.choices, read_only=True)
    status_label = serializers.CharField(source="state_label", read_only=True)
    starts_at = Moment(read_only=True)
    ends_at = Moment(read_only=True)
    topic: serializers.SlugRelatedField[Topic] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    topic_name = serializers.CharField(source="topic.name", read_only=True)
    team: serializers.SlugRelatedField[Team] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    team_name = serializers.CharField(source="team.name", read_only=True)
    specialist: serializers.PrimaryKeyRelatedField[Specialist] = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True
    )
    specialist_name = serializers.CharField(source="specialist.user.name", read_only=True, allow_null=True)
    customer = CustomerSerializer(read_only=True)
    channel = serializers.ChoiceField(source="contact.channel", choices=Channel.choices, read_only=True)
    spoken_sentence = serializers.SerializerMethodField(help_text=_("To read aloud to the customer."))
    reached_by = serializers.SerializerMethodField(
        help_text=_("How messages reach the customer: email, sms, or null when nothing does.")
    )
    searched_online = serializers.BooleanField(
        source="contact.searched_online", read_only=True, allow_null=True
    )
    avoidable = serializers.BooleanField(source="contact.avoidable", read_only=True, allow_null=True)
    avoidable_reason = serializers.IntegerField(
        source="contact.avoidable_reason_id", read_only=True, allow_null=True
    )
    opened_at = Moment(source="contact.opened_at", read_only=True, allow_null=True)
    claimed_by = serializers.CharField(source="claimed_by.name", read_only=True, allow_null=True)
    claimed_at = Moment(read_only=True, allow_null=True)
    calling_by = serializers.CharField(source="calling_by.name", read_only=True, allow_null=True)
    calling_since = Moment(read_only=True, allow_null=True)
    proposed_specialist: serializers.PrimaryKeyRelatedField[Specialist] = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True
    )
    proposed_starts_at = Moment(read_only=True, allow_null=True)
    confirm_by = Moment(read_only=True)
    next_action_at = Moment(read_only=True, allow_null=True)
    created_by = serializers.CharField(source="created_by.name", read_only=True)
    created_at = Moment(read_only=True)

    class Meta:
        model = Appointment
        fields: ClassVar[list[str]] = [
            "reference",
            "status",
            "status_label",
            "starts_at",
            "ends_at",
            "topic",
            "topic_name",
            "team",
            "team_name",
            "specialist",
            "specialist_name",
            "customer",
            "phone",
            "second_phone",
            "second_phone_note",
            "reach_note",
            "case_number",
            "channel",
            "question",
            "internal_note",
            "searched_online",
            "avoidable",
            "avoidable_reason",
            "opened_at",
            "claimed_by",
            "claimed_at",
            "calling_by",
            "calling_since",
            "proposed_specialist",
            "proposed_starts_at",
            "spoken_sentence",
            "reached_by",
            "confirm_by",
            "next_action_at",
            "created_by",
            "created_at",
            "version",
        ]
        read_only_fields: ClassVar[list[str]] = fields

    def get_spoken_sentence(self, appointment: Appointment) -> str:
        """The promise in words, in the reader's language."""
        return sentence(appointment)

    def get_reached_by(self, appointment: Appointment) -> str | None:
        """The best way to the customer; nothing when they must be told by somebody."""
        return reached_by(email=appointment.customer.email, phone=appointment.phone)


class PromiseSerializer(serializers.ModelSerializer[Promise]):
    """A window that was promised, and how that ended."""

    starts_at = Moment(read_only=True)
    ends_at = Moment(read_only=True)
    due_at = Moment(read_only=True)
    made_at = Moment(read_only=True)
    ended_at = Moment(read_only=True, allow_null=True)
    outcome = serializers.ChoiceField(choices=PromiseOutcome.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Promise
        fields: ClassVar[list[str]] = ["starts_at", "ends_at", "due_at", "made_at", "ended_at", "outcome"]
        read_only_fields: ClassVar[list[str]] = fields


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One call to the customer."""

    started_at = Moment(read_only=True)
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = Attempt
        fields: ClassVar[list[str]] = [
            "number",
            "started_at",
            "by",
            "outcome",
            "note",
            "result_for_customer",
            "result_for_agent",
            "next_step",
        ]
        read_only_fields: ClassVar[list[str]] = fields


class AppointmentDetailSerializer(AppointmentSerializer):
    """An appointment with its promises and the calls made."""

    promises = PromiseSerializer(many=True, read_only=True)
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta(AppointmentSerializer.Meta):
        fields: ClassVar[list[str]] = [*AppointmentSerializer.Meta.fields, "promises", "attempts"]
        read_only_fields: ClassVar[list[str]] = fields


class LogEntrySerializer(serializers.ModelSerializer[LogEntry]):
    """Who did what, when, and why."""

    at = Moment(read_only=True)
    by = serializers.CharField(source="by_name", read_only=True, help_text=_("Empty for the system itself."))
    from_state = serializers.ChoiceField(choices=State.choices, allow_blank=True, read_only=True)
    details = serializers.DictField(read_only=True)

    class Meta:
        model = LogEntry
        fields: ClassVar[list[str]] = [
            "at",
            "by",
            "by_customer",
            "verb",
            "from_state",
            "to_state",
            "reason",
            "details",
        ]
        read_only_fields: ClassVar[list[str]] = fields


class CallerSerializer(serializers.Serializer[Any]):
    """The caller, found again by customer number, else by phone and name."""

    name = serializers.CharField(max_length=100)
    phone = serializers.CharField(max_length=40, help_text=_("In any notation."))
    email = serializers.EmailField(max_length=200, required=False, allow_blank=True)
    customer_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=["nl", "en"], required=False)

    def validate_phone(self, phone: str) -> str:
        """Read the number in any notation."""
        return phones.normalise(phone)


class CircumstancesSerializer(serializers.Serializer[Any]):
    """What can be said of every contact with the front office."""

    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    searched_online = serializers.BooleanField(required=False, allow_null=True)
    avoidable = serializers.BooleanField(required=False, allow_null=True)
    avoidable_reason = serializers.PrimaryKeyRelatedField(
        queryset=AvoidableReason.objects.filter(is_active=True), required=False, allow_null=True
    )
    opened_at = Moment(
        required=False,
        allow_null=True,
        help_text=_("When the agent turned to the customer; left out when it cannot be."),
    )


class BookSerializer(CircumstancesSerializer):
    """What is promised, and to whom."""

    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.filter(is_active=True))
    starts_at = Moment(help_text=_("The start of a free slot."))
    specialist = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user", "team"), required=False, allow_null=True
    )
    customer = CallerSerializer()
    question = serializers.CharField(max_length=QUESTION_LIMIT, required=False, allow_blank=True)
    internal_note = serializers.CharField(max_length=NOTE_LIMIT, required=False, allow_blank=True)
    second_phone = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text=_("In any notation.")
    )
    second_phone_note = serializers.CharField(
        max_length=SECOND_PHONE_NOTE_LIMIT, required=False, allow_blank=True, help_text=_("Whose, or where.")
    )
    reach_note = serializers.CharField(
        max_length=REACH_NOTE_LIMIT,
        required=False,
        allow_blank=True,
        help_text=_("When the customer can be reached."),
    )
    case_number = serializers.CharField(max_length=CASE_NUMBER_LIMIT, required=False, allow_blank=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """A change of the version the caller looked at."""

    version = VersionField()


class ReasonSerializer(ChangeSerializer):
    """A change that needs a reason."""

    reason = serializers.CharField(max_length=REASON_LIMIT)


class ProposeSerializer(ChangeSerializer):
    """A time that the specialist would rather have."""

    starts_at = Moment(help_text=_("The start of a free slot of the same specialist."))
    reason = serializers.CharField(max_length=REASON_LIMIT, required=False, allow_blank=True)


class NoteSerializer(ChangeSerializer):
    """Something for the next reader."""

    note = serializers.CharField(max_length=REASON_LIMIT)


class PhoneSerializer(ChangeSerializer):
    """The number to call from now on."""

    phone = serializers.CharField(max_length=40, help_text=_("In any notation."))


class CancelSerializer(ReasonSerializer):
    """Why, and whether the customer asked for it."""

    by_customer = serializers.BooleanField(default=False)


class RescheduleSerializer(ChangeSerializer):
    """The new time; without the customer's consent the old promise counts as broken."""

    starts_at = Moment(help_text=_("The start of a free slot."))
    customer_agreed = serializers.BooleanField(default=False)
    specialist = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user", "team"), required=False, allow_null=True
    )
    reason = serializers.CharField(max_length=REASON_LIMIT, required=False, allow_blank=True)


class ReceiverSerializer(serializers.Serializer[Any]):
    """A team, or a person of any team."""

    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all(), required=False)
    specialist = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user", "team"), required=False
    )

    def validate(self, attrs: dict[str, Any]) -> Any:
        """Exactly one of both."""
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give a team or a specialist."), code="required")
        return attrs


class ForwardSerializer(ReasonSerializer):
    """Who gets it; with another topic when the team does not handle this one."""

    to = ReceiverSerializer()
    topic = serializers.SlugRelatedField(
        slug_field="slug", queryset=Topic.objects.filter(is_active=True), required=False, allow_null=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Give the team or the person itself."""
        return attrs | {"to": next(iter(attrs["to"].values()))}


class ReassignSerializer(ChangeSerializer):
    """Who calls instead."""

    specialist = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user", "team")
    )
    reason = serializers.CharField(max_length=REASON_LIMIT, required=False, allow_blank=True)


class LogAttemptSerializer(ChangeSerializer):
    """One call, what came of it and what follows. When it started counts unless that was measured."""

    started_at = Moment(required=False)
    outcome = serializers.ChoiceField(choices=AttemptOutcome.choices)
    next_step = serializers.ChoiceField(
        choices=NextStep.choices,
        required=False,
        help_text=_("Can be left out when only one fits the outcome."),
    )
    next_at = Moment(
        required=False,
        allow_null=True,
        help_text=_("When to call again (try_again), or the start of a free slot (new_promise)."),
    )
    note = serializers.CharField(max_length=NOTE_LIMIT, required=False, allow_blank=True)
    result_for_customer = serializers.CharField(
        max_length=RESULT_LIMIT,
        required=False,
        allow_blank=True,
        help_text=_("What to tell a customer who asks."),
    )
    result_for_agent = serializers.CharField(
        max_length=RESULT_LIMIT,
        required=False,
        allow_blank=True,
        help_text=_("What the front office should know."),
    )
    reason = serializers.CharField(max_length=REASON_LIMIT, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in the only next step there is."""
        fitting = NEXT_STEPS[AttemptOutcome(attrs["outcome"])]
        if "next_step" not in attrs and len(fitting) > 1:
            raise serializers.ValidationError({"next_step": _("Say what follows.")}, code="required")
        return {"next_step": fitting[0], **attrs}


class _Kept(dict[type[BaseSerializer[Any]], Any]):
    """One of each serializer for all requests: using it changes nothing in it, making its fields is slow."""

    def __missing__(self, serializer: type[BaseSerializer[Any]]) -> Any:
        return self.setdefault(serializer, serializer())


_kept = _Kept()


def read(serializer: type[BaseSerializer[Any]], data: Any) -> dict[str, Any]:
    """The values of a request; raises ``ValidationError`` with the fields named."""
    try:
        return dict(_kept[serializer].run_validation(data))
    except serializers.ValidationError:
        refusing = serializer(data=data)
        refusing.is_valid(raise_exception=True)
        # Refused a moment ago and accepted now: what it refers to has just been made.
        return dict(refusing.validated_data)


def show(appointment: Appointment) -> dict[str, Any]:
    """The appointment as JSON, without its promises and calls."""
    return dict(_kept[AppointmentSerializer].to_representation(appointment))
