"""Project configuration: settings, URLs, Celery and the server entry points."""

import django_stubs_ext

from config.celery import app as celery_app

# Generic bases such as ModelAdmin[Team] are subscriptable in the type stubs only.
django_stubs_ext.monkeypatch()

__all__ = ["celery_app"]
