"""Setting the organisation up: teams, topics, specialists, their windows and absences, closing days."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from availability import previewing
from availability.forms import VersionedForm
from availability.models import (
    Absence,
    Channel,
    Closure,
    Specialist,
    Team,
    Topic,
    Window,
    WindowException,
)
from availability.models.base import Versioned

M = TypeVar("M", bound=Versioned)
C = TypeVar("C", bound=Versioned)
P = TypeVar("P", bound=Versioned)
VERSION = "seen_version"


class VersionedAdmin(admin.ModelAdmin[M], Generic[M]):
    """A record that others may be changing too: a save compares versions, and moves the version on."""

    form = VersionedForm

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        """With the version that is shown, hidden."""
        return _with_version(super().get_fields(request, obj))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """The record; whoever came to change it holds it until that is done."""
        record = super().get_object(request, object_id, from_field)
        return _held(type(record)._default_manager.all(), request).get(pk=record.pk) if record else None

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Count a change, so that whoever holds the older version is told so."""
        super().save_model(request, obj, form, change)
        if change:
            _move_on(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The same for the records that are changed in the same form."""
        super().save_formset(request, form, formset, change)
        for obj, _changes in formset.changed_objects:
            _move_on(obj)


def _move_on(obj: Versioned) -> None:
    type(obj)._default_manager.filter(pk=obj.pk).update(version=F("version") + 1)


class VersionedInline(admin.TabularInline[C, P], Generic[C, P]):
    """Records in the form of another one, each with its own version."""

    form = VersionedForm
    extra = 0

    def get_fields(self, request: HttpRequest, obj: P | None = None) -> list[Any]:
        """With the version that is shown, hidden."""
        return _with_version(super().get_fields(request, obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[C]:
        """The same hold on each of them."""
        return _held(super().get_queryset(request), request)


def _with_version(fields: Iterable[Any]) -> list[Any]:
    # What is not among the fields is not in the page, and would not come back.
    return [*(name for name in fields if name != VERSION), VERSION]


def _held(records: QuerySet[M], request: HttpRequest) -> QuerySet[M]:
    return records.select_for_update(of=("self",), no_key=True) if request.method == "POST" else records


def _channels(label: StrOrPromise) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=capfirst(label), choices=Channel, required=False, widget=forms.CheckboxSelectMultiple
    )


class TopicForm(VersionedForm):
    """Channels as boxes to tick."""

    preferred_channels = _channels(_("preferred channels"))
    supporting_channels = _channels(_("supporting channels"))
    discouraged_channels = _channels(_("discouraged channels"))

    class Meta:
        model = Topic
        fields = [
            "name",
            "slug",
            "teams",
            "duration",
            "buffer",
            "guidance",
            "preferred_channels",
            "supporting_channels",
            "discouraged_channels",
            "is_active",
        ]


class WindowInline(VersionedInline[Window, Specialist]):
    """The week of a specialist."""

    model = Window
    fields = ["weekday", "starts", "ends", "valid_from", "valid_until"]


class ExceptionInline(VersionedInline[WindowException, Window]):
    """The days on which a window is different."""

    model = WindowException
    fields = ["day", "starts", "ends"]


# What can leave appointments without their time is registered by ``frontoffice.admin``, which asks first.
class TeamAdmin(VersionedAdmin[Team]):
    """A team with the rules under which it can be booked."""

    list_display = ["name", "mailbox", "slot_step", "confirm_within", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["leads"]
    # They have a page of their own, with the kinds of messages to choose from.
    exclude = ["muted_messages", "quiet_from", "quiet_until"]


@admin.register(Topic)
class TopicAdmin(VersionedAdmin[Topic]):
    """What customers call about."""

    form = TopicForm
    change_form_template = previewing.FORM
    list_display = ["name", "duration", "buffer", "is_active"]
    list_filter = ["is_active", "teams"]
    search_fields = ["name", "slug", "guidance"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["teams"]

    def get_urls(self) -> list[URLPattern]:
        """The addresses of topics, and one that shows guidance before it is saved."""
        return [previewing.preview_address(self.admin_site), *super().get_urls()]


class SpecialistAdmin(VersionedAdmin[Specialist]):
    """A person who calls back, with their week."""

    list_display = ["user", "team", "extension", "is_active"]
    list_filter = ["team", "is_active"]
    list_select_related = ["user", "team"]
    search_fields = ["user__name", "user__username"]
    autocomplete_fields = ["user", "team", "substitute"]
    filter_horizontal = ["topics"]
    inlines = [WindowInline]


class WindowAdmin(VersionedAdmin[Window]):
    """One window of a week, with its exceptions."""

    list_display = ["specialist", "weekday", "starts", "ends", "valid_from", "valid_until"]
    list_filter = ["weekday", "specialist__team"]
    list_select_related = ["specialist__user"]
    search_fields = ["specialist__user__name"]
    autocomplete_fields = ["specialist"]
    inlines = [ExceptionInline]


class AbsenceAdmin(VersionedAdmin[Absence]):
    """When a specialist is not there."""

    list_display = ["specialist", "starts_at", "ends_at", "reason", "substitute"]
    list_filter = ["specialist__team"]
    list_select_related = ["specialist__user", "substitute__user"]
    search_fields = ["specialist__user__name", "reason"]
    autocomplete_fields = ["specialist", "substitute"]
    date_hierarchy = "starts_at"


class ClosureAdmin(VersionedAdmin[Closure]):
    """When a team, or everybody, is closed."""

    list_display = ["name", "first_day", "last_day", "team"]
    list_filter = ["team"]
    list_select_related = ["team"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closure]:
        """The last ones first."""
        return super().get_queryset(request).order_by("-first_day")
