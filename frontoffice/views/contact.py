"""Contacts that end without a booking: one press of a button registers them."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from availability.models import Channel
from callbacks.errors import DomainError
from callbacks.models import Contact
from callbacks.operations import register_contact
from callbacks.states import ContactResult
from frontoffice import errors
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms import BookingForm
from frontoffice.forms.contact import ContactForm
from frontoffice.once import once
from frontoffice.presenters import desk as presenter
from frontoffice.views import caller


@dataclass(frozen=True)
class Registered:
    """A contact as ``once`` remembers it: by its key."""

    reference: str


@for_roles(*DESK_ROLES)
@require_http_methods(["GET", "POST"])
def register(request: Request) -> HttpResponse:
    """Register how a contact ended; the desk is then ready for the next caller, or for what is left to do."""
    if request.method == "GET":
        # Who had to sign in first comes back this way.
        return redirect("desk")
    form, refusal = ContactForm(request.POST, by=request.user), None
    if form.is_valid():
        try:
            contact = _register(request, form)
        except DomainError as error:
            refusal = error
            errors.add_to_form(form, error)
        else:
            return _done(request, form, contact)
    return _refused(request, form, refusal)


def _register(request: Request, form: ContactForm) -> Contact:
    """The contact this button led to: a second press of it is the same contact."""
    now, said = timezone.now(), str(form.data["ends"])
    key = once(
        user=request.user,
        # The same form may go on to book, or say of two colleagues that they were not reached.
        token=f"{form.cleaned_data['token']}:{hashlib.sha256(said.encode()).hexdigest()[:16]}",
        fingerprint=_fingerprint(form),
        now=now,
        book=lambda: Registered(str(register_contact(**form.contact(), by=request.user, now=now).pk)),
    )
    return Contact.objects.select_related(
        "customer", "topic", "transferred_to__user", "about__customer", "about__team"
    ).get(pk=int(key))


def _fingerprint(form: ContactForm) -> str:
    said = {name: str(form.data.get(name, "")) for name in form.fields}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def said_of(contact: Contact) -> str:
    """What was registered, in a sentence."""
    name = contact.transferred_to or _("a colleague")
    match contact.result:
        case ContactResult.TRANSFERRED if contact.reached:
            return _("Registered: transferred to %(name)s.") % {"name": name}
        case ContactResult.TRANSFERRED:
            return _("Registered: %(name)s was not reached. Book a callback now.") % {"name": name}
        case ContactResult.REFERRED:
            return _("Registered: referred to %(channel)s.") % {"channel": Channel(contact.referred_to).label}
        case ContactResult.STATUS:
            return _("Counted: the customer asked where the callback is.")
    return _("Registered: %(result)s.") % {"result": contact.get_result_display()}


def _done(request: Request, form: ContactForm, contact: Contact) -> HttpResponse:
    sentence = said_of(contact)
    if request.htmx and contact.about:
        return caller.renewed(request, contact.about, said=sentence)
    if request.htmx and form.cleaned_data["ends"].goes_on:
        return render(request, "desk/first_line/missed.html", {"sentence": sentence})
    messages.success(request, sentence)
    address = f"{reverse('desk')}{_next(form, contact)}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _next(form: ContactForm, contact: Contact) -> str:
    """What the desk opens with: the same channel, and the same caller when there is more to do."""
    asked: dict[str, Any] = {"channel": contact.channel if contact.channel != Channel.PHONE else ""}
    if form.cleaned_data["ends"].goes_on:
        asked |= {"customer": contact.customer_id, "topic": contact.topic.slug if contact.topic else ""}
    given = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _refused(request: Request, form: ContactForm, refusal: DomainError | None) -> HttpResponse:
    """What is wrong, with the desk and all that was typed as it was."""
    status, summary = errors.status_of(refusal), tuple(errors.summary(form))
    if request.htmx:
        response = render(request, "desk/first_line/refused.html", {"summary": summary}, status=status)
        return reswap(retarget(response, "#endings-refused"), "innerHTML")
    booking = BookingForm(request.POST)
    # What only a booking needs is not missing.
    booking.errors.clear()
    booking.errors.update({name: said for name, said in form.errors.items() if name in booking.fields})
    shown = presenter.again(booking, user=request.user, now=timezone.now())
    return render(
        request, "desk/desk.html", {"desk": dataclasses.replace(shown, summary=summary)}, status=status
    )
