"""Which promises and contacts a figure counts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

A_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """ISO weeks from ``monday`` on, of teams (keys), as known at ``now`` (UTC).

    Days and halves of days are local to ``zone``. Optionally one topic (key), one channel through which the
    customer came, and one ``half`` of the day: ``am`` before noon, ``pm`` after.
    """

    monday: dt.date
    weeks: int
    teams: tuple[int, ...]
    zone: ZoneInfo
    now: dt.datetime
    topic: int | None = None
    channel: str = ""
    half: str = ""

    @property
    def start(self) -> dt.datetime:
        """The instant at which the first Monday begins."""
        return midnight(self.monday, self.zone)

    @property
    def end(self) -> dt.datetime:
        """The instant at which the last Sunday is over."""
        return midnight(self.until, self.zone)

    @property
    def until(self) -> dt.date:
        """The Monday after its last week."""
        return self.monday + A_WEEK * self.weeks

    @property
    def mondays(self) -> list[dt.date]:
        """The first day of each week."""
        return [self.monday + A_WEEK * number for number in range(self.weeks)]

    @property
    def is_closed(self) -> bool:
        """Whether nothing can fall due in it any more: only then do its figures stay as they are."""
        return self.now >= self.end

    @property
    def months(self) -> list[dt.date]:
        """The first days of the months that it touches, and of the one after them."""
        found = [self.monday.replace(day=1)]
        while found[-1] < self.until:
            found.append((found[-1] + dt.timedelta(days=31)).replace(day=1))
        return found

    def in_months(self) -> "Scope":
        """The weeks in which these months lie."""
        monday, after = of_week(self.months[0]), self.months[-1]
        return replace(self, monday=monday, weeks=-(-(after - monday) // A_WEEK))

    def before(self) -> "Scope":
        """As many weeks before it, to compare with; in them too only what was known at ``now`` counts."""
        return replace(self, monday=self.monday - A_WEEK * self.weeks)

    def includes(self, other: "Scope") -> bool:
        """Whether whatever counts in another scope counts in this one too."""
        narrowing = (self.topic, other.topic), (self.channel, other.channel), (self.half, other.half)
        return (
            (self.zone, self.now) == (other.zone, other.now)
            and set(self.teams) >= set(other.teams)
            and self.monday <= other.monday
            and other.until <= self.until
            and all(not mine or mine == theirs for mine, theirs in narrowing)
        )

    def together_with(self, other: "Scope") -> "Scope":
        """The weeks of both, and those between."""
        monday, until = min(self.monday, other.monday), max(self.until, other.until)
        return replace(self, monday=monday, weeks=(until - monday) // A_WEEK)

    def values(self) -> dict[str, Any]:
        """What the statements of this package need to know."""
        return {
            "first": self.monday,
            "until": self.until,
            "start": self.start,
            "end": self.end,
            "now": self.now,
            "teams": list(self.teams),
            "zone": self.zone.key,
            "topic": self.topic,
            "channel": self.channel or None,
            "half": self.half or None,
        }


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) at which a local day begins."""
    return dt.datetime.combine(day, dt.time(0), zone).astimezone(dt.UTC)


def monday_of(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The Monday of the ISO week in which an instant falls locally."""
    return of_week(moment.astimezone(zone).date())


def of_week(day: dt.date) -> dt.date:
    """The Monday of the ISO week of a local day."""
    return day - dt.timedelta(days=day.weekday())


def sums(rows: Iterable[tuple[Any, Sequence[int]]]) -> dict[Any, list[int]]:
    """Rows of numbers by their key, those of one key added up."""
    found: defaultdict[Any, list[Sequence[int]]] = defaultdict(list)
    for key, numbers in rows:
        found[key].append(numbers)
    return {key: [sum(column) for column in zip(*of_key, strict=True)] for key, of_key in found.items()}


def by_week(scope: Scope, found: dict[dt.date, Any], nothing: Any) -> Iterator[Any]:
    """What was found for each week of the scope, in order."""
    return (found.get(monday, nothing) for monday in scope.mondays)
