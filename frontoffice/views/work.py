"""Lists of calls: the specialist's own list and the team lead's board."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from callbacks.queries import lists
from callbacks.states import Verb
from frontoffice.access import BOARD_ROLES, DESK_ROLES, Request, for_roles, own_specialist
from frontoffice.presenters import available, rows
from frontoffice.presenters import board as board_presenter
from frontoffice.presenters.work import Frame, work
from frontoffice.views.lists import asked, show

QUEUE = Frame(
    title=gettext_lazy("My queue"),
    empty=gettext_lazy("Nothing to call. New appointments appear here as soon as they are booked."),
    panel="queue/panel.html",
    tools="queue/tools.html",
    shows_owner=True,
    selects=Verb.CONFIRM,
)


@for_roles(*DESK_ROLES)
@require_safe
def mine(request: Request) -> HttpResponse:
    """What this specialist has to call, in the order of the promises."""
    specialist = own_specialist(request.user)
    if specialist is None:
        raise PermissionDenied
    now = timezone.now()
    page = work(
        lists.own_list(specialist=specialist, now=now),
        frame=QUEUE,
        grouping=rows.grouped,
        path=reverse("mine"),
        asked=asked(request),
        user=request.user,
        now=now,
    )
    return show(request, page, available=available.switch(specialist, page.now))


@for_roles(*BOARD_ROLES)
@require_safe
def board(request: Request) -> HttpResponse:
    """Where the promises of the teams stand now."""
    page = board_presenter.board(
        user=request.user,
        now=timezone.now(),
        tile=request.GET.get("tile", "late"),
        team_slug=request.GET.get("team", ""),
        asked=asked(request),
        path=reverse("board"),
    )
    part = f"#{request.htmx.target}" if request.htmx.target in {"work", "live"} else ""
    return render(request, f"board/board.html{part}", {"board": page, "work": page.work})
