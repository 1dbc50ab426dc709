"""What every page shows around its content."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Role, User
from callbacks.queries.inbox import unread as unread_messages
from callbacks.queries.made import unread_count
from callbacks.queries.unheard import unheard
from frontoffice.access import BOARD_ROLES, DESK_ROLES, WORKLIST_ROLES, own_specialist

OWN_LIST = ("mine", _("My queue"), DESK_ROLES)
AVAILABILITY = ("availability", _("Availability"), DESK_ROLES)
MENU = (
    ("board", _("Team board"), BOARD_ROLES),
    ("look-back", _("Look back"), BOARD_ROLES),
    ("desk", _("Booking desk"), DESK_ROLES),
    ("made", _("Made by me"), DESK_ROLES),
    ("worklist", _("Worklist"), WORKLIST_ROLES),
    ("inbox", _("Messages"), DESK_ROLES),
    ("delivery", _("Message delivery"), (Role.ADMINISTRATOR,)),
)

# What is counted beside a page of the menu: one statement each.
COUNTED: dict[str, Callable[[User, dt.datetime], int]] = {
    "made": lambda user, now: unread_count(user=user, now=now),
    "inbox": lambda user, now: unread_messages(user=user, now=now).count(),
    "delivery": lambda _user, _now: unheard().count(),
}

# Every language calls itself by its own name.
NAMES = {"nl": "Nederlands", "en": "English"}


@dataclass(frozen=True)
class MenuItem:
    """A link of the main menu; ``current`` (of ARIA) is "page" there, and "true" on the pages below it."""

    url: str
    label: StrOrPromise
    current: str = ""
    # How much is new behind the link, and what shows it; None where nothing is counted.
    unread: int | None = None
    counter: str = ""


def navigation(request: HttpRequest) -> dict[str, object]:
    """Values for the page frame: the menu of this person's role, and the other languages."""
    others = [(code, NAMES[code]) for code, _name in settings.LANGUAGES if code != get_language()]
    # Refreshed parts of a page have no menu: nothing is asked for them.
    items = SimpleLazyObject(lambda: menu(request))
    return {"demo": settings.DEMO, "menu": items, "other_languages": others}


def menu(request: HttpRequest) -> list[MenuItem]:
    """The pages that open for this person; nothing before signing in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    pages = list(MENU)
    if own_specialist(user):
        pages.insert(0, OWN_LIST)
    if user.role in BOARD_ROLES or OWN_LIST in pages:
        pages.append(AVAILABILITY)
    items = [
        MenuItem(
            reverse(name),
            label,
            _current(reverse(name), request.path),
            COUNTED[name](user, timezone.now()) if name in COUNTED else None,
            f"{name}/unread.html",
        )
        for name, label, roles in pages
        if user.role in roles
    ]
    if user.is_staff:
        items.append(MenuItem(reverse("admin:index"), _("Administration")))
    return items


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""
