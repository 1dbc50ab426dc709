"""Years of closed appointments, for benchmarks.

Four weeks of stories are played, three years back; the database repeats them, shifted by whole weeks and with
new keys, references and customers, up to the recent weeks. Played one by one, a million would take many
minutes.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import connection

from callbacks.models import Customer
from callbacks.references import ALPHABET
from demo.bulk import store
from demo.catalogue import DATA
from demo.fates import PAST
from demo.names import REFERENCE_STRIDE, REFERENCES, person
from demo.recent import NOTICE, SPAN
from demo.rows import AppointmentRow, AttemptRow, ContactRow, CustomerRow, LogRow, PromiseRow
from demo.staging import Stage
from demo.telling import A_DAY

PERIOD_DAYS = 28
PERIODS = 39
QUARTERS_A_DAY = 30  # from nine to half past four
BATCH = 5_000
# What a story that was played as soon as it can end needs at most.
LONGEST_STORY = A_DAY * 7
REPEAT = (DATA / "repeat.sql").read_text("utf-8")
# Names of the tables' widths in it. There are no reservations and messages that far back.
REPEATED = {
    "customers": CustomerRow,
    "contacts": ContactRow,
    "appointments": AppointmentRow,
    "promises": PromiseRow,
    "attempts": AttemptRow,
    "entries": LogRow,
}


def play(stage: Stage, *, wanted: int) -> None:
    """Store ``wanted`` appointments, spread over the working days of three years before the recent weeks."""
    if wanted:
        each = -(-wanted // PERIODS)
        for _day in _play_period(stage, each):
            if len(stage.sheet.rows[AppointmentRow]) >= BATCH:
                store(stage.sheet)
        store(stage.sheet)
        _repeat(stage, wanted=wanted, each=each)


def _play_period(stage: Stage, wanted: int) -> Iterator[dt.datetime]:
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
            PAST.choose(stage.rng, age=LONGEST_STORY)(story, stage.cast(specialist, topic))
            story.finish(stage.now)
            played += 1
            if played % 5 == 0:
                stage.contact(at)
        yield opens_at


def _working_days(stage: Stage) -> list[dt.datetime]:
    """The instants at which the working days of the oldest four weeks begin: nine o'clock local time."""
    end = (stage.now - SPAN - LONGEST_STORY).astimezone(stage.zone).date()
    days = (end - A_DAY * (PERIODS * PERIOD_DAYS - number) for number in range(PERIOD_DAYS))
    return [
        dt.datetime.combine(day, dt.time(9), stage.zone).astimezone(dt.UTC)
        for day in days
        if day.isoweekday() <= 5
    ]


def _repeat(stage: Stage, *, wanted: int, each: int) -> None:
    """Repeat all stored rows in the periods after them; the last repetition stops at the wanted number."""
    times = -(-wanted // each) - 1
    widths = {name: stage.sheet.given(kind) for name, kind in REPEATED.items()}
    _repeat_customers(stage, times)
    numbers = {"days": PERIOD_DAYS, "times": times, "wanted": wanted}
    references = {"alphabet": ALPHABET, "stride": REFERENCE_STRIDE, "references": REFERENCES}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [stage.zone.key])
        cursor.execute(REPEAT, numbers | widths | references)
        cursor.execute("SELECT set_config('TimeZone', 'UTC', true)")
    for name, kind in REPEATED.items():
        if kind is not CustomerRow:
            stage.sheet.skip(kind, widths[name] * times)


def _repeat_customers(stage: Stage, times: int) -> None:
    """New people for every period, each as long known as the one in the first."""
    known = list(Customer.objects.order_by("pk").values_list("created_at", flat=True))
    for time in range(1, times + 1):
        for created_at in known:
            later = created_at.astimezone(stage.zone) + A_DAY * PERIOD_DAYS * time
            new = person(stage.sheet.next_id(CustomerRow))
            stage.sheet.add(CustomerRow(*new, created_at=later))
        store(stage.sheet)
