"""Looking at the text of a message, in the administration, before it is saved: with example values."""

from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from callbacks.kinds import KINDS
from callbacks.messages.wording import example
from callbacks.models import MessageText
from callbacks.models.wording import PARTS
from callbacks.states import MessageKind

FORM = "admin/callbacks/messagetext/change_form.html"
PREVIEW = "admin/callbacks/messagetext/preview.html"


def preview_address(site: AdminSite) -> URLPattern:
    """Where the form of a text can be sent to without being saved; for whoever may enter the site."""

    def preview(request: HttpRequest) -> HttpResponse:
        """Show the message that was typed, or what is wrong with it."""
        if request.method != "POST":
            # Somebody signed in again, or kept the address: there is nothing to show.
            return redirect("admin:callbacks_messagetext_changelist")
        typed = {name: request.POST.get(name, "").strip() for name in ("kind", "language", *PARTS)}
        text = MessageText(**typed)
        errors = _errors(text)
        context = {
            **site.each_context(request),
            "title": _("Preview of the message"),
            "text": text,
            "errors": errors,
            "words": None if errors else example(text),
            "variables": [f"{{{name}}}" for name in _variables(text)],
        }
        return render(request, PREVIEW, context)

    return path("preview/", site.admin_view(preview), name="callbacks_messagetext_preview")


def _variables(text: MessageText) -> tuple[str, ...]:
    return KINDS[MessageKind(text.kind)].variables if text.kind in MessageKind.values else ()


def _errors(text: MessageText) -> list[tuple[str, list[str]]]:
    """What would keep the text from being saved, by the label of its field."""
    try:
        # That there is one already matters for saving, not for looking.
        text.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        labels = {field.name: str(field.verbose_name) for field in MessageText._meta.fields}
        return [(labels.get(name, name), told) for name, told in error.message_dict.items()]
    return []
