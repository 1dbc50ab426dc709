"""What became of the appointments that somebody made: in one sentence each, what is new on top."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from callbacks.models import Appointment, Attempt, Promise
from callbacks.queries import made as queries
from callbacks.queries.lists import with_people
from callbacks.states import CLOSED, State
from frontoffice.presenters import history, moments, rows
from frontoffice.presenters.status import Status
from frontoffice.presenters.work import Asked, Frame, Work, work

FRAME = Frame(
    title=gettext_lazy("Made by me"),
    empty=gettext_lazy("You booked nothing in the last 14 days. What you book appears here with its result."),
    panel="made/panel.html",
    rows="made/rows.html",
    tools="made/all.html",
)


@dataclass(frozen=True)
class MadeRow(rows.Row):
    """One appointment that this person made. ``news`` says how it stands, ``outcome`` is the promise's."""

    outcome: Status
    news: str
    result: str
    is_unread: bool


@dataclass(frozen=True)
class MadePage:
    """A page of the list; ``unread`` counts all that is new, on every page."""

    work: Work
    unread: int
    seen_at: str

    @cached_property
    def may_open(self) -> bool:
        """Whether this person sees the chosen one's own page: not when it went to somebody else's team."""
        opened = self.work.opened
        return bool(opened and Appointment.objects.visible_to(self.work.user).filter(pk=opened.pk).exists())

    @property
    def attempts(self) -> list[history.AttemptLine]:
        """The calls for the chosen one, the last one first; a team's own notes are for those who see it."""
        lines = history.attempt_lines(self.work.opened) if self.work.opened else []
        return lines if self.may_open else [replace(line, note="") for line in lines]

    @property
    def news(self) -> list[history.LogLine]:
        """What others did to the chosen one since it was read, the last thing first."""
        opened = self.work.opened
        return history.news_lines(opened) if opened and self.is_unread and self.may_open else []

    @property
    def is_unread(self) -> bool:
        """Whether something about the chosen one is new."""
        return bool(self.work.opened and is_unread(self.work.opened))


def made(*, user: User, now: dt.datetime, asked: Asked) -> MadePage:
    """A page of what this person booked in the last 14 days, what is new first."""
    found = _with_results(queries.made_by(user=user, now=now))
    return MadePage(
        work=work(
            found, frame=FRAME, grouping=by_news, path=reverse("made"), asked=asked, user=user, now=now
        ),
        unread=queries.unread_count(user=user, now=now),
        seen_at=now.isoformat(),
    )


def by_news(appointments: Sequence[Appointment], now: dt.datetime) -> list[rows.Group]:
    """Rows in the order of ``queries.made.made_by``: what is new, then the rest."""
    found = [row(one, now) for one in appointments]
    titles = {True: gettext_lazy("New for you"), False: gettext_lazy("Nothing new")}
    groups = [(title, [one for one in found if one.is_unread is unread]) for unread, title in titles.items()]
    return [rows.Group(title, group) for title, group in groups if group]


def row(appointment: Appointment, now: dt.datetime) -> MadeRow:
    """What the list shows of one appointment."""
    attempts: list[Attempt] = vars(appointment)["all_attempts"]
    promises: list[Promise] = vars(appointment)["all_promises"]
    return MadeRow(
        **vars(rows.row(appointment, now)),
        outcome=history.promise_outcome(promises[-1], now),
        news=news(appointment, promises=promises, attempts=attempts, now=now),
        result=next((one.result_for_agent or one.result_for_customer for one in reversed(attempts)), ""),
        is_unread=is_unread(appointment),
    )


def is_unread(appointment: Appointment) -> bool:
    """Whether somebody else did something that matters since it was read."""
    return bool(vars(appointment)["is_unread"])


def news(
    appointment: Appointment, *, promises: Sequence[Promise], attempts: Sequence[Attempt], now: dt.datetime
) -> str:
    """How it stands with an appointment, for whoever promised it: the most pressing thing in a few words."""
    last = attempts[-1] if attempts else None
    if appointment.state in CLOSED:
        return _ended(appointment, promises[-1], last)
    if appointment.state == State.TO_REBOOK:
        return _("needs a new time")
    if promises[-1].is_overdue(now):
        return _("promise broken: nobody has called yet")
    if last:
        return _("called: %(outcome)s") % {"outcome": last.get_outcome_display()}
    if len(promises) > 1:
        return _("new agreed time: %(at)s") % {"at": moments.day_clock(appointment.starts_at, now)}
    return rows.distance(appointment, now)


def _ended(appointment: Appointment, promise: Promise, last: Attempt | None) -> str:
    if appointment.state != State.COMPLETED or last is None:
        return appointment.state_label
    words = {"promise": promise.get_outcome_display(), "outcome": last.get_outcome_display()}
    return _("%(promise)s: %(outcome)s") % words


def _with_results(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With all promises and calls, in a fixed number of queries."""
    promises = Prefetch("promises", Promise.objects.order_by("made_at", "pk"), to_attr="all_promises")
    attempts = Prefetch("attempts", Attempt.objects.order_by("number"), to_attr="all_attempts")
    return with_people(appointments).prefetch_related(promises, attempts)
