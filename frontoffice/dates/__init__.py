"""What a caller says about when: "morgen", "do na 15", "wk 48 middag", "24-11", in Dutch and in English."""

import datetime as dt

from frontoffice.dates.readings import understand
from frontoffice.dates.said import Said, Unclear, Wanted
from frontoffice.dates.words import LONGEST, plain

__all__ = ["Wanted", "read_day"]


def read_day(text: str, *, today: dt.date) -> Wanted | None:
    """Understand a wish for a day, a part of a day, or both; None for anything else. Never raises.

    ``today`` is the local day. A day without a year is the first one to come, and on a Thursday "Thursday" is
    the next one: today has a word of its own. Nothing lies more than two years ahead.
    """
    if len(text) > LONGEST:
        return None
    said = Said(today)
    rest = plain(text)
    try:
        while rest:
            rest = understand(rest, said)
        wanted = said.wanted()
    # Dates and hours that there are not (30 February, 25:00), and days beyond the calendar's end.
    except (Unclear, ValueError, OverflowError):
        return None
    return None if wanted == Wanted() else wanted
