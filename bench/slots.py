"""Free slots: the page an agent sees, and the full list of 50 people for two weeks."""

import datetime as dt
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from holidays import country_holidays

from accounts.models import Role, User
from availability.models import Specialist, Team, Topic, Window
from availability.slots import INSTANT, Slot
from bench.timing import Case, query
from callbacks.models import Reservation
from callbacks.queries.slots import NEXT_SLOTS, free_slots, offer

PEOPLE = 50
PERIOD = dt.timedelta(days=14)

# What is taken is put together once for each specialist: asking it of the table for every start is slower.
SLOTS_SQL = """
WITH able AS MATERIALIZED (
  SELECT s.id, s.team_id, t.time_zone, t.slot_step * interval '1 minute' AS step,
    %(now)s + t.minimum_notice * interval '1 minute' AS earliest,
    %(now)s + t.horizon_days * interval '1 day' AS latest, t.observes_public_holidays
  FROM availability_specialist s JOIN availability_team t ON t.id = s.team_id
    JOIN availability_topic_teams tt ON tt.team_id = t.id AND tt.topic_id = %(topic)s
    JOIN availability_specialist_topics st ON st.specialist_id = s.id AND st.topic_id = %(topic)s
  WHERE s.is_active AND t.is_active
), spans AS MATERIALIZED (
  SELECT able.*, (d.day + coalesce(e.starts, w.starts)) AT TIME ZONE time_zone AS opens,
    (d.day + coalesce(e.ends, w.ends)
      + CASE coalesce(e.ends, w.ends) WHEN '00:00' THEN interval '1 day' ELSE interval '0' END
    ) AT TIME ZONE time_zone AS closes
  FROM able JOIN availability_window w ON w.specialist_id = able.id
    JOIN (
      SELECT n::date AS day FROM generate_series(
        %(start)s::date - 1, (%(end)s - interval '1 microsecond')::date + 1, interval '1 day'
      ) n
    ) d ON extract(isodow FROM d.day) = w.weekday AND d.day >= w.valid_from
      AND d.day <= coalesce(w.valid_until, 'infinity')
    LEFT JOIN availability_windowexception e ON e.window_id = w.id AND e.day = d.day
  WHERE (e.id IS NULL OR e.starts IS NOT NULL)
    AND NOT (observes_public_holidays AND d.day = ANY(%(holidays)s))
    AND NOT EXISTS (
      SELECT FROM availability_closure c
      WHERE (c.team_id IS NULL OR c.team_id = able.team_id) AND d.day BETWEEN c.first_day AND c.last_day
    )
), taken AS MATERIALIZED (
  SELECT specialist_id, range_agg(tstzrange(starts_at, ends_at)) AS periods FROM (
    SELECT specialist_id, starts_at, ends_at FROM callbacks_reservation
    WHERE specialist_id IN (SELECT id FROM able) AND starts_at < %(end)s + %(length)s AND ends_at > %(start)s
      AND (expires_at IS NULL OR expires_at >= %(now)s)
    UNION ALL
    SELECT specialist_id, starts_at, ends_at FROM availability_absence
    WHERE specialist_id IN (SELECT id FROM able) AND starts_at < %(end)s + %(length)s AND ends_at > %(start)s
  ) rows GROUP BY specialist_id
), slots AS (
  SELECT starts_at, array_agg(DISTINCT spans.id) AS specialists
  FROM spans CROSS JOIN generate_series(opens, closes - %(length)s, step) starts_at
    LEFT JOIN taken ON taken.specialist_id = spans.id
  WHERE starts_at >= greatest(%(start)s, earliest) AND starts_at < %(end)s AND starts_at <= latest
    AND (periods IS NULL OR NOT periods && tstzrange(starts_at, starts_at + %(length)s))
  GROUP BY starts_at
)
"""
LIST_SQL = SLOTS_SQL + "SELECT starts_at, starts_at + %(duration)s, specialists FROM slots ORDER BY starts_at"
PAGE_SQL = SLOTS_SQL + (
    "SELECT (starts_at AT TIME ZONE 'Europe/Amsterdam')::date AS day, sum(cardinality(specialists)),"
    " (array_agg(starts_at ORDER BY starts_at))[:6] FROM slots GROUP BY day ORDER BY day LIMIT 10"
)


