"""Which figures left the house as a file."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class FigureExport(models.Model):
    """Who took a figure of the look back away as a file, when, what was asked for and how many rows it had.

    ``asked`` is the query of the page's address: with it the same rows can be seen again. Rows are never
    changed or deleted; ``by_name`` keeps the name that held at that moment.
    """

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, verbose_name=_("by"), related_name="+")
    by_name = models.CharField(_("by"), max_length=150)
    figure = models.CharField(_("figure"), max_length=50)
    asked = models.CharField(_("asked for"), max_length=500, blank=True)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("figure taken as a file")
        verbose_name_plural = _("figures taken as a file")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="figure_export_by_time")]
        triggers = [
            pgtrigger.Protect(name="export_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.at:%d-%m-%Y}"
