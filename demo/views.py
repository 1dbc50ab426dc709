"""Pages on which the demo's outgoing mail can be read; open to everybody who can reach the demo."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo import mailbox

PER_PAGE = 25


def _directory() -> Path:
    return Path(settings.BASE_DIR, settings.DEMO_MAIL_DIR)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """All caught mail, newest first."""
    page = Paginator(mailbox.names(_directory()), PER_PAGE).get_page(request.GET.get("page"))
    mails = [mailbox.read(_directory(), name) for name in page.object_list]
    return render(request, "demo/mail_list.html", {"page": page, "mails": mails})


@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: headers, text, and the source of its HTML part."""
    try:
        mail = mailbox.read(_directory(), name)
    except FileNotFoundError as error:
        raise Http404 from error
    return render(request, "demo/mail_detail.html", {"mail": mail})
