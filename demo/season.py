"""The season behind us: fifteen weeks of closed appointments and contacts, up to the weeks around now.

With them the look back has something to compare and the forecast something to go by.
"""

import datetime as dt
from collections.abc import Callable
from itertools import accumulate

from demo import fates
from demo.bulk import store
from demo.recent import NOTICE, SPAN, Menu, Place, menu_of, places
from demo.staging import CONTACTS_EACH, Diary, Stage
from demo.stories import Story
from demo.telling import A_DAY

# As many as the look back shows at first, and two to compare them with.
WEEKS = 15
# About as many a week as in the weeks around now.
SIZE = 5_100
# A week in which much went wrong, counted back from now, and how many of its promises slipped besides.
BAD_WEEK, SLIPPED = 7, 0.3
# Asked for when that team publishes nothing, so many times a week: a Friday, in hours of UTC.
NO_TIME_FOR, NO_TIME_ON, REFUSED = "omgevingsvergunning", (4, range(12, 14)), (1, 3)
WEEK = dt.timedelta(weeks=1)


def play(stage: Stage, *, wanted: int) -> None:
    """Store ``wanted`` appointments in published slots, and twice as many contacts without one."""
    played, weeks = 0, _weeks(stage) if wanted else []
    # Teams publish for some weeks ahead: each week is looked at by itself.
    menus = [menu_of(stage, start, end) for start, end in weeks]
    # Where less is published less is booked, and no week is as busy as the one before.
    shares = list(accumulate(stage.rng.uniform(0.75, 1.25) * _size(menu) for menu in menus))
    for (start, _end), menu, share in zip(weeks, menus, shares, strict=True):
        due = round(wanted * share / shares[-1]) - played
        for place in places(stage, Diary(), due, menu):
            at = stage.office_moment_before(place.starts_at - NOTICE)
            # Messages of so long ago are of no use to anybody.
            story = stage.book(place.specialist, place.topic, place.starts_at, at=at, mailed=False)
            _fate(stage, place)(story, stage.cast(place.specialist, place.topic))
            story.finish(stage.now)
        for _contact in range(due * CONTACTS_EACH):
            stage.contact(stage.office_moment_in(start))
        for _refusal in range(stage.rng.randint(*REFUSED)):
            stage.refuse(NO_TIME_FOR, stage.office_moment_on(start, *NO_TIME_ON))
        played += due
    store(stage.sheet)


def _weeks(stage: Stage) -> list[tuple[dt.datetime, dt.datetime]]:
    """When each week begins and ends: from a Monday fifteen weeks ago up to the weeks around now.

    The last one goes on until then.
    """
    today = stage.now.astimezone(stage.zone).date()
    day = today - A_DAY * (today.weekday() + 7 * WEEKS)
    start = dt.datetime.combine(day, dt.time(0), stage.zone).astimezone(dt.UTC)
    last = stage.now - SPAN
    starts = [start + WEEK * number for number in range((last - start) // WEEK)]
    return list(zip(starts, [*starts[1:], last], strict=True))


def _size(menu: Menu) -> int:
    return sum(len(specialists) for _topic, slots in menu for _start, specialists in slots)


def _fate(stage: Stage, place: Place) -> Callable[[Story, fates.Cast], None]:
    weeks_ago = (stage.now - place.starts_at).days // 7
    if weeks_ago == BAD_WEEK and stage.rng.random() < SLIPPED:
        return fates.late
    return fates.PAST.choose(stage.rng, age=SPAN)
