"""Registering and listing contacts, and keeping the reasons why they were avoidable."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import operations
from callbacks.api.authentication import signed_in
from callbacks.api.contacts.filters import ContactFilters
from callbacks.api.contacts.serializers import (
    AvoidableReasonSerializer,
    ContactSerializer,
    RegisterSerializer,
)
from callbacks.api.idempotency import idempotent
from callbacks.api.organisation.filters import ActiveFilters
from callbacks.api.organisation.permissions import AdministratorsWrite
from callbacks.api.organisation.views import RecordViewSet
from callbacks.models import AvoidableReason, Contact
from callbacks.operations import CustomerData
from callbacks.queries.contacts import contacts_for


class ContactViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Contact]):
    """Contacts with the front office: all for agents and administrators, their own for others."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filters_class = ContactFilters
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Contact]:
        """Only what the reader may see exists for the reader; the last first."""
        return contacts_for(signed_in(self.request))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list by its parameters."""
        if self.action != "list":
            return queryset
        return self.filters_class.of(self.request).contacts(queryset, user=signed_in(self.request))

    @extend_schema(request=RegisterSerializer, responses={201: ContactSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Register a contact that ended without a booking; one with a booking is made by booking."""
        asked = RegisterSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        if caller := values.pop("customer", None):
            values["customer"] = CustomerData(**caller)
        contact = operations.register_contact(by=signed_in(request), now=timezone.now(), **values)
        return Response(self.get_serializer(contact).data, status=status.HTTP_201_CREATED)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the address of a new contact."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == status.HTTP_201_CREATED:
            response["Location"] = f"{request.path}{response.data['id']}/"
        return response


class AvoidableReasonViewSet(RecordViewSet[AvoidableReason]):
    """Why contacts were avoidable: read by everybody, kept by administrators."""

    queryset = AvoidableReason.objects.all()
    serializer_class = AvoidableReasonSerializer
    filters_class = ActiveFilters
    permission_classes = [IsAuthenticated, AdministratorsWrite]

    def teams(self, record: AvoidableReason) -> list[int]:
        """Of no team."""
        return []
