"""The OpenAPI description, and the page to browse it."""

from typing import Any

from csp.decorators import csp_update
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

# The one inline style of the page that comes with the library; a test tells when it changes.
DOCS_STYLE = "'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='"


class DescriptionView(SpectacularAPIView):
    """The description in English, whatever the reader's language."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Describe in English from here on; the middleware restores the reader's language."""
        super().initial(request, *args, **kwargs)
        translation.activate("en")


@method_decorator(csp_update({"style-src": [DOCS_STYLE]}), name="dispatch")
class BrowseView(SpectacularSwaggerSplitView):
    """The description as a page, from files of this site only."""

    url_name = "api-schema"
