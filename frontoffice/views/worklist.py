"""The front office's shared list of what needs a new time."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from callbacks.queries import lists
from frontoffice.access import WORKLIST_ROLES, Request, for_roles
from frontoffice.presenters import worklist as presenter
from frontoffice.presenters.tasks import tasks
from frontoffice.views.lists import asked, show


@for_roles(*WORKLIST_ROLES)
@require_safe
def worklist(request: Request) -> HttpResponse:
    """Appointments without a time, and messages that did not arrive."""
    now = timezone.now()
    work = presenter.worklist(user=request.user, now=now, asked=asked(request))
    found = lists.undelivered(user=request.user, now=now)
    return show(request, work, undelivered=tasks(found, now, back=reverse("worklist")))
