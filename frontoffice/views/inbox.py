"""What this person was told: the list, marking as read, and how much is unread."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from callbacks.operations import mark_messages_read, want_letter
from callbacks.queries import inbox as queries
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.forms import MomentField
from frontoffice.presenters import inbox as presenter


class ReadForm(forms.Form):
    """What was read: one message, or without one all; and when the page with it was made."""

    message = forms.UUIDField(required=False)
    seen_at = MomentField(required=False)
    page = forms.IntegerField(required=False, min_value=1)


@for_roles(*DESK_ROLES)
@require_safe
def inbox(request: Request) -> HttpResponse:
    """Messages of the last 30 days, the newest first."""
    page = presenter.inbox(user=request.user, now=timezone.now(), number=request.GET.get("page", ""))
    context = {
        "inbox": page,
        "leads": request.user.role == Role.LEAD,
        "wants_letter": request.user.weekly_letter,
    }
    return render(request, "inbox/page.html", context)


@for_roles(*DESK_ROLES)
@require_POST
def read(request: Request) -> HttpResponse:
    """Mark one message, or all, as read."""
    now, form = timezone.now(), ReadForm(request.POST)
    if not form.is_valid():
        # No field of it is typed: a wrong one comes from an address of another time.
        return redirect("inbox")
    given = form.cleaned_data
    # What came after the page was made has not been seen: it stays unread.
    seen_at = min(given["seen_at"] or now, now)
    count = mark_messages_read(by=request.user, uid=given["message"], seen_at=seen_at, now=now)
    said = ngettext("%(count)d message is marked as read.", "%(count)d messages are marked as read.", count)
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('inbox')}?page={given['page']}" if given["page"] else "inbox")


@for_roles(Role.LEAD)
@require_POST
def letter(request: Request) -> HttpResponse:
    """Switch the weekly letter on or off for oneself; saying it twice changes nothing."""
    wanted = request.POST.get("wanted") == "yes"
    want_letter(by=request.user, wanted=wanted)
    said = _("The weekly letter is switched on.") if wanted else _("The weekly letter is switched off.")
    messages.success(request, said)
    return redirect("inbox")


@for_roles(*DESK_ROLES)
@require_safe
def unread(request: Request) -> HttpResponse:
    """How many messages are unread, for the menu of an open page; nothing when it is as the page knows."""
    count = queries.unread(user=request.user, now=timezone.now()).count()
    if request.GET.get("known") == str(count):
        # Without a change nothing is replaced: a screen reader would say it again every minute.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "inbox/unread.html", {"unread": count})
