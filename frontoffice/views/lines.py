"""The front office's own lines: how many agents they need. Nothing is stored."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontoffice import errors
from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.forms.lines import LinesForm
from frontoffice.presenters.lookback.lines import answer


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """A form, and the answer once something was asked."""
    form = LinesForm(request.GET if "calls" in request.GET else None)
    context = {
        "form": form,
        "summary": errors.summary(form),
        "figure": answer(form.cleaned_data) if form.is_valid() else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lookback/lines.html", context, status=status)
