"""Appointments and their log, to look at: they change through the doors only. And reasons to choose from."""

from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from availability.admin import VersionedAdmin
from callbacks.models import Appointment, AvoidableReason, LogEntry

M = TypeVar("M", bound=Model)


class LookOnly(admin.ModelAdmin[M], Generic[M]):
    """Nothing here is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Appointment)
class AppointmentAdmin(LookOnly[Appointment]):
    """Appointments with their facts."""

    list_display = ["reference", "starts_at", "team", "specialist", "topic", "state"]
    list_filter = ["state", "team"]
    list_select_related = ["team", "specialist__user", "topic"]
    search_fields = ["reference"]
    # Counting a million rows costs more than the page.
    show_full_result_count = False


@admin.register(LogEntry)
class LogAdmin(LookOnly[LogEntry]):
    """Who did what, when, and why."""

    list_display = ["at", "appointment", "verb", "by_name", "from_state", "to_state", "reason"]
    list_filter = ["verb"]
    list_select_related = ["appointment"]
    search_fields = ["appointment__reference"]
    show_full_result_count = False


@admin.register(AvoidableReason)
class AvoidableReasonAdmin(VersionedAdmin[AvoidableReason]):
    """Why contacts were avoidable; a reason that was ever given is switched off, not deleted."""

    list_display = ["name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
