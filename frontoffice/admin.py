"""What can be booked, in the administration: a change asks what becomes of the appointments that it hits.

The same question as on the availability page, in the same words.
"""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from availability import admin as plain
from availability.admin import VersionedAdmin
from availability.models import Absence, Closure, Specialist, Team, Window
from availability.models.base import Versioned
from callbacks.errors import AppointmentsHit, DomainError
from callbacks.operations.rearranging import Decision, rearrange
from frontoffice import errors, planning
from frontoffice.presenters import hits

M = TypeVar("M", bound=Versioned)
View = Callable[[], HttpResponse]


class AsksFirst(VersionedAdmin[M]):
    """Takes no time of an appointment before somebody said what becomes of it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One record, with those in the same form."""
        return _asking(request, partial(super().changeform_view, request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One record goes."""
        return _asking(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Several go at once."""
        return _asking(request, partial(super().changelist_view, request, *args, **kwargs))


@admin.register(Team)
class TeamAdmin(AsksFirst[Team], plain.TeamAdmin):
    """Its zone and its holidays say when everybody of it is there."""


@admin.register(Specialist)
class SpecialistAdmin(AsksFirst[Specialist], plain.SpecialistAdmin):
    """With the windows in the same form."""


@admin.register(Window)
class WindowAdmin(AsksFirst[Window], plain.WindowAdmin):
    """With the exceptions in the same form."""


@admin.register(Absence)
class AbsenceAdmin(AsksFirst[Absence], plain.AbsenceAdmin):
    """Who is away cannot call."""


@admin.register(Closure)
class ClosureAdmin(AsksFirst[Closure], plain.ClosureAdmin):
    """Of one team or of all."""


def _asking(request: HttpRequest, view: View) -> HttpResponse:
    """Do what the view does with what was decided; or show what it hits, and nothing is done."""
    if request.method != "POST":
        return view()
    form = planning.DecisionForm(request.POST if "remedy" in request.POST else None, colleagues=_people())
    decisions = form.decisions() if form.is_valid() else {}
    try:
        return _rearranged(request, view, decisions)
    except AppointmentsHit as error:
        return _ask(request, error, form)
    except DomainError as error:
        errors.add_to_form(form, error)
    try:
        # What was decided cannot be done: all of it is asked again.
        return _rearranged(request, view, {})
    except AppointmentsHit as error:
        return _ask(request, error, form)


def _rearranged(request: HttpRequest, view: View, decisions: Mapping[str, Decision]) -> HttpResponse:
    # A closing day of all, the zone of a team: whom a record is about is not always written in it.
    everybody = list(_people().values_list("pk", flat=True))
    by: Any = request.user
    return rearrange(specialists=everybody, change=view, decisions=decisions, by=by, now=timezone.now())


def _people() -> Any:
    working = Specialist.objects.filter(is_active=True, user__is_active=True)
    return working.select_related("user").order_by("user__name")


def _ask(request: HttpRequest, error: AppointmentsHit, form: planning.DecisionForm) -> HttpResponse:
    # What the view said of its success is not so: it is read here and shown nowhere.
    list(messages.get_messages(request))
    address = request.get_full_path()
    shown = hits.page(error, form=form, typed=request.POST, address=address, back=address, now=timezone.now())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.CONFLICT
    return render(request, "availability/hits.html", {"page": shown, "messages": []}, status=status)