def cases(now: dt.datetime) -> list[Case]:
    """The three questions that are asked; each specialist has a full week and four callbacks a day."""
    topic = load_people(now)
    nine = tomorrow_morning(now)
    in_sql = partial(page_sql, values(topic, now, now + PERIOD, now))
    return [
        compare("free slots: 50 people, 14 days", topic, now, now, now + PERIOD),
        Case("free slots: page, 6 next and 10 days", partial(page, topic, now), in_sql),
        compare("free slots: one, as booking asks", topic, now, nine, nine + INSTANT),
    ]


def compare(what: str, topic: Topic, now: dt.datetime, start: dt.datetime, end: dt.datetime) -> Case:
    """A list of slots in both ways."""
    return Case(
        what,
        partial(free_slots, topic=topic, start=start, end=end, now=now),
        partial(slots_sql, values(topic, start, end, now)),
    )


def page(topic: Topic, now: dt.datetime) -> list[dt.datetime]:
    """What the booking desk offers; gives the next six starts."""
    return [slot.starts_at for slot in offer(topic=topic, now=now).next_slots]


def page_sql(given: dict[str, Any]) -> list[dt.datetime]:
    """The next slots and the days, counted by the database."""
    starts = [start for _day, _free, first in query(PAGE_SQL, given) for start in first]
    return starts[:NEXT_SLOTS]


def slots_sql(given: dict[str, Any]) -> list[Slot]:
    """The list, as the product gives it."""
    return [Slot(starts_at, ends_at, tuple(people)) for starts_at, ends_at, people in query(LIST_SQL, given)]


def values(topic: Topic, start: dt.datetime, end: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    """What the statements need to know."""
    duration = dt.timedelta(minutes=topic.duration)
    length = duration + dt.timedelta(minutes=topic.buffer)
    days = public_holidays(start.year, end.year)
    return {
        "topic": topic.pk,
        "start": start,
        "end": end,
        "now": now,
        "duration": duration,
        "length": length,
        "holidays": days,
    }


@lru_cache
def public_holidays(*years: int) -> list[dt.date]:
    """Known beforehand: working them out is no part of the statement's time."""
    return list(country_holidays(settings.HOLIDAY_COUNTRY, years=years))


def tomorrow_morning(now: dt.datetime) -> dt.datetime:
    """Nine o'clock on the working day after this one."""
    day = timezone.localtime(now) + dt.timedelta(days=1)
    while day.isoweekday() > 5:
        day += dt.timedelta(days=1)
    return day.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def load_people(now: dt.datetime) -> Topic:
    """The specialists with their windows and the callbacks of the coming weeks."""
    team = Team.objects.create(slug="bench", name="Bench")
    topic = Topic.objects.create(slug="bench", name="Bench", duration=30)
    topic.teams.add(team)
    users = User.objects.bulk_create(
        User(username=f"bench{n}", name=f"Bench {n}", role=Role.SPECIALIST) for n in range(PEOPLE)
    )
    people = Specialist.objects.bulk_create(Specialist(user=user, team=team) for user in users)
    topic.specialists.set(people)
    Window.objects.bulk_create(
        Window(specialist=person, weekday=day, starts=start, ends=end, valid_from=dt.date(2026, 1, 1))
        for person in people
        for day in range(1, 6)
        for start, end in ((dt.time(8 + person.pk % 2), dt.time(12)), (dt.time(13), dt.time(17)))
    )
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    Reservation.objects.bulk_create(
        reservation(
            person, users[0], midnight + dt.timedelta(days=day, hours=hour, minutes=30 * (person.pk % 2))
        )
        for person in people
        for day in range(15)
        for hour in (9, 10, 13, 15)
    )
    return topic


def reservation(person: Specialist, by: User, start: dt.datetime) -> Reservation:
    """Half an hour that is taken for as long as the measuring lasts."""
    half_hour = dt.timedelta(minutes=30)
    ends_at, expires_at = start + half_hour, start + dt.timedelta(days=99)
    return Reservation(specialist=person, starts_at=start, ends_at=ends_at, held_by=by, expires_at=expires_at)
