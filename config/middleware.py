"""What holds for every request before anything reads it."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

NUL = "\x00"
# Programs get a problem document from the API itself.
API = "/api/"


class NoNulMiddleware:
    """Answer 400 to an address with a NUL in it: PostgreSQL stores no such text, so nothing has that name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = (value for _name, given in request.GET.lists() for value in given)
        if not request.path.startswith(API) and any(NUL in text for text in (request.path, *values)):
            return bad_request(request, SuspiciousOperation())
        return self.get_response(request)
