"""What was booked: the sentence to read aloud, whether it was booked at all, and taking it back."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from availability.models import Channel
from callbacks import phones
from callbacks.errors import DomainError
from callbacks.models import Appointment, IdempotentRequest
from callbacks.models.appointments import UNDO_WITHIN
from callbacks.operations import undo
from callbacks.operations.reaching import reached_by
from callbacks.queries.spoken import sentence
from callbacks.states import State
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles


@for_roles(*DESK_ROLES)
@require_safe
def booked_with(request: Request, token: uuid.UUID) -> HttpResponse:
    """Whether this person's form with this token led to an appointment: its reference, or null."""
    # Nothing else is ever kept under a bare token: contacts have a word behind it.
    sent = IdempotentRequest.objects.filter(user=request.user, key=f"desk:{token}").first()
    reference = (sent.body or {}).get("reference") if sent else None
    address = f"{reverse('desk')}?booked={reference}" if reference else None
    return JsonResponse({"reference": reference, "address": address})


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def take_back(request: Request, reference: str) -> HttpResponse:
    """Undo a booking that was made a moment ago."""
    appointment = _booked(reference)
    if request.method == "GET":
        # Who had to sign in first comes back this way.
        return redirect(f"{reverse('desk')}?booked={reference}")
    try:
        version = int(request.POST.get("version", ""))
    except ValueError:
        version = 0
    try:
        undo(appointment=appointment, version=version, by=request.user, now=timezone.now())
    except DomainError as error:
        return receipt(request, reference, refusal=error)
    messages.success(request, _("The booking is undone. The customer hears nothing of it."))
    again = {
        "customer": str(appointment.customer_id),
        "topic": appointment.topic.slug,
        "again": appointment.reference,
    }
    return redirect(f"{reverse('desk')}?{urlencode(again | _channel(appointment))}")


def receipt(request: Request, reference: str, *, refusal: DomainError | None = None) -> HttpResponse:
    """What the agent reads aloud, and what can still be done."""
    appointment, now = _booked(reference), timezone.now()
    may_open = Appointment.objects.visible_to(request.user).filter(pk=appointment.pk).exists()
    # Who promised it for another team reads it back too, but does not see it afterwards.
    if not may_open and appointment.created_by_id != request.user.pk:
        raise Http404
    shown: dict[str, Any] = {
        "appointment": appointment,
        "sentence": sentence(appointment),
        "reached_by": reached_by(email=appointment.customer.email, phone=appointment.phone),
        "phone": phones.display(appointment.phone),
        "may_open": may_open,
        "undo_seconds": _undo_seconds(request, appointment, now),
        "undo_limit": UNDO_WITHIN.seconds,
        "undone": appointment.state == State.CANCELLED,
        "refusal": refusal,
        "next": urlencode(_channel(appointment)),
    }
    status = errors.status_of(refusal) if refusal else None
    return render(request, "desk/booked.html", shown, status=status)


def _undo_seconds(request: Request, appointment: Appointment, now: dt.datetime) -> int:
    """How long this person can still take the booking back; 0 when not."""
    if appointment.created_by_id != request.user.pk or appointment.state == State.CANCELLED:
        return 0
    return max(0, int((appointment.created_at + UNDO_WITHIN - now).total_seconds()))


def _booked(reference: str) -> Appointment:
    people = Appointment.objects.select_related("team", "topic", "specialist__user", "customer", "contact")
    return get_object_or_404(people, reference=reference)


def _channel(appointment: Appointment) -> dict[str, str]:
    """Whoever works on webcare or chat goes on there."""
    channel = appointment.contact.channel
    return {} if channel == Channel.PHONE else {"channel": channel}
