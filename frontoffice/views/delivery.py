"""The outbox for administrators, and the tasks of messages that did not arrive."""

import datetime as dt
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from callbacks import operations
from callbacks.clock import database_now
from callbacks.errors import DomainError
from callbacks.health.checks import check_work
from callbacks.models import Appointment, Message, Webhook
from callbacks.queries import lists
from callbacks.queries.unheard import unheard
from callbacks.states import TO_PEOPLE, MessageChannel
from frontoffice import errors
from frontoffice.access import WORKLIST_ROLES, Request, for_roles
from frontoffice.forms.webhooks import WebhookForm
from frontoffice.presenters import delivery as presenter
from frontoffice.views.appointment import back_of


class RetryForm(forms.Form):
    """Which failures: those of a channel with one reason."""

    channel = forms.ChoiceField(choices=[(one, MessageChannel(one).label) for one in TO_PEOPLE])
    error = forms.CharField(required=False, max_length=300, strip=False)


@for_roles(Role.ADMINISTRATOR)
@require_safe
def delivery(request: Request) -> HttpResponse:
    """What waits, what failed, and who is at work; by the database's clock, as the workers go by it."""
    work = check_work()
    if work is None:
        raise Http404
    return render(request, "delivery/page.html", {"page": presenter.delivery(work, now=database_now())})


@for_roles(Role.ADMINISTRATOR)
@require_POST
def retry(request: Request) -> HttpResponse:
    """Try again what failed for one reason and is still of use."""
    form = RetryForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    count = operations.retry_failed(**form.cleaned_data, by=request.user, now=timezone.now())
    said = ngettext(
        "%(count)d message is on its way again.", "%(count)d messages are on their way again.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("delivery")


@for_roles(Role.ADMINISTRATOR)
@require_safe
def unread(request: Request) -> HttpResponse:
    """How much webhooks did not take, for the menu of an open page; nothing when it is as the page knows."""
    count = unheard().count()
    if request.GET.get("known") == str(count):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "delivery/unread.html", {"unread": count})


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: Request, pk: int) -> HttpResponse:
    """What a webhook did not take; sending it again, or saying what was done about it."""
    found, now = get_object_or_404(Webhook, pk=pk), database_now()
    form, status = WebhookForm(request.POST if request.method == "POST" else None, seen_at=now), HTTPStatus.OK
    if form.is_valid():
        try:
            messages.success(request, _deal_with(found, form.cleaned_data, by=request.user, now=now))
            return redirect("delivery-webhook", pk=pk)
        except DomainError as error:
            errors.add_to_form(form, error)
            status = errors.status_of(error)
    elif form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    page = presenter.webhook(found, form=form, number=request.GET.get("page", ""), now=now)
    return render(request, "delivery/webhook.html", {"page": page}, status=status)


def _deal_with(webhook: Webhook, given: dict[str, Any], *, by: User, now: dt.datetime) -> str:
    """Do what was asked; what became of it, in words."""
    which: dict[str, Any] = {
        "webhook": webhook, "seen_at": given["seen_at"], "only": given["only"], "by": by, "now": now,
    }  # fmt: skip
    if given["do"] == "again":
        count = operations.tell_webhook_again(**which)
        said = ngettext(
            "%(count)d message is on its way again.", "%(count)d messages are on their way again.", count
        )
    else:
        count = operations.settle_webhook(**which, note=given["note"])
        said = ngettext(
            "%(count)d message is marked as handled.", "%(count)d messages are marked as handled.", count
        )
    return said % {"count": count}


@for_roles(*WORKLIST_ROLES)
@require_POST
def told(request: Request, uid: UUID) -> HttpResponse:
    """Say that one has told the reader oneself."""
    appointments = Appointment.objects.visible_to(request.user)
    visible = Message.objects.filter(
        Q(appointment__in=appointments) | Q(team__in=lists.led_teams(request.user))
    )
    message = get_object_or_404(visible.select_related("appointment", "team"), uid=uid)
    try:
        operations.tell_by_hand(message=message, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        said = _("%(reference)s: noted that you passed the message on.")
        about = message.appointment.reference if message.appointment else message.team
        messages.success(request, said % {"reference": about})
    return redirect(back_of(request) or "worklist")
