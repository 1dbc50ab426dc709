"""Who can take a customer over right now."""

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
from callbacks.api.moments import Moment
from callbacks.errors import Forbidden
from callbacks.operations import take_transfers
from callbacks.queries.first_line import TransferCandidate, free_for_transfer


class TransferFilters(Filters):
    """For what."""

    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.filter(is_active=True))


class AvailableSerializer(serializers.Serializer[TransferCandidate]):
    """A specialist who can be called now."""

    specialist = serializers.IntegerField(source="specialist.pk")
    name = serializers.CharField(source="specialist.user.name")
    team = serializers.CharField(source="specialist.team.slug")
    extension = serializers.CharField(source="specialist.extension")
    until = Moment(help_text=_("When the free time ends, looking one day ahead."))


class AvailableListSerializer(serializers.Serializer[Any]):
    """Who is free longest comes first."""

    results = AvailableSerializer(many=True)


class SwitchSerializer(serializers.Serializer[Any]):
    """Whether one takes warm transfers."""

    available = serializers.BooleanField()


class AvailableView(APIView):
    """Specialists who are there, free and take transfers."""

    filters_class = TransferFilters

    @extend_schema(request=SwitchSerializer, responses=SwitchSerializer)
    def post(self, request: Request) -> Response:
        """Say whether you can take customers over; appointments and calls switch it off by themselves."""
        asked = SwitchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        specialist = Specialist.objects.filter(user=user, is_active=True).first()
        if specialist is None:
            raise Forbidden(_("Only the specialist can do this."))
        take_transfers(specialist=specialist, willing=asked.validated_data["available"], by=user)
        return Response(asked.data)

    @extend_schema(responses=AvailableListSerializer)
    def get(self, request: Request) -> Response:
        """Who can take over a customer with this topic at this moment."""
        topic = TransferFilters.of(request).validated_data["topic"]
        found = free_for_transfer(topic=topic, now=timezone.now())
        return Response(AvailableListSerializer({"results": found}).data)
