"""The front office's shared list of what needs a new time."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from callbacks.queries import lists
from frontoffice.access import WORKLIST_ROLES, Request, for_roles
from frontoffice.presenters import rows
from frontoffice.presenters import worklist as presenter
from frontoffice.presenters.tasks import PAGE, tasks
from frontoffice.presenters.work import at_page
from frontoffice.views.lists import asked, show


@for_roles(*WORKLIST_ROLES)
@require_safe
def worklist(request: Request) -> HttpResponse:
    """Appointments without a time, and messages that did not arrive."""
    now, path, wanted = timezone.now(), reverse("worklist"), asked(request)
    untold = rows.page(lists.undelivered(user=request.user, now=now), wanted.tasks)
    work = presenter.worklist(
        user=request.user, now=now, asked=wanted, path=at_page(path, untold.number, PAGE)
    )
    return show(request, work, undelivered=tasks(untold, below=work, path=path))
