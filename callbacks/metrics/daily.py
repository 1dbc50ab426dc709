"""Counting by day, and each day only once.

What counts is read from ``Rows``: the promises that fell due in some time, the contacts that were made. The
statements of this package do not ask for them but for what they come to by day (``Daily``). Of days that are
over that is kept (``callbacks.models.counting``); of all others it is counted now, from their rows. Within
``gathered`` these rows are read once for a whole page, and nothing is found twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from availability.models import Topic
from callbacks.metrics.scope import Scope, midnight
from callbacks.metrics.statistics import Place
from callbacks.models import CountedDay
from callbacks.states import CONNECTED, OWNED

Found = TypeVar("Found")

A_DAY = dt.timedelta(days=1)
VALUES = {"connected": list(CONNECTED), "owned": list(OWNED)}


@dataclass(frozen=True)
class Rows:
    """What counts: ``text`` is a ``WITH name AS (…)`` of the rows, each with its local ``day``, between each
    of ``%(starts)s`` and ``%(ends)s``. A day is over when it has ended and ``matures`` has passed.
    """

    name: str
    text: str
    matures: dt.timedelta = dt.timedelta()

    def gather(self, table: str) -> str:
        """The statement that lets them wait in a table of the session."""
        return f"CREATE TEMPORARY TABLE {table} AS {self.text} SELECT * FROM {self.name}"

    def waiting(self, table: str) -> str:
        """The same beginning, of those that wait there."""
        inside = "day >= %(first)s AND day < %(until)s"
        return f"WITH {self.name} AS (SELECT * FROM {table} WHERE {inside})\n"


@dataclass(frozen=True)
class Daily:
    """What ``rows`` come to by day: ``text`` counts it, ``model`` keeps it. Statements know it as ``days``.

    ``narrow`` is the condition on what answers a scope. Where the text counts the same in small pieces and in
    large ones it must take one size of them, else everything is counted twice.
    """

    rows: Rows
    model: type[Model]
    text: str
    narrow: str

    @property
    def fields(self) -> list[Any]:
        """What the table keeps and the ``text`` counts, in this order."""
        return [one for one in self.model._meta.concrete_fields if not one.primary_key]

    @cached_property
    def columns(self) -> str:
        """Their names."""
        return ", ".join(str(one.column) for one in self.fields)

    @cached_property
    def casts(self) -> str:
        """The same, each as its type."""
        return ", ".join(f"{one.column}::{one.db_type(connection)}" for one in self.fields)

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.model._meta.db_table

    @cached_property
    def days(self) -> str:
        """The rows of days: those that are kept, and those that are counted now."""
        inside = "day >= %(first)s AND day < %(until)s AND day <> ALL (%(open)s::date[])"
        kept = f"SELECT {self.columns} FROM {self.table} WHERE {inside} AND {self.narrow}"
        # Of the very types of the table, else every row that is kept would be cast.
        counted = f"SELECT {self.casts} FROM ({self.text}) AS day WHERE {self.narrow}"
        return f", days AS ({kept}\nUNION ALL\n{counted})\n"


# The pieces of time that are read.
PERIODS = "unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS period(starts, ends)"


def inside(moment: str) -> str:
    """The condition that a moment lies in a piece of the time that is read."""
    # The planner does not know the pieces and would take a ninth of all rows: so it is told where they end.
    return (
        f"{moment} >= period.starts AND {moment} < period.ends"
        f" AND {moment} >= %(first_start)s AND {moment} < %(last_end)s"
    )


def is_over(rows: Rows, day: dt.date, now: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether a local day is over for these rows at ``now`` (UTC)."""
    return midnight(day + A_DAY, zone) + rows.matures <= now


def of_teams(team: str) -> str:
    """The condition that a column is among the teams asked for; of no team in particular, all."""
    return f"(%(teams)s::bigint[] IS NULL OR {team} = ANY (%(teams)s))"


def narrowed(topic: str, channel: str, half: str) -> str:
    """The condition that columns are of what a scope is narrowed down to."""
    return f"""(%(topic)s::bigint IS NULL OR {topic} = %(topic)s)
    AND (%(channel)s::text IS NULL OR {channel} = %(channel)s)
    AND (%(half)s::text IS NULL OR {half} = %(half)s)"""


def half_of(moment: str) -> str:
    """The half of the local day in which a moment lies."""
    return f"CASE WHEN ({moment} AT TIME ZONE %(zone)s)::time < '12:00' THEN 'am' ELSE 'pm' END"


