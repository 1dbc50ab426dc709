"""Patterns of what people say about days and hours, and what each means."""

import datetime as dt
import re
from collections.abc import Callable, Iterable

from frontoffice.dates.said import WEEK, Said, Unclear
from frontoffice.dates.words import (
    DAY_PARTS,
    FILLERS,
    MONTHS,
    MORNING,
    NOON,
    NUMBERS,
    RELATIVE_DAYS,
    UNITS,
    WEEKDAYS,
    any_of,
)

Found = re.Match[str]
# Who says "after three" to an office does not mean the night.
AFTERNOON_HOURS = range(1, 7)


def understand(rest: str, said: Said) -> str:
    """Read the words at the beginning; gives what comes after them. Raises ``Unclear``."""
    for pattern, note in READINGS:
        if found := pattern.match(rest):
            note(said, found)
            return rest[found.end() :].lstrip(" .")
    raise Unclear


def _nothing(_said: Said, _found: Found) -> None:
    """A word that says nothing by itself."""


def _relative_day(said: Said, found: Found) -> None:
    said.on(said.today + dt.timedelta(days=RELATIVE_DAYS[found["day"]]))


def _morgen(said: Said, _found: Found) -> None:
    if said.has_day:
        said.between(None, NOON)
    else:
        said.on(said.today + dt.timedelta(days=1))


def _later(said: Said, found: Found) -> None:
    days = 7 if found["unit"].startswith("w") else 1
    number = NUMBERS.get(found["n"]) or int(found["n"])
    said.on(said.today + dt.timedelta(days=days * number))


def _this_week(said: Said, _found: Found) -> None:
    said.in_week(said.this_monday)


def _next_week(said: Said, _found: Found) -> None:
    said.in_week(said.this_monday + WEEK)


def _week(said: Said, found: Found) -> None:
    """An ISO week: of this year, or of the first year to come that has it."""
    for later in range(3):
        monday = _monday_of(said.today.isocalendar().year + later, int(found["week"]))
        if monday and monday >= said.this_monday:
            return said.in_week(monday)
    raise Unclear


def _monday_of(year: int, number: int) -> dt.date | None:
    try:
        return dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        return None


def _weekday(said: Said, found: Found) -> None:
    said.on_weekday(WEEKDAYS[found["weekday"]])


def _next_weekday(said: Said, found: Found) -> None:
    _next_week(said, found)
    _weekday(said, found)


def _date(said: Said, found: Found) -> None:
    day, month = int(found["d"]), MONTHS.get(found["m"]) or int(found["m"])
    if year := found["y"]:
        return said.on(dt.date(int(year) + (2000 if len(year) == 2 else 0), month, day))
    return said.on(_first(said.today, ((said.today.year + later, month, day) for later in range(3))))


def _day_of_month(said: Said, found: Found) -> None:
    months = (divmod(said.today.month - 1 + later, 12) for later in range(3))
    return said.on(
        _first(said.today, ((said.today.year + year, month + 1, int(found["d"])) for year, month in months))
    )


def _first(today: dt.date, candidates: Iterable[tuple[int, int, int]]) -> dt.date:
    """The first that exists and is not past: not every year has a 29 February, not every month a 31st."""
    for candidate in candidates:
        try:
            day = dt.date(*candidate)
        except ValueError:
            continue
        if day >= today:
            return day
    raise Unclear


def _day_part(said: Said, found: Found) -> None:
    said.between(*DAY_PARTS[found["part"]])


def _part_of_today(said: Said, found: Found) -> None:
    said.on(said.today)
    said.between(*DAY_PARTS[{MORNING: "ochtend", "tonight": "avond"}.get(found["part"], found["part"])])


def _after(said: Said, found: Found) -> None:
    said.between(_time(found, 1), None)


def _before(said: Said, found: Found) -> None:
    said.between(None, _time(found, 1))


def _within(said: Said, found: Found) -> None:
    said.between(_time(found, 1), _time(found, 2))


def _time(found: Found, place: int) -> dt.time:
    """An hour of the day as said: "15", "15:30", "3", "3pm", "half 4", "noon"."""
    said, minute = found[f"hour{place}"], int(found[f"minute{place}"] or 0)
    if said is None:
        return NOON
    hour = int(said)
    if half := found[f"half_day{place}"]:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif hour in AFTERNOON_HOURS and not said.startswith("0"):
        hour += 12
    # Half four is half past three.
    return dt.time(hour - 1, 30) if found[f"half{place}"] else dt.time(hour, minute)


