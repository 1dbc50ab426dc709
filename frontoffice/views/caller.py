"""The caller at the desk: the search, the story, and what is done from the story."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from availability.models import Channel, Topic
from callbacks.errors import DomainError, Stale
from callbacks.models import Appointment, Customer
from callbacks.references import normalise
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.actions import ACTIONS
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters import acting, desk
from frontoffice.presenters import story as presenter
from frontoffice.presenters.caller import column
from frontoffice.presenters.first_line import first_line
from frontoffice.presenters.looks import asks_for_times, look
from frontoffice.views.appointment import find


@for_roles(*DESK_ROLES)
@require_safe
def customer(request: Request, pk: int) -> HttpResponse:
    """The story of a customer; the address may ask for the form of one of the verbs."""
    now, found = timezone.now(), get_object_or_404(Customer, pk=pk)
    act, slug = None, request.GET.get("act", "")
    if slug in acting.VERBS:
        appointment = _of(request, found, request.GET.get("on", ""))
        act = acting.start(slug, appointment, user=request.user, now=now, asked=look(request.GET, now=now))
    back = normalise(request.GET.get("back", ""))
    shown = presenter.story(found, user=request.user, now=now, act=act, asked_for=back)
    return _show(request, shown)


@for_roles(*DESK_ROLES)
@require_safe
def search(request: Request) -> HttpResponse:
    """What a search finds, for the script; when it is clear who it is, with the form filled in."""
    now = timezone.now()
    if request.htmx.trigger == "search":
        found = column(request.GET, user=request.user, now=now, typing=True)
        return render(request, "desk/caller/found.html", {"column": found})
    state = desk.fresh(request.GET, user=request.user, now=now)
    # Of several callers one is still to be chosen: what is in the form stays.
    shown: dict[str, object] = {"column": state.caller, "move_focus": True}
    return render(request, "desk/caller/found.html", shown if state.caller.found else shown | {"desk": state})


@for_roles(*DESK_ROLES)
@require_safe
def free_now(request: Request) -> HttpResponse:
    """Who can take the customer over now, for the topic that is chosen."""
    topic = get_object_or_404(Topic, is_active=True, slug=request.GET.get("topic", ""))
    shown = first_line(topic, now=timezone.now())
    return render(request, "desk/first_line/transfer.html", {"first_line": shown})


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def act(request: Request, reference: str, slug: str) -> HttpResponse:
    """Do what a form of the story asks. A refusal shows the story as it is now, with the input kept."""
    if slug not in acting.VERBS:
        raise Http404
    now, appointment = timezone.now(), find(request, reference)
    if request.method == "GET":
        # Who had to sign in first comes back this way.
        asked = urlencode({"act": slug, "on": appointment.reference})
        return redirect(f"{reverse('customer', args=[appointment.customer_id])}?{asked}")
    action, refusal = ACTIONS[slug], None
    form = action.form(request.POST, appointment=appointment, by=request.user, now=now)
    if "show" in request.POST or asks_for_times(request.POST):
        # Other times than those that were chosen from: nothing is wrong yet.
        form.errors.clear()
    elif form.is_valid():
        try:
            changed = action.door(appointment=appointment, by=request.user, now=now, **form.arguments())
        except DomainError as error:
            refusal = error
            errors.add_to_form(form, error)
        else:
            return _done(request, changed, said=str(action.done) % {"reference": changed.reference})
    return _refused(request, form, slug, refusal)


def renewed(request: Request, about: Appointment, *, said: str) -> HttpResponse:
    """The story as it is after something was done to an appointment, for the page that shows it."""
    now = timezone.now()
    shown = presenter.story(about.customer, user=request.user, now=now, said=said, about=about)
    return _show(request, shown)


def _done(request: Request, changed: Appointment, *, said: str) -> HttpResponse:
    if request.htmx:
        return renewed(request, changed, said=said)
    messages.success(request, said)
    return redirect(f"{reverse('desk')}?customer={changed.customer_id}")


def _refused(request: Request, form: ActionForm, slug: str, refusal: DomainError | None) -> HttpResponse:
    now, appointment = timezone.now(), find(request, form.appointment.reference)
    if isinstance(refusal, Stale):
        form.data = request.POST.copy()
        form.data["version"] = str(appointment.version)
    tried = acting.start(
        slug,
        appointment,
        user=request.user,
        now=now,
        asked=look(request.POST, now=now),
        bound=form,
        refusal=refusal,
    )
    shown = presenter.story(appointment.customer, user=request.user, now=now, act=tried)
    return _show(request, shown, status=errors.status_of(refusal) if form.errors else HTTPStatus.OK)


def _of(request: Request, customer: Customer, reference: str) -> Appointment:
    appointment = find(request, reference)
    if appointment.customer_id != customer.pk:
        raise Http404
    return appointment


def _show(request: Request, shown: presenter.StoryView, *, status: int = HTTPStatus.OK) -> HttpResponse:
    template = "desk/caller/renewed.html" if request.htmx else "desk/caller/page.html"
    return render(request, template, {"story": shown, "channels": Channel.choices}, status=status)
