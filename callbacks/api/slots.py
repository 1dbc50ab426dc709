"""Free slots."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from availability.models import Specialist, Topic
from callbacks.api.authentication import signed_in
from callbacks.api.filters import Filters
from callbacks.api.moments import Boundary
from callbacks.api.offers import slot_body
from callbacks.api.schema import SlotSerializer
from callbacks.queries.slots import free_slots

LONGEST = dt.timedelta(days=62)
MOST = 5000


class SlotFilters(Filters):
    """For what, when, with whom and how many."""

    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.filter(is_active=True))
    specialist = serializers.PrimaryKeyRelatedField(queryset=Specialist.objects.all(), required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` cannot be the name of an attribute."""
        start = Boundary(help_text=_("Date (its local midnight) or instant."))
        last = _("Date (which still counts) or instant, at most 62 days on.")
        return {**super().get_fields(), "from": start, "until": Boundary(end_of_day=True, help_text=last)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that is empty or longer than anybody plans ahead."""
        length = attrs["until"] - attrs["from"]
        if length <= dt.timedelta(0):
            raise serializers.ValidationError({"until": _("The period ends before it begins.")})
        # An hour more: 62 local days can hold the end of summer time.
        if length > LONGEST + dt.timedelta(hours=1):
            raise serializers.ValidationError({"until": _("Ask for at most 62 days.")})
        return attrs


class SlotListSerializer(serializers.Serializer[Any]):
    """Slots in order of time."""

    results = SlotSerializer(many=True)


class SlotView(APIView):
    """Times that can be promised."""

    filters_class = SlotFilters

    @extend_schema(responses=SlotListSerializer)
    def get(self, request: Request) -> Response:
        """Free slots of a topic that start in a period; your own hold does not count as taken."""
        asked = SlotFilters.of(request).validated_data
        slots = free_slots(
            topic=asked["topic"],
            start=asked["from"],
            end=asked["until"],
            now=timezone.now(),
            specialist=asked.get("specialist"),
            limit=asked.get("limit"),
            holder=signed_in(request),
        )
        return Response({"results": [slot_body(slot) for slot in slots]})
