"""The organisation's records as JSON."""

from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Role, User
from availability.models import Absence, Closure, Specialist, Team, Topic, Window, WindowException
from availability.models.base import Versioned
from callbacks.api.exceptions import StaleRecord
from callbacks.api.moments import Clock, Day, Moment
from callbacks.api.versions import VersionField
from callbacks.models.appointments import REASON_LIMIT
from callbacks.states import Remedy

M = TypeVar("M", bound=Versioned)


class RecordSerializer(serializers.ModelSerializer[M]):
    """A record that changes by compare-and-set: ``save(version=…)`` takes the one that was looked at."""

    serializer_field_mapping: ClassVar[
        dict[type[models.Field[Any, Any]], type[serializers.Field[Any, Any, Any, Any]]]
    ] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateField: Day,
        models.DateTimeField: Moment,
        models.TimeField: Clock,
    }
    version = VersionField()

    def create(self, validated_data: dict[str, Any]) -> M:
        """Store a new record; it starts at version 1."""
        validated_data.pop("version", None)
        return super().create(validated_data)

    def update(self, instance: M, validated_data: dict[str, Any]) -> M:
        """Write the fields given; raises ``StaleRecord`` when the version is not the one looked at."""
        version = validated_data.pop("version")
        manager = type(instance)._default_manager
        related = {field.name for field in instance._meta.many_to_many}
        plain = {name: value for name, value in validated_data.items() if name not in related}
        with transaction.atomic():
            same = manager.filter(pk=instance.pk, version=version)
            if not same.update(**plain, version=F("version") + 1):
                raise StaleRecord
            for name in related & validated_data.keys():
                getattr(instance, name).set(validated_data[name])
        return manager.get(pk=instance.pk)


class TeamSlug(serializers.SlugRelatedField[Team]):
    """A team by its short name."""

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Team.objects.all())
        super().__init__(slug_field="slug", **kwargs)


class DecisionSerializer(serializers.Serializer[Any]):
    """What becomes of an appointment that a change of availability hits."""

    remedy = serializers.ChoiceField(choices=Remedy.choices)
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text=_("The version you looked at.")
    )
    reason = serializers.CharField(max_length=REASON_LIMIT)
    substitute = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.all(), required=False, allow_null=True
    )


class DecisionsSerializer(serializers.Serializer[Any]):
    """The decisions alone: all that is read of the body when a record is deleted."""

    decisions = serializers.DictField(
        child=DecisionSerializer(),
        required=False,
        write_only=True,
        help_text=_("By reference, for the appointments named by appointments_hit."),
    )


class PublishedSerializer(DecisionsSerializer, RecordSerializer[M]):
    """A record of what can be booked, with what becomes of the appointments that writing it hits."""

    def create(self, validated_data: dict[str, Any]) -> M:
        """Store it; the decisions are for the view."""
        validated_data.pop("decisions", None)
        return super().create(validated_data)

    def update(self, instance: M, validated_data: dict[str, Any]) -> M:
        """Write the fields given; the decisions are for the view."""
        validated_data.pop("decisions", None)
        return super().update(instance, validated_data)


class TeamSerializer(PublishedSerializer[Team]):
    """A team and the rules under which it can be booked; periods in minutes."""

    leads = serializers.SlugRelatedField(
        slug_field="username",
        many=True,
        required=False,
        queryset=User.objects.filter(role=Role.LEAD, is_active=True),
        help_text=_("User names; only administrators change them."),
    )

    class Meta:
        model = Team
        fields = [
            "id",
            "slug",
            "name",
            "time_zone",
            "mailbox",
            "leads",
            "slot_step",
            "confirm_within",
            "unconfirmed_policy",
            "early",
            "grace",
            "minimum_notice",
            "horizon_days",
            "max_attempts",
            "attempt_spacing",
            "at_risk_within",
            "escalate_after",
            "escalate_to",
            "agreed_hours",
            "agreed_kept",
            "observes_public_holidays",
            "is_active",
            "version",
            "decisions",
        ]


class TopicSerializer(RecordSerializer[Topic]):
    """What customers call about; duration and buffer in minutes."""

    teams = TeamSlug(many=True)

    class Meta:
        model = Topic
        fields = [
            "id",
            "slug",
            "name",
            "teams",
            "duration",
            "buffer",
            "guidance",
            "preferred_channels",
            "supporting_channels",
            "discouraged_channels",
            "is_active",
            "version",
        ]


class SpecialistSerializer(PublishedSerializer[Specialist]):
    """Somebody who calls back; ``user`` is the user name and cannot change."""

    user = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(role__in=[Role.SPECIALIST, Role.LEAD], is_active=True),
    )
    name = serializers.CharField(source="user.name", read_only=True)
    team = TeamSlug()
    topics = serializers.SlugRelatedField(
        slug_field="slug", many=True, required=False, queryset=Topic.objects.all()
    )

    class Meta:
        model = Specialist
        fields = [
            "id",
            "user",
            "name",
            "team",
            "topics",
            "extension",
            "substitute",
            "is_active",
            "version",
            "decisions",
        ]

    def validate_user(self, user: User) -> User:
        """The record of one person never becomes that of another: appointments keep pointing at it."""
        if self.instance and self.instance.user != user:
            raise serializers.ValidationError(_("The user of a specialist cannot be changed."))
        return user


class WindowExceptionSerializer(PublishedSerializer[WindowException]):
    """One day on which a window is different; without times it is not there at all."""

    class Meta:
        model = WindowException
        fields = ["id", "window", "day", "starts", "ends", "version", "decisions"]
        validators: ClassVar[list[Any]] = []


class WindowSerializer(PublishedSerializer[Window]):
    """Weekly time in which a specialist can be booked, in the wall-clock time of the team."""

    exceptions = WindowExceptionSerializer(many=True, read_only=True)

    class Meta:
        model = Window
        fields = [
            "id",
            "specialist",
            "weekday",
            "starts",
            "ends",
            "valid_from",
            "valid_until",
            "series",
            "exceptions",
            "version",
            "decisions",
        ]


class AbsenceSerializer(PublishedSerializer[Absence]):
    """A period in which a specialist is not there."""

    class Meta:
        model = Absence
        fields = [
            "id",
            "specialist",
            "starts_at",
            "ends_at",
            "reason",
            "substitute",
            "version",
            "decisions",
        ]

    def to_representation(self, instance: Absence) -> dict[str, Any]:
        """Why a colleague is away is for the person, their leads and the administrators."""
        user = self.context["request"].user
        shown: dict[str, Any] = super().to_representation(instance)
        specialist = instance.specialist
        own = specialist.user_id == user.pk or specialist.team_id in self._led
        if not own and user.role != Role.ADMINISTRATOR:
            shown["reason"] = ""
        return shown

    @cached_property
    def _led(self) -> set[int]:
        return set(self.context["request"].user.led_teams.values_list("pk", flat=True))


class ClosureSerializer(PublishedSerializer[Closure]):
    """Local days, both included, on which a team, or without a team everybody, is closed."""

    team = TeamSlug(required=False, allow_null=True)

    class Meta:
        model = Closure
        fields = ["id", "team", "first_day", "last_day", "name", "version", "decisions"]
