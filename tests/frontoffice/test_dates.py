"""What people say about days and hours is understood, in Dutch and in English."""

import datetime as dt

import pytest

from frontoffice.dates import Wanted, read_day

# A Monday in ISO week 48.
TODAY = dt.date(2026, 11, 23)
MORNING = (None, dt.time(12))
AFTERNOON = (dt.time(12), dt.time(18))


def day(month: int, day: int, year: int = 2026) -> Wanted:
    """A day, at any hour."""
    return Wanted(dt.date(year, month, day))


def clock(text: str | None) -> dt.time | None:
    """An hour, or none."""
    return dt.time.fromisoformat(text) if text else None


def read(text: str) -> Wanted | None:
    """Read on the Monday."""
    return read_day(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("vandaag", day(11, 23)),
        ("Morgen", day(11, 24)),
        ("overmorgen", day(11, 25)),
        ("today", day(11, 23)),
        ("tomorrow", day(11, 24)),
        ("day after tomorrow", day(11, 25)),
        ("the day after tomorrow", day(11, 25)),
        ("do", day(11, 26)),
        ("do.", day(11, 26)),
        ("donderdag", day(11, 26)),
        ("op donderdag", day(11, 26)),
        ("a.s. donderdag", day(11, 26)),
        ("thu", day(11, 26)),
        ("Thursday", day(11, 26)),
        ("on thursday", day(11, 26)),
        ("zo", day(11, 29)),
        ("sun", day(11, 29)),
        ("over 3 dagen", day(11, 26)),
        ("in two weeks", day(12, 7)),
        ("over een week", day(11, 30)),
    ],
)
def test_days_around_today(text: str, wanted: Wanted) -> None:
    assert read(text) == wanted


def test_the_weekday_of_today_is_a_week_ahead() -> None:
    assert read("maandag") == read("mon") == day(11, 30)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("24-11", day(11, 24)),
        ("24-11-2026", day(11, 24)),
        ("24-11-26", day(11, 24)),
        ("24/11", day(11, 24)),
        ("24.11.2026", day(11, 24)),
        ("2026-11-24", day(11, 24)),
        ("24 nov", day(11, 24)),
        ("24 nov.", day(11, 24)),
        ("24nov", day(11, 24)),
        ("24 november 2026", day(11, 24)),
        ("24 november 2027", day(11, 24, 2027)),
        ("24th november", day(11, 24)),
        ("november 24", day(11, 24)),
        ("dec 1st", day(12, 1)),
        ("1 mrt", day(3, 1, 2027)),
        ("1 mei", day(5, 1, 2027)),
        ("5 oktober", day(10, 5, 2027)),
        ("de 24e", day(11, 24)),
        ("24e", day(11, 24)),
        ("24", day(11, 24)),
        ("di 24-11", day(11, 24)),
        ("dinsdag 24 november", day(11, 24)),
        ("23-11", day(11, 23)),
    ],
)
def test_dates(text: str, wanted: Wanted) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), [("22-11", day(11, 22, 2027)), ("3 jan", day(1, 3, 2027))])
def test_a_past_date_means_next_year(text: str, wanted: Wanted) -> None:
    assert read(text) == wanted


def test_a_past_day_of_the_month_means_the_next_month_that_has_it() -> None:
    assert read("de 22e") == day(12, 22)
    assert read_day("de 31e", today=dt.date(2027, 2, 1)) == day(3, 31, 2027)


def test_29_february_is_that_of_the_leap_year() -> None:
    assert read_day("29 feb", today=dt.date(2027, 3, 1)) == day(2, 29, 2028)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wk 48", day(11, 23)),
        ("week 49", day(11, 30)),
        ("wk49", day(11, 30)),
        ("w49", day(11, 30)),
        ("in week 49", day(11, 30)),
        ("week 53", day(12, 28)),
        ("week 1", day(1, 4, 2027)),
        ("week 47", day(11, 22, 2027)),
        ("do wk 49", day(12, 3)),
        ("week 49 thursday", day(12, 3)),
        ("deze week", day(11, 23)),
        ("volgende week", day(11, 30)),
        ("next week", day(11, 30)),
        ("volgende week do", day(12, 3)),
        ("volgende donderdag", day(12, 3)),
        ("next thursday", day(12, 3)),
    ],
)
def test_weeks(text: str, wanted: Wanted) -> None:
    assert read(text) == wanted


def test_of_the_week_that_runs_only_the_rest_counts() -> None:
    assert read_day("wk 48", today=dt.date(2026, 11, 25)) == day(11, 25)


