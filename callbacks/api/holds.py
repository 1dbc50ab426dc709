"""Holding a slot while it is being talked about."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from availability.models import Specialist, Topic
from callbacks import operations
from callbacks.api.authentication import signed_in
from callbacks.api.moments import Moment


class WantedSerializer(serializers.Serializer[Any]):
    """The slot to hold."""

    topic = serializers.SlugRelatedField(slug_field="slug", queryset=Topic.objects.filter(is_active=True))
    starts_at = Moment(help_text=_("The start of a free slot."))
    specialist = serializers.PrimaryKeyRelatedField(
        queryset=Specialist.objects.select_related("user", "team"), required=False, allow_null=True
    )


class HoldSerializer(serializers.Serializer[Any]):
    """What is held, with whom and until when it stays so without being renewed."""

    starts_at = Moment()
    ends_at = Moment()
    expires_at = Moment()
    specialist = serializers.IntegerField()


class HoldView(APIView):
    """One slot that nobody but you can take for 75 seconds."""

    @extend_schema(request=WantedSerializer, responses={201: HoldSerializer})
    def post(self, request: Request) -> Response:
        """Hold a slot in place of what you held before, or hold it longer.

        When it is gone the answer is a 409 with ``alternatives``, and you keep what you held.
        """
        asked = WantedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        held = operations.hold(by=signed_in(request), now=timezone.now(), **wanted)
        # The topic's buffer behind the call is the specialist's, not part of the slot.
        ends_at = held.ends_at - dt.timedelta(minutes=wanted["topic"].buffer)
        slot = {
            "starts_at": held.starts_at,
            "ends_at": ends_at,
            "expires_at": held.expires_at,
            "specialist": held.specialist_id,
        }
        return Response(HoldSerializer(slot).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Let go of what you hold, if anything."""
        operations.release(by=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
