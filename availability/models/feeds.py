"""Calendars elsewhere in which a specialist is busy too."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from availability.models.base import Versioned
from availability.models.organisation import Specialist

URL_LIMIT = 1000


class BusyFeed(Versioned):
    """The address of a calendar that a specialist keeps elsewhere; its busy time cannot be booked.

    ``url`` is a secret: whoever has it reads the calendar. ``look_at`` is when a worker reads it again,
    ``seen_at`` when it last answered and ``read_at`` when it was last read whole (UTC). After an ``error``
    what was read last still holds; ``failing_since`` is the first of the tries that failed in a row.
    """

    specialist = models.OneToOneField(
        Specialist,
        on_delete=models.CASCADE,
        primary_key=True,
        verbose_name=_("specialist"),
        related_name="busy_feed",
    )
    url = models.CharField(_("address of the calendar"), max_length=URL_LIMIT)
    look_at = models.DateTimeField()
    etag = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField(_("last answer"), null=True)
    read_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(_("cannot be read since"), null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar elsewhere")
        verbose_name_plural = _("calendars elsewhere")
        indexes = [models.Index(fields=["look_at"], name="busy_feed_due")]

    def __str__(self) -> str:
        return str(self.specialist)


class BusyTime(models.Model):
    """A period (UTC, end excluded) in which the calendar elsewhere says busy."""

    feed = models.ForeignKey(BusyFeed, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        indexes = [models.Index(fields=["feed", "ends_at"], name="busy_time_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="busy_time_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d-%m-%Y %H:%M}"


class PersonalFeed(models.Model):
    """The secret address under which a specialist's own calendar program reads the appointments.

    Only a hash of the secret is stored: it is shown once, and a new one makes the old one worthless.
    """

    specialist = models.OneToOneField(
        Specialist,
        on_delete=models.CASCADE,
        primary_key=True,
        verbose_name=_("specialist"),
        related_name="personal_feed",
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("personal calendar feed")
        verbose_name_plural = _("personal calendar feeds")

    def __str__(self) -> str:
        return str(self.specialist)
