"""Which language a page is shown in."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

API = "/api/"


class LanguageMiddleware:
    """The language chosen by the reader (a cookie), else Dutch.

    Django's own middleware would follow the browser's languages; in a Dutch contact centre an
    English-language browser must not turn the screens English. A program has no cookie: the API follows its
    ``Accept-Language``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.path_info.startswith(API):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def _language(self, request: HttpRequest) -> str:
        if request.path_info.startswith(API):
            return translation.get_language_from_request(request)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
