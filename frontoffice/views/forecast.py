"""What is to come: expected callbacks, and the room for them. Nothing is stored."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontoffice import errors
from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.forms.forecast import ForecastForm
from frontoffice.presenters.lookback.forecast import figures, reach


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """What is expected of the lead's teams, and what if."""
    within = reach(user=request.user, now=timezone.now())
    form = ForecastForm(request.GET, teams=within.teams, topics=within.topics, days=within.days)
    context = {
        "form": form,
        "summary": errors.summary(form),
        "figures": figures(within, form.cleaned_data) if form.is_valid() and within.teams else [],
        "teams": within.teams,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lookback/forecast.html", context, status=status)
