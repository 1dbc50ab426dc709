"""Days and instants in JSON and in addresses: read strictly, written in UTC."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

# Beyond these, adding a day or converting to another zone can leave what Python and PostgreSQL can express.
FIRST_YEAR, LAST_YEAR = 2000, 2199
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNESCAPED_PLUS = re.compile(r" (?=\d{2}:?\d{2}$)")
OUT_OF_RANGE = _("Give a year from 2000 to 2199.")


def utc_text(instant: dt.datetime) -> str:
    """An instant the way the API writes it: ``2026-11-24T09:00:00Z``."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


class Moment(serializers.DateTimeField):
    """An instant. One without an offset is read as local time of the installation."""

    default_error_messages = {"year": OUT_OF_RANGE}

    def to_internal_value(self, value: Any) -> dt.datetime:
        """Read an instant; a local time that does not exist or exists twice is refused."""
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss][+hh:mm|Z]")
        return super().to_internal_value(UNESCAPED_PLUS.sub("+", value)).astimezone(dt.UTC)

    def enforce_timezone(self, value: dt.datetime) -> dt.datetime:
        """Make the instant aware; the framework lets local times pass that the clock skips or repeats."""
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("year")
        instant = super().enforce_timezone(value)
        if value.tzinfo is None and instant.utcoffset() != instant.replace(fold=1).utcoffset():
            self.fail("make_aware", timezone=instant.tzinfo)
        return instant

    def to_representation(self, value: dt.datetime) -> str:
        """Write an instant in UTC."""
        return utc_text(value)


class Day(serializers.DateField):
    """A date in a year that can be reckoned with."""

    default_error_messages = {"year": OUT_OF_RANGE}

    def to_internal_value(self, value: Any) -> dt.date:
        """Read an ISO date."""
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("year")
        return day


class Clock(serializers.TimeField):
    """A wall-clock time in whole minutes."""

    default_error_messages = {"minutes": _("Give a time in whole minutes, for example 09:30.")}

    def to_internal_value(self, value: Any) -> dt.time:
        """Read a time such as 09:30."""
        time = super().to_internal_value(value)
        if time.second or time.microsecond:
            self.fail("minutes")
        return time.replace(tzinfo=None)


@extend_schema_field(
    {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
)
class Boundary(Moment):
    """An end of a period in a query: an instant, or a date.

    A date means its local midnight; with ``end_of_day`` the midnight after it, so that the day counts.
    """

    def __init__(self, *, end_of_day: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.end_of_day = end_of_day

    def to_internal_value(self, value: Any) -> dt.datetime:
        """Read a boundary; raises ``ValidationError`` for anything else."""
        if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
            return super().to_internal_value(value)
        day = Day().to_internal_value(value) + dt.timedelta(days=self.end_of_day)
        return dt.datetime.combine(day, dt.time(0), ZoneInfo(settings.TIME_ZONE)).astimezone(dt.UTC)
