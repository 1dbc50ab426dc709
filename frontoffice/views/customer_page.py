"""The customer's own page: who has the link sees and changes this one appointment. GET changes nothing."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from callbacks import operations
from callbacks.errors import DomainError, Stale
from callbacks.models import Appointment, CustomerLink
from frontoffice import errors
from frontoffice.forms.customer_page import CustomerForm
from frontoffice.presenters import customer_page as presenter
from frontoffice.presenters.customer_times import Address
from frontoffice.throttling import wait_seconds

Page = Callable[..., HttpResponse]
DOORS: dict[str, Callable[..., Appointment]] = {
    "move": operations.reschedule,
    "cancel": operations.cancel,
    "number": operations.correct_phone,
}


def by_link(page: Page) -> Page:
    """Give the page the appointment behind the link's secret, in the customer's language and the team's time.

    Any secret that opens nothing, for whatever reason, gets the same answer. The secret is a parameter, which
    the access log leaves out, and travels on to no other site.
    """

    @wraps(page)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = _answer(page, request, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _answer(page: Page, request: HttpRequest, **kwargs: Any) -> HttpResponse:
    if seconds := wait_seconds(request):
        response = _stop(request, "customer_page/busy.html", HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(seconds)
        return response
    appointment = _find(request.GET.get("key", ""))
    if appointment is None:
        return _stop(request, "customer_page/unknown.html", HTTPStatus.NOT_FOUND)
    with (
        translation.override(_asked_language(request) or appointment.customer.language),
        timezone.override(appointment.team.zone),
    ):
        response = page(request, appointment, **kwargs)
        response["Content-Language"] = translation.get_language()
        return response


def _stop(request: HttpRequest, template: str, status: HTTPStatus) -> HttpResponse:
    """A page that knows nothing of any appointment: not even its language."""
    with translation.override(_asked_language(request) or translation.get_language()):
        languages = presenter.other_languages(request.GET.dict())
        response = render(request, template, {"languages": languages}, status=status)
        response["Content-Language"] = translation.get_language()
    return response


def _asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _find(key: str) -> Appointment | None:
    links = CustomerLink.objects.behind(key, timezone.now())
    link = links.select_related("appointment__team", "appointment__topic", "appointment__customer").first()
    return link.appointment if link else None


@by_link
@require_safe
def show(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """How it stands, and what the customer can do."""
    return _page(request, appointment)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, appointment: Appointment, slug: str) -> HttpResponse:
    """Do what a button asks. A refusal shows the page as it is now, with the input kept."""
    address = _address(request)
    if request.method != "POST":
        return redirect(address.to())
    form = presenter.FORMS[slug][1](request.POST, auto_id=f"id_{slug}_%s")
    refusal = _do(form, slug, appointment) if form.is_valid() else None
    if form.is_valid() and refusal is None:
        return redirect(address.to(done=slug))
    appointment = _find(address.key) or appointment
    if isinstance(refusal, Stale):
        if form.is_met(appointment):
            return redirect(address.to(done=slug))
        form.data = request.POST.copy()
        form.data["version"] = str(appointment.version)
    return _page(request, appointment, bound=form, tried=slug, refusal=refusal)


def _do(form: CustomerForm, slug: str, appointment: Appointment) -> DomainError | None:
    """Go through the door as the customer; gives the refusal."""
    now, customer = timezone.now(), appointment.customer
    try:
        DOORS[slug](appointment=appointment, by=customer, now=now, **form.arguments())
    except DomainError as error:
        return error
    return None


def _page(request: HttpRequest, appointment: Appointment, **how: Any) -> HttpResponse:
    refusal, bound = how.get("refusal"), how.get("bound")
    if bound is not None and refusal is not None and not isinstance(refusal, Stale):
        errors.add_to_form(bound, refusal)
    shown = {
        "page": presenter.page(
            appointment, address=_address(request), now=timezone.now(), asked=request.GET, **how
        ),
        "languages": presenter.other_languages(request.GET.dict()),
    }
    status = HTTPStatus.OK if bound is None else errors.status_of(refusal)
    return render(request, "customer_page/page.html", shown, status=status)


def _address(request: HttpRequest) -> Address:
    return Address(key=request.GET.get("key", ""), language=translation.get_language())
