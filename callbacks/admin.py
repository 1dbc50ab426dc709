"""Appointments and their log, to look at: they change through doors only. What messages say, and to whom."""

from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from availability.admin import VersionedAdmin
from availability.forms import VersionedForm
from callbacks import previewing
from callbacks.kinds import KINDS
from callbacks.models import (
    Appointment,
    AvoidableReason,
    DayListPrint,
    FigureExport,
    Improvement,
    ImprovementEntry,
    LogEntry,
    MessageText,
    TeamMessages,
    TopicRating,
    Wallboard,
    Webhook,
)
from callbacks.models.wording import PARTS
from callbacks.states import MessageKind

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


@admin.register(DayListPrint)
class DayListPrintAdmin(LookOnly[DayListPrint]):
    """Which lists of customers were put on paper, and by whom."""

    list_display = ["at", "by_name", "day", "specialist", "team", "with_notes"]
    list_filter = ["with_notes", "team"]
    list_select_related = ["specialist__user", "team"]
    search_fields = ["by_name"]
    show_full_result_count = False


@admin.register(FigureExport)
class FigureExportAdmin(LookOnly[FigureExport]):
    """Which figures were taken away as a file, and by whom."""

    list_display = ["at", "by_name", "figure", "asked", "rows"]
    list_filter = ["figure"]
    search_fields = ["by_name"]
    show_full_result_count = False


@admin.register(TopicRating)
class TopicRatingAdmin(LookOnly[TopicRating]):
    """What topics were held to be worth, and by whom."""

    list_display = ["at", "topic", "for_customer", "for_organisation", "by_name"]
    list_select_related = ["topic"]
    search_fields = ["topic__name", "by_name"]
    ordering = ["-at", "-pk"]


@admin.register(Improvement)
class ImprovementAdmin(LookOnly[Improvement]):
    """What is done about contacts; the look back is where it changes."""

    list_display = ["topic", "action", "what", "owner", "due_on", "state"]
    list_filter = ["state", "action"]
    list_select_related = ["topic", "owner"]
    search_fields = ["topic__name", "what", "owner__name"]


@admin.register(ImprovementEntry)
class ImprovementEntryAdmin(LookOnly[ImprovementEntry]):
    """Who changed what of an improvement."""

    list_display = ["at", "improvement", "by_name", "changes"]
    list_select_related = ["improvement__topic"]
    search_fields = ["improvement__topic__name", "by_name"]
    ordering = ["-at", "-pk"]


@admin.register(AvoidableReason)
class AvoidableReasonAdmin(VersionedAdmin[AvoidableReason]):
    """Why contacts were avoidable; a reason that was ever given is switched off, not deleted."""

    list_display = ["name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(MessageText)
class MessageTextAdmin(VersionedAdmin[MessageText]):
    """Other words for messages; the built-in ones stand beside them."""

    change_form_template = previewing.FORM
    list_display = ["kind", "language", "subject"]
    list_filter = ["language"]
    fields = ["kind", "language", "subject", "opening", "closing", "built_in", "variables"]
    readonly_fields = ["built_in", "variables"]

    def get_urls(self) -> list[URLPattern]:
        """The addresses of texts, and one that shows a text before it is saved."""
        return [previewing.preview_address(self.admin_site), *super().get_urls()]

    @admin.display(description=_("built-in text"))
    def built_in(self, text: MessageText) -> str:
        """What the message says where nothing else is written."""
        if not text.kind:
            return str(_("Shown once the kind is saved; a preview shows it before."))
        row = KINDS[MessageKind(text.kind)]
        with translation.override(text.language):
            return "\n\n".join(str(getattr(row, part)) for part in PARTS)

    @admin.display(description=_("variables"))
    def variables(self, text: MessageText) -> str:
        """What can be filled in."""
        names = KINDS[MessageKind(text.kind)].variables if text.kind else ("day", "start", "end", "team")
        return ", ".join(f"{{{name}}}" for name in names)


class TeamMessagesForm(VersionedForm):
    """The kinds as boxes to tick: what is ticked is told."""

    told = forms.MultipleChoiceField(
        label=_("messages that are sent"),
        choices=MessageKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = TeamMessages
        fields = ["quiet_from", "quiet_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        muted = self.instance.muted_messages
        self.initial["told"] = [kind for kind in MessageKind if kind not in muted]

    def clean(self) -> Any:
        """Keep what is not ticked: a kind that is new is told until somebody switches it off."""
        cleaned = super().clean()
        told = self.cleaned_data.get("told", [])
        self.instance.muted_messages = [kind for kind in MessageKind if kind not in told]
        return cleaned


@admin.register(TeamMessages)
class TeamMessagesAdmin(VersionedAdmin[TeamMessages]):
    """What each team tells, and when it sends no SMS. Teams are made among the teams."""

    form = TeamMessagesForm
    list_display = ["name", "quiet_from", "quiet_until"]
    search_fields = ["name", "slug"]
    fields = ["told", "quiet_from", "quiet_until"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, here."""
        return False

    has_delete_permission = has_add_permission


class WebhookForm(VersionedForm):
    """The kinds as boxes to tick."""

    kinds = forms.MultipleChoiceField(
        label=_("kinds"),
        choices=MessageKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )

    class Meta:
        model = Webhook
        fields = ["name", "url", "secret", "kinds", "teams", "is_active"]


@admin.register(Webhook)
class WebhookAdmin(VersionedAdmin[Webhook]):
    """Programs elsewhere that are told what happens."""

    form = WebhookForm
    list_display = ["name", "url", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "url"]
    filter_horizontal = ["teams"]


class WallboardForm(VersionedForm):
    """With a box to tick when others may know the secret."""

    renewed = forms.BooleanField(
        label=_("a new address"),
        required=False,
        help_text=_("The former address opens nothing any more. The new one is shown once, after saving."),
    )

    class Meta:
        model = Wallboard
        fields = ["name", "team", "networks", "is_active"]


@admin.register(Wallboard)
class WallboardAdmin(VersionedAdmin[Wallboard]):
    """Screens on a wall; the address of one is shown when it is made, and never again."""

    form = WallboardForm
    list_display = ["name", "team", "networks", "is_active"]
    list_filter = ["is_active", "team"]
    search_fields = ["name"]

    def get_fields(self, request: HttpRequest, obj: Wallboard | None = None) -> list[Any]:
        """A new one gets its first address unasked."""
        return [name for name in super().get_fields(request, obj) if obj or name != "renewed"]

    def save_model(self, request: HttpRequest, obj: Wallboard, form: Any, change: bool) -> None:
        """Show the secret address of a new wallboard, or of one that gets another."""
        token = obj.renew() if not change or form.cleaned_data["renewed"] else ""
        super().save_model(request, obj, form, change)
        if token:
            address = f"{settings.PUBLIC_URL}{reverse('wallboard')}?{urlencode({'key': token})}"
            said = _("The address of this wallboard, shown only now: %(address)s")
            messages.warning(request, said % {"address": address})
