"""Application configuration."""

from django.apps import AppConfig


class FrontofficeConfig(AppConfig):
    """The browser screens."""

    name = "frontoffice"
