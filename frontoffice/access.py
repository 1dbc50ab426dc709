"""Who gets which page: signed in, and in the right role."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Role, User
from availability.models import Specialist

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


Page = Callable[Concatenate[Request, P], HttpResponse]
DESK_ROLES = (Role.AGENT, Role.SPECIALIST, Role.LEAD, Role.ADMINISTRATOR)
WORKLIST_ROLES = (Role.AGENT, Role.LEAD, Role.ADMINISTRATOR)
BOARD_ROLES = (Role.LEAD, Role.ADMINISTRATOR)


def own_specialist(user: User) -> Specialist | None:
    """The specialist who this person is, whatever their role: a lead may take calls too."""
    return Specialist.objects.filter(user=user, is_active=True).first()


def for_roles(*roles: Role) -> Callable[[Page[P]], Callable[Concatenate[Any, P], HttpResponseBase]]:
    """Let only these roles in; who is not signed in goes to the sign-in page and comes back."""

    def decorate(page: Page[P]) -> Callable[Concatenate[Any, P], HttpResponseBase]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            ours = cast(Request, request)
            if not isinstance(request.user, User):
                return to_sign_in(ours)
            if request.user.role not in roles:
                raise PermissionDenied
            response = page(ours, *args, **kwargs)
            # Personal data: no copy in the browser's cache or on a shared computer's disk.
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def to_sign_in(request: Request) -> HttpResponseBase:
    """Go and sign in: as a whole page also when htmx asked for a part of one."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    back = request.htmx.current_url_abs_path or request.path
    return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
