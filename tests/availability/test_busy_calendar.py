"""Busy time out of calendars as Outlook, Google and Nextcloud publish them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from availability.busy_calendar import UnreadableCalendarError, busy_periods

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = dt.date(2026, 11, 23)

OUTLOOK = """BEGIN:VCALENDAR
METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
X-WR-CALNAME:Agenda
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
{events}
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-TIMEZONE:Europe/Amsterdam
{events}
END:VCALENDAR
"""
NEXTCLOUD = """BEGIN:VCALENDAR
VERSION:2.0
CALSCALE:GREGORIAN
PRODID:-//SabreDAV//SabreDAV//EN
REFRESH-INTERVAL;VALUE=DURATION:PT4H
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
{events}
END:VCALENDAR
"""
WINDOWS_ZONE = "W. Europe Standard Time"


def event(*lines: str, uid: str = "a") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T080000Z", *lines, "END:VEVENT"])


def timed(
    day: str, *lines: str, hours: tuple[str, str] = ("1000", "1100"), zone: str = "", uid: str = "a"
) -> str:
    parameter = f";TZID={zone}" if zone else ""
    return event(
        f"DTSTART{parameter}:{day}T{hours[0]}00", f"DTEND{parameter}:{day}T{hours[1]}00", *lines, uid=uid
    )


def busy(calendar: str, *events: str, day: dt.date = MONDAY, days: int = 5) -> list[str]:
    """The busy periods from a day on, in Amsterdam's time: 23 10:00–11:00."""
    text = calendar.format(events="\n".join(events)).replace("\n", "\r\n").encode()
    start = dt.datetime.combine(day, dt.time(0), AMSTERDAM)
    found = busy_periods(text, start=start, end=start + dt.timedelta(days=days), zone=AMSTERDAM)
    local = [(one.starts_at.astimezone(AMSTERDAM), one.ends_at.astimezone(AMSTERDAM)) for one in found]
    return [f"{begin:%d %H:%M}–{end:%H:%M}" for begin, end in local]


def test_an_outlook_event_keeps_the_hours_of_its_windows_zone() -> None:
    assert busy(OUTLOOK, timed("20261123", zone=WINDOWS_ZONE)) == ["23 10:00–11:00"]


def test_a_google_event_in_utc_is_read_as_such() -> None:
    assert busy(GOOGLE, event("DTSTART:20261123T090000Z", "DTEND:20261123T100000Z")) == ["23 10:00–11:00"]


def test_a_nextcloud_event_with_a_duration_ends_after_it() -> None:
    one = event("DTSTART;TZID=Europe/Amsterdam:20261123T100000", "DURATION:PT90M")
    assert busy(NEXTCLOUD, one) == ["23 10:00–11:30"]


@pytest.mark.parametrize("calendar", [OUTLOOK, GOOGLE, NEXTCLOUD], ids=["outlook", "google", "nextcloud"])
def test_a_calendar_without_events_leaves_all_time(calendar: str) -> None:
    assert busy(calendar) == []


def test_a_weekly_event_comes_every_week() -> None:
    one = timed("20261102", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE", zone=WINDOWS_ZONE)
    assert busy(OUTLOOK, one) == ["23 10:00–11:00", "25 10:00–11:00"]


def test_a_weekly_event_skips_its_exceptions() -> None:
    one = timed(
        "20261102",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE",
        f"EXDATE;TZID={WINDOWS_ZONE}:20261123T100000",
        zone=WINDOWS_ZONE,
    )
    assert busy(OUTLOOK, one) == ["25 10:00–11:00"]


def test_a_moved_occurrence_is_where_it_went() -> None:
    series = timed("20261102", "RRULE:FREQ=WEEKLY", zone="Europe/Amsterdam")
    moved = timed("20261124", "RECURRENCE-ID;TZID=Europe/Amsterdam:20261123T100000", zone="Europe/Amsterdam")
    assert busy(NEXTCLOUD, series, moved) == ["24 10:00–11:00"]


def test_a_cancelled_occurrence_leaves_its_time() -> None:
    series = timed("20261102", "RRULE:FREQ=WEEKLY", zone="Europe/Amsterdam")
    cancelled = timed(
        "20261123",
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261123T100000",
        "STATUS:CANCELLED",
        zone="Europe/Amsterdam",
    )
    assert busy(GOOGLE, series, cancelled) == []


@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
    ],
)
def test_what_does_not_occupy_does_not_count(line: str) -> None:
    assert busy(OUTLOOK, timed("20261123", line)) == []


