"""Facts about free slots, on plain values. Times in the tests are wall-clock times in Amsterdam."""

import datetime as dt
from zoneinfo import ZoneInfo

from availability.slots import Busy, Hours, Need, Person, Rules, Slot, WeekWindow, find_slots

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2026, 11, 23)
SPRING_FORWARD = dt.date(2027, 3, 28)
FALL_BACK = dt.date(2027, 10, 31)
LONG_AGO = dt.date(2020, 1, 1)


def at(day: dt.date, time: str) -> dt.datetime:
    """The first instant at which Amsterdam's clocks show this."""
    return dt.datetime.combine(day, dt.time.fromisoformat(time), AMSTERDAM).astimezone(dt.UTC)


def hours(text: str) -> Hours:
    opens, closes = text.split("-")
    return dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)


def window(
    text: str,
    weekday: int = 1,
    valid_from: dt.date = LONG_AGO,
    valid_until: dt.date | None = None,
    exceptions: dict[dt.date, Hours | None] | None = None,
) -> WeekWindow:
    return WeekWindow(weekday, hours(text), valid_from, valid_until, exceptions or {})


def rules(
    step: int = 30, notice: int = 0, horizon_days: int = 30, closed: frozenset[dt.date] = frozenset()
) -> Rules:
    return Rules(
        zone=AMSTERDAM,
        step=dt.timedelta(minutes=step),
        notice=dt.timedelta(minutes=notice),
        horizon=dt.timedelta(days=horizon_days),
        closed=closed,
    )


DEFAULT_RULES = rules()


def person(
    *windows: WeekWindow,
    rules: Rules = DEFAULT_RULES,
    away: list[tuple[dt.datetime, dt.datetime]] | None = None,
    pk: int = 1,
) -> Person:
    return Person(pk, rules, windows, away or [])


def search(
    *people: Person,
    day: dt.date = MONDAY,
    now: dt.datetime | None = None,
    busy: list[Busy] | None = None,
    duration: int = 30,
    buffer: int = 0,
    days: int = 1,
) -> list[Slot]:
    start = at(day, "00:00")
    return find_slots(
        people=people,
        busy=busy or [],
        need=Need(dt.timedelta(minutes=duration), dt.timedelta(minutes=buffer)),
        start=start,
        end=at(day + dt.timedelta(days=days), "00:00"),
        now=now or start,
    )


def clock(slots: list[Slot]) -> list[str]:
    return [f"{slot.starts_at.astimezone(AMSTERDAM):%H:%M}" for slot in slots]


def test_starts_lie_on_the_grid_of_the_window() -> None:
    assert clock(search(person(window("09:10-10:50")))) == ["09:10", "09:40", "10:10"]


def test_a_slot_says_its_period_and_who_is_free() -> None:
    [slot] = search(person(window("09:00-09:20"), pk=7), duration=20)
    assert slot == Slot(at(MONDAY, "09:00"), at(MONDAY, "09:20"), (7,))


def test_free_specialists_stand_in_ascending_order() -> None:
    [slot] = search(*(person(window("09:00-09:30"), pk=pk) for pk in (3, 1, 2)))
    assert slot.specialists == (1, 2, 3)


def test_each_specialist_follows_the_step_of_their_own_team() -> None:
    quick = person(window("09:00-10:00"), rules=rules(step=15), pk=1)
    slow = person(window("09:00-10:00"), rules=rules(step=30), pk=2)
    assert [slot.specialists for slot in search(quick, slow)] == [(1, 2), (1,), (1, 2)]


def test_duration_and_buffer_lie_inside_the_window() -> None:
    assert clock(search(person(window("09:00-10:00")), duration=30, buffer=30)) == ["09:00"]


def test_the_buffer_is_not_promised() -> None:
    [slot] = search(person(window("09:00-10:00")), duration=30, buffer=30)
    assert slot.ends_at == at(MONDAY, "09:30")


def test_a_period_does_not_run_on_into_the_next_window() -> None:
    mornings = person(window("09:00-09:30"), window("09:30-10:00"))
    assert search(mornings, duration=45) == []


def test_a_window_until_midnight_ends_with_the_day() -> None:
    assert clock(search(person(window("23:00-00:00")), days=2)) == ["23:00", "23:30"]


def test_a_window_can_begin_at_midnight() -> None:
    assert clock(search(person(window("00:00-01:00")))) == ["00:00", "00:30"]


def test_a_window_holds_on_its_first_and_last_day_and_not_outside_them() -> None:
    week = dt.timedelta(days=7)
    one_day = person(window("09:00-09:30", valid_from=MONDAY, valid_until=MONDAY))
    assert [len(search(one_day, day=day)) for day in (MONDAY - week, MONDAY, MONDAY + week)] == [0, 1, 0]


def test_an_exception_replaces_the_hours_of_its_day_only() -> None:
    moved = person(window("09:00-09:30", exceptions={MONDAY: hours("13:00-13:30")}))
    assert clock(search(moved, days=8)) == ["13:00", "09:00"]


def test_an_exception_without_hours_cancels_its_day() -> None:
    assert search(person(window("09:00-09:30", exceptions={MONDAY: None}))) == []


def test_an_exception_on_another_weekday_adds_nothing() -> None:
    tuesday = MONDAY + dt.timedelta(days=1)
    extra = window("09:00-09:30", weekday=1, exceptions={tuesday: hours("09:00-09:30")})
    assert search(person(extra), day=tuesday) == []


