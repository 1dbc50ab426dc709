"""Which day lists were put on paper: paper leaves the house unnoticed."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from availability.models import Specialist, Team


class DayListPrint(models.Model):
    """Who made the day list of a specialist or a team for paper, when, of which local day.

    Rows are never changed or deleted. ``by_name`` keeps the name that held at that moment.
    """

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("by"), related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    day = models.DateField(_("day"))
    specialist = models.ForeignKey(
        Specialist, on_delete=models.PROTECT, null=True, verbose_name=_("specialist"), related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, verbose_name=_("team"), related_name="+"
    )
    with_notes = models.BooleanField(_("with questions and notes"))

    class Meta:
        verbose_name = _("printed day list")
        verbose_name_plural = _("printed day lists")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="day_list_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(specialist__isnull=True) ^ Q(team__isnull=True), name="day_list_of_one"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="day_list_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.of} {self.day:%d-%m-%Y}"

    @property
    def of(self) -> Specialist | Team:
        """Whose list it is; the database has one of both."""
        found = self.team or self.specialist
        if found is None:
            raise ValueError("A day list is somebody's.")
        return found
