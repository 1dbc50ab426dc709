"""A list with the chosen row beside it, that refreshes itself: what all lists of appointments share."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django_stubs_ext import StrOrPromise

from accounts.models import User
from callbacks.models import Appointment
from callbacks.states import Verb
from frontoffice import watching
from frontoffice.presenters import appointment, history, rows

CLAIMS = (Verb.CLAIM, Verb.RELEASE_CLAIM)
Grouping = Callable[[Sequence[Appointment], dt.datetime], list[rows.Group]]


@dataclass(frozen=True)
class Frame:
    """What one list has of its own: its words, and the templates for its rows and for the chosen one."""

    title: StrOrPromise
    empty: StrOrPromise
    panel: str
    rows: str = "work/rows.html"
    after: str = ""
    shows_owner: bool = False
    selects: bool = False
    tools: str = ""


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list: the row to open, and which version of it a page shows already."""

    reference: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class Work:
    """Grouped rows, and the chosen one with its forms. ``base`` is the address without a chosen row.

    ``stays`` keeps the chosen row open after a verb, where otherwise the next row opens.
    """

    frame: Frame
    base: str
    groups: list[rows.Group]
    opened: Appointment | None
    asked: Asked
    user: User
    now: dt.datetime
    more: int
    stays: bool = False

    @property
    def separator(self) -> str:
        """What comes between ``base`` and one more parameter."""
        return "&" if "?" in self.base else "?"

    @property
    def chosen(self) -> str:
        """The reference of the chosen row."""
        return self.opened.reference if self.opened else ""

    @property
    def updated(self) -> str:
        """When the rows were read."""
        return f"{timezone.localtime(self.now):%H:%M:%S}"

    @property
    def refresh(self) -> str:
        """The address of the rows as they are later, beside the panel that is open now."""
        # What changed is told once: the next refresh counts from what this one saw.
        seen = self.opened.version if self.opened else 0
        return f"{self.base}{self.separator}open={self.chosen}&seen={seen}"

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
        return self.frame.selects and any(row.can_be_confirmed for group in self.groups for row in group.rows)

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
        back = f"{self.base}{self.separator}open={self.chosen}" if self.stays else self.base
        return appointment.sheet(self.opened, user=self.user, now=self.now, back=back)

    @cached_property
    def page(self) -> appointment.AppointmentPage | None:
        """The chosen row with its history and the times it can move to."""
        return appointment.page(self.sheet, now=self.now, day=None) if self.sheet else None

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
    found: Sequence[Appointment],
    *,
    frame: Frame,
    grouping: Grouping,
    base: str,
    asked: Asked,
    user: User,
    now: dt.datetime,
    more: int = 0,
    stays: bool = False,
) -> Work:
    """The rows of a list, in groups, with the row that was asked for, or else the first one."""
    opened = choose(found, asked)
    mark_watched(found, opened, user=user, now=now)
    return Work(
        frame=frame,
        base=base,
        groups=grouping(found, now),
        opened=opened,
        asked=asked,
        user=user,
        now=now,
        more=more,
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


def choose(found: Sequence[Appointment], asked: Asked) -> Appointment | None:
    """The row asked for, or the first one; a refresh leaves open what the panel shows."""
    wanted = next((one for one in found if one.reference == asked.reference), None)
    if wanted is None and found and asked.seen is None:
        return found[0]
    return wanted
