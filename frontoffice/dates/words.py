"""The words for days and hours, Dutch and English side by side: an agent types either."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60
APOSTROPHES = "'`\u2018\u2019"

RELATIVE_DAYS = {
    "vandaag": 0,
    "today": 0,
    "nu": 0,
    "now": 0,
    "tomorrow": 1,
    "overmorgen": 2,
    "day after tomorrow": 2,
}

# 0 is Monday.
WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "maandag ma monday mon",
            "dinsdag di tuesday tues tue",
            "woensdag woe wo wednesday weds wed",
            "donderdag do thursday thurs thur thu",
            "vrijdag vrij vr friday fri",
            "zaterdag zat za saturday sat",
            "zondag zo sunday sun",
        )
    )
    for word in words.split()
}

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "januari january jan",
            "februari february febr feb",
            "maart mrt march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober okt october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in words.split()
}

NOON, EVENING = dt.time(12), dt.time(18)
MORNING_PART = (None, NOON)
AFTERNOON_PART = (NOON, EVENING)
EVENING_PART = (EVENING, None)
DAY_PARTS: dict[str, tuple[dt.time | None, dt.time | None]] = {
    **dict.fromkeys(("ochtend", "s ochtends", "s morgens", "voormiddag", "vm", "morning"), MORNING_PART),
    **dict.fromkeys(("voor de middag", "before noon", "before lunch"), MORNING_PART),
    **dict.fromkeys(("middag", "s middags", "namiddag", "nm", "afternoon"), AFTERNOON_PART),
    **dict.fromkeys(("na de middag", "after noon"), AFTERNOON_PART),
    **dict.fromkeys(("na de lunch", "after lunch"), (dt.time(13), None)),
    **dict.fromkeys(("tussen de middag", "lunchtime"), (NOON, dt.time(14))),
    **dict.fromkeys(("avond", "s avonds", "evening"), EVENING_PART),
}
# "Morgen" is tomorrow, unless a day was said before it: "dinsdag morgen".
MORNING = "morgen"

NUMBERS = {
    word: number
    for number, words in enumerate(("een a one", "twee two", "drie three", "vier four"), 1)
    for word in words.split()
}

UNITS = ["dag", "dagen", "day", "days", "week", "weken", "weeks"]

FILLERS = [
    *("op", "om", "in", "de", "het", "en", "s", "uur", "u"),
    *("on", "at", "the", "and"),
    *("aanstaande", "as", "a.s", "eerstkomende", "komende", "coming", "graag", "liefst"),
]


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def plain(text: str) -> str:
    """Small letters without accents and apostrophes, with single spaces."""
    letters = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(one for one in letters if not unicodedata.combining(one) and one not in APOSTROPHES)
    return re.sub(r"[\s,;!]+", " ", kept.replace("–", "-")).strip(" .")
