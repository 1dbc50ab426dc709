"""Years of closed appointments, for benchmarks: written in order of time, a batch at once."""

import datetime as dt
from collections.abc import Iterator

from demo.fates import PAST
from demo.recent import NOTICE, SPAN
from demo.staging import Stage
from demo.stories import A_DAY

YEARS = 3
QUARTERS_A_DAY = 30  # from nine to half past four


def play(stage: Stage, *, wanted: int) -> Iterator[int]:
    """Play ``wanted`` appointments spread evenly over the working days of three years up to the recent weeks.

    Yields the number played so far after each day, so that the caller can store and forget them.
    """
    days = _working_days(stage)
    specialists = list(stage.organisation.colleagues.values())
    played = 0
    for number, opens_at in enumerate(days, start=1):
        while played < wanted * number // len(days):
            specialist = stage.rng.choice(specialists)
            topic = stage.rng.choice(specialist.topics)
            starts_at = opens_at + dt.timedelta(minutes=15 * stage.rng.randrange(QUARTERS_A_DAY))
            at = stage.office_moment_before(starts_at - NOTICE)
            # Messages are kept for some months only.
            story = stage.book(specialist, topic, starts_at, at=at, mailed=False)
            PAST.choose(stage.rng, age=A_DAY * 7)(story, stage.cast(specialist, topic))
            story.finish(stage.now)
            played += 1
            if played % 5 == 0:
                stage.contact(at)
        yield played


def _working_days(stage: Stage) -> list[dt.datetime]:
    """The instants at which the working days of the history begin: nine o'clock local time."""
    last = (stage.now - SPAN - A_DAY * 7).astimezone(stage.zone).date()
    days = (last - A_DAY * back for back in range(YEARS * 365, -1, -1))
    return [
        dt.datetime.combine(day, dt.time(9), stage.zone).astimezone(dt.UTC)
        for day in days
        if day.isoweekday() <= 5
    ]
