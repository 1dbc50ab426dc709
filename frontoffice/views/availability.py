"""The availability page: the week, publishing, single days, and the calendars that are connected."""

import datetime as dt
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from availability.models import Absence, Specialist, Window
from availability.slots import DAY
from callbacks.errors import AppointmentsHit, DomainError, Outdated
from callbacks.operations import absences, feeds, publishing
from callbacks.operations.rearranging import rearrange
from callbacks.queries.week import shared_on
from callbacks.states import Remedy
from frontoffice import errors, planning
from frontoffice.access import DESK_ROLES, Request, for_roles
from frontoffice.presenters import availability as presenter
from frontoffice.presenters import available, hits
from frontoffice.presenters.desk import parse_day
from frontoffice.presenters.week import Publication, publication

Done = Callable[[], str]


@for_roles(*DESK_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """The week of a specialist, and what can be done with it."""
    return _show(request, _specialist(request))


@for_roles(*DESK_ROLES)
@require_safe
def preview(request: Request) -> HttpResponse:
    """What publishing will do, in a sentence, while the form is being filled in."""
    specialist = _specialist(request)
    colleagues = _colleagues(request.user, specialist)
    first = _today(specialist, timezone.now())
    form = planning.PublishForm(request.GET, first=first, colleagues=colleagues)
    said = _publication(form, specialist) if form.is_valid() else None
    return render(request, "availability/preview.html", {"publication": said})


@for_roles(*DESK_ROLES)
@require_POST
def publish(request: Request) -> HttpResponse:
    """Offer hours that repeat, for oneself or, as a lead, for several people at once."""
    specialist, now = _specialist(request), timezone.now()
    colleagues = _colleagues(request.user, specialist)
    form = planning.PublishForm(request.POST, first=_today(specialist, now), colleagues=colleagues)

    def done() -> str:
        plan, series = form.plan(), uuid.uuid4()
        for one in _people(form, specialist):
            publishing.publish(specialist=one, plan=plan, by=request.user, now=now, series=series)
        return str(_publication(form, specialist))

    return _answer(request, specialist, form, "publish", done)


@for_roles(*DESK_ROLES)
@require_POST
def change(request: Request) -> HttpResponse:
    """Let a series follow other hours from a day on, as a lead for several people who have it."""
    specialist, now = _specialist(request), timezone.now()
    colleagues = _colleagues(request.user, specialist)
    form = planning.ChangeSeriesForm(request.POST, first=_today(specialist, now), colleagues=colleagues)

    def done() -> str:
        plan, series = form.plan(), form.cleaned_data["series"]
        for one in _people(form, specialist):
            publishing.change_series(
                specialist=one,
                series=series,
                plan=plan,
                versions=_seen_of(one, form),
                by=request.user,
                now=now,
            )
        return str(_publication(form, specialist))

    return _answer(request, specialist, form, "change", done)


@for_roles(*DESK_ROLES)
@require_POST
def end(request: Request) -> HttpResponse:
    """Offer a series until a last day."""
    specialist, now = _specialist(request), timezone.now()
    form = planning.EndSeriesForm(request.POST, colleagues=_colleagues(request.user, specialist))

    def done() -> str:
        given = form.cleaned_data
        for one in _people(form, specialist):
            publishing.end_series(
                specialist=one,
                series=given["series"],
                last_day=given["last_day"],
                versions=_seen_of(one, form),
                by=request.user,
                now=now,
            )
        return _("The series ends on that day.")

    return _answer(request, specialist, form, "change", done)


@for_roles(*DESK_ROLES)
@require_POST
def day(request: Request) -> HttpResponse:
    """Give one day other hours, take it off, or let it be as usual; for several as a lead."""
    specialist, now = _specialist(request), timezone.now()
    verb = request.POST.get("verb", "hours")
    kind = planning.DayForm if verb == "hours" else planning.SameDayForm
    form = kind(request.POST, colleagues=_colleagues(request.user, specialist))

    def done() -> str:
        given = form.cleaned_data
        window = get_object_or_404(
            Window.objects.select_related("specialist__team"), pk=given["window"], specialist=specialist
        )
        seen = {**given["versions"], window.pk: given["version"]}
        for one in _people(form, specialist):
            theirs = _alike(window, one, day=given["day"])
            common = {
                "window": theirs,
                "version": seen.get(theirs.pk, 0),
                "day": given["day"],
                "by": request.user,
            }
            if verb == "usual":
                publishing.as_usual_on(**common, now=now)
            else:
                hours = form.hours() if isinstance(form, planning.DayForm) else None
                publishing.except_on(**common, hours=hours, now=now)
        return _("That day is changed.")

    return _answer(request, specialist, form, "day", done)


@for_roles(*DESK_ROLES)
@require_POST
def absence(request: Request) -> HttpResponse:
    """Be away for a while, or until further notice; a lead enters it for several people at once."""
    specialist, now = _specialist(request), timezone.now()
    colleagues = _colleagues(request.user, specialist)
    form = planning.AbsenceForm(request.POST, team=_team_of(specialist), colleagues=colleagues)

    def done() -> str:
        given, people = form.cleaned_data, _people(form, specialist)
        if given["last_day"] is None:
            for one in people:
                absences.leave(specialist=one, first_day=given["first_day"], by=request.user, now=now)
            return _("Nothing is offered any more from that day on.")
        starts_at, ends_at = form.period(specialist.team.zone)
        for one in people:
            absences.be_absent(
                specialist=one,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=given["reason"],
                substitute=given["substitute"],
                by=request.user,
                now=now,
            )
        return _("The absence is entered.")

    return _answer(request, specialist, form, "absence", done)


@for_roles(*DESK_ROLES)
@require_POST
def back(request: Request) -> HttpResponse:
    """Take an absence back."""
    specialist = _specialist(request)
    form = planning.BackForm(request.POST)

    def done() -> str:
        given = form.cleaned_data
        theirs = Absence.objects.filter(specialist=specialist).select_related("specialist__team")
        found = theirs.filter(pk=given["absence"]).first()
        if found is None:
            # Taken back already: by a colleague, or by the same form that was sent before.
            raise Outdated
        absences.be_back(absence=found, version=given["version"], by=request.user)
        return _("The absence is taken back.")

    return _answer(request, specialist, form, "absence", done)


@for_roles(*DESK_ROLES)
@require_POST
def copy(request: Request) -> HttpResponse:
    """Make the week shown like the one before it, as a lead for several people at once."""
    specialist, now = _specialist(request), timezone.now()
    monday = _monday(request, specialist, now)
    form = planning.PeopleForm(request.POST, colleagues=_colleagues(request.user, specialist))

    def done() -> str:
        changed = sum(
            publishing.copy_week(
                specialist=one, source=monday - 7 * DAY, target=monday, by=request.user, now=now
            )
            for one in _people(form, specialist)
        )
        return _("Copied: %(days)d days of this week changed.") % {"days": changed}

    return _answer(request, specialist, form, "publish", done)


@for_roles(*DESK_ROLES)
@require_POST
def connect(request: Request) -> HttpResponse:
    """Read busy time from a calendar elsewhere, from another address, or not any more."""
    specialist, now = _specialist(request), timezone.now()
    form = planning.BusyFeedForm(request.POST)
    if "remove" in request.POST:
        form.fields["url"].required = False

    def done() -> str:
        version = form.cleaned_data["version"]
        if "remove" in request.POST:
            feeds.remove_busy_feed(specialist=specialist, version=version, by=request.user)
            return _("The calendar is not read any more.")
        url = form.cleaned_data["url"]
        feeds.set_busy_feed(specialist=specialist, url=url, version=version, by=request.user, now=now)
        return _("The calendar is read within a minute; its busy time cannot be booked.")

    return _answer(request, specialist, form, "connect", done)


@for_roles(*DESK_ROLES)
@require_POST
def feed(request: Request) -> HttpResponse:
    """Make a new secret address of the own feed, shown this once; or close it."""
    specialist = _specialist(request)
    try:
        if "close" in request.POST:
            feeds.close_personal_feed(specialist=specialist, by=request.user)
            messages.success(request, _("The address of your feed does not work any more."))
            return redirect(_address(request, specialist))
        secret = feeds.open_personal_feed(specialist=specialist, by=request.user, now=timezone.now())
    except DomainError as error:
        raise PermissionDenied(str(error)) from error
    address = request.build_absolute_uri(f"{reverse('personal-feed')}?key={secret}")
    return _show(request, specialist, feed_address=address)


def _specialist(request: Request) -> Specialist:
    """Whose availability it is: one's own, or that of somebody whose team one leads."""
    allowed = _may_publish_for(request.user)
    wanted = request.GET.get("specialist") or request.POST.get("specialist") or ""
    if wanted.isdecimal() and len(wanted) < 19:
        return get_object_or_404(allowed, pk=int(wanted))
    own = allowed.filter(user=request.user).first() or allowed.first()
    if own is None:
        raise PermissionDenied
    return own


def _may_publish_for(user: User) -> QuerySet[Specialist]:
    people = Specialist.objects.filter(is_active=True).select_related("team", "user").order_by("user__name")
    if user.is_administrator:
        return people
    led = Q(team__leads=user) if user.role == Role.LEAD else Q()
    return people.filter(Q(user=user) | led).distinct() if led else people.filter(user=user)


def _colleagues(user: User, specialist: Specialist) -> QuerySet[Specialist] | None:
    """Who a lead can publish for at once: the team. None for somebody who publishes for themselves."""
    team = _may_publish_for(user).filter(team=specialist.team_id)
    return team if team.exclude(user=user).exists() else None


def _people(form: forms.Form, specialist: Specialist) -> list[Specialist]:
    """For whom it is: those who were ticked, else whose page it is."""
    return list(form.cleaned_data.get("people") or [specialist])


def _alike(window: Window, of: Specialist, *, day: dt.date) -> Window:
    """The window that this person has on a day from the same series; ``window`` when it is theirs."""
    if window.specialist_id == of.pk:
        return window
    found = shared_on(day, [window]).filter(specialist=of).first()
    if found is None:
        raise Outdated
    return found


def _publication(form: planning.PublishForm, specialist: Specialist) -> Publication:
    """What publishing does, for all whom it is for."""
    return publication(form.plan(), specialist.team, people=len(_people(form, specialist)))


def _seen_of(specialist: Specialist, form: forms.Form) -> dict[int, int]:
    """The versions that the page showed, without those of others who have the same series."""
    others = Window.objects.filter(series=form.cleaned_data["series"]).exclude(specialist=specialist)
    theirs = set(others.values_list("pk", flat=True))
    return {pk: version for pk, version in form.cleaned_data["versions"].items() if pk not in theirs}


def _team_of(specialist: Specialist) -> QuerySet[Specialist]:
    """Who of the team can stand in for somebody."""
    team = Specialist.objects.filter(team=specialist.team_id, is_active=True).select_related("user")
    return team.exclude(pk=specialist.pk)


def _today(specialist: Specialist, now: dt.datetime) -> dt.date:
    return now.astimezone(specialist.team.zone).date()


def _monday(request: Request, specialist: Specialist, now: dt.datetime) -> dt.date:
    """The Monday of the week asked for; what is no day, or out of reach, is this week."""
    today = _today(specialist, now)
    wanted = parse_day(request.GET.get("week") or request.POST.get("week") or "") or today
    if abs((wanted - today).days) > 800:
        wanted = today
    return wanted - DAY * (wanted.isoweekday() - 1)


def _address(request: Request, specialist: Specialist) -> str:
    monday = _monday(request, specialist, timezone.now())
    return f"{reverse('availability')}?specialist={specialist.pk}&week={monday:%Y-%m-%d}"


def _away(request: Request) -> str:
    """The page of coming absences asked for, if any."""
    wanted = request.GET.get("away") or request.POST.get("away") or ""
    return wanted if wanted.isdecimal() and len(wanted) < 9 else ""


def _answer(
    request: Request, specialist: Specialist, form: forms.Form, tried: str, done: Done
) -> HttpResponse:
    """Do it and show the page again with what was done; or with what was wrong, all input kept."""
    refusal: DomainError | None = None
    if form.is_valid():
        people = _people(form, specialist)
        # Those whom the change is for are not there to stand in for each other.
        there = _team_of(specialist).exclude(pk__in=[one.pk for one in people])
        decided = planning.DecisionForm(request.POST or None, colleagues=there)
        try:
            messages.success(request, _rearranged(request, people, decided, done))
        except AppointmentsHit as error:
            first = planning.DecisionForm(colleagues=there, initial=_stand_in(form))
            return _ask(request, specialist, error, decided if "remedy" in request.POST else first)
        except DomainError as error:
            refusal = error
            errors.add_to_form(form, error)
        else:
            away = _away(request)
            return redirect(_address(request, specialist) + (f"&away={away}" if away else ""))
    return _show(request, specialist, form=form, tried=tried, status=errors.status_of(refusal))


def _rearranged(
    request: Request, people: list[Specialist], decided: planning.DecisionForm, done: Done
) -> str:
    """Do it together with what was decided for the appointments it hits."""
    decisions = decided.decisions() if "remedy" in request.POST and decided.is_valid() else {}
    keys = [one.pk for one in people]
    return rearrange(specialists=keys, change=done, decisions=decisions, by=request.user, now=timezone.now())


def _ask(
    request: Request, specialist: Specialist, error: AppointmentsHit, form: planning.DecisionForm
) -> HttpResponse:
    """Show what the change hits and ask what becomes of it; nothing is done yet, all input is kept."""
    shown = hits.page(
        error,
        form=form,
        typed=request.POST,
        address=request.path,
        back=_address(request, specialist),
        now=timezone.now(),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.CONFLICT
    return render(request, "availability/hits.html", {"page": shown}, status=status)


def _stand_in(form: forms.Form) -> dict[str, Any]:
    """Whoever was named to stand in is proposed for all appointments that are hit."""
    substitute = form.cleaned_data.get("substitute")
    return {"remedy": Remedy.SUBSTITUTE, "decision_substitute": substitute} if substitute else {}


def _show(
    request: Request,
    specialist: Specialist,
    *,
    form: forms.Form | None = None,
    tried: str = "",
    feed_address: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    now = timezone.now()
    shown = presenter.page(
        specialist,
        monday=_monday(request, specialist, now),
        opened=parse_day(request.GET.get("day") or request.POST.get("day") or ""),
        team=_team_of(specialist),
        people=_may_publish_for(request.user),
        colleagues=_colleagues(request.user, specialist),
        by=request.user,
        now=now,
        form=form,
        tried=tried,
        away=_away(request),
    )
    own = specialist.user_id == request.user.pk
    context = {
        "page": shown,
        "feed_address": feed_address,
        "back": _address(request, specialist),
        "available": available.switch(specialist, now) if own else None,
    }
    return render(request, "availability/page.html", context, status=status)
