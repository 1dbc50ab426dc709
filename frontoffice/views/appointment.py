"""One appointment: its page, and the verbs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callbacks.errors import DomainError, Stale
from callbacks.models import Appointment
from callbacks.queries.lists import with_people
from callbacks.references import normalise
from callbacks.states import State, Verb
from frontoffice import errors, watching
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.actions import ACTIONS, Action
from frontoffice.forms.actions import ActionForm
from frontoffice.presenters import appointment as presenter
from frontoffice.presenters.looks import asks_for_times, look


def find(request: Request, reference: str) -> Appointment:
    """The appointment as lists show it, or 404 when it is not this person's to see."""
    visible = with_people(Appointment.objects.visible_to(request.user))
    return get_object_or_404(visible, reference=normalise(reference))


@for_roles(*DESK_ROLES)
@require_safe
def show(request: Request, reference: str) -> HttpResponse:
    """Show the appointment with what may be done."""
    now, appointment = timezone.now(), find(request, reference)
    if reference != appointment.reference:
        return redirect("appointment", appointment.reference)
    watching.watch(appointment.reference, user=request.user, now=now)
    sheet = presenter.sheet(appointment, user=request.user, now=now)
    page = presenter.page(sheet, now=now, asked=look(request.GET, now=now))
    part = "reschedule.html#slots" if request.htmx.target == "slots" else "page.html"
    return render(request, f"appointment/{part}", {"page": page})


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def act(request: Request, reference: str, slug: str) -> HttpResponse:
    """Do what a form asks. A refusal shows the page as it is now, with the input kept."""
    if request.method == "GET":
        return redirect("appointment", reference)
    now, action, refusal = timezone.now(), ACTIONS[slug], None
    appointment = find(request, reference)
    form = action.form(request.POST, appointment=appointment, by=request.user, now=now)
    if "show" in request.POST or asks_for_times(request.POST):
        form.errors.clear()
    elif form.is_valid():
        try:
            changed = action.door(appointment=appointment, by=request.user, now=now, **form.arguments())
        except DomainError as error:
            if action.is_button and (back := back_of(request)):
                messages.warning(request, str(error))
                return redirect(back)
            refusal = error
            errors.add_to_form(form, error)
        else:
            return _done(request, action, changed)
    return _refused(request, action, form, refusal)


def _done(request: Request, action: Action, changed: Appointment) -> HttpResponse:
    messages.success(
        request, " ".join([action.done % {"reference": changed.reference}, *_outcome(action, changed)])
    )
    stays = Appointment.objects.visible_to(request.user).filter(pk=changed.pk).exists()
    if not stays:
        named = {"reference": changed.reference, "team": changed.team}
        messages.success(request, _("%(reference)s is now with the team %(team)s.") % named)
    if back := back_of(request):
        return redirect(back)
    return redirect("appointment", changed.reference) if stays else redirect("home")


def _outcome(action: Action, changed: Appointment) -> list[str]:
    """What came of passing it on: whoever did it is asked by nobody where it went."""
    if action.verb not in {Verb.DECLINE, Verb.FORWARD}:
        return []
    if changed.state == State.TO_REBOOK:
        return [_("Nobody there has its time free: the front office agrees a new one.")]
    return [_("%(name)s takes over the same time.") % {"name": changed.specialist}]


def back_of(request: Request) -> str:
    """The page to return to: a path of our own only, as the form could have been sent from anywhere."""
    back = request.POST.get("back") or request.GET.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _refused(request: Request, action: Action, form: ActionForm, refusal: DomainError | None) -> HttpResponse:
    """The page as the appointment is now (the door may have read newer facts), the form as it was typed."""
    now, appointment = timezone.now(), find(request, form.appointment.reference)
    if isinstance(refusal, Stale):
        form.data = request.POST.copy()
        form.data["version"] = str(appointment.version)
    back = request.POST.get("back", "")
    sheet = presenter.sheet(appointment, user=request.user, now=now, back=back, bound=form, tried=action.slug)
    page = presenter.page(sheet, now=now, asked=look(request.POST, now=now), refusal=refusal)
    status = errors.status_of(refusal) if form.errors else 200
    return render(request, "appointment/page.html", {"page": page}, status=status)
