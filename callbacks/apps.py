"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallbacksConfig(AppConfig):
    """The promise: who is called back, when, by whom, and whether it was kept."""

    name = "callbacks"
    verbose_name = _("callbacks")
