"""What is to come: callbacks and calls expected in the next weeks, and the time there is for them.

All days are local to the scope's zone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from django.db.models import Count

from availability.coverage import offered
from availability.models import Specialist, Topic
from availability.queries import published_by
from availability.slots import DAY, Person
from callbacks.metrics.capacity import HALF_HOUR, WEEKS_AHEAD, Cell, Place, capacity, offered_by, places
from callbacks.metrics.history import History, errors, read_history
from callbacks.metrics.scope import A_WEEK, Scope, midnight, monday_of
from callbacks.models import Appointment
from callbacks.states import OPEN

WEEKS_KNOWN = 13
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class WhatIf:
    """What could happen: so many specialists away on a local day, and so much more demand (percent)."""

    day: dt.date | None = None
    away: int = 0
    more: int = 0


@dataclass(frozen=True)
class Ahead:
    """A team (key) in a period that begins on a local day: what is expected, and what there is for it.

    ``callbacks`` need a slot each: times promised, and callers for whom there was none. ``calls`` are
    attempts. ``needed`` and ``offered`` are minutes, buffers included. ``hit`` are open appointments of those
    who would be away.
    """

    team: int
    day: dt.date
    callbacks: float = 0.0
    calls: float = 0.0
    needed: float = 0.0
    offered: int = 0
    hit: int = 0

    @property
    def slots(self) -> int | None:
        """How many callbacks of the length expected fit; unknown where none are expected."""
        return int(self.offered * self.callbacks / self.needed) if self.needed else None

    @property
    def over(self) -> int | None:
        """Slots more than needed; below nothing: short by so many."""
        return None if self.slots is None else self.slots - round(self.callbacks)

    def with_day(self, day: "Ahead") -> "Ahead":
        """The same period, one day longer."""
        return replace(
            self,
            callbacks=self.callbacks + day.callbacks,
            calls=self.calls + day.calls,
            needed=self.needed + day.needed,
            offered=self.offered + day.offered,
            hit=self.hit + day.hit,
        )


@dataclass(frozen=True)
class Forecast:
    """The four weeks after the present one.

    ``usual`` are callbacks by topic (key) on each weekday (ISO), and ``cells`` the four weeks laid over each
    other, with what is needed as ``booked``: both whatever would happen. ``off`` is how far a forecast of the
    last four weeks would have been off, as a share of what came, and ``naive`` the same of repeating the week
    before; None when nothing came.
    """

    days: list[Ahead]
    usual: dict[int, dict[int, float]]
    cells: dict[Place, Cell]
    off: float | None
    naive: float | None

    @property
    def weeks(self) -> list[Ahead]:
        """By team and week."""
        found: dict[tuple[int, dt.date], Ahead] = {}
        for one in self.days:
            monday = one.day - one.day.weekday() * DAY
            week = found.get((one.team, monday), Ahead(one.team, monday))
            found[one.team, monday] = week.with_day(one)
        return list(found.values())


@dataclass(frozen=True)
class Plan:
    """What a forecast is made of: what came, the ``coming`` days, minutes by topic, and teams by person."""

    past: Scope
    history: History
    coming: Sequence[dt.date]
    lengths: Mapping[int, int]
    people: Mapping[int, int]

    def days(self, what_if: WhatIf) -> list[Ahead]:
        """Each team on each of the days."""
        start, end = self._edges(self.coming[0], self.coming[-1])
        published = published_by(specialists=list(self.people), start=start, end=end)
        found = []
        for day in self.coming:
            hours = self._hours(published, day)
            gone = _with_most(hours, what_if.away) if day == what_if.day else set()
            hit = self._open_appointments(gone, day)
            there = {key: minutes for key, minutes in hours.items() if key not in gone}
            for team in self.past.teams:
                asked = self._asked(team, day, 1 + what_if.more / 100)
                found.append(replace(asked, offered=self._of(team, there), hit=self._of(team, hit)))
        return found

    def cells(self) -> dict[Place, Cell]:
        """What is needed goes to the half-hours in which it was booked and refused before."""
        cells: defaultdict[Place, Cell] = defaultdict(Cell)
        for spans in offered_by(
            self.people, *self._edges(self.coming[0], self.coming[-1]), self.past.zone
        ).values():
            for place, minutes in places(spans.items(), HALF_HOUR).items():
                cells[place].offered += minutes / HALF_HOUR
        before = {place: cell.booked + cell.refused for place, cell in capacity(self.past).cells.items()}
        for weekday, needed in self._needed().items():
            same = {place: n for place, n in before.items() if place[0] == weekday and n}
            for place, n in same.items():
                cells[place].booked += needed / HALF_HOUR * n / sum(same.values())
        return dict(cells)

    def _needed(self) -> dict[int, float]:
        """Minutes by weekday (ISO)."""
        needed = dict.fromkeys(range(1, 8), 0.0)
        for team, day in product(self.past.teams, self.coming):
            needed[day.isoweekday()] += self._asked(team, day, 1.0).needed
        return needed

    def _asked(self, team: int, day: dt.date, factor: float) -> Ahead:
        """What is expected of a team on a day, so many times the usual."""
        if day in self.history.closed[team]:
            return Ahead(team, day)
        kinds = {
            kind: factor * self.history.expected(kind, day.isoweekday())
            for kind in self.history.came
            if kind[0] == team
        }
        return Ahead(
            team,
            day,
            callbacks=sum(kinds.values()),
            calls=sum(n * self.history.calls.get(kind, 0.0) for kind, n in kinds.items()),
            needed=sum(n * self.lengths[kind[1]] for kind, n in kinds.items()),
        )

    def _of(self, team: int, counted: Mapping[int, int]) -> int:
        return sum(n for key, n in counted.items() if self.people[key] == team)

    def _hours(self, published: Mapping[int, Person], day: dt.date) -> dict[int, int]:
        """Minutes that each of these people offers on a day."""
        return {key: offered(person, *self._edges(day, day)) // MINUTE for key, person in published.items()}

    def _open_appointments(self, people: Collection[int], day: dt.date) -> dict[int, int]:
        if not people:
            return {}
        start, end = self._edges(day, day)
        booked = Appointment.objects.filter(
            specialist__in=people, state__in=OPEN, starts_at__gte=start, starts_at__lt=end
        )
        return dict(booked.order_by().values_list("specialist").annotate(n=Count("pk")))

    def _edges(self, first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
        return midnight(first, self.past.zone), midnight(last + DAY, self.past.zone)


def forecast(scope: Scope, what_if: WhatIf | None = None) -> Forecast:
    """What is expected for the scope's teams and topic, as known at its ``now``. Its weeks do not matter."""
    present = monday_of(scope.now, scope.zone)
    past = replace(scope, monday=present - A_WEEK * WEEKS_KNOWN, weeks=WEEKS_KNOWN, channel="", half="")
    coming = [present + A_WEEK + DAY * number for number in range(7 * WEEKS_AHEAD)]
    history = read_history(past, until=coming[-1])
    lengths = {one.pk: one.duration + one.buffer for one in Topic.objects.in_bulk().values()}
    people = Specialist.objects.filter(team__in=scope.teams, is_active=True)
    people = people.filter(topics=scope.topic) if scope.topic else people
    plan = Plan(past, history, coming, lengths, dict(people.values_list("pk", "team")))
    off, naive = errors(history, scope.teams)
    return Forecast(plan.days(what_if or WhatIf()), history.usual(), plan.cells(), off, naive)


def _with_most(hours: Mapping[int, int], number: int) -> set[int]:
    """So many of those who offer anything, the ones who would be missed most."""
    there = sorted((key for key, minutes in hours.items() if minutes), key=lambda key: (-hours[key], key))
    return set(there[:number])
