"""Capacity against demand: time offered, booked and refused, by day of the week and half-hour.

Time is counted in half-hours of one specialist, by the clock of the scope's zone. What calendars elsewhere
say is not taken off: they hold our appointments too.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import TruncWeek

from availability.coverage import Period, offered, worked
from availability.models import Specialist, Topic
from availability.queries import published_by
from callbacks.metrics import contacts, promises
from callbacks.metrics.daily import TEAM, count, once, widest
from callbacks.metrics.offers import Offer, offers
from callbacks.metrics.scope import A_WEEK, Scope, midnight, monday_of
from callbacks.metrics.statistics import Share
from callbacks.models import Reservation

A_DAY = 24 * 60
HALF_DAY = 12 * 60
HALF_HOUR = 30
HALVES = "am", "pm"
WEEKS_AHEAD = 4

# An ISO weekday, and a piece of the day: if not said otherwise a half-hour (0 is midnight, 24 is noon).
Place = tuple[int, int]
# An ISO weekday, and the minutes of the day at which a piece of time begins and ends.
Span = tuple[int, int, int]

# Promises that count as in the look back: minutes by half-hour of the week, of these people or of all; and of
# each person by half of the day.
PLACED = """
SELECT team_id, weekday, place, sum(minutes)::int
FROM (
  SELECT team_id, extract(isodow FROM day)::int AS weekday, unnest(places) AS place,
    unnest(minutes) AS minutes
  FROM days WHERE %(people)s::bigint[] IS NULL OR specialist_id = ANY (%(people)s)
) AS one
GROUP BY team_id, weekday, place
"""
BY_HALF = """
SELECT team_id, specialist_id, extract(isodow FROM day)::int AS weekday, half_day, sum(booked)::int
FROM days GROUP BY team_id, specialist_id, weekday, half_day
"""


@dataclass
class Cell:
    """Half-hours ``offered`` and ``booked``, and callers ``refused``, at one place of the week."""

    offered: float = 0.0
    booked: float = 0.0
    refused: int = 0


@dataclass(frozen=True)
class Shortage:
    """A topic (key) that lacks ``slots`` a week on a weekday (ISO) before or after noon."""

    topic: int
    weekday: int
    half: str
    slots: int


@dataclass(frozen=True)
class Capacity:
    """The weeks of a scope laid over each other, and where more should be published, the worst first."""

    cells: dict[Place, Cell]
    shortages: list[Shortage]

    @property
    def booked(self) -> Share:
        """How much was booked of what was offered, in whole half-hours."""
        cells = self.cells.values()
        return Share(round(sum(one.booked for one in cells)), round(sum(one.offered for one in cells)))

    @property
    def refused(self) -> int:
        """Who wanted a callback and got none."""
        return sum(one.refused for one in self.cells.values())


def capacity(scope: Scope) -> Capacity:
    """What the people of the teams offered until the scope's ``now``, and what was asked of them.

    A topic narrows it to those who know it, with all that is booked with them. Everything counts whatever
    the channel. Who belongs to a team and knows a topic is read as it is today.
    """
    whole = replace(scope, channel="", half="")
    people = {key: one for key, one in offers(whole).items() if whole.topic in {None, *one.topics}}
    until = max(whole.start, min(whole.end, whole.now))
    spans = {key: _counted(one.within(whole.start, until), whole.zone) for key, one in people.items()}
    refused = contacts.refused(whole)
    cells: defaultdict[Place, Cell] = defaultdict(Cell)
    for place, minutes in places(_all(spans.values()), HALF_HOUR).items():
        cells[place].offered = minutes / HALF_HOUR
    for place, minutes in _booked(whole, people).items():
        cells[place].booked = minutes / HALF_HOUR
    for (_topic, day, number), n in refused.items():
        cells[day.isoweekday(), number].refused += n
    inside = {place: cell for place, cell in cells.items() if scope.half in {"", half_of(place)}}
    short = _shortages(whole, people, _free(whole, spans), refused)
    return Capacity(inside, [one for one in short if scope.half in {"", one.half}])


def ahead(scope: Scope) -> dict[tuple[int, dt.date], Share]:
    """How full the four weeks after this one are: minutes taken of those offered, by team and Monday.

    Taken are open appointments, with the time behind them that nobody else can have.
    """
    wide = widest(scope)
    found = once(("ahead", wide), lambda: _ahead(wide))
    return {key: share for key, share in found.items() if key[0] in scope.teams}


def offered_by(
    people: Collection[int], start: dt.datetime, end: dt.datetime, zone: ZoneInfo
) -> dict[int, Counter[Span]]:
    """What these people (keys) offer between two instants (UTC), by key: how often each span of the week."""
    published = published_by(specialists=list(people), start=start, end=end)
    return {key: _counted(worked(person, start, end), zone) for key, person in published.items()}


def places(spans: Iterable[tuple[Span, int]], length: int) -> Counter[Place]:
    """Minutes by weekday and piece of the day, each so many minutes long, of spans that came so often."""
    minutes: Counter[Place] = Counter()
    for (weekday, begins, finishes), n in spans:
        for number in range(begins // length, -(-finishes // length)):
            inside = min(finishes, (number + 1) * length) - max(begins, number * length)
            minutes[weekday, number] += n * inside
    return minutes


def half_of(place: Place) -> str:
    """The half of the day in which a half-hour lies: ``am`` before noon, ``pm`` after."""
    return HALVES[place[1] * HALF_HOUR // HALF_DAY]


def _ahead(scope: Scope) -> dict[tuple[int, dt.date], Share]:
    mondays = [monday_of(scope.now, scope.zone) + A_WEEK * number for number in range(1, WEEKS_AHEAD + 2)]
    edges = [midnight(day, scope.zone) for day in mondays]
    members = dict(Specialist.objects.filter(team__in=scope.teams, is_active=True).values_list("pk", "team"))
    people = published_by(specialists=list(members), start=edges[0], end=edges[-1])
    taken = _taken(members, edges[0], edges[-1], scope.zone)
    found: dict[tuple[int, dt.date], Share] = {}
    for monday, start, end in zip(mondays, edges, edges[1:], strict=False):
        hours: Counter[int] = Counter()
        for key, person in people.items():
            hours[members[key]] += _minutes(offered(person, start, end))
        found |= {(team, monday): Share(taken[team, monday], hours[team]) for team in scope.teams}
    return found


def _booked(scope: Scope, people: Collection[int]) -> Counter[Place]:
    """Minutes by half-hour: of the teams, or of these people when a topic narrows it."""
    minutes: Counter[Place] = Counter()
    if scope.topic:
        whole = replace(scope, topic=None)
        rows = count(promises.BOOKED_BY_PERSON, PLACED, whole, people=list(people))
    else:
        rows = count(promises.BOOKED, PLACED, scope, by=(TEAM,), people=None)
    for _team, weekday, number, n in rows:
        minutes[_in_week(weekday, number, A_DAY // HALF_HOUR)] += n
    return minutes


def _free(scope: Scope, spans: Mapping[int, Counter[Span]]) -> dict[int, dict[Place, int]]:
    """Minutes that each of these people (keys) had left, by weekday and half of the day (0 and 1)."""
    booked: defaultdict[int, Counter[Place]] = defaultdict(Counter)
    rows = count(promises.BOOKED_BY_PERSON, BY_HALF, replace(scope, topic=None), by=(TEAM,))
    for _team, key, weekday, number, n in rows:
        booked[key][_in_week(weekday, number, len(HALVES))] += n
    return {
        key: {place: max(0, n - booked[key][place]) for place, n in places(own.items(), HALF_DAY).items()}
        for key, own in spans.items()
    }


def _taken(
    members: Mapping[int, int], start: dt.datetime, end: dt.datetime, zone: ZoneInfo
) -> Counter[tuple[int, dt.date]]:
    """Minutes taken between two instants (UTC), by team and by Monday of the week in which they begin."""
    inside = Reservation.objects.filter(
        specialist__in=members, appointment__isnull=False, starts_at__gte=start, starts_at__lt=end
    )
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    weekly = inside.annotate(week=TruncWeek("starts_at", tzinfo=zone)).values_list("specialist", "week")
    taken: Counter[tuple[int, dt.date]] = Counter()
    for key, week, total in weekly.annotate(total=Sum(length)):
        taken[members[key], week.date()] += _minutes(total)
    return taken


def _shortages(
    scope: Scope,
    people: Mapping[int, Offer],
    free: Mapping[int, Mapping[Place, int]],
    refused: Mapping[tuple[int, dt.date, int], int],
) -> list[Shortage]:
    """Where more callers on a topic were refused than those who know it still had slots free."""
    asked: Counter[tuple[int, Place]] = Counter()
    for (topic, day, number), n in refused.items():
        asked[topic, (day.isoweekday(), number * HALF_HOUR // HALF_DAY)] += n
    # A morning says nothing about a week: what is not over yet counts as a whole one.
    weeks = max(1.0, (min(scope.end, scope.now) - scope.start) / A_WEEK)
    topics = Topic.objects.in_bulk({topic for topic, _place in asked})
    found = []
    for (topic, place), n in asked.items():
        minutes = sum(left.get(place, 0) for key, left in free.items() if topic in people[key].topics)
        length = topics[topic].duration + topics[topic].buffer
        if slots := round((n - minutes // length) / weeks):
            found.append(Shortage(topic, place[0], HALVES[place[1]], slots))
    return sorted(
        (one for one in found if one.slots > 0), key=lambda one: (-one.slots, one.weekday, one.half)
    )


def _counted(pieces: Iterable[Period], zone: ZoneInfo) -> Counter[Span]:
    return Counter(span for piece in pieces for span in _spans(piece, zone))


def _all(counted: Iterable[Counter[Span]]) -> Iterator[tuple[Span, int]]:
    for one in counted:
        yield from one.items()


# Colleagues share hours, and every look back asks for the same days again.
@lru_cache(maxsize=8192)
def _spans(piece: Period, zone: ZoneInfo) -> tuple[Span, ...]:
    begins, finishes = (moment.astimezone(zone) for moment in piece)
    days = (finishes.date() - begins.date()).days
    minutes = begins.hour * 60 + begins.minute, days * A_DAY + finishes.hour * 60 + finishes.minute
    return tuple(_by_day(begins.isoweekday(), *minutes))


def _in_week(weekday: int, number: int, pieces: int) -> Place:
    """A piece of a day, counted from the midnight at which another day began: so many make up a day."""
    days, number = divmod(number, pieces)
    return (weekday - 1 + days) % 7 + 1, number


def _by_day(weekday: int, begins: int, finishes: int) -> Iterator[Span]:
    """A piece of time, cut at midnight."""
    while begins < finishes:
        yield weekday, begins, min(finishes, A_DAY)
        weekday, begins, finishes = weekday % 7 + 1, 0, finishes - A_DAY


def _minutes(length: dt.timedelta) -> int:
    return length // dt.timedelta(minutes=1)
