"""What topics are worth, and what is done about them."""

import datetime as dt
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from availability.models import Topic
from callbacks import operations
from callbacks.errors import DomainError, Forbidden, Stale
from callbacks.models import Improvement
from callbacks.permissions import check_improve
from callbacks.queries.improving import ratings
from frontoffice import errors
from frontoffice.access import BOARD_ROLES, Request, for_roles
from frontoffice.forms.improving import ChangeForm, ImprovementForm, RatingForm
from frontoffice.presenters import moments
from frontoffice.presenters.lookback import improving as presenter
from frontoffice.presenters.lookback.page import look_back
from frontoffice.presenters.lookback.quadrant import quadrant


@for_roles(*BOARD_ROLES)
@require_safe
def page(request: Request) -> HttpResponse:
    """The quadrant of the weeks, teams and topic that were asked for, and the list of improvements."""
    now = timezone.now()
    look = look_back(user=request.user, asked=request.GET.dict(), now=now)
    drawn = quadrant(look.scope, look.topics_by_key)
    context = {
        "look": look,
        "quadrant": drawn,
        "list": presenter.improvements(drawn.topics, now=now, number=request.GET.get("page", "")),
    }
    return render(request, "lookback/quadrant.html", context)


@for_roles(*BOARD_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: Request, slug: str) -> HttpResponse:
    """How a topic was rated, and rating it anew; what is done about it."""
    rated, now = _led(request, get_object_or_404(Topic, slug=slug)), timezone.now()
    last = ratings([rated.pk]).get(rated.pk)
    form = RatingForm(request.POST if request.method == "POST" else None, last=last)
    add = ImprovementForm(topic=rated, today=moments.today(now))
    if not form.is_valid():
        return _topic_page(request, rated, form, add, now=now)
    try:
        operations.rate_topic(topic=rated, **form.cleaned_data, by=request.user, now=now)
    except DomainError as error:
        form = RatingForm(_retold(request, error), last=last)
        return _topic_page(request, rated, form, add, error, now=now)
    messages.success(request, _("%(topic)s is rated.") % {"topic": rated})
    return redirect(f"{reverse('look-back-quadrant')}?{_shown(request)}")


@for_roles(*BOARD_ROLES)
@require_POST
def add(request: Request, slug: str) -> HttpResponse:
    """Put something on the list of a topic."""
    about, now = _led(request, get_object_or_404(Topic, slug=slug)), timezone.now()
    form = ImprovementForm(request.POST, topic=about, today=moments.today(now))
    rating = RatingForm(last=ratings([about.pk]).get(about.pk))
    if not form.is_valid():
        return _topic_page(request, about, rating, form, now=now)
    try:
        operations.add_improvement(topic=about, **form.cleaned_data, by=request.user, now=now)
    except DomainError as error:
        return _topic_page(request, about, rating, form, error, now=now)
    messages.success(request, _("The improvement is on the list."))
    return redirect(f"{reverse('look-back-topic', args=[about.slug])}?{_shown(request)}")


@for_roles(*BOARD_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def improvement(request: Request, pk: int) -> HttpResponse:
    """An improvement with what became of it, and changing it."""
    now = timezone.now()
    found = get_object_or_404(Improvement.objects.select_related("topic", "owner"), pk=pk)
    _led(request, found.topic)
    asked = request.POST if request.method == "POST" else None
    form = ChangeForm(asked, improvement=found, today=moments.today(now))
    if not form.is_valid():
        return _improvement_page(request, found, form, now=now)
    try:
        operations.change_improvement(improvement=found, **form.cleaned_data, by=request.user, now=now)
    except DomainError as error:
        form = ChangeForm(_retold(request, error), improvement=found, today=moments.today(now))
        return _improvement_page(request, found, form, error, now=now)
    messages.success(request, _("The improvement is saved."))
    return redirect("look-back-improvement", pk=pk)


def _led(request: Request, about: Topic) -> Topic:
    """The topic, for who may judge it."""
    try:
        check_improve(request.user, about)
    except Forbidden as error:
        raise PermissionDenied from error
    return about


def _shown(request: Request) -> str:
    """The parameters of the quadrant from which somebody came, for the way back."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


def _retold(request: Request, error: DomainError) -> QueryDict:
    """What was typed; once one was told of a newer version, sending it again is meant for that one."""
    typed = request.POST.copy()
    if isinstance(error, Stale):
        typed["version"] = str(error.current_version)
    return typed


def _status(form: forms.Form, error: DomainError | None) -> HTTPStatus:
    """After a refusal: the error is added to the form that was sent."""
    if error:
        errors.add_to_form(form, error)
        return errors.status_of(error)
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _topic_page(
    request: Request,
    about: Topic,
    rating: RatingForm,
    adding: ImprovementForm,
    error: DomainError | None = None,
    *,
    now: dt.datetime,
) -> HttpResponse:
    sent: forms.Form = adding if adding.is_bound else rating
    status = _status(sent, error)
    context = {
        "topic": about,
        "form": rating,
        "add": adding,
        "summary": errors.summary(sent),
        "conflict": isinstance(error, Stale),
        "history": presenter.ratings_of(about),
        "shown": _shown(request),
        "list": presenter.improvements([about], now=now, number=request.GET.get("page", "")),
    }
    return render(request, "lookback/topic.html", context, status=status)


def _improvement_page(
    request: Request,
    found: Improvement,
    form: ChangeForm,
    error: DomainError | None = None,
    *,
    now: dt.datetime,
) -> HttpResponse:
    status = _status(form, error)
    found.refresh_from_db()
    context = {
        "line": presenter.lines([found], now=now)[0],
        "form": form,
        "summary": errors.summary(form),
        "conflict": isinstance(error, Stale),
        "history": presenter.changes_of(found),
    }
    return render(request, "lookback/improvement.html", context, status=status)
