"""What booking is compared with: a view as short as the framework allows, signed in the same way."""

from typing import ClassVar

from django.db import transaction
from rest_framework import generics, serializers
from rest_framework.serializers import BaseSerializer

from bench.models import MinimalBooking, MinimalLog
from callbacks.api.authentication import signed_in


class MinimalBookingSerializer(serializers.ModelSerializer[MinimalBooking]):
    """The fields of the row. The database alone checks the constraint, as it does for the product."""

    class Meta:
        model = MinimalBooking
        fields: ClassVar[list[str]] = ["id", "specialist", "starts_at", "ends_at", "name", "phone"]
        validators: ClassVar[list[object]] = []


class MinimalBookings(generics.CreateAPIView[MinimalBooking]):
    """Store the row, and who did it."""

    queryset = MinimalBooking.objects.all()
    serializer_class = MinimalBookingSerializer

    def perform_create(self, serializer: BaseSerializer[MinimalBooking]) -> None:
        """Both rows or none."""
        with transaction.atomic():
            MinimalLog.objects.create(booking=serializer.save(), by=signed_in(self.request))
