"""The least that a booking can be: one row with a constraint, and one row of log."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func

from accounts.models import User
from availability.models import Specialist
from availability.models.calendar import only


class MinimalBooking(models.Model):
    """A period of somebody's time; the constraint is that of the product's reservations."""

    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=16)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        app_label = "bench"
        constraints = [
            ExclusionConstraint(
                name="minimal_booking_once",
                expressions=[
                    (only("specialist"), RangeOperators.OVERLAPS),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=models.Q(ends_at__gt=F("starts_at")), name="minimal_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class MinimalLog(models.Model):
    """Who booked it, and when."""

    booking = models.ForeignKey(MinimalBooking, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.at)
