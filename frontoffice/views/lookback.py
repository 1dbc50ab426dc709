"""The look back: what past weeks say about promises and contacts."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from callbacks import operations
from callbacks.errors import DomainError
from frontoffice import errors
from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.presenters.lookback.page import FILES, gathered_for, look_back, sheets
from frontoffice.spreadsheets import csv_file


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """All figures of the weeks, teams and topic that were asked for."""
    found = look_back(user=request.user, asked=request.GET.dict(), now=timezone.now())
    return render(request, "lookback/page.html", {"look": found})


@for_roles(*BOARD_ROLES)
@require_safe
def paper(request: Request) -> HttpResponse:
    """The figures for paper: a sheet for each team."""
    asked = request.GET.dict()
    found = look_back(user=request.user, asked=asked, now=timezone.now())
    with gathered_for(found.scope):
        context = {"look": found, "sheets": sheets(found, asked)}
        return render(request, "lookback/paper.html", context)


@for_roles(*BOARD_ROLES)
@require_POST
def csv(request: Request, slug: str) -> HttpResponse:
    """The table of one figure as a file. Taking it away is kept, so a form asks for it."""
    if slug not in FILES:
        raise Http404
    now = timezone.now()
    found = look_back(user=request.user, asked=request.GET.dict(), now=now)
    table = found.figure(slug).table
    try:
        operations.export_figure(
            figure=slug, asked=found.query, rows=len(table.rows), by=request.user, now=now
        )
    except DomainError as error:
        context = {"look": found, "refusal": error}
        return render(request, "lookback/page.html", context, status=errors.status_of(error))
    return csv_file(found.file_name(slug), [table.headings, *table.rows])
