"""The sweep that reads calendars elsewhere."""

from django.db import connection

from availability.feeding import due_feeds
from availability.models import BusyFeed, BusyTime
from callbacks.sweeps import SWEEPS
from tests.factories import NOW, SpecialistFactory, TeamFactory, World, at

NOWHERE = "https://nothing.invalid/own.ics"


def test_a_calendar_that_is_due_is_read(world: World) -> None:
    BusyFeed.objects.create(specialist=world.specialists[0], url=NOWHERE, look_at=NOW)
    assert SWEEPS["calendars"].run_batch(now=NOW) == 1
    assert BusyFeed.objects.get().failures == 1


def test_a_calendar_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    for one in (world.specialists[0], world.specialist()):
        BusyFeed.objects.create(specialist=one, url=NOWHERE, look_at=NOW)
    SWEEPS["calendars"].run_batch(now=NOW)
    assert list(BusyFeed.objects.values_list("failures", flat=True)) == [1, 1]


def test_a_failure_keeps_what_was_read_last(world: World) -> None:
    feed = BusyFeed.objects.create(specialist=world.specialists[0], url=NOWHERE, look_at=NOW)
    BusyTime.objects.create(feed=feed, starts_at=at(10), ends_at=at(11))
    SWEEPS["calendars"].run_batch(now=NOW)
    assert BusyTime.objects.count() == 1


def test_only_what_is_due_is_looked_at(world: World) -> None:
    team = TeamFactory.create()
    BusyFeed.objects.bulk_create(
        BusyFeed(specialist=SpecialistFactory.create(team=team), url=NOWHERE, look_at=at(9 + n % 8))
        for n in range(300)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE availability_busyfeed")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "busy_feed_due" in due_feeds(NOW).explain()
