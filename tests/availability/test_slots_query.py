"""Facts about what the query for free slots reads; the rules on times are in ``test_slots``."""

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from availability.models import Absence, Closure, Specialist, Team, Topic, Window, WindowException
from availability.queries import free_slots
from availability.slots import Busy, Slot

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
CHRISTMAS = dt.date(2026, 12, 25)
MICROSECOND = dt.timedelta(microseconds=1)


def at(day: dt.date, time: str) -> dt.datetime:
    zone = ZoneInfo("Europe/Amsterdam")
    return dt.datetime.combine(day, dt.time.fromisoformat(time), zone).astimezone(dt.UTC)


def nothing_taken(_ids: Collection[int], _start: dt.datetime, _end: dt.datetime) -> list[Busy]:
    return []


@pytest.fixture
def team() -> Team:
    return Team.objects.create(slug="permits", name="Permits", slot_step=30, minimum_notice=0)


@pytest.fixture
def topic(team: Team) -> Topic:
    topic = Topic.objects.create(slug="dormer", name="Dormer", duration=30)
    topic.teams.add(team)
    return topic


@pytest.fixture
def specialist(team: Team, topic: Topic) -> Specialist:
    return make_specialist("anna", team, topic)


@pytest.fixture
def window(specialist: Specialist) -> Window:
    return publish(specialist, MONDAY)


def make_specialist(name: str, team: Team, topic: Topic) -> Specialist:
    user = User.objects.create(username=name, name=name, role=Role.SPECIALIST)
    specialist = Specialist.objects.create(user=user, team=team)
    specialist.topics.add(topic)
    return specialist


def publish(specialist: Specialist, day: dt.date) -> Window:
    """A window from nine to ten on the weekday of this day."""
    return Window.objects.create(
        specialist=specialist,
        weekday=day.isoweekday(),
        starts=dt.time(9),
        ends=dt.time(10),
        valid_from=dt.date(2026, 1, 1),
    )


def search(
    topic: Topic,
    day: dt.date = MONDAY,
    days: int = 1,
    specialist: Specialist | None = None,
    limit: int | None = None,
) -> list[Slot]:
    return free_slots(
        topic=topic,
        start=at(day, "00:00"),
        end=at(day + dt.timedelta(days=days), "00:00"),
        now=at(day, "00:00"),
        busy=nothing_taken,
        specialist=specialist,
        limit=limit,
    )


def test_windows_of_who_knows_the_topic_give_slots(topic: Topic, window: Window) -> None:
    ids = (window.specialist_id,)
    assert search(topic) == [
        Slot(at(MONDAY, "09:00"), at(MONDAY, "09:30"), ids),
        Slot(at(MONDAY, "09:30"), at(MONDAY, "10:00"), ids),
    ]


def test_an_inactive_specialist_is_left_out(topic: Topic, window: Window) -> None:
    Specialist.objects.update(is_active=False)
    assert search(topic) == []


def test_a_specialist_whose_account_is_closed_is_left_out(topic: Topic, window: Window) -> None:
    User.objects.update(is_active=False)
    assert search(topic) == []


def test_an_inactive_team_is_left_out(topic: Topic, window: Window) -> None:
    Team.objects.update(is_active=False)
    assert search(topic) == []


def test_an_inactive_topic_has_no_slots(topic: Topic, window: Window) -> None:
    Topic.objects.update(is_active=False)
    assert search(topic) == []


def test_a_team_that_does_not_handle_the_topic_is_left_out(topic: Topic, window: Window) -> None:
    topic.teams.clear()
    assert search(topic) == []


def test_a_specialist_who_does_not_know_the_topic_is_left_out(topic: Topic, window: Window) -> None:
    other = Topic.objects.create(slug="tree", name="Tree")
    window.specialist.topics.set([other])
    assert search(topic) == []


def test_one_specialist_can_be_asked_for(team: Team, topic: Topic, window: Window) -> None:
    colleague = make_specialist("bram", team, topic)
    publish(colleague, MONDAY)
    assert {slot.specialists for slot in search(topic, specialist=colleague)} == {(colleague.pk,)}


def test_rules_are_those_of_each_team(topic: Topic, window: Window) -> None:
    quick = Team.objects.create(slug="quick", name="Quick", slot_step=15, minimum_notice=0)
    topic.teams.add(quick)
    colleague = make_specialist("bram", quick, topic)
    publish(colleague, MONDAY)
    assert [len(slot.specialists) for slot in search(topic)] == [2, 1, 2]


def test_minimum_notice_and_horizon_come_from_the_team(topic: Topic, window: Window) -> None:
    Team.objects.update(minimum_notice=9 * 60 + 30, horizon_days=7)
    starts = [slot.starts_at for slot in search(topic, days=15)]
    week_later = MONDAY + dt.timedelta(days=7)
    assert starts == [at(MONDAY, "09:30")]
    assert search(topic, day=week_later, days=15)[0].starts_at == at(week_later, "09:30")


def test_a_window_outside_its_valid_days_is_left_out(topic: Topic, window: Window) -> None:
    Window.objects.update(valid_until=MONDAY - dt.timedelta(days=1))
    assert search(topic) == []


def test_an_exception_moves_its_day(topic: Topic, window: Window) -> None:
    WindowException.objects.create(window=window, day=MONDAY, starts=dt.time(14), ends=dt.time(14, 30))
    assert [slot.starts_at for slot in search(topic)] == [at(MONDAY, "14:00")]


