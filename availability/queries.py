"""Who is free when: reads what ``slots`` works with."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from availability.coverage import is_covered
from availability.facts import Candidate, Facts, read, read_of
from availability.models import Specialist, Topic
from availability.presence import LOOK_AHEAD, Presence, present
from availability.slots import INSTANT, BusySource, Need, Person, Rules, Slot, find_slots, local_days

# With a limit the search goes ahead in pieces, each twice as long as the one before.
FIRST_PIECE = dt.timedelta(days=2)
# Nobody's horizon is longer: the column holds no greater number.
FARTHEST = dt.timedelta(days=32767)


def free_slots(
    *,
    topic: Topic,
    start: dt.datetime,
    end: dt.datetime,
    now: dt.datetime,
    busy: BusySource,
    specialist: Specialist | None = None,
    limit: int | None = None,
) -> list[Slot]:
    """Slots for the topic that start from ``start`` until before ``end`` (UTC), earliest first.

    ``busy`` is asked for what is taken already. ``specialist`` asks for one person only; ``limit`` for
    at most that many slots. One query and ``busy``; with a limit, ``busy`` may be asked again.
    """
    need = Need(dt.timedelta(minutes=topic.duration), dt.timedelta(minutes=topic.buffer))
    start, end = _within(start, end, now, now + FARTHEST)
    if start >= end:
        return []
    facts = read(topic, specialist, start, end + need.duration + need.buffer)
    if not facts.candidates:
        return []
    start, end = _clip(start, end, now, facts.candidates)
    if start >= end:
        return []
    people = _people(facts, start, end + need.duration + need.buffer)
    ids = [person.specialist_id for person in people]
    found: list[Slot] = []
    for first, last in _pieces(start, end) if limit else [(start, end)]:
        taken = busy(ids, first, last + need.duration + need.buffer)
        found += find_slots(people=people, busy=taken, need=need, start=first, end=last, now=now)
        if limit and len(found) >= limit:
            break
    return found[:limit]


def free_now(*, topic: Topic, now: dt.datetime, busy: BusySource) -> list[Presence]:
    """Who of those who know the topic is there and free at ``now`` (UTC), and until when; longest first.

    Notice and horizon are for what is booked: they do not count here. One query and ``busy``.
    """
    facts = read(topic, None, now, now + LOOK_AHEAD)
    if not facts.candidates:
        return []
    people = _people(facts, now, now + LOOK_AHEAD)
    taken = busy([person.specialist_id for person in people], now, now + LOOK_AHEAD)
    return present(people=people, busy=taken, now=now)


def there_now(*, specialists: Collection[int], now: dt.datetime, busy: BusySource) -> list[Presence]:
    """The same of these people (keys), whatever they know."""
    facts = read_of(specialists, now, now + LOOK_AHEAD)
    if not facts.candidates:
        return []
    taken = busy(list(specialists), now, now + LOOK_AHEAD)
    return present(people=_people(facts, now, now + LOOK_AHEAD), busy=taken, now=now)


def time_of(*, specialists: Iterable[int], start: dt.datetime, end: dt.datetime) -> dict[int, Person]:
    """What these people (keys) published around a period (UTC), and when they are away or occupied elsewhere.

    By key; whether they can be booked does not matter. One query.
    """
    return _by_key(read_of(specialists, start, end), start, end)


def published_by(*, specialists: Iterable[int], start: dt.datetime, end: dt.datetime) -> dict[int, Person]:
    """The same without what calendars elsewhere say: those hold appointments too."""
    facts = read_of(specialists, start, end)
    facts.busy.clear()
    return _by_key(facts, start, end)


def free_throughout(
    *, specialists: Collection[int], start: dt.datetime, end: dt.datetime, busy: BusySource
) -> list[int]:
    """Who of these people (keys) publishes the whole of [start, end) (UTC) and has it free, in that order.

    Their topics, notice and horizon do not matter. One query and ``busy``.
    """
    people = time_of(specialists=specialists, start=start, end=end)
    there = [key for key in specialists if key in people and is_covered(people[key], start, end)]
    taken = {one.specialist_id for one in busy(there, start, end)}
    return [key for key in there if key not in taken]


def _by_key(facts: Facts, start: dt.datetime, end: dt.datetime) -> dict[int, Person]:
    people = _people(facts, start, end) if facts.candidates else []
    return {person.specialist_id: person for person in people}


def _clip(
    start: dt.datetime, end: dt.datetime, now: dt.datetime, candidates: list[Candidate]
) -> tuple[dt.datetime, dt.datetime]:
    """What of the period anybody can be booked in."""
    earliest = now + dt.timedelta(minutes=min(candidate.minimum_notice for candidate in candidates))
    latest = now + dt.timedelta(days=max(candidate.horizon_days for candidate in candidates)) + INSTANT
    return _within(start, end, earliest, latest)


def _within(
    start: dt.datetime, end: dt.datetime, earliest: dt.datetime, latest: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """What of a period lies in another. In UTC, for sums in a local zone skip real hours."""
    first, last = (min(max(moment, earliest), latest) for moment in (start, end))
    return first.astimezone(dt.UTC), last.astimezone(dt.UTC)


def _pieces(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    length = FIRST_PIECE
    while start < end:
        yield start, min(start + length, end)
        start += length
        length *= 2


def _people(facts: Facts, start: dt.datetime, end: dt.datetime) -> list[Person]:
    zones = {ZoneInfo(candidate.time_zone) for candidate in facts.candidates}
    days = sorted({day for zone in zones for day in local_days(zone, start, end)})
    rules = _rules(facts, days)
    return [
        Person(
            specialist_id=candidate.specialist_id,
            rules=rules[candidate.team_id],
            windows=facts.windows[candidate.specialist_id],
            away=facts.away[candidate.specialist_id] + facts.busy[candidate.specialist_id],
        )
        for candidate in facts.candidates
    ]


def _rules(facts: Facts, days: list[dt.date]) -> dict[int, Rules]:
    teams = {candidate.team_id: candidate for candidate in facts.candidates}
    closed = _closed(facts.closures, days)
    public = _public_holidays(days)
    return {
        team_id: Rules(
            zone=ZoneInfo(team.time_zone),
            step=dt.timedelta(minutes=team.slot_step),
            notice=dt.timedelta(minutes=team.minimum_notice),
            horizon=dt.timedelta(days=team.horizon_days),
            closed=closed[None] | closed[team_id] | (public if team.observes_public_holidays else set()),
        )
        for team_id, team in teams.items()
    }


def _closed(
    closures: Iterable[tuple[int | None, dt.date, dt.date]], days: list[dt.date]
) -> defaultdict[int | None, set[dt.date]]:
    closed: defaultdict[int | None, set[dt.date]] = defaultdict(set)
    for team_id, first_day, last_day in closures:
        closed[team_id].update(day for day in days if first_day <= day <= last_day)
    return closed


def _public_holidays(days: list[dt.date]) -> set[dt.date]:
    years = range(days[0].year, days[-1].year + 1)
    return {day for year in years for day in _holidays_of(settings.HOLIDAY_COUNTRY, year)}


# The library works a year out anew for every object it makes.
@lru_cache(maxsize=32)
def _holidays_of(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=year))