@dataclass(frozen=True)
class Waiting:
    """A scope of which rows wait in a table, and its days that are not kept."""

    scope: Scope
    open_days: Sequence[dt.date]
    table: str


Answer = list[tuple[Any, ...]]

# By the name of the rows; and what was found already, by what was looked for.
_waiting: ContextVar[Mapping[str, Waiting]] = ContextVar("waiting")
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("found", default=None)

# Those that stand at some ranks among all numbers of a column.
NUMBERS = """
SELECT percentile_disc(%(ranks)s::float[]) WITHIN GROUP (ORDER BY number)
FROM (SELECT unnest({column}) AS number FROM days) AS one
"""

# What the rows of an answer can begin with. One that was given for more than a scope is told apart by it.
WEEK, TEAM, TOPIC = "week", "team", "topic"

# The tables live as long as the page: there is no disk to wait for. Durations are sorted in memory.
FOR_A_PAGE = "SET LOCAL synchronous_commit TO off; SET LOCAL work_mem TO '32MB'"


@contextmanager
def gathered(scope: Scope, *kinds: Rows) -> Iterator[None]:
    """Read the rows of a scope once for all that is counted of it inside; and find nothing twice.

    What waits already is not read again.
    """
    outside = _waiting.get({})
    missing = [rows for rows in kinds if not _waits(rows, scope)]
    if not missing:
        yield
        return
    waiting = {rows.name: Waiting(scope, _open_days(rows, scope), _table(rows, outside)) for rows in missing}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOR_A_PAGE)
        for rows in missing:
            one = waiting[rows.name]
            cursor.execute(rows.gather(one.table), _values(scope, one.open_days))
        found = _found.get()
        tokens = _waiting.set({**outside, **waiting}), _found.set({} if found is None else found)
        try:
            yield
        finally:
            _waiting.reset(tokens[0])
            _found.reset(tokens[1])
        for one in waiting.values():
            cursor.execute(f"DROP TABLE {one.table}")


def once(key: Hashable, find: Callable[[], Found]) -> Found:
    """What is found; within ``gathered`` it is looked for only once."""
    found = _found.get()
    if found is None:
        return find()
    if key not in found:
        found[key] = find()
    return cast("Found", found[key])


def count(daily: Daily, statement: str, scope: Scope, by: Sequence[str] = (), **more: Any) -> Answer:
    """What a statement makes of the ``days`` of a scope.

    ``by`` is what its rows begin with, of ``WEEK``, ``TEAM`` and ``TOPIC``: then it is asked once for all
    that is gathered.
    """

    def ask(wide: Scope) -> Answer:
        beginning, values = _beginning(daily.rows, wide)
        return _answer(beginning + daily.days + statement, {**values, **more})

    return _part(daily.rows, scope, by, (daily, statement, repr(more)), ask)


def percentiles(
    daily: Daily, column: str, n: int, shares: Sequence[float], scope: Scope
) -> list[float | None]:
    """The values below which these shares lie of the ``n`` numbers that a column of the days holds."""
    if not n:
        return [None] * len(shares)
    places = [Place(n, share) for share in shares]
    # It takes the first number whose rank is not below this share of all: half a rank is safe from rounding.
    ranks = [(number + 0.5) / n for one in places for number in (one.below, one.above)]
    ((numbers,),) = count(daily, NUMBERS.format(column=column), scope, ranks=ranks)
    if numbers is None:  # Gone in the moment since they were counted.
        return [None] * len(shares)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return [one.between(*pair) for one, pair in zip(places, pairs, strict=True)]


def count_rows(rows: Rows, statement: str, scope: Scope, by: Sequence[str] = ()) -> Answer:
    """The same of all rows of a scope, for what is rare and has an index of its own among them."""

    def ask(wide: Scope) -> Answer:
        return count_between(rows, statement, wide, start=wide.start, end=wide.end)

    return _part(rows, scope, by, (rows, statement), ask)


def count_between(
    rows: Rows, statement: str, scope: Scope, *, start: dt.datetime, end: dt.datetime
) -> Answer:
    """What a statement makes of all rows between two instants (UTC), whatever the weeks of the scope."""
    return _answer(rows.text + statement, {**scope.values(), **VALUES, **_periods([start], [end])})


