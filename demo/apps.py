"""Application configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo organisation and its mail page."""

    name = "demo"
