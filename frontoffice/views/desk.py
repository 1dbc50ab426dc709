"""The booking desk: one screen, one submit."""

import datetime as dt
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from callbacks.errors import DomainError
from callbacks.models import Appointment
from callbacks.operations import book
from callbacks.queries.first_line import open_on_topic
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.errors import AlreadyOpen
from frontoffice.forms import BookingForm
from frontoffice.once import once
from frontoffice.presenters import desk as presenter
from frontoffice.presenters.looks import asks_for_times
from frontoffice.views.receipt import receipt

# What htmx asks for (the id it will replace and the part of the template that is it) -> what is in it.
PARTS = {"times": presenter.times, "slots": presenter.slots}


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """Show the desk, or book."""
    if request.method == "POST":
        return _book(request)
    if reference := request.GET.get("booked"):
        return receipt(request, reference)
    now = timezone.now()
    if part := PARTS.get(request.htmx.target or ""):
        state = part(request.GET, user=request.user, now=now)
        return render(request, f"desk/desk.html#{request.htmx.target}", {"desk": state})
    return render(
        request, "desk/desk.html", {"desk": presenter.fresh(request.GET, user=request.user, now=now)}
    )


@for_roles(*DESK_ROLES)
@require_POST
def texts(request: Request) -> HttpResponse:
    """Whether what the agent is typing may hold a citizen service number; nothing is kept of it."""
    form = BookingForm(request.POST)
    return render(request, "desk/bsn.html#found", {"form": form, "found": form.bsn_found()})


def _book(request: Request) -> HttpResponse:
    now, form, refusal = timezone.now(), BookingForm(request.POST), None
    shows = "show" in request.POST
    not_yet = not shows and asks_for_times(request.POST)
    if shows or not_yet:
        # Without the script a button shows the times of a topic or day: nothing is wrong yet.
        form.errors.clear()
    elif form.is_valid():
        try:
            reference = _once(request, form, now=now)
        except DomainError as error:
            refusal = error
            if not isinstance(error, AlreadyOpen):
                errors.add_to_form(form, error)
        else:
            address = f"{reverse('desk')}?booked={reference}"
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    state = presenter.again(form, user=request.user, now=now, refusal=refusal, not_yet=not_yet)
    status = errors.status_of(refusal) if refusal or state.summary else HTTPStatus.OK
    template = "desk/desk.html#form" if request.htmx else "desk/desk.html"
    return render(request, template, {"desk": state}, status=status)


def _once(request: Request, form: BookingForm, *, now: dt.datetime) -> str:
    def make() -> Appointment:
        # In here, for a second copy of this form finds its own appointment open.
        if not form.cleaned_data["another"]:
            _check_not_open(form)
        return book(**form.booking(), by=request.user, now=now)

    token = str(form.cleaned_data["token"])
    return once(user=request.user, token=token, fingerprint=form.fingerprint(), now=now, book=make)


def _check_not_open(form: BookingForm) -> None:
    said = {name: form.cleaned_data[name] for name in ("topic", "phone", "name", "customer_number")}
    if found := open_on_topic(**said, customer=form.known()):
        raise AlreadyOpen(found)
