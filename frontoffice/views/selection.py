"""Several appointments of a list at once: each is dealt with by itself, and whoever is too late hears why."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from availability.models import Specialist
from callbacks import operations
from callbacks.errors import DomainError, SlotTaken, Stale
from callbacks.models import Appointment
from callbacks.queries.lists import led_teams, with_people
from frontoffice.access import BOARD_ROLES, DESK_ROLES, Request, for_roles
from frontoffice.forms.several import ReassignSeveralForm
from frontoffice.presenters import rows
from frontoffice.presenters.several import Refusal, several
from frontoffice.views.appointment import back_of


@for_roles(*DESK_ROLES)
@require_POST
def confirm(request: Request) -> HttpResponse:
    """Confirm what was selected: who is too late for one hears why, and the others go on."""
    chosen = _chosen(request.POST)
    visible = with_people(Appointment.objects.visible_to(request.user))
    found = list(visible.filter(reference__in=chosen).order_by("next_action_at", "pk"))
    refusals = [(one.reference, _refusal(request, one, chosen[one.reference])) for one in found]
    done = sum(not why for _reference, why in refusals)
    if done:
        told = ngettext("%(count)d appointment is confirmed.", "%(count)d appointments are confirmed.", done)
        messages.success(request, told % {"count": done})
    if not found:
        messages.warning(request, _("Select the appointments first."))
    for reference, why in refusals:
        if why:
            messages.warning(request, f"{reference}: {why}")
    return redirect(back_of(request) or "mine")


def _refusal(request: Request, appointment: Appointment, seen: int) -> str:
    """Confirm one as it was seen; why not, or nothing when it is done."""
    try:
        operations.confirm(appointment=appointment, version=seen, by=request.user, now=timezone.now())
    except DomainError as error:
        return str(error)
    return ""


@for_roles(*BOARD_ROLES)
@require_http_methods(["GET", "POST"])
def reassign(request: Request) -> HttpResponse:
    """Ask whom to give what was selected to, and do so; what is refused stays on the page with the reason."""
    now, given = timezone.now(), request.POST if request.method == "POST" else request.GET
    chosen, back = _chosen(given), back_of(request) or reverse("board")
    found = list(_of_lead(request, chosen))
    teams = {one.team_id for one in found}
    form = ReassignSeveralForm(request.POST or None, teams=teams)
    page = partial(several, form=form, user=request.user, now=now, back=back)
    if not form.is_valid() or not found:
        status = 422 if form.is_bound else 200
        return render(request, "board/several.html", {"page": page(found)}, status=status)
    to, reason = form.cleaned_data["specialist"], form.cleaned_data["reason"]
    outcomes = [_give(request, one, chosen[one.reference], to=to, reason=reason, now=now) for one in found]
    refusals = [refusal for refusal in outcomes if refusal]
    count = len(found) - len(refusals)
    told = ngettext(
        "%(count)d appointment is now with %(name)s.", "%(count)d appointments are now with %(name)s.", count
    )
    done = told % {"count": count, "name": to} if count else ""
    if not refusals:
        messages.success(request, done)
        return redirect(back)
    left = list(_of_lead(request, [one.appointment.reference for one in refusals]))
    shown = page(left, done=done, refusals=refusals)
    return render(request, "board/several.html", {"page": shown}, status=409)


def _give(
    request: Request, appointment: Appointment, seen: int, *, to: Specialist, reason: str, now: dt.datetime
) -> Refusal | None:
    """Give one, as it was seen, to somebody; why not, or nothing when they have it."""
    try:
        operations.reassign(
            appointment=appointment, version=seen, specialist=to, by=request.user, now=now, reason=reason
        )
    except SlotTaken as error:
        return Refusal(appointment, error, _("%(name)s is occupied then.") % {"name": to})
    except Stale as error:
        # A second press of the button finds done what the first one did.
        mine = error.by_name == str(request.user) and appointment.specialist_id == to.pk
        return None if mine else Refusal(appointment, error, str(error))
    except DomainError as error:
        return Refusal(appointment, error, str(error))
    return None


def _of_lead(request: Request, references: Iterable[str]) -> QuerySet[Appointment]:
    """Appointments of the teams whose board this person sees, in the order in which they are dealt with."""
    mine = Appointment.objects.filter(team__in=led_teams(request.user), reference__in=references)
    return with_people(mine).order_by("starts_at", "pk")


def _chosen(given: QueryDict) -> dict[str, int]:
    """What was ticked on a page of a list: by reference the version that was seen; 0 for what is none."""
    chosen = (one.rpartition(".")[::2] for one in given.getlist("appointment")[: rows.PAGE])
    return {
        reference: int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        for reference, seen in chosen
    }
