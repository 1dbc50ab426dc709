"""What this person made: the list, marking as read, and how much is new."""

import datetime as dt
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from callbacks.models import Appointment
from callbacks.operations import mark_read
from callbacks.queries import made as queries
from callbacks.references import normalise
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms import MomentField
from frontoffice.presenters import made as presenter
from frontoffice.views.lists import asked, show


class ReadForm(forms.Form):
    """What was read: one appointment, or without a reference all; and when the page with it was made."""

    reference = forms.CharField(required=False, max_length=20)
    seen_at = MomentField(required=False)
    page = forms.IntegerField(required=False, min_value=1)


@for_roles(*DESK_ROLES)
@require_safe
def made(request: Request) -> HttpResponse:
    """Own appointments of the last 14 days with their results."""
    page = presenter.made(user=request.user, now=timezone.now(), asked=asked(request))
    return show(request, page.work, made=page)


@for_roles(*DESK_ROLES)
@require_POST
def read(request: Request) -> HttpResponse:
    """Mark one result, or all, as read."""
    now, form = timezone.now(), ReadForm(request.POST)
    if not form.is_valid():
        # No field of it is typed: a wrong one comes from an address of another time.
        return redirect("made")
    given = form.cleaned_data
    # What came after the page was made has not been seen: it stays new.
    seen_at = min(given["seen_at"] or now, now)
    if reference := given["reference"]:
        own = get_object_or_404(Appointment, reference=normalise(reference), created_by=request.user)
        mark_read(appointments=[own.pk], by=request.user, now=seen_at)
        messages.success(request, _("%(reference)s is marked as read.") % {"reference": own.reference})
    else:
        _read_all(request, now=now, seen_at=seen_at)
    return redirect(f"{reverse('made')}?page={given['page']}" if given["page"] else "made")


def _read_all(request: Request, *, now: dt.datetime, seen_at: dt.datetime) -> None:
    keys = list(queries.unread(user=request.user, now=now).values_list("pk", flat=True))
    mark_read(appointments=keys, by=request.user, now=seen_at)
    count = len(keys) - queries.unread_count(user=request.user, now=now)
    said = ngettext("%(count)d result is marked as read.", "%(count)d results are marked as read.", count)
    messages.success(request, said % {"count": count})


@for_roles(*DESK_ROLES)
@require_safe
def unread(request: Request) -> HttpResponse:
    """How many results are new, for the menu of an open page; nothing when it is as the page knows."""
    count = queries.unread_count(user=request.user, now=timezone.now())
    if request.GET.get("known") == str(count):
        # Without a change nothing is replaced: a screen reader would say it again every minute.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "made/unread.html", {"unread": count})
