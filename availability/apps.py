"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AvailabilityConfig(AppConfig):
    """Who can be reached, when, for what."""

    name = "availability"
    verbose_name = _("availability")
