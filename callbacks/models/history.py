"""The append-only log."""

from typing import TypeAlias

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from callbacks.models.appointments import REASON_LIMIT, Appointment
from callbacks.models.customers import Customer
from callbacks.states import State, Verb

# Whoever acts: somebody of the house, or the customer on their own page. The system is nobody: None.
Actor: TypeAlias = User | Customer


def person(actor: Actor | None) -> User | None:
    """The actor when it is somebody of the house."""
    return actor if isinstance(actor, User) else None


class LogEntry(models.Model):
    """Who did what to an appointment, when, and why. Rows are never changed or deleted.

    ``by`` is empty for what a worker noticed, and for what the customer did; ``by_name`` keeps the name that
    held at that moment.
    ``details`` carries the facts of the verb (times, specialists) as they were.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="log", db_index=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, verbose_name=_("by"), related_name="+", db_index=False
    )
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    by_customer = models.BooleanField(_("by the customer"), default=False, db_default=False)
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    from_state = models.CharField(_("from"), max_length=12, choices=State, blank=True)
    to_state = models.CharField(_("to"), max_length=12, choices=State)
    reason = models.CharField(_("reason"), max_length=REASON_LIMIT, blank=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["appointment", "at"], name="log_of_appointment")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_customer=False) | Q(by__isnull=True), name="log_by_one_of_them"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="log_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.at:%d-%m-%Y %H:%M}"

    @property
    def who(self) -> str:
        """Who did it, in words: a name, the customer, or the system."""
        if self.by_customer:
            return gettext("The customer")
        return self.by_name or gettext("The system")
