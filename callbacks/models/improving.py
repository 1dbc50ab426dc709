"""What contacts on a topic are worth, and what is done about them."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Topic
from availability.models.base import Versioned
from callbacks.states import ImprovementAction, ImprovementState, Value

WHAT_LIMIT = 300
TO_DO_ONCE = "improvement_to_do_once"
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class TopicRating(models.Model):
    """What somebody holds contacts on a topic to be worth, at a UTC instant; the last one counts.

    ``number`` counts the ratings of a topic, from 1. Rows are never changed or deleted; ``by_name`` keeps the
    name that held at that moment.
    """

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, verbose_name=_("topic"), related_name="ratings", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    for_customer = models.PositiveSmallIntegerField(_("value for the customer"), choices=Value)
    for_organisation = models.PositiveSmallIntegerField(_("value for the organisation"), choices=Value)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("by"), related_name="+")
    by_name = models.CharField(_("by"), max_length=150)

    class Meta:
        verbose_name = _("rating of a topic")
        verbose_name_plural = _("ratings of topics")
        ordering = ["topic", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="rating_numbered_by_topic"),
            models.CheckConstraint(
                condition=Q(for_customer__in=Value.values, for_organisation__in=Value.values),
                name="rating_on_the_scale",
            ),
        ]
        triggers = [pgtrigger.Protect(name="rating_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.topic} {self.at:%d-%m-%Y}"


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    """Improvements in the words of the domain."""

    def in_order(self) -> Self:
        """What is still to do first, what is due first above; then what was settled last."""
        settled_last = models.F("settled_at").desc(nulls_first=True)
        return self.order_by(settled_last, "due_on", "pk")


class Improvement(Versioned):
    """What somebody (``owner``) does about contacts on a topic before the end of a local day.

    ``settled_at`` (UTC) is when it was done or dropped.
    """

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, verbose_name=_("topic"), related_name="improvements"
    )
    action = models.CharField(_("action"), max_length=10, choices=ImprovementAction)
    what = models.CharField(_("what"), max_length=WHAT_LIMIT)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("owner"), related_name="+")
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=10, choices=ImprovementState, default=ImprovementState.OPEN
    )
    added_at = models.DateTimeField(_("added"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(ImprovementQuerySet)()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=ImprovementAction.values), name="improvement_action_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ImprovementState.OPEN, settled_at__isnull=True)
                | Q(state__in=[ImprovementState.DONE, ImprovementState.DROPPED], settled_at__isnull=False),
                name="improvement_settled_at_a_moment",
            ),
            models.UniqueConstraint(
                fields=["topic", "what"],
                condition=Q(state=ImprovementState.OPEN),
                name=TO_DO_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.what}"


class ImprovementEntry(models.Model):
    """Who changed what of an improvement, when. Rows are never changed or deleted.

    ``changes`` has for each field what it was and what it became, people by the name that held; it is empty
    for the row that tells who added it.
    """

    improvement = models.ForeignKey(
        Improvement, on_delete=models.PROTECT, verbose_name=_("improvement"), related_name="log"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("by"), related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("change of an improvement")
        verbose_name_plural = _("changes of improvements")
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="improvement_log_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%d-%m-%Y %H:%M}"
