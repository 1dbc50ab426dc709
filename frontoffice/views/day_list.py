"""The day list on paper, the fallback for when the system is away."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from availability.models import Specialist, Team
from callbacks import operations
from callbacks.errors import DomainError
from callbacks.models import DayListPrint
from callbacks.queries import day_list as queries
from callbacks.queries.lists import led_teams
from frontoffice import errors
from frontoffice.access import BOARD_ROLES, DESK_ROLES, Request, for_roles
from frontoffice.forms.day_list import DayListForm
from frontoffice.presenters import day_list as presenter
from frontoffice.presenters import moments

SHOWN = 20


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def page(request: Request) -> HttpResponse:
    """Choose a list; making one is kept, so a form asks for it."""
    now = timezone.now()
    people, teams = _people(request.user), _teams(request.user)
    if not people and not teams:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form, refusal = DayListForm(sent, people=people, teams=teams, today=moments.today(now)), None
    if form.is_valid():
        given = form.cleaned_data
        try:
            printed = operations.print_day_list(
                of=form.chosen(),
                day=given["day"],
                with_notes=given["with_notes"],
                by=request.user,
                now=now,
            )
        except DomainError as error:
            refusal = error
            errors.add_to_form(form, error)
        else:
            return redirect("day-list-sheet", printed.pk)
    context = {"form": form, "summary": errors.summary(form), "printed": _printed(request.user)}
    status = errors.status_of(refusal) if form.errors else 200
    return render(request, "day_list/page.html", context, status=status)


@for_roles(*DESK_ROLES)
@require_safe
def sheet(request: Request, pk: int) -> HttpResponse:
    """The list itself, for whoever just made it."""
    now = timezone.now()
    recent = DayListPrint.objects.filter(by=request.user, at__gt=now - queries.OPENS_FOR)
    printed = get_object_or_404(recent.select_related("specialist__user", "specialist__team", "team"), pk=pk)
    # All of them: what is not on paper is not called when the system is away.
    paper = presenter.paper(printed, queries.to_call(of=printed.of, day=printed.day, now=now), now=now)
    return render(request, "day_list/sheet.html", {"paper": paper})


def _people(user: User) -> list[Specialist]:
    """Whose list this person can make: one's own first, then the people one leads."""
    working = Specialist.objects.filter(is_active=True).select_related("user", "team")
    own = list(working.filter(user=user))
    return own + list(working.filter(team__in=_teams(user)).exclude(user=user))


def _teams(user: User) -> list[Team]:
    return list(led_teams(user).filter(is_active=True)) if user.role in BOARD_ROLES else []


def _printed(user: User) -> list[tuple[DayListPrint, str]]:
    lists = queries.printed_of(user)[:SHOWN]
    return [(one, moments.day_clock(one.at, timezone.now())) for one in lists]
