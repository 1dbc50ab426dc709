"""Entry point for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Load all addresses now, once for all workers; otherwise each worker's first caller waits for it.
resolve("/")