def _clock(place: int) -> str:
    """A pattern for an hour."""
    hour = rf"(?P<half{place}>half )?(?P<hour{place}>\d{{1,2}})(?!\d)"
    minute = rf"(?:[:.uh](?P<minute{place}>[0-5]\d)(?!\d))?"
    unit = rf"(?: ?(?:uur|u|h|(?P<half_day{place}>[ap]\.?m))(?![a-z]))?"
    return f"(?:noon|{hour}{minute}{unit})"


# What cannot be taken for a day of the month or a date: 14:30, 14u, 2 pm, 10-12 uur.
_UNIT = r"(?: ?(?:uur|u|h|[ap]\.?m)(?![a-z]))"
_CLEAR_HOUR = rf"(?=noon|half |\d{{1,2}}(?::\d\d|[uh]\d\d|(?:\.\d\d)?{_UNIT}))"
_CLEAR_PERIOD = rf"(?=\d{{1,2}}:\d\d ?-|[\d.]{{1,5}} ?- ?[\d.]{{1,5}}{_UNIT})"

_END = r"(?![a-z0-9])"
_PART = f"(?P<part>{any_of(DAY_PARTS)}){_END}"
_IN_ONE_WORD = rf"(?={any_of(DAY_PARTS)}|{MORNING}|\b)"
_THIS_PART = f"(?P<part>ochtend|{MORNING}|middag|avond|morning|afternoon|evening|tonight)"
_WEEKDAY = rf"(?P<weekday>{any_of(WEEKDAYS)}){_IN_ONE_WORD}\.?"
_MONTH = f"(?P<m>{any_of(MONTHS)})"
_ORDINAL = r"(?:e|ste|de|st|nd|rd|th)?"
_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?P<y>\d{4}|\d{2})"
_NEXT = r"(?:volgende|next)"

# The first that fits counts: what is longer or clearer comes first.
READINGS: list[tuple[re.Pattern[str], Callable[[Said, Found], None]]] = [
    (re.compile(pattern), note)
    for pattern, note in (
        (rf"(?:tussen|between|van|from) {_clock(1)} (?:en|and|tot|to|-) {_clock(2)}{_END}", _within),
        (rf"{_CLEAR_PERIOD}{_clock(1)} ?- ?{_clock(2)}{_END}", _within),
        (_PART, _day_part),
        (rf"(?:van|this |(?=tonight)){_THIS_PART}{_END}", _part_of_today),
        (rf"(?:na|vanaf|after|from|niet voor|not before) {_clock(1)}{_END}", _after),
        (rf"(?:voor|tot|uiterlijk|before|until|till|by) {_clock(1)}{_END}", _before),
        (rf"{_CLEAR_HOUR}{_clock(1)}{_END}", _after),
        (rf"(?P<day>{any_of(RELATIVE_DAYS)}){_END}", _relative_day),
        (rf"{MORNING}{_IN_ONE_WORD}", _morgen),
        (
            rf"(?:over|in) (?P<n>\d{{1,3}}|{any_of(NUMBERS)}) (?P<unit>{any_of(UNITS)}){_END}",
            _later,
        ),
        (rf"{_NEXT} (?:week|wk){_END}", _next_week),
        (rf"(?:deze|this) (?:week|wk){_END}", _this_week),
        (rf"{_NEXT} {_WEEKDAY}", _next_weekday),
        (rf"(?:week|wk|w)\.? ?(?P<week>\d{{1,2}}){_END}", _week),
        (_WEEKDAY, _weekday),
        (rf"(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-{_DAY}{_END}", _date),
        (rf"{_DAY}(?P<between>[-/.])(?P<m>\d{{1,2}})(?:(?P=between){_YEAR})?{_END}", _date),
        (rf"{_DAY}{_ORDINAL}[ -]?{_MONTH}\.?(?:[ -]{_YEAR})?{_END}", _date),
        (rf"{_MONTH}\.? {_DAY}{_ORDINAL}(?: {_YEAR})?{_END}", _date),
        (rf"{_DAY}{_ORDINAL}{_END}", _day_of_month),
        (rf"(?:{any_of(FILLERS)}){_END}", _nothing),
    )
]
