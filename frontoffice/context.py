"""What every page shows around its content."""

from django.conf import settings
from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - a context processor's signature
    """Values for the page frame."""
    return {"demo": settings.DEMO}
