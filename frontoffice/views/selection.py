"""Several appointments of the own list at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from callbacks import operations
from callbacks.errors import DomainError
from callbacks.models import Appointment
from callbacks.queries.lists import with_people
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.presenters import rows
from frontoffice.views.appointment import back_of


@for_roles(*DESK_ROLES)
@require_POST
def confirm(request: Request) -> HttpResponse:
    """Confirm what was selected, each by itself: who is too late for one hears why, and the others go on."""
    # As on the list: the reference, and the version that was seen.
    chosen = dict(one.rpartition(".")[::2] for one in request.POST.getlist("appointment")[: rows.PAGE])
    visible = with_people(Appointment.objects.visible_to(request.user))
    found = list(visible.filter(reference__in=chosen).order_by("next_action_at", "pk"))
    refusals = [(one.reference, _refusal(request, one, chosen[one.reference])) for one in found]
    done = sum(not why for _reference, why in refusals)
    if done:
        told = ngettext("%(count)d appointment is confirmed.", "%(count)d appointments are confirmed.", done)
        messages.success(request, told % {"count": done})
    if not found:
        messages.warning(request, _("Select the appointments first."))
    for reference, why in refusals:
        if why:
            messages.warning(request, f"{reference}: {why}")
    return redirect(back_of(request) or "mine")


def _refusal(request: Request, appointment: Appointment, seen: str) -> str:
    """Confirm one as it was seen; why not, or nothing when it is done."""
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    try:
        operations.confirm(appointment=appointment, version=version, by=request.user, now=timezone.now())
    except DomainError as error:
        return str(error)
    return ""
