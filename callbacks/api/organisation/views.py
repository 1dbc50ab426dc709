"""Reading and writing the organisation's records."""

from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import status, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from availability.models import Topic
from availability.models.base import Versioned
from callbacks.api.authentication import signed_in
from callbacks.api.exceptions import StaleRecord
from callbacks.api.filters import Filters
from callbacks.api.idempotency import idempotent
from callbacks.api.organisation import filters, serializers
from callbacks.api.organisation.permissions import LeadsWrite, check_responsible
from callbacks.api.versions import tag, wanted_version

M = TypeVar("M", bound=Versioned)


class RecordViewSet(viewsets.ModelViewSet[M]):
    """A kind of record: listed, read, and written by compare-and-set.

    Whether the writer is responsible is asked of the record as it was and as it became, in one transaction:
    nobody moves a record out of, or into, a team that is not theirs.
    """

    permission_classes = [IsAuthenticated, LeadsWrite]
    filters_class: ClassVar[type[Filters]]

    def teams(self, record: M) -> list[int]:
        """Ids of the teams whose lead may write this record; empty: administrators only."""
        raise NotImplementedError

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow lists by their parameters."""
        return self.filters_class.of(self.request).narrow(queryset) if self.action == "list" else queryset

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the version, and for a new record its address."""
        response = super().finalize_response(request, response, *args, **kwargs)
        tag(response)
        if response.status_code == status.HTTP_201_CREATED:
            key = response.data["slug" if self.lookup_field == "slug" else "id"]
            response["Location"] = f"{request.path}{key}/"
        return response

    @idempotent
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a record."""
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer: BaseSerializer[M]) -> None:
        """Store it if the writer is responsible for it."""
        with transaction.atomic():
            check_responsible(signed_in(self.request), self.teams(serializer.save()))

    def update(self, request: Request, *_args: Any, **kwargs: Any) -> Response:
        """Write the version the caller looked at."""
        record = self.get_object()
        check_responsible(signed_in(request), self.teams(record))
        serializer = self.get_serializer(record, data=request.data, partial=kwargs.get("partial", False))
        serializer.is_valid(raise_exception=True)
        self.check_change(record, serializer.validated_data)
        given = serializer.validated_data.get("version")
        version = wanted_version(request, given=given, current=record.version)
        self.perform_change(serializer, version=version)
        return Response(serializer.data)

    def perform_change(self, serializer: BaseSerializer[M], *, version: int) -> None:
        """Write it over this version if the writer is responsible for what it becomes."""
        with transaction.atomic():
            check_responsible(signed_in(self.request), self.teams(serializer.save(version=version)))

    def check_change(self, record: M, values: dict[str, Any]) -> None:
        """Raise ``PermissionDenied`` when some of the values are not this writer's to change."""

    def perform_destroy(self, record: M) -> None:
        """Delete this version of the record."""
        check_responsible(signed_in(self.request), self.teams(record))
        version = wanted_version(self.request, given=None, current=record.version)
        if not type(record)._default_manager.filter(pk=record.pk, version=version).delete()[0]:
            raise StaleRecord


class TopicViewSet(RecordViewSet[Topic]):
    """Topics. A lead writes those that belong to own teams only."""

    queryset = Topic.objects.prefetch_related("teams")
    serializer_class = serializers.TopicSerializer
    filters_class = filters.TopicFilters
    lookup_field = "slug"

    def teams(self, record: Topic) -> list[int]:
        """All teams that handle it."""
        return list(record.teams.values_list("pk", flat=True))
