"""Lists of work: the specialist's own list, the team lead's board, the front office's worklist."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callbacks.queries import lists
from frontoffice.access import BOARD_ROLES, DESK_ROLES, WORKLIST_ROLES, Request, for_roles, own_specialist
from frontoffice.presenters import work as presenter


@for_roles(*DESK_ROLES)
@require_safe
def mine(request: Request) -> HttpResponse:
    """What this specialist has to call, in the order of the promises."""
    specialist = own_specialist(request.user)
    if specialist is None:
        raise PermissionDenied
    work = presenter.work(
        lists.own_list(specialist=specialist),
        base=reverse("mine"),
        wanted=request.GET.get("open", ""),
        user=request.user,
        now=timezone.now(),
    )
    return render(request, f"queue/queue.html{_part(request)}", {"work": work})


@for_roles(*BOARD_ROLES)
@require_safe
def board(request: Request) -> HttpResponse:
    """Where the promises of the teams stand now."""
    page = presenter.board(
        user=request.user,
        now=timezone.now(),
        tile=request.GET.get("tile", "late"),
        team_slug=request.GET.get("team", ""),
        wanted=request.GET.get("open", ""),
        path=reverse("board"),
    )
    return render(request, f"board/board.html{_part(request)}", {"board": page, "work": page.work})


@for_roles(*WORKLIST_ROLES)
@require_safe
def worklist(request: Request) -> HttpResponse:
    """Appointments without a time, and messages that did not arrive."""
    now = timezone.now()
    work = presenter.work(
        lists.worklist(user=request.user),
        title=_("To be rebooked"),
        base=reverse("worklist"),
        wanted=request.GET.get("open", ""),
        user=request.user,
        now=now,
    )
    messages = presenter.undelivered(lists.undelivered(user=request.user, now=now), now)
    return render(request, f"worklist/worklist.html{_part(request)}", {"work": work, "undelivered": messages})


def _part(request: Request) -> str:
    """The part of the page that htmx replaces, if it asked for one."""
    return f"#{request.htmx.target}" if request.htmx.target in {"work", "live"} else ""
