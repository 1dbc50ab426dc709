"""What has been understood of a wish for a time, put together piece by piece."""

import datetime as dt
from dataclasses import dataclass

AHEAD = dt.timedelta(days=730)
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """When a caller wants to be called, as far as said, in local time.

    ``first_day`` is the day to begin looking on; a call may begin from ``earliest`` on and before ``latest``.
    """

    first_day: dt.date | None = None
    earliest: dt.time | None = None
    latest: dt.time | None = None


class Unclear(Exception):
    """The words contradict each other, or mean nothing."""


class Said:
    """The pieces so far; ``today`` is the local day."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self._day: dt.date | None = None
        self._monday: dt.date | None = None
        self._weekday: int | None = None
        self._earliest: dt.time | None = None
        self._latest: dt.time | None = None

    @property
    def this_monday(self) -> dt.date:
        """When the week that runs began."""
        return self.today - dt.timedelta(days=self.today.weekday())

    @property
    def has_day(self) -> bool:
        """Whether a day or a week is known."""
        return bool(self._day or self._monday) or self._weekday is not None

    def on(self, day: dt.date) -> None:
        """A day; a second one is a contradiction."""
        if self._day or self._monday:
            raise Unclear
        self._day = day

    def in_week(self, monday: dt.date) -> None:
        """A week; a weekday may come before or after it."""
        if self._day or self._monday:
            raise Unclear
        self._monday = monday

    def on_weekday(self, number: int) -> None:
        """A weekday: 0 is Monday."""
        if self._weekday is not None:
            raise Unclear
        self._weekday = number

    def between(self, earliest: dt.time | None, latest: dt.time | None) -> None:
        """Bounds of the hour; more of them narrow each other down, as in "'s middags na 3"."""
        if earliest:
            self._earliest = max(earliest, self._earliest or earliest)
        if latest:
            self._latest = min(latest, self._latest or latest)

    def wanted(self) -> Wanted:
        """All of it together; raises ``Unclear`` for what cannot be."""
        # Nothing is before midnight either.
        if self._latest and (self._earliest or dt.time(0)) >= self._latest:
            raise Unclear
        day = self._first_day()
        if day and not self.today <= day < self.today + AHEAD:
            raise Unclear
        return Wanted(day, self._earliest, self._latest)

    def _first_day(self) -> dt.date | None:
        if self._monday:
            return self._in_its_week(self._monday)
        if self._weekday is None:
            return self._day
        if self._day is None:
            return self.today + dt.timedelta(days=(self._weekday - self.today.weekday() - 1) % 7 + 1)
        # "di 24-11": the date counts, if that is a Tuesday.
        if self._day.weekday() != self._weekday:
            raise Unclear
        return self._day

    def _in_its_week(self, monday: dt.date) -> dt.date:
        if self._weekday is None:
            # Of the week that runs, what is left.
            return max(monday, self.today)
        return monday + dt.timedelta(days=self._weekday)
