"""The query reads, for its period, all that the pure function needs: it equals one that reads everything."""

import datetime as dt
from collections.abc import Collection
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role, User
from availability.models import Absence, Closure, Specialist, Team, Topic, Window, WindowException
from availability.queries import free_slots
from availability.slots import INSTANT, Busy, Need, Person, Rules, Slot, WeekWindow, find_slots

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
ZONES = ["Europe/Amsterdam", "America/Nuuk", "Australia/Lord_Howe"]
# Just before Christmas, and Good Friday before the Easter on which the clock changes too.
BEGINNINGS = [dt.datetime(2026, 12, 23, tzinfo=dt.UTC), dt.datetime(2027, 3, 26, tzinfo=dt.UTC)]
PUBLIC_HOLIDAYS = frozenset(
    dt.date.fromisoformat(day)
    for day in ["2026-12-25", "2026-12-26", "2027-01-01", "2027-03-26", "2027-03-28", "2027-03-29"]
)


def make_organisation(rng: Random, start: dt.datetime) -> Topic:
    """Two teams and four specialists with windows, exceptions, absences and closing days around a moment."""
    topic = Topic.objects.create(
        slug="t", name="T", duration=rng.choice([15, 50]), buffer=rng.choice([0, 10])
    )
    for name in "ab":
        team = Team.objects.create(
            slug=name,
            name=name,
            time_zone=rng.choice(ZONES),
            slot_step=rng.choice([10, 60]),
            minimum_notice=rng.choice([0, 300]),
            horizon_days=rng.choice([3, 42]),
            observes_public_holidays=rng.random() < 0.5,
        )
        topic.teams.add(team)
        make_closure(rng, rng.choice([team, None]), start)
        for number in "12":
            make_specialist(rng, team, name + number, start).topics.add(topic)
    return topic


def make_closure(rng: Random, team: Team | None, start: dt.datetime) -> None:
    first_day = start.date() + rng.randint(-5, 9) * DAY
    Closure.objects.create(
        team=team, first_day=first_day, last_day=first_day + rng.randint(0, 3) * DAY, name="closed"
    )


def make_specialist(rng: Random, team: Team, name: str, start: dt.datetime) -> Specialist:
    user = User.objects.create(username=name, name=name, role=Role.SPECIALIST)
    specialist = Specialist.objects.create(user=user, team=team)
    for weekday in rng.sample(range(1, 8), 4):
        make_window(rng, specialist, weekday, start.date())
    begins = start + rng.randint(-60, 200) * HOUR
    Absence.objects.create(
        specialist=specialist, starts_at=begins, ends_at=begins + rng.randint(1, 60) * HOUR
    )
    return specialist


def make_window(rng: Random, specialist: Specialist, weekday: int, day: dt.date) -> None:
    opens = rng.randint(0, 22)
    window = Window.objects.create(
        specialist=specialist,
        weekday=weekday,
        starts=dt.time(opens),
        ends=dt.time(rng.randint(opens + 1, 24) % 24),
        valid_from=day + rng.choice([-30, -30, 2]) * DAY,
        valid_until=rng.choice([None, None, day + 3 * DAY]),
    )
    for exception_day in rng.sample(range(-2, 10), 2):
        hours = rng.choice([(None, None), (dt.time(rng.randint(0, 12)), dt.time(rng.randint(13, 23)))])
        WindowException.objects.create(
            window=window, day=day + exception_day * DAY, starts=hours[0], ends=hours[1]
        )


def make_busy(rng: Random, start: dt.datetime) -> list[Busy]:
    begins = [start + rng.randint(-5, 12 * 24) * HOUR for _ in range(20)]
    ids = list(Specialist.objects.values_list("pk", flat=True))
    return [Busy(rng.choice(ids), moment, moment + rng.randint(1, 180) * MINUTE) for moment in begins]


def everybody() -> list[Person]:
    """All specialists with all that is stored of them, without any selection."""
    return [
        Person(specialist.pk, rules_of(specialist.team), windows_of(specialist), absences_of(specialist))
        for specialist in Specialist.objects.all()
    ]


def rules_of(team: Team) -> Rules:
    closed = PUBLIC_HOLIDAYS if team.observes_public_holidays else frozenset()
    for closure in Closure.objects.all():
        if closure.team in {None, team}:
            length = (closure.last_day - closure.first_day).days + 1
            closed |= {closure.first_day + n * DAY for n in range(length)}
    return Rules(
        team.zone, team.slot_step * MINUTE, team.minimum_notice * MINUTE, team.horizon_days * DAY, closed
    )


def windows_of(specialist: Specialist) -> list[WeekWindow]:
    return [
        WeekWindow(
            window.weekday,
            (window.starts, window.ends),
            window.valid_from,
            window.valid_until,
            {e.day: (e.starts, e.ends) if e.starts and e.ends else None for e in window.exceptions.all()},
        )
        for window in specialist.windows.all()
    ]


def absences_of(specialist: Specialist) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(absence.starts_at, absence.ends_at) for absence in specialist.absences.all()]


class FreeSlotsQuery(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 2**32))
    def test_the_query_equals_the_pure_function_over_everything_stored(self, seed: int) -> None:
        rng = Random(seed)
        now = rng.choice(BEGINNINGS)
        topic = make_organisation(rng, now)
        taken = make_busy(rng, now)
        start = now + rng.randint(-10, 72) * HOUR
        end = start + rng.randint(1, 9 * 24) * HOUR

        def busy(ids: Collection[int], first: dt.datetime, last: dt.datetime) -> list[Busy]:
            return [b for b in taken if b.specialist_id in ids and b.starts_at < last and b.ends_at > first]

        def ask(first: dt.datetime, last: dt.datetime, limit: int | None = None) -> list[Slot]:
            return free_slots(topic=topic, start=first, end=last, now=now, busy=busy, limit=limit)

        need = Need(topic.duration * MINUTE, topic.buffer * MINUTE)
        expected = find_slots(people=everybody(), busy=taken, need=need, start=start, end=end, now=now)
        assert ask(start, end) == expected
        assert ask(start, end, limit=7) == expected[:7]
        for slot in expected[:: max(1, len(expected) // 4)]:
            assert ask(slot.starts_at, slot.starts_at + INSTANT) == [slot]