def test_a_day_of_this_week_that_is_past_is_unclear() -> None:
    assert read_day("ma wk 48", today=dt.date(2026, 11, 25)) is None


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("na 15", "15:00", None),
        ("na 15:30", "15:30", None),
        ("na 15.30", "15:30", None),
        ("na 15u30", "15:30", None),
        ("na 15 uur", "15:00", None),
        ("na 15u", "15:00", None),
        ("vanaf 9", "09:00", None),
        ("na drie", None, None),
        ("na 3", "15:00", None),
        ("na half 4", "15:30", None),
        ("niet voor 10", "10:00", None),
        ("after 3pm", "15:00", None),
        ("after 3 p.m.", "15:00", None),
        ("after 15", "15:00", None),
        ("from 9am", "09:00", None),
        ("after 12pm", "12:00", None),
        ("before 12am", None, None),
        ("voor 12", None, "12:00"),
        ("voor 12:00", None, "12:00"),
        ("tot 11 uur", None, "11:00"),
        ("before noon", None, "12:00"),
        ("until 5", None, "17:00"),
        ("voor 5", None, "17:00"),
        ("voor 08", None, "08:00"),
        ("ochtend", None, "12:00"),
        ("'s ochtends", None, "12:00"),
        ("morning", None, "12:00"),
        ("in de ochtend", None, "12:00"),
        ("in the morning", None, "12:00"),
        ("middag", "12:00", "18:00"),
        ("s middags", "12:00", "18:00"),
        ("afternoon", "12:00", "18:00"),
        ("avond", "18:00", None),
        ("na de lunch", "13:00", None),
        ("tussen 10 en 12", "10:00", "12:00"),
        ("tussen 10 en 3", "10:00", "15:00"),
        ("between 9 and 11", "09:00", "11:00"),
        ("van 10 tot 12", "10:00", "12:00"),
        ("10-12 uur", "10:00", "12:00"),
        ("10:00-11:30", "10:00", "11:30"),
        ("om 14:00", "14:00", None),
        ("14 uur", "14:00", None),
        ("2pm", "14:00", None),
        ("half 3", "14:30", None),
        ("na 10 voor 12", "10:00", "12:00"),
        ("middag na 3", "15:00", "18:00"),
    ],
)
def test_hours(text: str, earliest: str | None, latest: str | None) -> None:
    wanted = Wanted(None, clock(earliest), clock(latest))
    assert read(text) == (None if wanted == Wanted() else wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("do na 15", Wanted(dt.date(2026, 11, 26), dt.time(15))),
        ("na 15 op donderdag", Wanted(dt.date(2026, 11, 26), dt.time(15))),
        ("thu after 3pm", Wanted(dt.date(2026, 11, 26), dt.time(15))),
        ("morgen ochtend", Wanted(dt.date(2026, 11, 24), *MORNING)),
        ("morgenochtend", Wanted(dt.date(2026, 11, 24), *MORNING)),
        ("morgenmiddag", Wanted(dt.date(2026, 11, 24), *AFTERNOON)),
        ("tomorrow morning", Wanted(dt.date(2026, 11, 24), *MORNING)),
        ("dinsdag morgen", Wanted(dt.date(2026, 11, 24), *MORNING)),
        ("dinsdagmorgen", Wanted(dt.date(2026, 11, 24), *MORNING)),
        ("donderdagmiddag", Wanted(dt.date(2026, 11, 26), *AFTERNOON)),
        ("vanmiddag", Wanted(TODAY, *AFTERNOON)),
        ("vanmorgen", Wanted(TODAY, *MORNING)),
        ("this afternoon", Wanted(TODAY, *AFTERNOON)),
        ("tonight", Wanted(TODAY, dt.time(18))),
        ("24-11 14:00", Wanted(dt.date(2026, 11, 24), dt.time(14))),
        ("24 nov om 14 uur", Wanted(dt.date(2026, 11, 24), dt.time(14))),
        ("24-11, 10-12 uur", Wanted(dt.date(2026, 11, 24), dt.time(10), dt.time(12))),
        ("wk 49 voor 12", Wanted(dt.date(2026, 11, 30), None, dt.time(12))),
        ("volgende week, 's middags", Wanted(dt.date(2026, 11, 30), *AFTERNOON)),
        ("graag vrijdag tussen 9 en 11", Wanted(dt.date(2026, 11, 27), dt.time(9), dt.time(11))),
    ],
)
def test_a_day_and_an_hour(text: str, wanted: Wanted) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "x",
        "op",
        "nooit",
        "do vr",
        "morgen overmorgen",
        "wo 24-11",
        "30-2",
        "32-1",
        "24-13",
        "week 60",
        "wk 0",
        "na 25",
        "na 15:75",
        "na 15 voor 12",
        "24-11-2020",
        "24-11-2099",
        "over 900 dagen",
        "24-11-",
        "24--11",
        "dodo",
        "maa rt",
        "een",
        "1234567",
        "morgen" * 100,
        "\x00",
        "🙂",
        "0 nov",
    ],
)
def test_what_says_nothing_clear_is_nothing(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("today", [dt.date.max, dt.date(9999, 12, 30), dt.date.min])
@pytest.mark.parametrize("text", ["morgen", "do", "volgende week", "wk 1", "1-1", "de 31e", "deze week"])
def test_the_end_of_the_calendar_is_no_error(text: str, today: dt.date) -> None:
    found = read_day(text, today=today)
    assert found is None or (found.first_day and found.first_day >= today)
