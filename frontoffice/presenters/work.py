"""A list with the chosen row beside it, that refreshes itself: what all lists of appointments share."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page
from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from accounts.models import User
from callbacks.models import Appointment
from callbacks.states import Verb
from frontoffice import watching
from frontoffice.presenters import appointment, history, moments, rows

CLAIMS = (Verb.CLAIM, Verb.RELEASE_CLAIM)
Grouping = Callable[[Sequence[Appointment], dt.datetime], list[rows.Group]]


@dataclass(frozen=True)
class Frame:
    """What one list has of its own: its words, and the templates for its rows and for the chosen one.

    ``selects`` is what can be done with several of its rows at once.
    """

    title: StrOrPromise
    empty: StrOrPromise
    panel: str
    rows: str = "work/rows.html"
    after: str = ""
    shows_owner: bool = False
    selects: Verb | None = None
    tools: str = ""


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list: a row to open, which version of it is on the screen, and the page.

    ``tasks`` is the page of the messages that did not arrive, where they stand below the list.
    """

    reference: str = ""
    seen: int | None = None
    page: str = ""
    tasks: str = ""


@dataclass(frozen=True)
class Work:
    """Grouped rows of a page, and the chosen one with its forms. ``path`` is the address of the first page.

    ``stays`` keeps the chosen row open after a verb, where otherwise the next row opens.
    """

    frame: Frame
    path: str
    page: Page[Appointment]
    groups: list[rows.Group]
    opened: Appointment | None
    asked: Asked
    user: User
    now: dt.datetime
    stays: bool = False

    @property
    def base(self) -> str:
        """The address of this page without a chosen row."""
        return at_page(self.path, self.page.number)

    @property
    def separator(self) -> str:
        """What comes between ``base`` and one more parameter."""
        return separator(self.base)

    @property
    def opens(self) -> str:
        """The address that opens a row of this page, up to its reference."""
        return f"{self.base}{self.separator}open="

    @property
    def here(self) -> str:
        """The address of this page with the chosen row, to come back to."""
        return self.opens + self.chosen if self.opened else self.base

    @property
    def path_separator(self) -> str:
        """The same as ``separator`` for ``path``."""
        return separator(self.path)

    @property
    def chosen(self) -> str:
        """The reference of the chosen row."""
        return self.opened.reference if self.opened else ""

    @property
    def updated(self) -> str:
        """When the rows were read."""
        return moments.clock_seconds(self.now)

    @property
    def refresh(self) -> str:
        """The address of the rows as they are later, beside the panel that is open now."""
        # What changed is told once: the next refresh counts from what this one saw.
        seen = self.opened.version if self.opened else 0
        return f"{self.opens}{self.chosen}&seen={seen}"

    @property
    def is_refresh(self) -> bool:
        """Whether the panel is on the screen already."""
        return self.asked.seen is not None

    @property
    def has_left(self) -> bool:
        """Whether the appointment in the panel is not on the list any more."""
        return self.is_refresh and bool(self.asked.reference) and self.opened is None

    @property
    def has_changed(self) -> bool:
        """Whether somebody changed the appointment after the panel was opened."""
        return self.is_refresh and self.opened is not None and self.opened.version != self.asked.seen

    @property
    def can_select(self) -> bool:
        """Whether some rows can be dealt with together."""
        return any(self.frame.selects in row.together for group in self.groups for row in group.rows)

    @property
    def being_called(self) -> str:
        """Who else calls the customer in the panel now; the list says so, the panel was made before."""
        called = self.is_refresh and self.opened is not None and self.opened.calling_by_id != self.user.pk
        return rows.calling(self.opened, self.now) if called and self.opened else ""

    @cached_property
    def sheet(self) -> appointment.Sheet | None:
        """The chosen row with its forms; made when asked for: a refresh of the rows does without."""
        if self.opened is None:
            return None
        back = self.here if self.stays else self.base
        return appointment.sheet(self.opened, user=self.user, now=self.now, back=back)

    @cached_property
    def story(self) -> appointment.AppointmentPage | None:
        """The chosen row with its history and the times it can move to."""
        return appointment.page(self.sheet, now=self.now) if self.sheet else None

    @cached_property
    def change(self) -> history.LogLine | None:
        """What was done last to the chosen row, and by whom."""
        return history.log_lines(self.opened, limit=1)[0] if self.opened else None

    @cached_property
    def cause(self) -> history.LogLine | None:
        """What was done last to the chosen row, apart from who works on it."""
        lines = history.log_lines(self.opened, limit=1, without=CLAIMS) if self.opened else []
        return lines[0] if lines else None


def work(
    found: QuerySet[Appointment],
    *,
    frame: Frame,
    grouping: Grouping,
    path: str,
    asked: Asked,
    user: User,
    now: dt.datetime,
    stays: bool = False,
) -> Work:
    """A page of a list, in groups, with the row that was asked for, or else the first one."""
    page = rows.page(found, asked.page)
    shown = list(page.object_list)
    opened = choose(shown, asked, found)
    mark_watched(shown, opened, user=user, now=now)
    return Work(
        frame=frame,
        path=path,
        page=page,
        groups=grouping(shown, now),
        opened=opened,
        asked=asked,
        user=user,
        now=now,
        stays=stays,
    )


def mark_watched(
    found: Sequence[Appointment], opened: Appointment | None, *, user: User, now: dt.datetime
) -> None:
    """Say that this person has one open, and write on each who else has it open."""
    if opened:
        watching.watch(opened.reference, user=user, now=now)
    others = watching.watchers([one.reference for one in found], user=user, now=now)
    for one in found:
        vars(one)["watched_by"] = others.get(one.reference, [])


def choose(shown: Sequence[Appointment], asked: Asked, found: QuerySet[Appointment]) -> Appointment | None:
    """The row asked for, or the first one shown; a refresh leaves open what the panel shows."""
    wanted = next((one for one in shown if one.reference == asked.reference), None)
    if wanted is None and asked.reference:
        # Rows move up when others leave: what moved to another page has not left the list.
        wanted = found.filter(reference=asked.reference).first()
    if wanted is None and asked.seen is None:
        return next(iter(shown), None)
    return wanted


def at_page(address: str, number: int, name: str = "page") -> str:
    """The address of a page of a list; the first one needs no number."""
    return address if number == 1 else f"{address}{separator(address)}{name}={number}"


def separator(address: str) -> str:
    """What comes between an address and one more parameter."""
    return "&" if "?" in address else "?"
