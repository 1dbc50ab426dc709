"""Keeping a place free while the agent and the customer talk about it."""

from http import HTTPStatus

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from callbacks.errors import DomainError, SlotNotOffered, SlotTaken
from callbacks.operations import hold, release
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms import BookingForm
from frontoffice.presenters import desk as presenter


class HoldForm(forms.Form):
    """Which place: read as the booking itself reads it."""

    topic = BookingForm.base_fields["topic"]
    starts_at = BookingForm.base_fields["starts_at"]
    specialist = BookingForm.base_fields["specialist"]


@for_roles(*DESK_ROLES)
@require_POST
def keep(request: Request) -> HttpResponse:
    """Hold a slot in place of the one held before, or let go of it.

    204 when that is done; 409 with other slots when somebody else has it. Whatever else is wrong is no
    matter: without a hold the booking decides.
    """
    if "release" in request.POST:
        release(by=request.user)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    now, form = timezone.now(), HoldForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        hold(**form.cleaned_data, by=request.user, now=now)
    except (SlotTaken, SlotNotOffered) as refusal:
        state = presenter.lost(request.POST, refusal, user=request.user, now=now)
        return render(request, "desk/desk.html#slots", {"desk": state}, status=HTTPStatus.CONFLICT)
    except DomainError:
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
