"""The address that a calendar program asks, over and over: whoever has it may read."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from availability.models import Specialist
from callbacks.feed.personal import personal_calendar
from callbacks.hashing import hashed


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The specialist's appointments; 304 when they are what the program has already."""
    known = Specialist.objects.filter(
        personal_feed__secret_hash=hashed(request.GET.get("key", "")), is_active=True, user__is_active=True
    )
    specialist = known.first()
    if specialist is None:
        raise Http404
    text = personal_calendar(specialist, now=timezone.now())
    tag = f'"{hashlib.sha256(text).hexdigest()}"'
    given = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    response = (
        HttpResponseNotModified()
        if tag in given
        else HttpResponse(text, content_type="text/calendar; charset=utf-8")
    )
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    # The address is a secret: it must not travel on to a page that the feed links to.
    response["Referrer-Policy"] = "no-referrer"
    return response
