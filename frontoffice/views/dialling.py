"""Following the number of a customer: the server stamps when the call began."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callbacks import operations
from callbacks.errors import DomainError
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms.actions import ConfirmForm
from frontoffice.presenters import moments
from frontoffice.views.appointment import back_of, find


@for_roles(*DESK_ROLES)
@require_POST
def begin(request: Request, reference: str) -> HttpResponse:
    """Stamp the beginning. A script is answered with the time, or with the reason why not."""
    now, appointment = timezone.now(), find(request, reference)
    form = ConfirmForm(request.POST, appointment=appointment, by=request.user, now=now)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        begun = operations.begin_call(appointment=appointment, version=version, by=request.user, now=now)
    except DomainError as error:
        if request.htmx:
            return HttpResponse(str(error), status=errors.status_of(error), content_type="text/plain")
        messages.warning(request, str(error))
    else:
        since = moments.clock(begun.calling_since or now)
        if request.htmx:
            return HttpResponse(since, status=HTTPStatus.OK, content_type="text/plain")
        messages.success(request, _("Your call began at %(at)s. Follow the number now.") % {"at": since})
    return redirect(back_of(request) or reverse("appointment", args=[appointment.reference]))