def test_exceptions_on_several_days_leave_one_window(topic: Topic, window: Window) -> None:
    next_monday = MONDAY + dt.timedelta(days=7)
    WindowException.objects.create(window=window, day=MONDAY)
    WindowException.objects.create(window=window, day=next_monday, starts=dt.time(0), ends=dt.time(0, 30))
    found = search(topic, days=15)
    assert [(slot.starts_at, len(slot.specialists)) for slot in found] == [
        (at(next_monday, "00:00"), 1),
        (at(MONDAY + dt.timedelta(days=14), "09:00"), 1),
        (at(MONDAY + dt.timedelta(days=14), "09:30"), 1),
    ]


def test_an_exception_without_times_cancels_its_day(topic: Topic, window: Window) -> None:
    WindowException.objects.create(window=window, day=MONDAY)
    assert search(topic) == []


def test_an_absence_takes_its_period(topic: Topic, window: Window) -> None:
    Absence.objects.create(
        specialist=window.specialist, starts_at=at(MONDAY, "08:00"), ends_at=at(MONDAY, "09:05")
    )
    assert [slot.starts_at for slot in search(topic)] == [at(MONDAY, "09:30")]


def test_an_absence_in_the_buffer_behind_the_period_counts(topic: Topic, window: Window) -> None:
    Topic.objects.update(buffer=30)
    topic.refresh_from_db()
    Absence.objects.create(
        specialist=window.specialist, starts_at=at(MONDAY, "09:45"), ends_at=at(MONDAY, "17:00")
    )
    nine = at(MONDAY, "09:00")
    assert not free_slots(topic=topic, start=nine, end=nine + MICROSECOND, now=nine, busy=nothing_taken)


def test_a_closing_day_of_the_team_has_no_slots(topic: Topic, team: Team, window: Window) -> None:
    Closure.objects.create(team=team, first_day=MONDAY, last_day=MONDAY, name="Moving house")
    assert search(topic) == []


def test_a_closing_day_of_all_has_no_slots(topic: Topic, window: Window) -> None:
    Closure.objects.create(first_day=MONDAY, last_day=MONDAY, name="Day for everybody")
    assert search(topic) == []


def test_a_closing_day_of_another_team_changes_nothing(topic: Topic, window: Window) -> None:
    other = Team.objects.create(slug="other", name="Other")
    Closure.objects.create(team=other, first_day=MONDAY, last_day=MONDAY, name="Day out")
    assert len(search(topic)) == 2


def test_public_holidays_are_observed_when_the_team_does(topic: Topic, specialist: Specialist) -> None:
    publish(specialist, CHRISTMAS)
    assert search(topic, day=CHRISTMAS) == []
    Team.objects.update(observes_public_holidays=False)
    assert len(search(topic, day=CHRISTMAS)) == 2


def test_what_is_taken_is_asked_for_the_candidates_and_the_period_with_buffer(
    topic: Topic, window: Window
) -> None:
    asked: list[tuple[list[int], dt.datetime, dt.datetime]] = []

    def first_half(ids: Collection[int], start: dt.datetime, end: dt.datetime) -> list[Busy]:
        asked.append((list(ids), start, end))
        return [Busy(window.specialist_id, at(MONDAY, "09:00"), at(MONDAY, "09:30"))]

    nine, ten = at(MONDAY, "09:00"), at(MONDAY, "10:00")
    found = free_slots(topic=topic, start=nine, end=ten, now=nine, busy=first_half)
    assert [slot.starts_at for slot in found] == [at(MONDAY, "09:30")]
    assert asked == [([window.specialist_id], nine, at(MONDAY, "10:30"))]


def test_a_limit_gives_the_earliest_also_over_several_weeks(topic: Topic, window: Window) -> None:
    whole = search(topic, days=40)
    assert [search(topic, days=40, limit=n) for n in (1, 5, 99)] == [whole[:1], whole[:5], whole]


def test_the_number_of_queries_does_not_grow_with_the_specialists(
    team: Team, topic: Topic, window: Window
) -> None:
    counts = []
    for name in ("bram", "chris", "dilek"):
        publish(make_specialist(name, team, topic), MONDAY)
        with CaptureQueriesContext(connection) as queries:
            search(topic, days=14)
        counts.append(len(queries))
    assert counts == [1, 1, 1]


def test_a_period_in_local_time_is_understood_in_the_hour_that_comes_twice(
    topic: Topic, specialist: Specialist
) -> None:
    fall_back = dt.date(2027, 10, 31)
    window = publish(specialist, fall_back)
    WindowException.objects.create(window=window, day=fall_back, starts=dt.time(2), ends=dt.time(4))
    zone = ZoneInfo("Europe/Amsterdam")
    first = dt.datetime(2027, 10, 31, 2, 30, tzinfo=zone)
    second = dt.datetime(2027, 10, 31, 2, 10, tzinfo=zone, fold=1)
    found = free_slots(topic=topic, start=first, end=second, now=at(fall_back, "00:00"), busy=nothing_taken)
    assert [slot.starts_at.time() for slot in found] == [dt.time(0, 30), dt.time(1)]


@pytest.mark.parametrize("offset", [-12, 14])
def test_the_first_and_last_instants_there_are_can_be_asked_for(
    topic: Topic, window: Window, offset: int
) -> None:
    zone = dt.timezone(dt.timedelta(hours=offset))
    always = free_slots(
        topic=topic,
        start=dt.datetime.min.replace(tzinfo=zone),
        end=dt.datetime.max.replace(tzinfo=zone),
        now=at(MONDAY, "00:00"),
        busy=nothing_taken,
    )
    assert always == search(topic, days=43)


def test_a_period_that_cannot_be_booked_asks_nothing(topic: Topic, window: Window) -> None:
    with CaptureQueriesContext(connection) as queries:
        past = at(MONDAY, "00:00")
        found = free_slots(topic=topic, start=past, end=past, now=at(MONDAY, "12:00"), busy=nothing_taken)
    assert (found, len(queries)) == ([], 0)
