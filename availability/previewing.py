"""Looking at guidance, in the administration, as the front office will see it: before it is saved."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from availability import guidance
from availability.models.organisation import GUIDANCE_LIMIT

FORM = "admin/availability/topic/change_form.html"
PREVIEW = "admin/availability/topic/preview.html"


def preview_address(site: AdminSite) -> URLPattern:
    """Where the form of a topic can be sent to without being saved; for whoever may enter the site."""

    def preview(request: HttpRequest) -> HttpResponse:
        """Show the guidance that was typed."""
        if request.method != "POST":
            # Somebody signed in again, or kept the address: there is nothing to show.
            return redirect("admin:availability_topic_changelist")
        text = request.POST.get("guidance", "").strip()
        fits = len(text) <= GUIDANCE_LIMIT
        context = {
            **site.each_context(request),
            "title": _("Preview of the guidance"),
            "guidance": guidance.render(text) if fits else "",
            "too_long": 0 if fits else len(text) - GUIDANCE_LIMIT,
        }
        return render(request, PREVIEW, context)

    return path("preview/", site.admin_view(preview), name="availability_topic_preview")
