"""The wallboard: a team's numbers on a wall, for a screen that nobody signs in at."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from accounts.addresses import client_address
from callbacks.models import Wallboard
from frontoffice.presenters.wallboard import wallboard


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The numbers. Whatever opens nothing, a wrong secret or another place, gets the same answer."""
    found = Wallboard.objects.behind(request.GET.get("key", ""), client_address(request))
    if found is None:
        response = render(request, "wallboard/unknown.html", status=HTTPStatus.NOT_FOUND)
    else:
        with timezone.override(found.team.zone):
            wall = wallboard(found, now=timezone.now(), path=request.get_full_path())
            response = render(request, "wallboard/page.html", {"wall": wall})
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
