"""The booking desk: one screen, one submit."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from callbacks.errors import DomainError
from callbacks.models import Appointment
from callbacks.operations import book
from callbacks.queries.spoken import sentence
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms import BookingForm
from frontoffice.once import once
from frontoffice.presenters import desk as presenter

# What htmx asks for (the id it will replace) -> the part of the template that is it.
PARTS = {"callers": "callers", "customer": "customer", "times": "times", "slots": "slots"}


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """Show the desk, or book."""
    if request.method == "POST":
        return _book(request)
    if reference := request.GET.get("booked"):
        return _booked(request, reference)
    state = presenter.fresh(request.GET, user=request.user, now=timezone.now())
    part = PARTS.get(request.htmx.target or "")
    return render(request, f"desk/desk.html#{part}" if part else "desk/desk.html", {"desk": state})


def _book(request: Request) -> HttpResponse:
    now, form, refusal = timezone.now(), BookingForm(request.POST), None
    if "show" in request.POST:
        # Without the script a button shows the times of a topic or day: nothing is wrong yet.
        form.errors.clear()
    elif form.is_valid():
        try:
            reference = once(
                user=request.user,
                token=str(form.cleaned_data["token"]),
                fingerprint=form.fingerprint(),
                now=now,
                book=lambda: book(**form.booking(), by=request.user, now=now),
            )
        except DomainError as error:
            refusal = error
            errors.add_to_form(form, error)
        else:
            return redirect(f"{reverse('desk')}?booked={reference}")
    state = presenter.again(
        form, day=request.POST.get("day", ""), user=request.user, now=now, refusal=refusal
    )
    status = errors.status_of(refusal) if state.summary else HTTPStatus.OK
    return render(request, "desk/desk.html", {"desk": state}, status=status)


def _booked(request: Request, reference: str) -> HttpResponse:
    people = Appointment.objects.select_related("team", "topic", "specialist__user")
    appointment = get_object_or_404(people, reference=reference)
    may_open = Appointment.objects.visible_to(request.user).filter(pk=appointment.pk).exists()
    # Who promised it for another team reads it back too, but does not see it afterwards.
    if not may_open and appointment.created_by_id != request.user.pk:
        raise Http404
    receipt = {"appointment": appointment, "sentence": sentence(appointment), "may_open": may_open}
    return render(request, "desk/booked.html", receipt)
