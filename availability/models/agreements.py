"""What teams agreed with the front office, and until when it held."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from availability.models.organisation import Team


class AgreedTerms(models.Model):
    """What a team agreed from an instant (UTC) on, until its next row; None is nothing agreed.

    The database writes a row whenever the team's own values change, whoever changes them and how. Rows are
    never changed.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, verbose_name=_("team"), related_name="terms")
    since = models.DateTimeField(_("since"))
    hours = models.DecimalField(_("agreed hours per week"), max_digits=5, decimal_places=1, null=True)
    kept = models.PositiveSmallIntegerField(_("agreed share of promises kept (%)"), null=True)

    class Meta:
        verbose_name = _("agreed terms")
        verbose_name_plural = _("agreed terms")
        ordering = ["since", "pk"]
        triggers = [pgtrigger.Protect(name="agreed_terms_append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.team} {self.since:%d-%m-%Y}"
