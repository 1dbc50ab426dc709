"""Published availability: week windows, their exceptions, absences and closing days."""

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Extract
from django.utils.translation import gettext_lazy as _

from availability.models.base import Versioned
from availability.models.organisation import Specialist, Team

MIDNIGHT = dt.time(0)


class Weekday(models.IntegerChoices):
    """Days of the ISO week."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


def only(column: str) -> Func:
    """A one-value range: lets an exclusion constraint compare plain keys without an extension."""
    return Func(F(column), F(column), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def _minute_of_day(column: str) -> Cast:
    return Cast(Extract(column, "epoch") / 60, models.IntegerField())


def _minutes_covered() -> Func:
    end = Case(When(ends=MIDNIGHT, then=Value(24 * 60)), default=_minute_of_day("ends"))
    return Func(_minute_of_day("starts"), end, function="int4range", output_field=IntegerRangeField())


def _days_covered() -> Func:
    return Func(
        F("valid_from"), F("valid_until"), Value("[]"), function="daterange", output_field=DateRangeField()
    )


def last_day() -> Coalesce:
    """The last day of a window, for one that has none the last there is."""
    return Coalesce("valid_until", Value(dt.date.max), output_field=models.DateField())


class Window(Versioned):
    """Time in which a specialist can be booked, every week on one weekday.

    ``starts`` and ``ends`` are wall-clock times in the team's zone; ``ends`` at 00:00 means the end of
    the day. ``valid_until`` is the last day it holds. Windows published together share ``series``.
    """

    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, verbose_name=_("specialist"), related_name="windows"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    series = models.UUIDField(_("series"), default=uuid.uuid4, editable=False, db_index=True)

    class Meta:
        verbose_name = _("availability window")
        verbose_name_plural = _("availability windows")
        ordering = ["specialist", "weekday", "starts"]
        indexes = [
            # What of somebody lasts, among all that they ever published.
            models.Index(F("specialist"), last_day(), name="window_by_last_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=MIDNIGHT),
                name="window_ends_after_start",
                violation_error_message=_("A window ends after it starts; 00:00 is the end of the day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="window_valid_days_in_order",
                violation_error_message=_("The last day cannot be before the first day."),
            ),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="window_weekday_known"),
            ExclusionConstraint(
                name="window_no_overlap",
                expressions=[
                    (only("specialist"), RangeOperators.OVERLAPS),
                    (only("weekday"), RangeOperators.OVERLAPS),
                    (_minutes_covered(), RangeOperators.OVERLAPS),
                    (_days_covered(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This window overlaps another one of the same specialist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class WindowException(Versioned):
    """One day on which a window is different: other times, or (both empty) not there at all."""

    window = models.ForeignKey(
        Window, on_delete=models.CASCADE, verbose_name=_("availability window"), related_name="exceptions"
    )
    day = models.DateField(_("day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["window", "day"],
                name="exception_once_a_day",
                violation_error_message=_("This window already has an exception on that day."),
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__gt=F("starts"))
                | Q(starts__isnull=False, ends=MIDNIGHT),
                name="exception_times_whole",
                violation_error_message=_("Give both times, the first before the second, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}"


class Absence(Versioned):
    """A period (UTC instants, end excluded) in which a specialist is not there."""

    specialist = models.ForeignKey(
        Specialist, on_delete=models.CASCADE, verbose_name=_("specialist"), related_name="absences"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    substitute = models.ForeignKey(
        Specialist,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("substitute"),
        related_name="+",
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["specialist", "ends_at"], name="absence_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message=_("An absence ends after it starts."),
            ),
            models.UniqueConstraint(
                fields=["specialist", "starts_at", "ends_at"],
                name="absence_once",
                violation_error_message=_("This absence has been entered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist}: {self.starts_at:%d-%m-%Y %H:%M}"


class Closure(Versioned):
    """Days (local, both included) on which one team, or without a team everybody, is closed."""

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("team"), related_name="closures"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="closure_days_in_order",
                violation_error_message=_("The last day cannot be before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
