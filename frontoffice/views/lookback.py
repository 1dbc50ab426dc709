"""The look back: what past weeks say about promises and contacts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.presenters.lookback.page import look_back


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """All figures of the weeks, teams and topic that were asked for."""
    found = look_back(user=request.user, asked=request.GET.dict(), now=timezone.now())
    return render(request, "lookback/page.html", {"look": found})