@pytest.mark.parametrize(
    "line", ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "STATUS:CONFIRMED"]
)
def test_what_occupies_counts(line: str) -> None:
    assert busy(OUTLOOK, timed("20261123", line)) == ["23 10:00–11:00"]


def test_a_whole_day_is_the_local_day() -> None:
    one = event("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125")
    assert busy(GOOGLE, one) == ["24 00:00–00:00"]


def test_a_day_without_an_end_is_one_day() -> None:
    assert busy(GOOGLE, event("DTSTART;VALUE=DATE:20261124")) == ["24 00:00–00:00"]


def test_a_holiday_that_began_before_the_period_still_counts() -> None:
    one = event("DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261125")
    assert busy(GOOGLE, one) == ["02 00:00–00:00"]


def test_a_time_without_a_zone_is_local() -> None:
    assert busy(NEXTCLOUD, timed("20261123")) == ["23 10:00–11:00"]


def test_events_that_overlap_or_touch_are_one_period() -> None:
    events = [
        timed("20261123", uid="a"),
        timed("20261123", hours=("1030", "1200"), uid="b"),
        timed("20261123", hours=("1200", "1230"), uid="c"),
    ]
    assert busy(NEXTCLOUD, *events) == ["23 10:00–12:30"]


def test_an_event_that_ends_where_the_period_begins_does_not_count() -> None:
    assert busy(NEXTCLOUD, timed("20261122", hours=("2300", "2359")), day=MONDAY) == []


def test_an_event_that_begins_where_the_period_ends_does_not_count() -> None:
    assert busy(NEXTCLOUD, timed("20261128", hours=("0000", "0100")), days=5) == []


@pytest.mark.parametrize("day", [dt.date(2027, 3, 22), dt.date(2027, 3, 29)], ids=["winter", "summer"])
def test_a_weekly_hour_stays_on_the_wall_when_the_clock_goes_forward(day: dt.date) -> None:
    one = timed("20261102", "RRULE:FREQ=WEEKLY", zone=WINDOWS_ZONE)
    assert busy(OUTLOOK, one, day=day, days=1) == [f"{day:%d} 10:00–11:00"]


@pytest.mark.parametrize("day", [dt.date(2027, 10, 25), dt.date(2027, 11, 1)], ids=["summer", "winter"])
def test_a_weekly_hour_stays_on_the_wall_when_the_clock_goes_back(day: dt.date) -> None:
    one = timed("20261102", "RRULE:FREQ=WEEKLY", zone="Europe/Amsterdam")
    assert busy(NEXTCLOUD, one, day=day, days=1) == [f"{day:%d} 10:00–11:00"]


def test_the_day_on_which_the_clock_goes_back_has_25_hours() -> None:
    text = GOOGLE.format(events=event("DTSTART;VALUE=DATE:20271031")).replace("\n", "\r\n").encode()
    start = dt.datetime(2027, 10, 30, tzinfo=dt.UTC)
    day = busy_periods(text, start=start, end=start + dt.timedelta(days=3), zone=AMSTERDAM)[0]
    assert day.ends_at - day.starts_at == dt.timedelta(hours=25)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=9",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13;BYMINUTE=0,10,20,30,40",
    ],
)
def test_a_rule_that_would_never_end_is_refused(rule: str) -> None:
    with pytest.raises(UnreadableCalendarError, match="more often than daily"):
        busy(GOOGLE, timed("20261102", f"RRULE:{rule}"))


def test_a_series_from_antiquity_is_refused() -> None:
    with pytest.raises(UnreadableCalendarError, match="1970"):
        busy(GOOGLE, timed("00010102", "RRULE:FREQ=DAILY"))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<!DOCTYPE html><title>Sign in</title>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:nonsense\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"\xff\xfe\x00",
    ],
    ids=["empty", "a sign-in page", "unfinished", "no date", "bytes"],
)
def test_what_is_no_calendar_is_refused_in_words(text: bytes) -> None:
    start = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    with pytest.raises(UnreadableCalendarError):
        busy_periods(text, start=start, end=start + dt.timedelta(days=5), zone=AMSTERDAM)


def test_five_thousand_events_are_enough() -> None:
    series = [timed("20261102", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(60)]
    assert len(busy(NEXTCLOUD, *series, days=366)) < 366
