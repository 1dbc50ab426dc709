"""Pages on which the demo's outgoing mail can be read; open to everybody who can reach the demo."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from demo import mailbox

PER_PAGE = 25
CALENDAR = "text/calendar"


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
    """One mail: headers, text, the source of its HTML part, and its files."""
    return render(request, "demo/mail_detail.html", {"mail": _mail(name)})


@require_safe
def mail_file(_request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A file that came with a mail, to be stored, never shown; they are numbered from 1."""
    files = dict(enumerate(_mail(name).files, start=1))
    if number not in files:
        raise Http404
    file = files[number]
    # Whatever a mail says of its file, only calendars may be opened by a program.
    kind = file.content_type if file.content_type == CALENDAR else "application/octet-stream"
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    return HttpResponse(file.content, content_type=kind, headers={"Content-Disposition": disposition})


def _mail(name: str) -> mailbox.Mail:
    try:
        return mailbox.read(_directory(), name)
    except FileNotFoundError as error:
        raise Http404 from error
