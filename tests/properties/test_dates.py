"""Whatever is typed as a wish for a time gives nothing, or a time to come."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from frontoffice.dates import read_day
from frontoffice.dates.words import DAY_PARTS, FILLERS, MONTHS, NUMBERS, RELATIVE_DAYS, WEEKDAYS

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
WORDS = st.sampled_from(
    [
        *RELATIVE_DAYS,
        *WEEKDAYS,
        *MONTHS,
        *DAY_PARTS,
        *NUMBERS,
        *FILLERS,
        "na",
        "voor",
        "half",
        "week",
        "morgen",
    ]
)
NUMERALS = st.from_regex(r"\A[0-9]{1,4}([-:./ ][0-9]{1,2}){0,2}(e|u|pm)?\Z")
PHRASES = st.lists(WORDS | NUMERALS, max_size=5).map(" ".join)


@given(text=st.text() | PHRASES, today=DAYS)
def test_any_text_gives_nothing_or_a_day_within_two_years(text: str, today: dt.date) -> None:
    wanted = read_day(text, today=today)
    if wanted and wanted.first_day:
        assert today <= wanted.first_day < today + dt.timedelta(days=730)


@given(text=PHRASES, today=DAYS)
def test_something_is_wanted_and_it_can_be(text: str, today: dt.date) -> None:
    if wanted := read_day(text, today=today):
        assert wanted.first_day or wanted.earliest or wanted.latest
        assert not wanted.earliest or not wanted.latest or wanted.earliest < wanted.latest


@given(day=DAYS, ahead=st.integers(0, 364))
def test_every_coming_date_is_read_without_its_year(day: dt.date, ahead: int) -> None:
    meant = day + dt.timedelta(days=ahead)
    wanted = read_day(f"{meant.day}-{meant.month}", today=day)
    assert wanted
    assert wanted.first_day == meant


@given(day=DAYS, ahead=st.integers(0, 51))
def test_every_coming_week_is_read_by_its_number(day: dt.date, ahead: int) -> None:
    meant = day + dt.timedelta(weeks=ahead)
    wanted = read_day(f"wk {meant.isocalendar().week}", today=day)
    assert wanted
    assert wanted.first_day == max(day, meant - dt.timedelta(days=meant.weekday()))
