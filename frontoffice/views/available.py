"""The switch for warm transfers."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from callbacks import operations
from frontoffice.access import DESK_ROLES, Request, for_roles, own_specialist
from frontoffice.views.appointment import back_of


@for_roles(*DESK_ROLES)
@require_POST
def put(request: Request) -> HttpResponse:
    """Put one's own switch on or off, and go back to where it was pressed."""
    specialist = own_specialist(request.user)
    if specialist is None:
        raise PermissionDenied
    operations.take_transfers(specialist=specialist, willing=request.POST.get("on") == "1", by=request.user)
    return redirect(back_of(request) or "mine")
