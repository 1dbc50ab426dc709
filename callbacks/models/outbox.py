"""What workers need: messages to deliver, heartbeats, and answers to repeated requests."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Team
from callbacks.models.appointments import Appointment
from callbacks.models.promises import Promise
from callbacks.models.wording import Webhook
from callbacks.states import MessageChannel, MessageKind, MessageState

# A create that is repeated within this time gets its first answer.
ANSWERS_KEPT_FOR = dt.timedelta(hours=24)
NOTE_LIMIT = 200


class Message(models.Model):
    """One message to one recipient, written in the same transaction as the fact it tells.

    ``look_at`` is when delivery must look at it (again); a lease moves it ahead while a worker sends.
    After ``useful_until`` it is not sent any more. One that failed is a person's task until ``handled_at``;
    ``handled_note`` says what an administrator did about one to a webhook.
    ``promise`` is the promise it speaks of, so that a message about a moved promise is not sent. What is told
    of a ``team`` speaks of no appointment; ``details`` then are the values of its words. ``reader`` has it in
    the list in the application, where it arrives by being written, until ``read_at``. All instants are UTC.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, related_name="messages", db_index=False
    )
    promise = models.ForeignKey(
        Promise, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    reader = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, related_name="+")
    details = models.JSONField(default=dict, db_default={})
    kind = models.CharField(_("kind"), max_length=25, choices=MessageKind)
    channel = models.CharField(
        _("channel"), max_length=10, choices=MessageChannel, default=MessageChannel.EMAIL
    )
    recipient = models.CharField(_("recipient"), max_length=200)
    language = models.CharField(_("language"), max_length=2)
    dedupe_key = models.CharField(max_length=300, unique=True)
    state = models.CharField(_("status"), max_length=12, choices=MessageState, default=MessageState.PENDING)
    look_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    handled_at = models.DateTimeField(_("passed on"), null=True)
    handled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("passed on by"),
        related_name="+",
        db_index=False,
    )
    handled_note = models.CharField(
        _("what was done"), max_length=NOTE_LIMIT, blank=True, default="", db_default=""
    )
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["look_at"], name="message_due", condition=Q(state=MessageState.PENDING)),
            models.Index(fields=["ended_at"], name="message_failed", condition=Q(state=MessageState.FAILED)),
            models.Index(fields=["ended_at"], name="message_sent", condition=Q(state=MessageState.SENT)),
            models.Index(
                fields=["ended_at"],
                name="message_task",
                condition=Q(state=MessageState.FAILED, handled_at__isnull=True),
            ),
            models.Index(
                fields=["webhook", "ended_at"],
                name="message_webhook_task",
                condition=Q(
                    state=MessageState.FAILED, handled_at__isnull=True, channel=MessageChannel.WEBHOOK
                ),
            ),
            models.Index(fields=["appointment"], name="message_of_appointment"),
            models.Index(
                fields=["reader", "-created_at"], name="message_of_reader", condition=Q(reader__isnull=False)
            ),
            models.Index(
                fields=["reader"],
                name="message_unread",
                condition=Q(reader__isnull=False, read_at__isnull=True, state=MessageState.SENT),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, team__isnull=True)
                | Q(appointment__isnull=True, team__isnull=False),
                name="message_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(channel=MessageChannel.WEBHOOK) ^ Q(webhook__isnull=True),
                name="message_to_its_webhook",
            ),
            models.CheckConstraint(
                condition=Q(channel=MessageChannel.APP) ^ Q(reader__isnull=True),
                name="message_in_app_has_reader",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False, state=MessageState.FAILED),
                name="message_handled_after_failing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.recipient}"

    @property
    def is_broadcast(self) -> bool:
        """Whether it goes to whoever listens, and not to one reader."""
        return self.channel in {MessageChannel.CHAT, MessageChannel.WEBHOOK}


class Heartbeat(models.Model):
    """When a sweep last finished, by the database's clock."""

    sweep = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    handled = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.sweep


class StuckRow(models.Model):
    """A row that its sweep could not handle: left alone until ``retry_at`` (UTC), so that it blocks nobody.

    The facts of the row itself stay as they are. ``row`` is its primary key as text.
    """

    sweep = models.CharField(max_length=30)
    row = models.CharField(max_length=40)
    tries = models.PositiveSmallIntegerField(default=1)
    retry_at = models.DateTimeField()
    error = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("stuck row")
        verbose_name_plural = _("stuck rows")
        constraints = [models.UniqueConstraint(fields=["sweep", "row"], name="stuck_row_once")]

    def __str__(self) -> str:
        return f"{self.sweep} {self.row}"


class IdempotentRequest(models.Model):
    """The answer given to a create with an ``Idempotency-Key``, repeated to whoever asks it again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        indexes = [models.Index(fields=["created_at"], name="idempotent_by_age")]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_once")]

    def __str__(self) -> str:
        return self.key
