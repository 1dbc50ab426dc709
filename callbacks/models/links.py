"""The customer's own address of one appointment."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from callbacks.hashing import hashed
from callbacks.models.appointments import Appointment

# How long after the window a link still opens. A new promise moves the window, and this with it.
OPENS_AFTERWARDS = dt.timedelta(hours=24)


class CustomerLinkQuerySet(models.QuerySet["CustomerLink"]):
    """Links in the words of the domain; ``now`` is a UTC instant."""

    def live(self) -> Self:
        """Not withdrawn by anybody."""
        return self.filter(withdrawn_at__isnull=True)

    def behind(self, token: str, now: dt.datetime) -> Self:
        """The link with this token, as long as it opens: unknown, withdrawn and expired are the same."""
        still_open = self.live().filter(appointment__ends_at__gt=now - OPENS_AFTERWARDS)
        return still_open.filter(token_hash=hashed(token))


class CustomerLink(models.Model):
    """A secret address under which the customer sees and changes one appointment, with nothing but that.

    The secret itself is not stored: ``operations.links`` derives it from ``uid`` and the server's key, so
    that every message can carry it. Whoever has the table alone, or the key alone, has no link.
    """

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(CustomerLinkQuerySet)()

    class Meta:
        verbose_name = _("customer's link")
        verbose_name_plural = _("customers' links")

    def __str__(self) -> str:
        return f"{self.appointment} {self.created_at:%d-%m-%Y %H:%M}"