def test_overlapping_exceptions_never_offer_a_start_twice() -> None:
    morning = window("09:00-10:00", exceptions={MONDAY: hours("11:00-12:00")})
    noon = window("12:00-13:00", exceptions={MONDAY: hours("11:30-12:30")})
    found = search(person(morning, noon))
    assert clock(found) == ["11:00", "11:30", "12:00"]
    assert {slot.specialists for slot in found} == {(1,)}


def test_a_partial_absence_takes_only_what_it_touches() -> None:
    away = [(at(MONDAY, "09:45"), at(MONDAY, "10:15"))]
    assert clock(search(person(window("09:00-11:00"), away=away))) == ["09:00", "10:30"]


def test_an_absence_that_touches_a_slot_leaves_it() -> None:
    away = [(at(MONDAY, "09:30"), at(MONDAY, "10:00"))]
    assert clock(search(person(window("09:00-10:30"), away=away))) == ["09:00", "10:00"]


def test_taken_time_is_taken_from_that_specialist_only() -> None:
    two = (person(window("09:00-09:30"), pk=1), person(window("09:00-09:30"), pk=2))
    [slot] = search(*two, busy=[Busy(1, at(MONDAY, "09:10"), at(MONDAY, "09:20"))])
    assert slot.specialists == (2,)


def test_the_buffer_needs_free_time_too() -> None:
    busy = [Busy(1, at(MONDAY, "09:30"), at(MONDAY, "10:00"))]
    assert clock(search(person(window("09:00-11:00")), busy=busy, buffer=15)) == ["10:00"]


def test_a_closing_day_has_no_slots() -> None:
    assert search(person(window("09:00-10:00"), rules=rules(closed=frozenset({MONDAY})))) == []


def test_minimum_notice_is_counted_from_now_to_the_start() -> None:
    asks_hour = person(window("09:00-11:00"), rules=rules(notice=60))
    assert clock(search(asks_hour, now=at(MONDAY, "08:30"))) == ["09:30", "10:00", "10:30"]


def test_nothing_starts_in_the_past() -> None:
    assert clock(search(person(window("09:00-10:30")), now=at(MONDAY, "09:01"))) == ["09:30", "10:00"]


def test_the_horizon_is_the_last_moment_that_can_be_booked() -> None:
    day_ahead = person(window("09:00-11:00"), rules=rules(horizon_days=1))
    yesterday = at(MONDAY - dt.timedelta(days=1), "09:30")
    assert clock(search(day_ahead, now=yesterday)) == ["09:00", "09:30"]


def test_the_period_asked_for_includes_its_start_and_leaves_out_its_end() -> None:
    found = find_slots(
        people=[person(window("09:00-11:00"))],
        busy=[],
        need=Need(dt.timedelta(minutes=30), dt.timedelta(0)),
        start=at(MONDAY, "09:30"),
        end=at(MONDAY, "10:30"),
        now=at(MONDAY, "00:00"),
    )
    assert clock(found) == ["09:30", "10:00"]


def test_a_window_keeps_its_wall_clock_hours_after_a_clock_change() -> None:
    weekly = person(window("09:00-09:30", weekday=7))
    [before, after] = search(weekly, day=SPRING_FORWARD - dt.timedelta(days=7), days=8)
    assert clock([before, after]) == ["09:00", "09:00"]
    assert after.starts_at - before.starts_at == dt.timedelta(days=7, hours=-1)


def test_a_night_window_is_an_hour_shorter_when_the_clock_springs_forward() -> None:
    night = person(window("01:00-04:00", weekday=7))
    assert clock(search(night, day=SPRING_FORWARD)) == ["01:00", "01:30", "03:00", "03:30"]


def test_a_night_window_is_an_hour_longer_when_the_clock_falls_back() -> None:
    night = person(window("01:30-03:30", weekday=7))
    assert clock(search(night, day=FALL_BACK)) == ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]


def test_a_skipped_beginning_is_as_far_behind_midnight_as_on_any_other_day() -> None:
    assert clock(search(person(window("02:30-05:00", weekday=7)), day=SPRING_FORWARD)) == [
        "03:30",
        "04:00",
        "04:30",
    ]


def test_a_window_inside_the_skipped_hour_moves_behind_it() -> None:
    assert clock(search(person(window("02:00-02:30", weekday=7)), day=SPRING_FORWARD)) == ["03:00"]


def test_a_window_without_length_left_is_not_there() -> None:
    assert search(person(window("02:30-03:15", weekday=7)), day=SPRING_FORWARD, duration=5) == []


def test_a_time_that_comes_twice_means_the_first() -> None:
    ends_early = person(window("01:30-02:30", weekday=7))
    assert [slot.starts_at for slot in search(ends_early, day=FALL_BACK)] == [
        dt.datetime(2027, 10, 30, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2027, 10, 31, 0, 0, tzinfo=dt.UTC),
    ]


def test_a_window_pushed_over_midnight_by_a_skipped_hour_is_found_on_the_day_after() -> None:
    nuuk = rules()._replace(zone=ZoneInfo("America/Nuuk"))
    # At 23:00 on 27 March 2027 the clocks there go to 00:00 of the 28th.
    [slot] = find_slots(
        people=[person(window("23:00-23:30", weekday=6), rules=nuuk)],
        busy=[],
        need=Need(dt.timedelta(minutes=30), dt.timedelta(0)),
        start=dt.datetime(2027, 3, 28, 1, tzinfo=dt.UTC),
        end=dt.datetime(2027, 3, 28, 2, tzinfo=dt.UTC),
        now=dt.datetime(2027, 3, 28, tzinfo=dt.UTC),
    )
    assert slot.starts_at == dt.datetime(2027, 3, 28, 1, tzinfo=dt.UTC)