def count_day(daily: Daily, statement: str, scope: Scope, day: dt.date) -> Answer:
    """What a statement makes of what a day comes to for all teams, which it knows as ``counted``."""
    counted = f", counted AS (SELECT {daily.columns} FROM ({daily.text}) AS day)\n"
    values = {**_values(scope, [day]), "day": day, "teams": None}
    return _answer(daily.rows.text + counted + statement, values)


def widest(scope: Scope) -> Scope:
    """The scope with all teams of which something is gathered: what is read of each team is read once."""
    for one in _waiting.get({}).values():
        if set(one.scope.teams) >= set(scope.teams):
            return replace(scope, teams=one.scope.teams)
    return scope


def _part(
    rows: Rows, scope: Scope, by: Sequence[str], asked: Hashable, ask: Callable[[Scope], Answer]
) -> Answer:
    """The part of a scope of what was answered for all that is gathered, as far as it can be told apart."""
    waiting = _waits(rows, scope)
    wide = _widened(scope, waiting.scope, by) if waiting else scope
    answer = once((asked, wide), lambda: ask(wide))
    if wide == scope:
        return answer
    for place, key in enumerate(by):
        mine = _keys(scope, key)
        answer = [row for row in answer if row[place] in mine]
    return answer


def _widened(scope: Scope, more: Scope, by: Sequence[str]) -> Scope:
    if WEEK in by:
        scope = replace(scope, monday=more.monday, weeks=more.weeks)
    if TEAM in by or TOPIC in by:
        scope = replace(scope, teams=more.teams)
    return scope


def _keys(scope: Scope, key: str) -> Collection[Any]:
    """What is asked for in a scope: its Mondays, its teams, or the topics that these handle."""
    if key == WEEK:
        return set(scope.mondays)
    if key == TEAM:
        return set(scope.teams)
    handled = once("teams of topics", teams_of_topics)
    return {topic for topic, teams in handled.items() if not teams.isdisjoint(scope.teams)}


def teams_of_topics() -> dict[int, set[int]]:
    """Who handles each topic, by key."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for topic, team in Topic.teams.through.objects.values_list("topic", "team"):
        found[topic].add(team)
    return found


def _beginning(rows: Rows, scope: Scope) -> tuple[str, Mapping[str, Any]]:
    """How a statement about a scope begins, and its values: with the rows that wait, if its own are there."""
    waiting = _waits(rows, scope)
    if waiting is None:
        return rows.text, _values(scope, _open_days(rows, scope))
    inside = [day for day in waiting.open_days if scope.monday <= day < scope.until]
    return rows.waiting(waiting.table), _values(scope, inside)


def _table(rows: Rows, outside: Mapping[str, Waiting]) -> str:
    """Of rows that wait inside others of their kind, a table of its own."""
    return f"{outside[rows.name].table}_inside" if rows.name in outside else f"gathered_{rows.name}"


def _waits(rows: Rows, scope: Scope) -> Waiting | None:
    """Where the rows of a scope wait, with others or alone; if they do."""
    waiting = _waiting.get({}).get(rows.name)
    return waiting if waiting and waiting.scope.includes(scope) else None


def _open_days(rows: Rows, scope: Scope) -> list[dt.date]:
    """The days of a scope of which nothing is kept, or not by its clock, or not as known at its ``now``."""
    days = {scope.monday + number * A_DAY for number in range((scope.until - scope.monday).days)}
    if scope.zone.key == settings.TIME_ZONE:
        counted = CountedDay.objects.filter(rows=rows.name, day__gte=scope.monday, day__lt=scope.until)
        kept = counted.values_list("day", flat=True)
        days -= {day for day in kept if is_over(rows, day, scope.now, scope.zone)}
    return sorted(days)


def _values(scope: Scope, open_days: Sequence[dt.date]) -> dict[str, Any]:
    """What the statements need to know: also which days of the scope are open, and in how few pieces."""
    known = set(open_days)
    starts = [midnight(day, scope.zone) for day in open_days if day - A_DAY not in known]
    ends = [midnight(day + A_DAY, scope.zone) for day in open_days if day + A_DAY not in known]
    return {**scope.values(), **VALUES, "open": list(open_days), **_periods(starts, ends)}


def _periods(starts: Sequence[dt.datetime], ends: Sequence[dt.datetime]) -> dict[str, Any]:
    """Pieces of time, in order."""
    first, last = (starts[0], ends[-1]) if starts else (None, None)
    return {"starts": list(starts), "ends": list(ends), "first_start": first, "last_end": last}


def _answer(statement: str, values: Mapping[str, Any]) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
