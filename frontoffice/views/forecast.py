"""What is to come: expected callbacks, and the room for them. Nothing is stored but who took it away."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from callbacks import operations
from callbacks.errors import DomainError
from frontoffice import errors
from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.forms.forecast import ForecastForm
from frontoffice.presenters.lookback.forecast import Reach, figures, reach
from frontoffice.spreadsheets import csv_file


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """What is expected of the lead's teams, and what if."""
    within = reach(user=request.user, now=timezone.now())
    return _page(request, within, _form(request, within))


@for_roles(*BOARD_ROLES)
@require_POST
def csv(request: Request, slug: str) -> HttpResponse:
    """The table of one figure as a file. Taking it away is kept, so a form asks for it."""
    within = reach(user=request.user, now=timezone.now())
    form = _form(request, within)
    if not form.is_valid():
        return _page(request, within, form)
    found = next((one.table for one in figures(within, form.cleaned_data) if one.slug == slug), None)
    if found is None:
        raise Http404
    try:
        operations.export_figure(
            figure=f"forecast-{slug}",
            asked=_query(form),
            rows=len(found.rows),
            by=request.user,
            now=within.now,
        )
    except DomainError as error:
        return _page(request, within, form, error)
    return csv_file(within.file_name(slug), [found.headings, *found.rows])


def _form(request: Request, within: Reach) -> ForecastForm:
    """What the address asks for."""
    return ForecastForm(request.GET, teams=within.teams, topics=within.topics, days=within.days)


def _query(form: ForecastForm) -> str:
    """The parameters of an address that asks for the same."""
    return urlencode({name: value for name, value in form.cleaned_data.items() if value})


def _page(
    request: Request, within: Reach, form: ForecastForm, refusal: DomainError | None = None
) -> HttpResponse:
    is_valid = form.is_valid()
    context = {
        "form": form,
        "summary": errors.summary(form),
        "refusal": refusal,
        "query": _query(form) if is_valid else "",
        "figures": figures(within, form.cleaned_data) if is_valid and within.teams else [],
        "teams": within.teams,
    }
    status = errors.status_of(refusal) if refusal or not is_valid else HTTPStatus.OK
    return render(request, "lookback/forecast.html", context, status=status)
