"""What all list views share: what an address asks for, and the part of the page that htmx replaces."""

from django.http import HttpResponse
from django.shortcuts import render

from frontoffice.access import Request
from frontoffice.presenters.tasks import PAGE
from frontoffice.presenters.work import Asked, Work

# The id of the element that htmx replaces -> the template that is it.
PARTS = {"work": "work/split.html", "live": "work/live.html"}


def asked(request: Request) -> Asked:
    """The row to open and the pages; a refresh says which version the panel shows."""
    seen = request.GET.get("seen", "")
    # More digits than a version can have are a slip, not a number to reckon with.
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    pages = request.GET.get("page", ""), request.GET.get(PAGE, "")
    return Asked(request.GET.get("open", ""), known, *pages)


def show(request: Request, work: Work, **more: object) -> HttpResponse:
    """The list as a page, or the part of it that was asked for."""
    template = PARTS.get(request.htmx.target or "", "work/list.html")
    return render(request, template, {"work": work, **more})
