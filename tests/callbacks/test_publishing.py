"""Series of windows: published, changed from a day on, ended, and single days that differ."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

import pytest

from accounts.models import Role
from availability.models import Specialist, Window, WindowException
from availability.slots import Hours
from callbacks.errors import Forbidden, Invalid, Outdated
from callbacks.operations.publishing import (
    Plan,
    as_usual_on,
    change_series,
    copy_week,
    end_series,
    except_on,
    publish,
)
from callbacks.queries.slots import free_slots
from tests.factories import NOW, SpecialistFactory, TeamFactory, TopicFactory, UserFactory, at

MORNING: Hours = (dt.time(9), dt.time(11))
AFTERNOON: Hours = (dt.time(13), dt.time(15))
TODAY = dt.date(2026, 11, 23)
TUESDAY = dt.date(2026, 11, 24)
QUARTER_END = dt.date(2027, 2, 21)


def plan(*weekdays: int, hours: Hours = MORNING, first: dt.date = TODAY, last: dt.date = QUARTER_END) -> Plan:
    return Plan(weekdays=frozenset(weekdays or (2, 4)), hours=hours, first_day=first, last_day=last)


@pytest.fixture
def specialist(db: None) -> Specialist:
    team = TeamFactory.create(minimum_notice=0, horizon_days=366)
    return SpecialistFactory.create(team=team, topics=[TopicFactory.create(teams=[team], duration=15)])


def published(specialist: Specialist, wanted: Plan | None = None) -> UUID:
    return publish(specialist=specialist, plan=wanted or plan(), by=specialist.user, now=NOW)


def versions(series: UUID) -> Mapping[int, int]:
    return dict(Window.objects.filter(series=series).values_list("pk", "version"))


def change(specialist: Specialist, series: UUID, wanted: Plan) -> None:
    change_series(
        specialist=specialist,
        series=series,
        plan=wanted,
        versions=versions(series),
        by=specialist.user,
        now=NOW,
    )


def hours_on(specialist: Specialist, day: dt.date) -> list[str]:
    """The day as it can be booked: the first and last start of each stretch of quarters."""
    topic = specialist.topics.get()
    start = dt.datetime.combine(day, dt.time(0), specialist.team.zone)
    slots = free_slots(topic=topic, start=start, end=start + dt.timedelta(days=1), now=NOW)
    return [f"{slot.starts_at.astimezone(specialist.team.zone):%H:%M}" for slot in slots]


def test_a_plan_becomes_one_window_for_each_weekday(specialist: Specialist) -> None:
    series = published(specialist)
    assert list(Window.objects.filter(series=series).values_list("weekday", flat=True)) == [2, 4]


def test_what_is_published_can_be_booked(specialist: Specialist) -> None:
    published(specialist)
    assert hours_on(specialist, TUESDAY) == [f"{h:02}:{m:02}" for h in (9, 10) for m in (0, 15, 30, 45)]


def test_nothing_can_be_booked_after_the_last_day(specialist: Specialist) -> None:
    published(specialist, plan(2, last=TUESDAY))
    assert hours_on(specialist, TUESDAY + dt.timedelta(days=7)) == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Plan(weekdays=frozenset(), hours=MORNING, first_day=TODAY, last_day=QUARTER_END), "weekdays"),
        (plan(0), "weekdays"),
        (plan(8), "weekdays"),
        (plan(hours=(dt.time(11), dt.time(9))), "ends"),
        (plan(hours=(dt.time(11), dt.time(11))), "ends"),
        (plan(first=TODAY - dt.timedelta(days=1)), "first_day"),
        (plan(last=TODAY - dt.timedelta(days=1)), "last_day"),
        (plan(last=TODAY + dt.timedelta(days=367)), "last_day"),
        (plan(3, last=TUESDAY), "weekdays"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    specialist: Specialist, wanted: Plan, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        published(specialist, wanted)
    assert (refused.value.field, Window.objects.count()) == (field, 0)


def test_a_window_may_last_until_midnight(specialist: Specialist) -> None:
    published(specialist, plan(2, hours=(dt.time(23), dt.time(0))))
    assert hours_on(specialist, TUESDAY) == ["23:00", "23:15", "23:30", "23:45"]


def test_hours_that_overlap_are_refused(specialist: Specialist) -> None:
    published(specialist)
    with pytest.raises(Invalid) as refused:
        published(specialist, plan(4, 5, hours=(dt.time(10), dt.time(12))))
    assert (refused.value.field, Window.objects.count()) == ("starts", 2)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST, Role.LEAD])
def test_nobody_publishes_for_a_stranger(specialist: Specialist, role: Role) -> None:
    with pytest.raises(Forbidden):
        publish(specialist=specialist, plan=plan(), by=UserFactory.create(role=role), now=NOW)


def test_a_lead_publishes_for_the_own_team(specialist: Specialist) -> None:
    lead = UserFactory.create(role=Role.LEAD)
    specialist.team.leads.add(lead)
    publish(specialist=specialist, plan=plan(), by=lead, now=NOW)
    assert specialist.windows.count() == 2


def test_a_series_changes_from_a_day_on(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    change(specialist, series, plan(2, hours=AFTERNOON, first=dt.date(2026, 12, 1)))
    assert (hours_on(specialist, TUESDAY)[0], hours_on(specialist, dt.date(2026, 12, 1))[0]) == (
        "09:00",
        "13:00",
    )


def test_a_changed_series_stays_one_series(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    change(specialist, series, plan(2, hours=AFTERNOON, first=dt.date(2026, 12, 1)))
    assert set(Window.objects.values_list("series", flat=True)) == {series}


def test_a_series_that_had_not_begun_is_replaced(specialist: Specialist) -> None:
    series = published(specialist, plan(2, first=dt.date(2026, 12, 1)))
    change(specialist, series, plan(3))
    assert [window.weekday for window in Window.objects.all()] == [3]


def test_an_exception_survives_a_change_of_the_series(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    day = dt.date(2026, 12, 8)
    except_on(window=Window.objects.get(), version=1, day=day, hours=None, by=specialist.user, now=NOW)
    change(specialist, series, plan(2, hours=AFTERNOON, first=dt.date(2026, 12, 1)))
    assert (hours_on(specialist, day), hours_on(specialist, dt.date(2026, 12, 15))[0]) == ([], "13:00")


def test_other_hours_survive_when_the_series_leaves_that_weekday(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    day = dt.date(2026, 12, 8)
    except_on(window=Window.objects.get(), version=1, day=day, hours=AFTERNOON, by=specialist.user, now=NOW)
    change(specialist, series, plan(3, first=dt.date(2026, 12, 1)))
    assert (hours_on(specialist, day)[0], hours_on(specialist, dt.date(2026, 12, 15))) == ("13:00", [])


def test_a_cancelled_day_is_forgotten_when_the_series_leaves_that_weekday(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    except_on(
        window=Window.objects.get(),
        version=1,
        day=dt.date(2026, 12, 8),
        hours=None,
        by=specialist.user,
        now=NOW,
    )
    change(specialist, series, plan(3, first=dt.date(2026, 12, 1)))
    assert WindowException.objects.count() == 0


def test_a_series_that_somebody_else_changed_is_not_changed(specialist: Specialist) -> None:
    series = published(specialist)
    seen = versions(series)
    Window.objects.filter(weekday=2).update(version=2)
    with pytest.raises(Outdated):
        change_series(
            specialist=specialist, series=series, plan=plan(5), versions=seen, by=specialist.user, now=NOW
        )


def test_a_series_of_somebody_else_cannot_be_changed_through_an_own_one(specialist: Specialist) -> None:
    other = SpecialistFactory.create(team=specialist.team)
    series = published(other)
    with pytest.raises(Outdated):
        change(specialist, series, plan(5))


def test_a_series_ends_with_a_day(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    end_series(
        specialist=specialist,
        series=series,
        last_day=TUESDAY,
        versions=versions(series),
        by=specialist.user,
        now=NOW,
    )
    assert (len(hours_on(specialist, TUESDAY)), hours_on(specialist, dt.date(2026, 12, 1))) == (8, [])


def test_a_series_that_ends_before_it_begins_is_gone(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    end_series(
        specialist=specialist,
        series=series,
        last_day=TODAY - dt.timedelta(days=1),
        versions=versions(series),
        by=specialist.user,
        now=NOW,
    )
    assert Window.objects.count() == 0


def test_the_past_stays_as_it_was(specialist: Specialist) -> None:
    series = published(specialist, plan(2))
    with pytest.raises(Invalid) as refused:
        end_series(
            specialist=specialist,
            series=series,
            last_day=TODAY - dt.timedelta(days=2),
            versions=versions(series),
            by=specialist.user,
            now=NOW,
        )
    assert refused.value.field == "last_day"


def test_one_day_gets_other_hours(specialist: Specialist) -> None:
    published(specialist, plan(2))
    except_on(
        window=Window.objects.get(), version=1, day=TUESDAY, hours=AFTERNOON, by=specialist.user, now=NOW
    )
    assert hours_on(specialist, TUESDAY)[0] == "13:00"


def test_one_day_is_taken_off(specialist: Specialist) -> None:
    published(specialist, plan(2))
    except_on(window=Window.objects.get(), version=1, day=TUESDAY, hours=None, by=specialist.user, now=NOW)
    assert hours_on(specialist, TUESDAY) == []


def test_an_exception_is_taken_back(specialist: Specialist) -> None:
    published(specialist, plan(2))
    window = Window.objects.get()
    except_on(window=window, version=1, day=TUESDAY, hours=None, by=specialist.user, now=NOW)
    as_usual_on(window=window, version=2, day=TUESDAY, by=specialist.user, now=NOW)
    assert len(hours_on(specialist, TUESDAY)) == 8


def test_an_exception_on_an_old_version_is_refused(specialist: Specialist) -> None:
    published(specialist, plan(2))
    window = Window.objects.get()
    except_on(window=window, version=1, day=TUESDAY, hours=None, by=specialist.user, now=NOW)
    with pytest.raises(Outdated):
        except_on(window=window, version=1, day=TUESDAY, hours=AFTERNOON, by=specialist.user, now=NOW)


@pytest.mark.parametrize(
    "day", [TODAY, dt.date(2026, 11, 17), dt.date(2027, 3, 2)], ids=["other weekday", "past", "after it"]
)
def test_an_exception_needs_a_day_of_the_window(specialist: Specialist, day: dt.date) -> None:
    published(specialist, plan(2))
    with pytest.raises(Invalid) as refused:
        except_on(window=Window.objects.get(), version=1, day=day, hours=None, by=specialist.user, now=NOW)
    assert refused.value.field == "day"


def test_a_week_is_copied(specialist: Specialist) -> None:
    published(specialist, plan(2, 3, last=dt.date(2026, 11, 29)))
    copy_week(specialist=specialist, source=TODAY, target=dt.date(2026, 11, 30), by=specialist.user, now=NOW)
    assert hours_on(specialist, dt.date(2026, 12, 1)) == hours_on(specialist, TUESDAY)


def test_copying_a_week_copies_its_exceptions(specialist: Specialist) -> None:
    published(specialist, plan(2))
    except_on(
        window=Window.objects.get(), version=1, day=TUESDAY, hours=AFTERNOON, by=specialist.user, now=NOW
    )
    copy_week(specialist=specialist, source=TODAY, target=dt.date(2026, 11, 30), by=specialist.user, now=NOW)
    assert hours_on(specialist, dt.date(2026, 12, 1))[0] == "13:00"


def test_copying_the_same_week_changes_nothing(specialist: Specialist) -> None:
    published(specialist, plan(2))
    assert (
        copy_week(
            specialist=specialist, source=TODAY, target=dt.date(2026, 11, 30), by=specialist.user, now=NOW
        )
        == 0
    )


def test_more_hours_than_windows_split_the_series_around_the_day(specialist: Specialist) -> None:
    published(specialist, plan(2, last=TUESDAY))
    published(specialist, plan(2, hours=AFTERNOON, last=TUESDAY))
    published(specialist, plan(2, hours=(dt.time(8), dt.time(18)), first=dt.date(2026, 12, 1)))
    copy_week(specialist=specialist, source=TODAY, target=dt.date(2026, 12, 7), by=specialist.user, now=NOW)
    copied, after = hours_on(specialist, dt.date(2026, 12, 8)), hours_on(specialist, dt.date(2026, 12, 15))
    assert (copied, after[0], after[-1]) == (hours_on(specialist, TUESDAY), "08:00", "17:45")


def test_a_week_is_copied_onto_its_monday(specialist: Specialist) -> None:
    with pytest.raises(Invalid) as refused:
        copy_week(specialist=specialist, source=TODAY, target=TUESDAY, by=specialist.user, now=NOW)
    assert refused.value.field == "week"


def test_copying_leaves_days_that_are_past(specialist: Specialist) -> None:
    published(specialist, plan(2, first=dt.date(2026, 11, 30)))
    later = at(12, day=26)
    copy_week(
        specialist=specialist, source=dt.date(2026, 11, 30), target=TODAY, by=specialist.user, now=later
    )
    assert Window.objects.filter(valid_from__lt=dt.date(2026, 11, 30)).count() == 0
