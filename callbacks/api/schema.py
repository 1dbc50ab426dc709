"""How the API describes itself in OpenAPI."""

from typing import Any, ClassVar

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from callbacks.api.offers import HitBody, SlotBody
from callbacks.api.problems import MEDIA_TYPE

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sent again with the same body, the request gets the same answer and takes effect once. "
    "1 to 100 printable characters, kept for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the version you looked at; when somebody changed it since, the answer is a 409.",
)


class TokenScheme(KnoxTokenScheme):
    """How a token is sent."""

    target_class = "callbacks.api.authentication.Tokens"
    name = "token"


class SlotSerializer(serializers.Serializer[SlotBody]):
    """A free slot."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField(help_text="How many specialists can take it.")
    specialists = serializers.ListField(child=serializers.IntegerField(), help_text="Their ids.")


class HitSerializer(serializers.Serializer[HitBody]):
    """An appointment that lies in time which would no longer be offered."""

    reference = serializers.CharField()
    version = serializers.IntegerField(help_text="To send along with what becomes of it.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    specialist = serializers.IntegerField(allow_null=True)


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one input."""

    field = serializers.CharField(help_text="Dotted path of the input; empty for the request as a whole.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refused request (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people, in their language.")
    code = serializers.CharField(help_text="Stable: decide on this.")
    alternatives = SlotSerializer(
        many=True, required=False, help_text="With slot_taken and slot_not_offered: the nearest free slots."
    )
    appointments = HitSerializer(
        many=True, required=False, help_text="With appointments_hit: say in decisions what becomes of each."
    )
    changed_by = serializers.CharField(required=False, help_text="With stale_version of an appointment.")
    changed_at = serializers.DateTimeField(required=False)
    change = serializers.CharField(required=False)
    current_version = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """``errors`` cannot be the name of an attribute."""
        return {**super().get_fields(), "errors": FieldErrorSerializer(many=True)}


class ProblemSchema(AutoSchema):
    """Adds to every operation the problems it can answer, and the headers it understands."""

    problems: ClassVar[dict[str, str]] = {
        "400": "An input is wrong; errors names it.",
        "401": "Not signed in.",
        "403": "This role may not do this.",
        "404": "Not there, or not yours to see.",
        "409": "Lost against somebody else, or it does not fit the present state.",
        "default": "Any other refusal.",
    }

    def get_override_parameters(self) -> list[Any]:
        """Parameters of lists, and the headers for repeating and for compare-and-set."""
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        found: list[Any] = []
        if self.method == "GET" and (filters := getattr(self.view, "filters_class", None)):
            found += [filters] if getattr(self.view, "action", "list") == "list" else []
        if getattr(handler, "idempotent", False):
            found.append(IDEMPOTENCY_KEY)
        if "{" in self.path and self.method != "GET":
            found.append(IF_MATCH)
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        untyped: Any = self
        for status, description in self.problems.items():
            body = untyped._get_response_for_code(ProblemSerializer, "4XX", [MEDIA_TYPE], direction)
            bodies.setdefault(status, {**body, "description": description})
        return bodies
