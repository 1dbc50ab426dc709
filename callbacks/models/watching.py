"""What workers leave of themselves and of the channels, by the database's clock; all instants are UTC."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callbacks.states import MessageChannel


class ChannelHealth(models.Model):
    """The circuit breaker of a channel; without a row nothing ever failed.

    ``failures`` counts temporary failures without an answer in between. Once they are too many,
    ``opened_at`` says since when the channel rests, and ``probe_at`` when one worker tries one message.
    ``told_of`` is the ``opened_at`` of which the leads were told last.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=MessageChannel, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    opened_at = models.DateTimeField(_("down since"), null=True)
    probe_at = models.DateTimeField(_("next try"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    told_of = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, probe_at__isnull=True)
                | Q(opened_at__isnull=False, probe_at__isnull=False),
                name="channel_down_has_next_try",
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()


class WorkerBeat(models.Model):
    """When a worker last finished a sweep. Forgotten after a day."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
