"""What the organisation's lists can be narrowed by."""

from typing import Any

from rest_framework import serializers

from availability.models import Specialist, Topic, Window
from availability.models.calendar import Weekday
from callbacks.api.filters import Filters, TeamField
from callbacks.api.moments import Boundary, Day


class ActiveFilters(Filters):
    """Teams, by whether they are in use."""

    is_active = serializers.BooleanField(required=False)


class TopicFilters(ActiveFilters):
    """Topics of a team."""

    team = TeamField()
    lookups = {"team": "teams"}


class SpecialistFilters(ActiveFilters):
    """Specialists of a team, or who know a topic."""

    team = TeamField()
    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.all(), required=False)
    lookups = {"topic": "topics"}


class OfSpecialistFilters(Filters):
    """What belongs to one specialist, or to those of a team."""

    specialist = serializers.PrimaryKeyRelatedField(queryset=Specialist.objects.all(), required=False)
    team = TeamField()
    lookups = {"team": "specialist__team"}


class WindowFilters(OfSpecialistFilters):
    """Windows, also by weekday (1 is Monday)."""

    weekday = serializers.ChoiceField(choices=Weekday.choices, required=False)


class WindowExceptionFilters(Filters):
    """Exceptions of a window."""

    window = serializers.PrimaryKeyRelatedField(queryset=Window.objects.all(), required=False)


class AbsenceFilters(OfSpecialistFilters):
    """Absences that overlap a period."""

    lookups = {**OfSpecialistFilters.lookups, "from": "ends_at__gt", "until": "starts_at__lt"}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` cannot be the name of an attribute."""
        period = {"from": Boundary(required=False), "until": Boundary(end_of_day=True, required=False)}
        return {**super().get_fields(), **period}


class ClosureFilters(Filters):
    """Closing days that overlap a period; those of a team, or with ``team`` absent all."""

    team = TeamField()
    lookups = {"from": "last_day__gte", "until": "first_day__lte"}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` cannot be the name of an attribute."""
        return {**super().get_fields(), "from": Day(required=False), "until": Day(required=False)}
