"""The Celery application. Tasks live in ``callbacks.tasks``; the one beat entry is in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("belbelofte")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
