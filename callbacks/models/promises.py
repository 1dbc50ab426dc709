"""Promises and the call attempts that keep them."""

import datetime as dt
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.clock import Moment
from callbacks.models.appointments import NOTE_LIMIT, RESULT_LIMIT, Appointment
from callbacks.states import AttemptOutcome, NextStep, PromiseOutcome


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Promises in the words of the domain; ``now`` is a UTC instant."""

    def open(self) -> Self:
        """Not yet kept, late, broken or withdrawn for good."""
        return self.filter(ended_at__isnull=True)

    def overdue(self, now: dt.datetime) -> Self:
        """Open past the window and its grace: counts as broken from that minute."""
        return self.open().filter(due_at__lt=now)

    def at_risk(self, now: Moment) -> Self:
        """Open, its moment to worry has come, and it is not overdue yet. Who confirmed is not asked."""
        return self.open().filter(at_risk_at__lte=now, due_at__gte=now)

    def due_between(self, start: Moment, end: Moment) -> Self:
        """Promises that fall due in a period (end excluded) and count: not the withdrawn ones."""
        return self.filter(due_at__gte=start, due_at__lt=end).exclude(outcome=PromiseOutcome.WITHDRAWN)


class Promise(models.Model):
    """A window said to a customer, at a moment, by somebody. Its facts are never overwritten.

    The first attempt from ``counts_from`` until ``due_at`` keeps it; both are fixed with the team's rules
    of the moment it was made, as is ``at_risk_at``: from then on it is at risk unless somebody confirmed.
    ``escalate_at`` is set once it is broken, and empty again when that step is done. Nobody of
    the house made one that the customer chose. All instants are UTC.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="promises")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    counts_from = models.DateTimeField()
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(_("promised at"))
    made_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("promised by"),
        related_name="+",
        db_index=False,
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=PromiseOutcome, blank=True)
    remind_at = models.DateTimeField(null=True, editable=False)
    at_risk_at = models.DateTimeField(null=True, editable=False)
    at_risk_flagged_at = models.DateTimeField(null=True, editable=False)
    overdue_flagged_at = models.DateTimeField(null=True, editable=False)
    escalate_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(PromiseQuerySet)()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], name="promise_open_due", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["due_at"],
                name="promise_to_flag",
                condition=Q(ended_at__isnull=True, overdue_flagged_at__isnull=True),
            ),
            models.Index(
                fields=["remind_at"],
                name="promise_to_remind",
                condition=Q(ended_at__isnull=True, remind_at__isnull=False),
            ),
            models.Index(
                fields=["at_risk_at"],
                name="promise_to_watch",
                condition=Q(
                    ended_at__isnull=True, at_risk_flagged_at__isnull=True, overdue_flagged_at__isnull=True
                ),
            ),
            models.Index(
                fields=["escalate_at"],
                name="promise_to_escalate",
                condition=Q(ended_at__isnull=True, escalate_at__isnull=False),
            ),
            models.Index(fields=["due_at", "outcome"], name="promise_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(ended_at__isnull=True),
                name="promise_one_open",
                violation_error_message=_("This appointment already has an agreed time."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, outcome__in=PromiseOutcome.values),
                name="promise_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(
                    ends_at__gt=F("starts_at"), counts_from__lte=F("starts_at"), due_at__gte=F("ends_at")
                ),
                name="promise_moments_in_order",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="promise_facts_stay",
                fields=["appointment", "starts_at", "ends_at", "counts_from", "due_at", "made_at", "made_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d-%m-%Y %H:%M}–{self.ends_at:%H:%M}"

    def is_overdue(self, now: dt.datetime) -> bool:
        """Whether it is open past its window and grace."""
        return self.ended_at is None and self.due_at < now

    def is_at_risk(self, now: dt.datetime) -> bool:
        """Whether it is time to worry, if nobody confirmed."""
        return self.at_risk_at is not None and self.at_risk_at <= now


class Attempt(models.Model):
    """One call to the customer. ``started_at`` (UTC) decides whether the promise was kept."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, null=True, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("by"), related_name="+", db_index=False
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=AttemptOutcome)
    note = models.TextField(_("note"), max_length=NOTE_LIMIT, blank=True)
    result_for_customer = models.TextField(
        _("information for the customer"), max_length=RESULT_LIMIT, blank=True, db_default=""
    )
    result_for_agent = models.TextField(
        _("information for the front office"), max_length=RESULT_LIMIT, blank=True, db_default=""
    )
    next_step = models.CharField(_("next step"), max_length=15, choices=NextStep)

    class Meta:
        verbose_name = _("call attempt")
        verbose_name_plural = _("call attempts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "number"], name="attempt_numbered_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=AttemptOutcome.values), name="attempt_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_outcome_display()}"
